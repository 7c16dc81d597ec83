"""JSON files of lists of numbers, and small JSON files beside a vector file."""

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from steer_eval.errors import VectorFormatError
from steer_eval.readers.containers import JSON_LIMIT


def read_json(path: Path, limit: int = JSON_LIMIT) -> dict[str, object]:
    """The object that the file holds.

    Raises:
        VectorFormatError: too large, not JSON, nested too deeply, or not an object.
    """
    if (size := path.stat().st_size) > limit:
        raise VectorFormatError(f"{path} has {size:,} bytes of JSON: wanted at most {limit:,}")
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError, MemoryError) as error:
        raise VectorFormatError(f"{path} is not JSON, or cut off: {str(error)[:200]}") from None
    if not isinstance(content, dict):
        raise VectorFormatError(f"{path} holds a JSON {type(content).__name__}: wanted an object")
    return content


def read_json_beside(path: Path, name: str) -> dict[str, object] | None:
    """The small JSON object `name` in the folder of `path`; None if there is no such file."""
    beside = path.parent / name
    return read_json(beside, limit=10_000_000) if beside.is_file() else None


def numbers(path: Path, what: str, value: object) -> Tensor:
    """[width] from a list of numbers, [K, width] from a list of such lists; float32.

    Raises:
        VectorFormatError: anything else, or lists of unequal length.
    """
    nested = isinstance(value, list) and bool(value) and all(isinstance(row, list) for row in value)
    rows: list[Any] = value if isinstance(value, list) and nested else [value]
    for row in rows:
        if not isinstance(row, list) or not row or not all(type(number) in (float, int) for number in row):
            raise VectorFormatError(f"{path}, {what}: wanted a list of numbers, or of such lists")
    if len(lengths := {len(row) for row in rows}) > 1:
        raise VectorFormatError(
            f"{path}, {what}: the rows have lengths {', '.join(map(str, sorted(lengths)[:5]))}, wanted one length"
        )
    try:
        tensor = torch.tensor(rows, dtype=torch.float64).to(torch.float32)
    except (OverflowError, RuntimeError, ValueError):
        raise VectorFormatError(f"{path}, {what}: a number is too large for float64") from None
    return tensor if nested else tensor[0]
