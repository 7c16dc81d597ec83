"""Read any vector file: one reader a format, one file each, found by importing this package.

A reader is a module with NAME, RULE (one sentence: what the file's layer numbers mean and how it is applied), `objection(path)` (why
the file is not its own; None if it is) and `read(path, row)`. Packages elsewhere add readers by the entry-point group
`steer_eval.readers`. Exactly one reader must claim a file, unless the user names one with `format=`. Nothing is ever unpickled.
"""

import hashlib
import pkgutil
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

from steer_eval.errors import VectorFormatError
from steer_eval.steering.vector import SteeringVector

_MODULES_THAT_ARE_NOT_READERS = {"container", "locate"}


class Reader(Protocol):
    """What a reader module offers."""

    NAME: str
    RULE: str

    def objection(self, path: Path) -> str | None:
        """Why this reader does not take the file, in a few words; None: it does."""

    def read(self, path: Path, row: int | None) -> SteeringVector:
        """The vector. `row` picks one row of a file with several."""


@cache
def readers() -> dict[str, Reader]:
    """All readers by name."""
    modules = [m.name for m in pkgutil.iter_modules(__path__) if m.name not in _MODULES_THAT_ARE_NOT_READERS]
    found: list[Reader] = [import_module(f"{__name__}.{name}") for name in modules]  # type: ignore[misc]
    found += [point.load() for point in entry_points(group="steer_eval.readers")]
    return {reader.NAME: reader for reader in found}


def read_vector(path: str | Path, format: str | None = None, row: int | None = None) -> SteeringVector:
    """Read a steering-vector file.

    Args:
        path: the file; files beside it that belong to it are read too.
        format: reader name, where the file cannot say whose it is.
        row: which row of a file with several, counted from 0.

    Raises:
        VectorFormatError: no such file, no reader or several claim it, or the file breaks its own format.
    """
    path = Path(path)
    if path.is_dir() or not path.exists():
        raise VectorFormatError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}, wanted a vector file")
    if path.stat().st_size == 0:
        raise VectorFormatError(f"{path} is empty: wanted a vector file")
    return _reader_for(path, format).read(path, row)


def sha256_of(path: Path) -> str:
    """Hash of the file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else _digest(file)


def _digest(file) -> str:  # type: ignore[no-untyped-def]  # Python 3.10 has no hashlib.file_digest
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def _reader_for(path: Path, format: str | None) -> Reader:
    known = readers()
    if format is not None:
        if format not in known:
            raise VectorFormatError(f"format={format} is not known: wanted one of {', '.join(sorted(known))}")
        if reason := known[format].objection(path):
            raise VectorFormatError(f"{path} cannot be read as {format}: {reason}")
        return known[format]
    objections = {name: reader.objection(path) for name, reader in sorted(known.items())}
    claims = [name for name, reason in objections.items() if reason is None]
    if len(claims) == 1:
        return known[claims[0]]
    if not claims:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in objections.items())
        raise VectorFormatError(f"no reader knows {path} ({reasons})")
    rules = "; ".join(f"{name}: {known[name].RULE}" for name in claims)
    raise VectorFormatError(f"{path} does not say whose it is: give format= one of {', '.join(claims)} ({rules})")
