"""From the words of `vector=` to vectors: a path, a shipped name, `none`, `random:SEED`, several joined by `+`."""

import re
from pathlib import Path

import torch

from steer_eval.errors import ArgumentError
from steer_eval.paths import VECTORS
from steer_eval.readers import read_vector
from steer_eval.steering.controls import random_vector
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, SteeringVector

_SHIPPED = VECTORS / "bundled"


def shipped() -> list[str]:
    """Names of the vectors that come with the package, for the bundled model."""
    return sorted(path.parent.name for path in _SHIPPED.glob("*/vector.safetensors"))


def load_vectors(
    text: str, width: int, layer: int, format: str | None = None, row: int | None = None
) -> list[SteeringVector]:
    """The vectors that `text` names, in order; none for "none".

    Args:
        text: the value of `vector=`.
        width: width of the model, for a random direction that stands for no vector.
        layer: block for such a direction, 0-based.
        format: reader name, for all files.
        row: row of a many-row file, for all files.

    Raises:
        ArgumentError: a word that is neither a file nor a known name.
        VectorFormatError: a file that cannot be read.
    """
    if text == "none":
        return []
    parts = [text] if Path(text).exists() else text.split("+")
    return [_load(part.strip(), width, layer, format, row) for part in parts]


def _load(text: str, width: int, layer: int, format: str | None, row: int | None) -> SteeringVector:
    if match := re.fullmatch(r"random:(\d+)(?::like=(.+))?", text):
        unit = {Site("block_out", layer): Direction(torch.full((1, width), width**-0.5), number=layer)}
        like = _load(match[2], width, layer, format, row).directions if match[2] else unit
        return random_vector(int(match[1]), dict(like), text)
    own = _SHIPPED / text / "vector.safetensors"
    if re.fullmatch(r"[\w-]+", text) and not Path(text).exists() and own.exists():
        return read_vector(own)
    if re.fullmatch(r"[\w-]+", text) and not Path(text).exists():
        names = ", ".join(shipped()) or "none"
        raise ArgumentError(f"vector={text}: no such file and no shipped vector of that name; shipped: {names}; or none, random:SEED")
    return read_vector(Path(text).expanduser(), format, row)
