"""Torch files: zip archives of one pickle (`data.pkl`) and one member a storage, and the older layout without zip.

    zip:     NAME/data.pkl, NAME/data/KEY (raw numbers), NAME/byteorder
    legacy:  four pickles (magic number, protocol, system, content), a pickled list of storage keys, then per key an int64 count and raw numbers

The pickle is run by `pickle_machine`, so no class is imported and nothing is called. Tensors come out as float32 (whole numbers as
they are), with memory of their own, and all together no larger than the file allows. Source: torch/serialization.py, torch/_utils.py.
"""

import stat
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from math import prod
from pathlib import Path

import torch
from torch import Tensor

from steer_eval.errors import VectorFormatError
from steer_eval.readers.containers import kind_of
from steer_eval.readers.containers.pickle_machine import Global, Inert, PickleMachine

_PICKLE_LIMIT = 64_000_000  # bytes of data.pkl; the numbers are elsewhere
_DTYPES = {
    "torch.DoubleStorage": torch.float64,
    "torch.FloatStorage": torch.float32,
    "torch.HalfStorage": torch.float16,
    "torch.BFloat16Storage": torch.bfloat16,
    "torch.LongStorage": torch.int64,
    "torch.IntStorage": torch.int32,
    "torch.ShortStorage": torch.int16,
    "torch.CharStorage": torch.int8,
    "torch.ByteStorage": torch.uint8,
    "torch.BoolStorage": torch.bool,
}
_NUMPY = frozenset(
    [f"numpy.{core}.multiarray.{name}" for core in ("core", "_core") for name in ("_reconstruct", "scalar")]
    + ["numpy.ndarray", "numpy.dtype", "_codecs.encode"]
)
_REBUILDS = ("torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor", "torch._utils._rebuild_parameter", "torch.nn.parameter.Parameter")


@dataclass(frozen=True)
class TorchFile:
    """What a torch file holds."""

    content: object
    """Tensors, numbers, text and plain containers; `Inert` records for everything else."""
    foreign: tuple[str, ...]
    """Names of classes and functions in the pickle that tensors are not made of. None was imported."""


def load_torch(path: Path) -> TorchFile:
    """The content of a torch file. The last file read is remembered; do not change what comes back.

    Raises:
        VectorFormatError: a damaged or cut-off file, an archive that would unpack to more than it is, symbolic links in it.
    """
    status = path.stat()
    try:
        return _load(path, status.st_mtime_ns, status.st_size)
    except VectorFormatError as error:
        text = str(error)
        raise VectorFormatError(text if text.startswith(str(path)) else f"{path}: {text}") from None


def forget() -> None:
    """Let go of the last file read."""
    _load.cache_clear()


@lru_cache(maxsize=1)
def _load(path: Path, mtime: int, size: int) -> TorchFile:
    kind = kind_of(path)
    if kind == "torch":
        return _load_zip(path, size)
    if kind == "torch-legacy":
        return _load_legacy(path.read_bytes())
    raise VectorFormatError(f"{path} is not a torch file")


def _load_zip(path: Path, size: int) -> TorchFile:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = {entry.filename: entry for entry in checked_entries(path, archive, size)}
            pickles = [name for name in entries if name == "data.pkl" or name.endswith("/data.pkl")]
            if len(pickles) != 1:
                raise VectorFormatError(f"{path} is a zip archive without one data.pkl: was it written by torch.save?")
            if entries[pickles[0]].file_size > _PICKLE_LIMIT:
                raise VectorFormatError(f"{path}: data.pkl has {entries[pickles[0]].file_size:,} bytes, wanted at most {_PICKLE_LIMIT:,}")
            root = pickles[0].removesuffix("data.pkl")
            swapped = f"{root}byteorder" in entries and archive.read(f"{root}byteorder") != sys.byteorder.encode()

            def raw(key: str, dtype: torch.dtype, count: int) -> bytearray:
                entry = entries.get(f"{root}data/{key}")
                if entry is None or entry.file_size < count * dtype.itemsize:
                    raise VectorFormatError(f"{path}: storage {key[:20]} should hold {count} numbers, the file has fewer")
                data = bytearray(archive.read(entry))
                return _swap(data, dtype.itemsize) if swapped else data

            machine = _machine(raw, size)
            content = machine.run(BytesIO(archive.read(pickles[0])))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, struct.error, zlib.error, ValueError, OSError) as error:
        if isinstance(error, VectorFormatError):
            raise
        raise VectorFormatError(f"{path} is damaged or cut off: {str(error)[:200]}") from None
    return TorchFile(content, tuple(machine.foreign))


def checked_entries(path: Path, archive: zipfile.ZipFile, size: int, stored: bool = True) -> list[zipfile.ZipInfo]:
    """The archive's entries.

    Raises:
        VectorFormatError: symbolic links; compressed entries (if `stored`), or entries that together claim more than the file has.
    """
    entries = archive.infolist()
    if any(stat.S_ISLNK(entry.external_attr >> 16) for entry in entries):
        raise VectorFormatError(f"{path} is an archive with symbolic links: refused")
    compressed = any(entry.compress_type != zipfile.ZIP_STORED for entry in entries)
    if stored and (compressed or sum(entry.file_size for entry in entries) > size):
        raise VectorFormatError(f"{path} is compressed, which torch.save never does: refused, it might unpack without end")
    return entries


