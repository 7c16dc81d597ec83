"""From the words of `vector=` to vectors: a path, a hub address, a shipped name, `none`, `random:SEED`, several joined by `+`."""

import re
from pathlib import Path

import torch

from steer_eval.errors import ArgumentError
from steer_eval.paths import VECTORS
from steer_eval.readers import read_vector
from steer_eval.readers.hub import fetch, is_hub_address
from steer_eval.steering.controls import random_vector
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, SteeringVector

_SHIPPED = VECTORS / "bundled"
_RANDOM = re.compile(r"random:(\d+)(?::like=(.+))?")


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
    return [_load(part.strip(), width, layer, format, row) for part in split_names(text)]


def load_one(text: str, format: str | None = None, row: int | None = None) -> SteeringVector:
    """The vector of the one file, hub address or shipped name that `text` is.

    Raises:
        ArgumentError: several files, or a vector that is made, not read.
        VectorFormatError: a file that cannot be read.
    """
    if len(names := split_names(text)) > 1:
        raise ArgumentError(f"{text}: got {len(names)} files, wanted one at a time")
    if _RANDOM.fullmatch(text) or text == "none":
        raise ArgumentError(f"{text} is not a file: wanted a vector file, a hub address or a shipped name")
    return _load(text, 1, 0, format, row)


def split_names(text: str) -> list[str]:
    """The names that `+` joins. A `+` inside the name of an existing file is its own: the longest existing path wins."""
    parts = text.split("+")
    names = []
    while parts:
        ends = range(len(parts), 1, -1)
        taken = next((end for end in ends if _exists("+".join(parts[:end]))), 1)
        names.append("+".join(parts[:taken]))
        del parts[:taken]
    return names


def _exists(text: str) -> bool:
    match = _RANDOM.fullmatch(text.strip())
    try:
        return Path(((match[2] or "\0") if match else text).strip()).expanduser().exists() and text.strip() != ""
    except (OSError, RuntimeError, ValueError):  # no name that a file can have
        return False


def _load(text: str, width: int, layer: int, format: str | None, row: int | None) -> SteeringVector:
    if match := _RANDOM.fullmatch(text):
        unit = {Site("block_out", layer): Direction(torch.full((1, width), width**-0.5), number=layer)}
        like = _load(match[2], width, layer, format, row).directions if match[2] else unit
        return random_vector(int(match[1]), dict(like), text)
    if _exists(text):
        return read_vector(Path(text).expanduser(), format, row)
    if re.fullmatch(r"[\w-]+", text):
        own = _SHIPPED / text / "vector.safetensors"
        if own.exists():
            return read_vector(own)
        names = ", ".join(shipped()) or "none"
        raise ArgumentError(
            f"vector={text}: no such file and no shipped vector of that name; shipped: {names}; or none, random:SEED"
        )
    meant_here = Path(text.split("/")[0]).is_dir()  # a slip in the rest of a local path is not worth asking the hub for
    return read_vector(fetch(text) if is_hub_address(text) and not meant_here else Path(text).expanduser(), format, row)
