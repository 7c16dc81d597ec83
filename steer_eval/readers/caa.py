"""nrimsky/CAA: `vec_layer_{i}_{model}.pt`, one bare tensor [width].

Added to the output of block i, 0-based: h + multiplier v, from the last token of the end-of-instruction string on. The layer stands in the
file's name only; without it, `layers=` says where. Source: the repository's generate_vectors.py and llama_wrapper.py.
"""

import re
from pathlib import Path

from steer_eval.readers.assemble import bare_tensor, build, no_row, one_row, tensor_objection
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, SteeringVector

NAME = "caa"
RULE = "[width], added to the OUTPUT of block i, i from the name vec_layer_i_..."
ASK = True


def objection(path: Path) -> str | None:
    return tensor_objection(path, 1)


def read(path: Path, row: int | None = None) -> SteeringVector:
    no_row(path, row, NAME)
    match = re.match(r"vec_layer_(\d{1,5})(?!\d)", path.name)
    layer = int(match[1]) if match else None
    direction = Direction(one_row(path, "the tensor", bare_tensor(path)), number=layer, bound=layer is not None)
    unsaid = ("coefficient", "positions") if match else ("layer", "coefficient", "positions")
    return build(path, NAME, [(Site("block_out", layer), direction)], unsaid=unsaid)
