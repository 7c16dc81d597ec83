"""zjunlp/EasyEdit: `layer_{i}.pt`, a bare tensor [width], or [concepts, width] for trained methods.

    caa_vector/layer_1.pt, vector_prompt_vector/layer_1.pt, sae_feature_vector/layer_1.pt, sta_vector/layer_1_MODE_trimT.pt,
    *_merged_vector.pt, RePS and SFT layer_1.pt

Added to the output of block i, 0-based: h + multiplier v. The layer stands in the file's name only; without it, `layers=` says where.
LoRA-like dictionaries and LM-Steer are other interventions, which no vector can express. Source: steer/ at 14cea82.
"""

import re
from pathlib import Path

from torch import Tensor

from steer_eval.readers.assemble import bare_tensor, build, no_row, pick_row, tensor_objection
from steer_eval.readers.containers import TORCH, kind_of
from steer_eval.readers.containers.torch_file import load_torch
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, SteeringVector

NAME = "easyedit"
RULE = "[width] or [concepts, width] with row=, added to the OUTPUT of block i, i from the name layer_i..."
ASK = True


def objection(path: Path) -> str | None:
    if kind_of(path) in TORCH:
        content = load_torch(path).content
        if isinstance(content, dict) and {"lora_A", "lora_B"} <= content.keys():
            return "LoRA-like weights (lora_A, lora_B), not a vector: not supported"
        if isinstance(content, dict) and {"weight", "bias"} <= content.keys():
            return "weights of a local module (weight, bias), not a vector: not supported"
        projectors = content[1] if isinstance(content, list) and len(content) > 1 else content
        if isinstance(projectors, dict) and "projector1" in projectors:
            return "an LM-Steer projector, not a vector: not supported"
    return tensor_objection(path, 1, 2)


def read(path: Path, row: int | None = None) -> SteeringVector:
    tensor: Tensor = bare_tensor(path)
    if tensor.ndim == 1:
        no_row(path, row, NAME)
    rows = pick_row(path, tensor if tensor.ndim == 2 else tensor[None], row, "concepts")
    match = re.match(r"layer_(\d{1,5})(?!\d)", path.name)
    layer = int(match[1]) if match else None
    unsaid = ("coefficient", "positions") if match else ("layer", "coefficient", "positions")
    return build(
        path, NAME, [(Site("block_out", layer), Direction(rows, number=layer, bound=layer is not None))], unsaid=unsaid
    )
