"""persona_vectors: `{trait}_{response_avg,prompt_avg,prompt_last}_diff.pt`, a bare tensor [blocks + 1, width].

Row L is hidden_states[L] of Transformers, so it is applied at the OUTPUT of block L-1: h + coeff v. Row 0, the embeddings, is left out: the
tool would apply it to the last block by accident. The last row was read after the final norm. Source: eval and activation_steer.py of a
public fork.
"""

from pathlib import Path

from steer_eval.errors import VectorFormatError
from steer_eval.readers.assemble import bare_tensor, build, no_row, tensor_objection
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, SteeringVector

NAME = "persona_vectors"
RULE = "[blocks+1, width], row L is hidden_states[L]: added to the OUTPUT of block L-1"
ASK = True
LAST_AFTER_NORM = True


def objection(path: Path) -> str | None:
    return tensor_objection(path, 2)


def read(path: Path, row: int | None = None) -> SteeringVector:
    no_row(path, row, NAME)
    tensor = bare_tensor(path)
    if len(tensor) < 2:
        raise VectorFormatError(
            f"{path} has {len(tensor)} row: wanted blocks + 1 rows, of which row 0 is the embeddings"
        )
    directions = [(Site("block_out", n - 1), Direction(tensor[n : n + 1], number=n)) for n in range(1, len(tensor))]
    return build(path, NAME, directions, unsaid=("coefficient", "which layers to use", "positions"))
