"""Torch files: zip archives of one pickle (`data.pkl`) and one member a storage, and the older layout without zip.

    zip:     NAME/data.pkl, NAME/data/KEY (raw numbers), NAME/byteorder
    legacy:  four pickles (magic number, protocol, system, content), a pickled list of storage keys, per key an int64 count and raw numbers

The pickle is run by `pickle_machine`, so no class is imported and nothing is called. Tensors come out as float32 (whole numbers as
they are), with memory of their own, and all together no larger than the file allows. Source: torch/serialization.py, torch/_utils.py.
"""

import stat
import struct
import sys
import zipfile
import zlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import torch

from steer_eval.errors import VectorFormatError
from steer_eval.readers.containers import kind_of
from steer_eval.readers.containers.torch_machine import tensor_machine

_PICKLE_LIMIT = 64_000_000  # bytes of data.pkl; the numbers are elsewhere


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
                raise VectorFormatError(
                    f"{path}: data.pkl has {entries[pickles[0]].file_size:,} bytes, wanted at most {_PICKLE_LIMIT:,}"
                )
            root = pickles[0].removesuffix("data.pkl")
            swapped = f"{root}byteorder" in entries and archive.read(f"{root}byteorder") != sys.byteorder.encode()

            def raw(key: str, dtype: torch.dtype, count: int) -> bytearray:
                entry = entries.get(f"{root}data/{key}")
                if entry is None or entry.file_size < count * dtype.itemsize:
                    raise VectorFormatError(
                        f"{path}: storage {key[:20]} should hold {count} numbers, the file has fewer"
                    )
                data = bytearray(archive.read(entry))
                return _swap(data, dtype.itemsize) if swapped else data

            machine = tensor_machine(raw, size)
            content = machine.run(BytesIO(archive.read(pickles[0])))
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        struct.error,
        zlib.error,
        ValueError,
        OSError,
    ) as error:
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
        raise VectorFormatError(
            f"{path} is compressed, which torch.save never does: refused, it might unpack without end"
        )
    return entries


def _load_legacy(data: bytes) -> TorchFile:
    stream = BytesIO(data)
    wanted: dict[str, tuple[torch.dtype, int]] = {}

    def measure(key: str, dtype: torch.dtype, count: int) -> None:
        if count * dtype.itemsize > len(data):
            raise VectorFormatError(f"storage {key[:20]} should hold {count} numbers, the file has fewer")
        wanted[key] = dtype, count

    stream.seek(15)  # the magic number, which kind_of has seen
    header = tensor_machine(measure, len(data))
    for _ in range(2):  # protocol version, system
        header.run(stream)
    start = stream.tell()
    tensor_machine(measure, len(data)).run(stream)
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
    machine = tensor_machine(raw, len(data))
    return TorchFile(machine.run(stream), tuple(machine.foreign))


def _swap(data: bytearray, itemsize: int) -> bytearray:
    swapped = bytearray(len(data))
    for byte in range(itemsize):
        swapped[byte::itemsize] = data[itemsize - 1 - byte :: itemsize]
    return swapped
