"""The harness's own `--model steered` file: a torch dict of module names of the base model.

    {"layers.1": {"steering_vector": Tensor [width], "steering_coefficient": 1.0, "action": "add" | "clamp", "bias": Tensor | None,
                  "head_index": int | None}}

Each is applied to the output of that module: add: h + c v; clamp: with x = h - bias, x + u (c - x.u), then bias is added back. Source:
lm_eval/models/hf_steered.py of 0.4.13, where `head_index` fails on every model and is therefore refused here.
"""

from pathlib import Path
from typing import Any

import torch

from steer_eval.errors import VectorFormatError
from steer_eval.readers import sha256_of
from steer_eval.readers.container import kind_of, load_torch
from steer_eval.steering.site import Site, site_of_module
from steer_eval.steering.vector import Direction, Origin, SteeringVector

NAME = "lm-eval-steered"
RULE = "keys are module names of the base model, applied to that module's output"


def objection(path: Path) -> str | None:
    if kind_of(path) not in ("torch", "torch-legacy"):
        return "not a torch file"
    try:
        content = load_torch(path)
    except VectorFormatError as error:
        return str(error)
    named = isinstance(content, dict) and content and all(isinstance(v, dict) and "action" in v for v in content.values())
    return None if named else "not a dict of module names with an action each"


def read(path: Path, row: int | None = None) -> SteeringVector:
    directions = {}
    for name, entry in load_torch(path).items():
        site = site_of_module(str(name))
        directions[site] = _direction(path, name, entry, site)
    return SteeringVector(directions, Origin(str(path), NAME, sha256_of(path)), unsaid=("model",))


def _direction(path: Path, name: str, entry: dict[str, Any], site: Site) -> Direction:
    vector, bias, action = entry.get("steering_vector"), entry.get("bias"), entry["action"]
    if not isinstance(vector, torch.Tensor) or vector.ndim != 1 or not vector.is_floating_point():
        raise VectorFormatError(f"{path}, {name}: wanted steering_vector to be a 1-D float tensor")
    if action not in ("add", "clamp"):
        raise VectorFormatError(f"{path}, {name}: got action {action!r}, wanted add or clamp")
    if entry.get("head_index") is not None:
        raise VectorFormatError(f"{path}, {name}: head_index is set, which the harness itself cannot apply to any model")
    if bias is not None and (not isinstance(bias, torch.Tensor) or bias.shape != vector.shape):
        raise VectorFormatError(f"{path}, {name}: wanted bias to be a tensor of the shape of steering_vector")
    if bias is not None and action == "add":
        raise VectorFormatError(f"{path}, {name}: a bias belongs to clamp; the harness refuses it with add")
    coefficient = entry.get("steering_coefficient", 1.0)
    if not isinstance(coefficient, (int, float)):
        raise VectorFormatError(f"{path}, {name}: got coefficient {coefficient!r}, wanted a number")
    tensors = {} if bias is None else {"bias": bias.to(torch.float32)}
    rows = vector.to(torch.float32)[None].clone()
    return Direction(rows, number=site.layer, alpha=float(coefficient), intervention=action, tensors=tensors)
