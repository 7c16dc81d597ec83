"""Containers that vector files come in, and bounded ways to open them.

What a file is, is told by its first bytes, never by its name, except where the bytes of two kinds are the same (.npz and torch's zip,
.csv). A header is believed only as far as the file's own size allows, so nothing is allocated for numbers that are not there.
"""

import struct
from pathlib import Path

JSON_LIMIT = (
    256_000_000  # bytes; the largest known .svec, 80 layers of width 8,192 with 10 rows each, is about half of this
)
SAFETENSORS_HEADER_LIMIT = 100_000_000  # bytes; the limit of the safetensors library itself
TORCH = ("torch", "torch-legacy")


def kind_of(path: Path) -> str:
    """gguf, torch (zip), torch-legacy, pickle, safetensors, json, npy, npz, csv, folder or unknown."""
    if path.is_dir():
        return "folder"
    with path.open("rb") as file:
        head = file.read(64)
    size = path.stat().st_size
    if head.startswith(b"GGUF"):
        return "gguf"
    if head.startswith(b"\x93NUMPY"):
        return "npy"
    if head.startswith(b"PK\x03\x04"):
        return "npz" if path.suffix == ".npz" else "torch"
    # Before pickle: a header of 128 bytes begins with pickle's first byte, but no pickle begins with so small a length.
    length = struct.unpack("<Q", head[:8])[0] if len(head) > 8 else 0
    if head[8:9] == b"{" and 2 <= length <= min(size, SAFETENSORS_HEADER_LIMIT):
        return "safetensors"
    if head.startswith(b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."):  # torch's magic number, pickled
        return "torch-legacy"
    if len(head) > 2 and head[0] == 0x80 and head[1] <= 5:
        return "pickle"
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        return "json"
    return "csv" if path.suffix == ".csv" else "unknown"
