"""AISteer360: `.svec`, JSON with K rows per layer.

    {"model_type": str, "directions": {"LAYER": [[width] * K]}, optional "num_heads", "head_dim", "explained_variances", "probe_accuracies"}

A flat list counts as one row. The control that the file was made for is not stored. Layer i is applied at the OUTPUT of block i by CAA and
DirectionalAblation, at the input by CAST and ActAdd (row t at position alignment + t), at the inputs of both norms by AngularSteering (two
rows span the plane) and, with `num_heads`, by ITI at the input of o_proj: row = head. Source: steering_vector.py of 0.3.0.
"""

from pathlib import Path

from torch import Tensor

from steer_eval.errors import VectorFormatError
from steer_eval.readers.assemble import build, layer_number, pick_row
from steer_eval.readers.containers.svec import svec_directions, svec_header, svec_objection, svec_value
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, SteeringVector

NAME = "aisteer360"
RULE = (
    "layer i acts on the OUTPUT of block i, or where site= says: block_in for CAST and ActAdd, norm1_in+norm2_in for Angular "
    "(an IBM file, format=ibm, acts on the input)"
)
ASK = True
LAST_AFTER_NORM = True
_UNSAID = ("which control it was made for", "coefficient", "which layers to use", "positions", "site")


def objection(path: Path) -> str | None:
    return svec_objection(path, flat_only=False)


def read(path: Path, row: int | None = None) -> SteeringVector:
    heads = _heads(path)
    directions = [_direction(path, key, numbers, row, heads) for key, numbers in svec_directions(path).items()]
    return build(path, NAME, directions, header=svec_header(path), unsaid=_UNSAID)


def _heads(path: Path) -> tuple[int, int] | None:
    """(heads, head width) of an ITI file."""
    heads, width = svec_value(path, "num_heads"), svec_value(path, "head_dim")
    if heads is None and width is None:
        return None
    if type(heads) is not int or type(width) is not int:
        raise VectorFormatError(f"{path}: wanted num_heads and head_dim to be whole numbers")
    return heads, width


def _direction(
    path: Path, key: str, numbers: Tensor, row: int | None, heads: tuple[int, int] | None
) -> tuple[Site, Direction]:
    layer = layer_number(path, key)
    rows = numbers[None] if numbers.ndim == 1 else numbers
    if heads is not None and tuple(rows.shape) != heads:
        raise VectorFormatError(
            f"{path}, layer {layer}: got {list(rows.shape)}, wanted [num_heads, head_dim] = {list(heads)}"
        )
    if row is not None:
        rows = pick_row(path, rows, row)
    if heads is not None:
        return Site("o_proj_in", layer), Direction(rows, number=layer, intervention="per_head_add")
    return Site("block_out", layer), Direction(rows, number=layer)
