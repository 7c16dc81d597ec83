"""NumPy files: .npy and .npz without pickled objects, and arrays inside a torch file's pickle. Source: numpy.lib.format."""

import re
import zipfile
import zlib
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from steer_eval.errors import VectorFormatError
from steer_eval.readers.containers.inert import Inert
from steer_eval.readers.containers.torch_file import checked_entries

_NPZ_LIMIT = 64_000_000  # bytes that a compressed archive may unpack to at any ratio; beyond it, 20 times its size
_RATIO = 20
_HEADER_LIMIT = 10_000  # bytes of a .npy header, as in NumPy


def read_npy(path: Path) -> Tensor:
    """The array, float32.

    Raises:
        VectorFormatError: damaged, cut off, not floating point.
    """
    return _array(path, path.read_bytes())


def read_npz(path: Path) -> dict[str, Tensor]:
    """The arrays by name, float32.

    Raises:
        VectorFormatError: damaged, cut off, not floating point, or an archive that unpacks to far more than it is.
    """
    size = path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            entries = checked_entries(path, archive, size, stored=False)
            total = sum(entry.file_size for entry in entries)
            if total > max(_NPZ_LIMIT, _RATIO * size):
                raise VectorFormatError(f"{path} has {size:,} bytes and would unpack to {total:,}: refused")
            arrays = {}
            for entry in entries:
                data = archive.read(entry)
                arrays[entry.filename.removesuffix(".npy")] = _array(path, data)
            return arrays
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, ValueError, OSError) as error:
        if isinstance(error, VectorFormatError):
            raise
        raise VectorFormatError(f"{path} is damaged or cut off: {str(error)[:200]}") from None


def tensor_of(value: object) -> object:
    """A tensor for a NumPy array that stands in a pickle; any other value as it is."""
    if not (
        isinstance(value, Inert)
        and value.name.endswith("multiarray._reconstruct")
        and isinstance(value.raw_state, tuple)
    ):
        return value
    if len(value.raw_state) != 5:
        return value
    _, shape, dtype, fortran, data = value.raw_state
    code = _dtype_code(dtype)
    if (
        code is None
        or not isinstance(data, bytes)
        or not isinstance(shape, tuple)
        or not all(type(n) is int and n >= 0 for n in shape)
    ):
        return value
    if prod(shape) * int(code[1:]) != len(data):
        return value
    array = np.frombuffer(data, dtype=_byte_order(dtype) + code).reshape(shape, order="F" if fortran else "C")
    with np.errstate(over="ignore"):
        return torch.from_numpy(array.astype(np.float32))


def number_of(value: object) -> object:
    """A Python number for a NumPy scalar that stands in a pickle or a tensor of one number; any other value as it is."""
    if isinstance(value, Tensor) and value.numel() == 1:
        return value.item()
    if isinstance(value, Inert) and value.name.endswith("multiarray.scalar") and len(value.args) == 2:
        dtype, data = value.args
        code = _dtype_code(dtype, "fiu")
        if code is not None and isinstance(data, bytes) and len(data) == int(code[1:]):
            return np.frombuffer(data, dtype=_byte_order(dtype) + code)[0].item()
    return value


def _array(path: Path, data: bytes) -> Tensor:
    dtype, fortran, shape, start = _header(path, data)
    count = prod(shape)
    if count * dtype.itemsize > len(data) - start:
        raise VectorFormatError(f"{path} is cut off: its header promises {count:,} numbers")
    array = np.frombuffer(data, dtype=dtype, count=count, offset=start)
    with np.errstate(over="ignore"):
        return torch.from_numpy(array.astype(np.float32).reshape(shape, order="F" if fortran else "C").copy())


def _header(path: Path, data: bytes) -> tuple[np.dtype[Any], bool, tuple[int, ...], int]:
    """Number type, column-major or not, shape, and where the numbers start. The header is a Python dict, read here as plain text."""
    if data[:6] != b"\x93NUMPY" or len(data) < 12 or data[6] not in (1, 2, 3):
        raise VectorFormatError(f"{path} is not a .npy file of version 1 to 3")
    start = 10 if data[6] == 1 else 12
    length = int.from_bytes(data[8:start], "little")
    text = data[start : start + length].decode("latin1")
    type_of = re.search(r"['\"]descr['\"]: *['\"]([<>=|]?[a-zA-Z]\d{0,4})['\"]", text)
    order = re.search(r"['\"]fortran_order['\"]: *(True|False)", text)
    sizes = re.search(r"['\"]shape['\"]: *\(([\dL, ]{0,200})\)", text)
    if len(text) < length or length > _HEADER_LIMIT or not type_of or not order or not sizes:
        raise VectorFormatError(f"{path}: the header is damaged, or describes no plain array")
    if type_of[1].lstrip("<>=|") not in ("f2", "f4", "f8"):
        raise VectorFormatError(
            f"{path} holds numbers of type {type_of[1]!r} (|O: Python objects, never unpickled), wanted f2, f4 or f8"
        )
    shape = tuple(int(n) for n in re.findall(r"\d+", sizes[1]))
    if len(shape) > 8 or max(shape, default=1) >= 1 << 48:
        raise VectorFormatError(f"{path}: the header promises more numbers than any file has")
    return np.dtype(type_of[1]), order[1] == "True", shape, start + length


def _dtype_code(dtype: object, kinds: str = "f") -> str | None:
    """e.g. f4, of a pickled numpy.dtype."""
    code = dtype.args[0] if isinstance(dtype, Inert) and dtype.name == "numpy.dtype" and dtype.args else None
    return (
        code
        if isinstance(code, str) and len(code) == 2 and code[0] in kinds and code[1] in "1248" and code != "f1"
        else None
    )


def _byte_order(dtype: object) -> str:
    state = dtype.raw_state if isinstance(dtype, Inert) else None
    return ">" if isinstance(state, tuple) and len(state) > 1 and state[1] == ">" else "<"
