"""axbench: `{Method}_weight.pt`, one row a concept [concepts, width], and `GemmaScopeSAE.pt`.

    GemmaScopeSAE.pt: {"W_dec": [n, width], "W_enc": [width, n], "b_enc": [n], "threshold": [n], "b_dec": [width]}

Row k belongs to line k of metadata.jsonl. Applied at the output of a block that the file does not name: h + max_act factor w, or the
clamping variants; the bias of {Method}_bias.pt is not used there. Source: models/model.py, models/sae.py at e9b8cd4.
"""

import json
from pathlib import Path

from torch import Tensor

from steer_eval.errors import VectorFormatError
from steer_eval.readers.assemble import bare_tensor, build, pick_row, tensor_objection
from steer_eval.readers.containers import TORCH, kind_of
from steer_eval.readers.containers.torch_file import load_torch
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, SteeringVector

NAME = "axbench"
RULE = "[concepts, width], row= names the concept, layers= the block whose OUTPUT is steered"
ASK = True
_SAE = {"W_dec": 2, "W_enc": 2, "b_enc": 1, "threshold": 1, "b_dec": 1}  # name -> dimensions


def objection(path: Path) -> str | None:
    if kind_of(path) in TORCH and isinstance(load_torch(path).content, dict):
        loaded = load_torch(path)
        content = loaded.content
        assert isinstance(content, dict)
        if any(isinstance(key, str) and key.endswith(("proj_weight", "source_weight")) for key in content):
            return "LoReFT weights, not a vector: not supported"
        fits = _SAE.keys() <= content.keys() and not loaded.foreign
        return None if fits else f"a dict without {', '.join(_SAE)}"
    return tensor_objection(path, 2)


def read(path: Path, row: int | None = None) -> SteeringVector:
    content = load_torch(path).content
    if isinstance(content, dict):
        direction = _sae_feature(path, content, row)
    else:
        direction = Direction(pick_row(path, bare_tensor(path), row, "concepts"), bound=False)
    unsaid = ("layer", "coefficient", "max_act", "positions")
    return build(path, NAME, [(Site("block_out"), direction)], header=_concept(path, row or 0), unsaid=unsaid)


def _sae_feature(path: Path, content: dict[object, object], row: int | None) -> Direction:
    parts: dict[str, Tensor] = {}
    for name, dims in _SAE.items():
        part = content[name]
        if not isinstance(part, Tensor) or not part.is_floating_point() or part.ndim != dims:
            raise VectorFormatError(f"{path}: wanted {name} to be a {dims}-D float tensor")
        parts[name] = part
    features, width = parts["W_dec"].shape
    wanted = {"W_enc": [width, features], "b_enc": [features], "threshold": [features], "b_dec": [width]}
    for name, shape in wanted.items():
        if list(parts[name].shape) != shape:
            raise VectorFormatError(f"{path}: {name} has shape {list(parts[name].shape)}, W_dec wants {shape}")
    rows = pick_row(path, parts["W_dec"], row, "features")
    return Direction(rows, bound=False, tensors=parts, knobs={"feature": row or 0})


def _concept(path: Path, row: int) -> dict[str, object]:
    """What metadata.jsonl beside the file says of this row."""
    beside = path.parent / "metadata.jsonl"
    if not beside.is_file() or beside.stat().st_size > 50_000_000:
        return {}
    lines = beside.read_text(encoding="utf-8", errors="replace").splitlines()
    try:
        about = json.loads(lines[row])
    except (IndexError, ValueError, RecursionError):
        return {}
    concept = about.get("concept") if isinstance(about, dict) else None
    return {"concept": concept} if isinstance(concept, str) else {}
