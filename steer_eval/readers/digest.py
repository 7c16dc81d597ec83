"""Hash of a file's bytes, for the origin of a vector."""

import hashlib
from pathlib import Path


def sha256_of(path: Path) -> str:
    """sha256, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
