"""`.svec` JSON, which IBM activation-steering and AISteer360 write with one extension and two meanings.

{"model_type": str, "directions": {"LAYER": [width] or [[width] * K]}, "explained_variances": {...}, ...}
"""

from functools import lru_cache
from pathlib import Path

from torch import Tensor

from steer_eval.readers.containers import kind_of
from steer_eval.readers.containers.json_file import numbers, read_json


def svec_objection(path: Path, flat_only: bool) -> str | None:
    """Why `path` is not a .svec file; None: it is. With `flat_only`, lists of lists are an objection."""
    if kind_of(path) != "json":
        return "not a JSON file"
    directions = _content(path).get("directions")
    if not isinstance(directions, dict) or not directions:
        return 'a JSON file without "directions"'
    if flat_only and any(isinstance(rows, list) and rows and isinstance(rows[0], list) for rows in directions.values()):
        return "its directions are lists of lists, which this tool does not write"
    return None


def svec_directions(path: Path) -> dict[str, Tensor]:
    """By layer as the file writes it: [width] or [K, width], float32.

    Raises:
        VectorFormatError: a value that is not numbers.
    """
    directions = _content(path)["directions"]
    assert isinstance(directions, dict)
    return {layer: numbers(path, f"layer {layer[:20]}", rows) for layer, rows in directions.items()}


def svec_header(path: Path) -> dict[str, object]:
    """What else the file says, short values only."""
    said = {key: value for key, value in _content(path).items() if key != "directions"}
    return {
        key: value
        for key, value in said.items()
        if isinstance(value, (str, int, float, bool)) and len(str(value)) < 1000
    }


def svec_value(path: Path, key: str) -> object:
    """One value beside the directions."""
    return _content(path).get(key)


def _content(path: Path) -> dict[str, object]:
    status = path.stat()
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1)
def _read(path: Path, mtime: int, size: int) -> dict[str, object]:
    return read_json(path)


def forget() -> None:
    """Let go of the last file read."""
    _read.cache_clear()
