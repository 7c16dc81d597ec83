"""Read any vector file: one reader a format, one file each, found by importing this package.

A reader is a module with NAME, RULE (what the file's layer numbers mean and how it is applied, in a few words), `objection(path)` (why the
file is not its own; None if it is) and `read(path, row)`; optionally ASK = True (the format does not say whose it is, so `format=` is
required), FOLDER = True (takes folders too; the others are never asked about one), BESIDE (names of files beside it that belong to it)
and LAST_AFTER_NORM = True (the last block's direction is fitted on hidden_states[-1], which is after the final norm). Packages elsewhere
add readers by the entry-point group `steer_eval.readers`. Exactly one reader must claim a file, unless the user names one with `format=`.
Nothing is ever unpickled.
"""

import pkgutil
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

from steer_eval.errors import VectorFormatError
from steer_eval.readers.containers import kind_of, svec, torch_file
from steer_eval.readers.digest import sha256_of
from steer_eval.steering.vector import SteeringVector

__all__ = ["Reader", "read_vector", "readers", "sha256_of"]


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
    modules = [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__) if not found.ispkg]
    known: list[Reader] = [module for module in modules if hasattr(module, "objection")]
    known += [point.load() for point in entry_points(group="steer_eval.readers")]
    return {reader.NAME: reader for reader in known}


def read_vector(path: str | Path, format: str | None = None, row: int | None = None) -> SteeringVector:
    """Read a steering-vector file.

    Args:
        path: the file, or the folder of a sparse autoencoder; files beside it that belong to it are read too.
        format: reader name, where the file cannot say whose it is.
        row: which row of a file with several, counted from 0.

    Raises:
        VectorFormatError: no such file, no reader or several claim it, or the file breaks its own format.
    """
    path = Path(path)
    if not path.is_dir() and not path.is_file():
        raise VectorFormatError(
            f"{path}: {'not a regular file' if path.exists() else 'no such file'}, wanted a vector file"
        )
    if path.is_file() and path.stat().st_size == 0:
        raise VectorFormatError(f"{path} is empty: wanted a vector file")
    if kind_of(path) == "pickle":
        raise VectorFormatError(
            f"{path} is a plain pickle, which is never unpickled: save its tensors with torch.save or safetensors"
        )
    try:
        return _reader_for(path, format).read(path, row)
    finally:
        torch_file.forget()
        svec.forget()


def _reader_for(path: Path, format: str | None) -> Reader:
    known = readers()
    if format is not None:
        if format not in known:
            raise VectorFormatError(f"format={format} is not known: wanted one of {', '.join(sorted(known))}")
        if reason := _objection(known[format], path):
            raise VectorFormatError(f"{path} cannot be read as {format}: {reason}")
        return known[format]
    objections = {name: _objection(reader, path) for name, reader in sorted(known.items())}
    claims = [name for name, reason in objections.items() if reason is None]
    sure = [name for name in claims if not getattr(known[name], "ASK", False)]
    if len(claims) == 1 and sure:
        return known[claims[0]]
    if not claims:
        what = "this folder" if path.is_dir() else "this file"
        raise VectorFormatError(f"no reader knows {what}, {path} ({_by_reason(objections)})")
    rules = "; ".join(f"{name}: {known[name].RULE}" for name in claims)
    raise VectorFormatError(f"{path} does not say whose it is: give format={' or format='.join(claims)} ({rules})")


def _objection(reader: Reader, path: Path) -> str | None:
    if path.is_dir() and not getattr(reader, "FOLDER", False):
        return "a folder, wanted a file"
    return reader.objection(path)


def _by_reason(objections: dict[str, str | None]) -> str:
    """Reasons with the readers that have them: many readers share a container."""
    names: dict[str, list[str]] = {}
    for name, reason in objections.items():
        names.setdefault(str(reason), []).append(name)
    return "; ".join(f"{', '.join(who)}: {reason}" for reason, who in names.items())
