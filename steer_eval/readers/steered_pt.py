"""The harness's own `--model steered` file: a torch dict of module names of the base model.

    {"layers.1": {"steering_vector": Tensor [width], "steering_coefficient": 1.0, "action": "add" | "clamp", "bias": Tensor | None,
                  "head_index": int | None}}

Each is applied to the output of that module: add: h + c v; clamp: with x = h - bias, x + u (c - x.u), then bias is added back. Source:
lm_eval/models/hf_steered.py of 0.4.13, where `head_index` fails on every model and is therefore refused here.
"""

from pathlib import Path

from torch import Tensor

from steer_eval.errors import VectorFormatError
from steer_eval.readers.assemble import build, module_site, no_row, number_in, one_row
from steer_eval.readers.containers import TORCH, kind_of
from steer_eval.readers.containers.torch_file import load_torch
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, SteeringVector

NAME = "lm-eval-steered"
RULE = "keys are module names of the base model, applied to that module's output"


def objection(path: Path) -> str | None:
    if kind_of(path) not in TORCH:
        return "not a torch file"
    loaded = load_torch(path)
    content = loaded.content
    named = (
        isinstance(content, dict) and content and all(isinstance(v, dict) and "action" in v for v in content.values())
    )
    if not named:
        return "not a dict of module names with an action each"
    return f"also holds {', '.join(loaded.foreign[:3])}, which a steered file does not need" if loaded.foreign else None


def read(path: Path, row: int | None = None) -> SteeringVector:
    no_row(path, row, NAME)
    content = load_torch(path).content
    assert isinstance(content, dict)
    directions = []
    for name, entry in content.items():
        site = module_site(path, name)
        directions.append((site, _direction(path, name, entry, site)))
    return build(path, NAME, directions, unsaid=("model",))


def _direction(path: Path, name: str, entry: dict[str, object], site: Site) -> Direction:
    rows = one_row(path, f"steering_vector of {name}", entry.get("steering_vector"))
    bias, action = entry.get("bias"), entry["action"]
    if not isinstance(action, str) or action not in ("add", "clamp"):
        got = action[:20] if isinstance(action, str) else type(action).__name__
        raise VectorFormatError(f"{path}, {name}: got action {got!r}, wanted add or clamp")
    if entry.get("head_index") is not None:
        raise VectorFormatError(
            f"{path}, {name}: head_index is set, which the harness itself cannot apply to any model"
        )
    if bias is not None and (
        not isinstance(bias, Tensor) or not bias.is_floating_point() or bias.shape != rows.shape[1:]
    ):
        raise VectorFormatError(
            f"{path}, {name}: wanted bias to be a float tensor of the width of steering_vector, {rows.shape[1]}"
        )
    if bias is not None and action == "add":
        raise VectorFormatError(f"{path}, {name}: a bias belongs to clamp; the harness refuses it with add")
    coefficient = number_in(path, f"steering_coefficient of {name}", entry.get("steering_coefficient", 1.0))
    tensors = {"bias": bias} if isinstance(bias, Tensor) else {}
    return Direction(rows, number=site.layer, alpha=coefficient, intervention=action, tensors=tensors)
