"""What kind of container a file is, told by its first bytes, and safe ways to open each.

Sizes are checked against the file before anything is allocated: a header cannot promise more than the file holds.
"""

import json
import pickle
import struct
import warnings
import zipfile
from pathlib import Path
from typing import Any

import torch

from steer_eval.errors import VectorFormatError

_SAFETENSORS_HEADER_LIMIT = 100_000_000  # the limit of the safetensors library itself


def kind_of(path: Path) -> str:
    """gguf, torch (zip), torch-legacy (bare pickle), safetensors, json, npy, npz, csv or unknown."""
    with path.open("rb") as file:
        head = file.read(64)
    size = path.stat().st_size
    if head.startswith(b"GGUF"):
        return "gguf"
    if head.startswith(b"\x93NUMPY"):
        return "npy"
    if head.startswith(b"PK\x03\x04"):
        return "npz" if path.suffix == ".npz" else "torch"
    if head.startswith(b"\x80") and len(head) > 1 and head[1] <= 5:
        return "torch-legacy"
    if len(head) > 8 and head[8:9] == b"{" and 2 <= struct.unpack("<Q", head[:8])[0] <= min(size, _SAFETENSORS_HEADER_LIMIT):
        return "safetensors"
    if head.lstrip()[:1] in (b"{", b"["):
        return "json"
    return "csv" if path.suffix == ".csv" else "unknown"


def safetensors_header(path: Path) -> dict[str, Any]:
    """The JSON header of a safetensors file.

    Raises:
        VectorFormatError: not a JSON object.
    """
    with path.open("rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        text = file.read(length)
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise VectorFormatError(f"{path}: the safetensors header is not JSON ({error})") from None
    if not isinstance(header, dict):
        raise VectorFormatError(f"{path}: the safetensors header is not an object")
    return header


def load_torch(path: Path) -> Any:
    """The content of a torch file with tensors, numbers, strings and plain containers only.

    Raises:
        VectorFormatError: code in the pickle, a damaged archive, or an archive that would unpack to more than it is.
    """
    if zipfile.is_zipfile(path):
        _check_archive(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        first = str(error).splitlines()[0]
        raise VectorFormatError(f"{path} holds more than tensors and is never unpickled: {_plain(first)}") from None
    except (RuntimeError, EOFError, ValueError, KeyError, IndexError, TypeError, AttributeError, OSError, UnicodeError) as error:
        raise VectorFormatError(f"{path} is damaged or cut off: {_plain(str(error))}") from None


def _check_archive(path: Path) -> None:
    size = path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise VectorFormatError(f"{path} is damaged or cut off: {error}") from None
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries) or sum(e.file_size for e in entries) > size:
        raise VectorFormatError(f"{path} is compressed, which torch.save never does: refused, it might unpack without end")


def _plain(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (lines[0] if lines else "no reason given")[:200]