def _load_legacy(data: bytes) -> TorchFile:
    stream = BytesIO(data)
    wanted: dict[str, tuple[torch.dtype, int]] = {}

    def measure(key: str, dtype: torch.dtype, count: int) -> None:
        if count * dtype.itemsize > len(data):
            raise VectorFormatError(f"storage {key[:20]} should hold {count} numbers, the file has fewer")
        wanted[key] = dtype, count

    stream.seek(15)  # the magic number, which kind_of has seen
    header = _machine(measure, len(data))
    for _ in range(2):  # protocol version, system
        header.run(stream)
    start = stream.tell()
    _machine(measure, len(data)).run(stream)
    keys = header.run(stream)
    offsets = {}
    position = stream.tell()
    for key in keys if isinstance(keys, list) else []:
        if not isinstance(key, str) or key not in wanted or position + 8 > len(data):
            raise VectorFormatError("the list of storages does not fit the content: the file is damaged or cut off")
        dtype, count = wanted[key]
        if struct.unpack_from("<q", data, position)[0] != count:
            raise VectorFormatError(f"storage {key[:20]} says another size than the content does")
        offsets[key] = position + 8
        position += 8 + count * dtype.itemsize
    if position > len(data):
        raise VectorFormatError("the file is cut off")

    def raw(key: str, dtype: torch.dtype, count: int) -> bytearray:
        if key not in offsets:
            raise VectorFormatError(f"storage {key[:20]} is missing: the file is damaged or cut off")
        return bytearray(data[offsets[key] : offsets[key] + count * dtype.itemsize])

    stream.seek(start)
    machine = _machine(raw, len(data))
    return TorchFile(machine.run(stream), tuple(machine.foreign))


def _machine(raw: Callable[[str, torch.dtype, int], bytearray | None], size: int) -> PickleMachine:
    """A machine whose storages come from `raw`; where that gives None, tensors are stand-ins without numbers."""
    storages: dict[tuple[str, torch.dtype], Tensor] = {}
    left = [max(64_000_000, 4 * size)]  # bytes that all tensors together may take

    def persistent(pid: object) -> object:
        if not (isinstance(pid, tuple) and len(pid) >= 5 and pid[0] == "storage" and isinstance(pid[1], Global)):
            raise VectorFormatError("a storage is named in a way that torch never writes")
        dtype, key, count = _DTYPES.get(pid[1].name), pid[2], pid[4]
        if dtype is None:
            raise VectorFormatError(f"numbers of type {pid[1].name} are not supported: convert them to float32")
        if not isinstance(key, str) or not isinstance(count, int) or not 0 <= count < 1 << 48:
            raise VectorFormatError("a storage is named in a way that torch never writes")
        if (key, dtype) not in storages:
            data = raw(key, dtype, count)
            if data is None:
                storages[key, dtype] = torch.empty(count, dtype=dtype, device="meta")
            else:
                data = data[: count * dtype.itemsize]
                storages[key, dtype] = torch.frombuffer(data, dtype=dtype) if data else torch.empty(0, dtype=dtype)
        return storages[key, dtype]

    def rebuild(storage: object, offset: object, shape: object, stride: object, *rest: object) -> Tensor:
        if not isinstance(storage, Tensor) or not isinstance(offset, int) or not _whole(shape) or not _whole(stride) or offset < 0:
            raise VectorFormatError("a tensor is described in a way that torch never writes")
        assert isinstance(shape, tuple) and isinstance(stride, tuple)
        count = prod(shape)
        last = offset + sum((n - 1) * step for n, step in zip(shape, stride, strict=True))
        if len(shape) > 8 or (count and last >= storage.numel()):
            raise VectorFormatError(f"a tensor of shape {list(shape)[:8]} does not fit its storage of {storage.numel()} numbers")
        left[0] -= 4 * count
        if left[0] < 0:
            raise VectorFormatError("the tensors together are many times larger than the file")
        if not count:
            return torch.empty(0)
        view = torch.as_strided(storage, shape, stride, offset)
        return view.to(torch.float32, copy=True).contiguous() if view.is_floating_point() else view.clone()

    def parameter(tensor: object = None, *rest: object) -> object:
        return tensor

    builders: dict[str, Callable[..., object]] = dict(zip(_REBUILDS, (rebuild, rebuild, parameter, parameter), strict=True))
    builders["_codecs.encode"] = _encode
    return PickleMachine(builders, persistent, _is_known)


def _is_known(name: str) -> bool:
    return name in _DTYPES or name in _NUMPY or name in _REBUILDS or name in ("torch.Size", "torch.device")


def _whole(shape: object) -> bool:
    if isinstance(shape, Inert) and shape.name == "torch.Size":
        return False
    return isinstance(shape, tuple) and all(type(n) is int and 0 <= n < 1 << 48 for n in shape)


def _encode(text: object, encoding: object = "latin1") -> bytes:
    if not isinstance(text, str) or encoding != "latin1":
        raise VectorFormatError("bytes are written in a way that pickle never does")
    return text.encode("latin1")


def _swap(data: bytearray, itemsize: int) -> bytearray:
    swapped = bytearray(len(data))
    for byte in range(itemsize):
        swapped[byte::itemsize] = data[itemsize - 1 - byte :: itemsize]
    return swapped
