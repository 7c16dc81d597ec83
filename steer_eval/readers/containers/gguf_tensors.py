"""GGUF files: header values and small float tensors.

    "GGUF", version u32, tensor count u64, value count u64,
    values (key, type u32, value), tensor infos (name, dimensions u32, sizes u64 each, type u32, offset u64), padding, data

Text is a u64 length and UTF-8. A parser of our own: the gguf package believes counts that the file cannot hold, and its import alone
takes longer than reading a vector. Source: ggml docs/gguf.md.
"""

import struct
from math import prod
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from steer_eval.errors import VectorFormatError

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_DTYPES = {0: "f4", 1: "f2", 28: "f8"}  # F32, F16, F64
_TENSORS = 10_000  # a control vector has one a layer; a model in GGUF is refused before its tensors are listed


def read_gguf(path: Path) -> tuple[dict[str, object], dict[str, Tensor]]:
    """Header values (arrays left out), and float32 tensors by name in numpy's order of dimensions.

    Raises:
        VectorFormatError: damaged, cut off, an unknown version, or tensors of a quantised type.
    """
    data = path.read_bytes()
    try:
        return _parse(data)
    except VectorFormatError as error:
        raise VectorFormatError(f"{path}: {error}") from None
    except (struct.error, IndexError, ValueError, OverflowError) as error:
        raise VectorFormatError(f"{path} is damaged or cut off: {str(error)[:100]}") from None


def _parse(data: bytes) -> tuple[dict[str, object], dict[str, Tensor]]:
    order = ">" if struct.unpack_from("<I", data, 4)[0] & 0xFFFF == 0 else "<"
    cursor = _Cursor(data, order)
    version, tensor_count, value_count = cursor.take("IQQ")
    if version not in (2, 3):
        raise VectorFormatError(f"GGUF version {version}, wanted 2 or 3")
    if tensor_count > _TENSORS or value_count > len(data) // 12:
        raise VectorFormatError(
            f"its header promises {tensor_count} tensors and {value_count} values: is it a model, or damaged?"
        )
    fields: dict[str, object] = {}
    for _ in range(value_count):
        key = cursor.text()
        value = cursor.value(*cursor.take("I"))
        if value is not None:
            fields[key] = value
    infos = [cursor.info() for _ in range(tensor_count)]
    alignment = fields.get("general.alignment", 32)
    if not isinstance(alignment, int) or not 0 < alignment <= 1 << 20:
        raise VectorFormatError(f"alignment {str(alignment)[:20]}, wanted a positive number")
    start = -(-cursor.at // alignment) * alignment
    _check_overlap(infos, len(data))
    tensors: dict[str, Tensor] = {}
    for name, shape, code, offset in infos:
        if name in tensors:
            raise VectorFormatError(f"two tensors are called {name[:50]!r}")
        dtype = _DTYPES.get(code)
        if dtype is None:
            raise VectorFormatError(f"tensor {name[:50]!r} has GGUF type {code}, wanted F32, F16 or F64")
        count = prod(shape)
        if start + offset + count * int(dtype[1]) > len(data):
            raise VectorFormatError(
                f"tensor {name[:50]!r} promises {count} numbers beyond the end of the file: cut off?"
            )
        if count == 0:
            raise VectorFormatError(f"tensor {name[:50]!r} has no numbers")
        array = np.frombuffer(data, dtype=order + dtype, count=count, offset=start + offset)
        with np.errstate(over="ignore"):
            tensors[name] = torch.from_numpy(array.astype(np.float32).reshape(shape[::-1]))
    return fields, tensors


def _check_overlap(infos: list[tuple[str, tuple[int, ...], int, int]], size: int) -> None:
    if sum(prod(shape) * int(_DTYPES[code][1]) for _, shape, code, _ in infos if code in _DTYPES) > size:
        raise VectorFormatError("its tensors together are larger than the file: cut off?")


class _Cursor:
    """Reads numbers and text one after another; every read is checked against the end of the data."""

    def __init__(self, data: bytes, order: str) -> None:
        self.data = data
        self.order = order
        self.at = 4

    def take(self, codes: str) -> tuple[int, ...]:
        values = struct.unpack_from(self.order + codes, self.data, self.at)
        self.at += struct.calcsize(self.order + codes)
        return values

    def text(self) -> str:
        (length,) = self.take("Q")
        if length > len(self.data) - self.at:
            raise VectorFormatError(f"a text of {length} bytes is promised: cut off?")
        raw = self.data[self.at : self.at + length]
        self.at += length
        return raw.decode("utf-8", errors="replace")

    def value(self, kind: int) -> object:
        """A scalar or text; None for an array, which is stepped over."""
        if kind in _SCALARS:
            return self.take(_SCALARS[kind])[0]
        if kind == _STRING:
            return self.text()
        if kind != _ARRAY:
            raise VectorFormatError(f"a header value has type {kind}, which GGUF does not have")
        inner, count = self.take("IQ")
        if inner in _SCALARS:
            self.at += count * struct.calcsize(_SCALARS[inner])
        elif inner == _STRING and count <= len(self.data) // 8:
            for _ in range(count):
                self.text()
        else:
            raise VectorFormatError("a header array cannot be that long, or of that type")
        if self.at > len(self.data):
            raise VectorFormatError("a header array is promised beyond the end of the file: cut off?")
        return None

    def info(self) -> tuple[str, tuple[int, ...], int, int]:
        """name, sizes in GGUF's order, type, offset from the start of the data."""
        name = self.text()
        (dims,) = self.take("I")
        if dims > 4:
            raise VectorFormatError(f"tensor {name[:50]!r} has {dims} dimensions, GGUF has at most 4")
        shape = self.take("Q" * dims)
        code, offset = self.take("IQ")
        return name, shape, code, offset
