"""IBM activation-steering (CAST): `.svec`, JSON with one flat list per layer.

    {"model_type": str, "directions": {"0": [width numbers], ...}, "explained_variances": {"0": number}}

Direction i is fitted on the output of block i, but the tool changes the hidden states before it calls block i, so it acts on the INPUT of
block i: h + strength v. Strength, layers and the condition are not in the file. Source: steering_vector.py, leash_layer.py at 52be602.
"""

from pathlib import Path

from torch import Tensor

from steer_eval.readers.assemble import build, layer_number, no_row
from steer_eval.readers.containers.svec import svec_directions, svec_header, svec_objection
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, SteeringVector

NAME = "ibm"
RULE = "layer i acts on the INPUT of block i"
ASK = True
LAST_AFTER_NORM = True


def objection(path: Path) -> str | None:
    return svec_objection(path, flat_only=True)


def read(path: Path, row: int | None = None) -> SteeringVector:
    no_row(path, row, NAME)
    directions = svec_directions(path)
    return build(
        path,
        NAME,
        [_direction(path, key, rows) for key, rows in directions.items()],
        header=svec_header(path),
        unsaid=_UNSAID,
    )


_UNSAID = ("coefficient", "which layers to use", "positions", "condition")


def _direction(path: Path, key: str, numbers: Tensor) -> tuple[Site, Direction]:
    layer = layer_number(path, key)
    return Site("block_in", layer), Direction(numbers[None], number=layer)
