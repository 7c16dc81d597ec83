"""The harness's `--model steered` file: a torch dict of module names. Names are Llama's (`layers.N`, `layers.N.mlp`, ...).

A model of another family makes the harness stop with "hookpoints could not be resolved"; it does not steer elsewhere.
"""

from pathlib import Path
from typing import Any

import torch

from steer_eval.steering.site import Site
from steer_eval.steering.vector import SteeringVector
from steer_eval.writers import Loss

SUFFIX = ".pt"
_NAMES = {
    "block_out": "layers.{}",
    "attn_out": "layers.{}.self_attn",
    "mlp_out": "layers.{}.mlp",
    "o_proj_out": "layers.{}.self_attn.o_proj",
    "embed_out": "embed_tokens",
}


def loss(vector: SteeringVector) -> Loss:
    """What the harness's file cannot hold."""
    lost = Loss()
    for site, direction in vector.directions.items():
        if _module(site) is None:
            lost.meaning.append(f"the site {site}")
        if direction.rows.shape[0] != 1:
            lost.meaning.append(f"{direction.rows.shape[0]} rows at {site}")
        if direction.intervention not in (None, "add", "clamp"):
            lost.meaning.append(f"the intervention {direction.intervention} at {site}")
        lost.detail += [f"the tensor {name} at {site}" for name in direction.tensors if name != "bias"]
    if vector.positions not in (None, "all"):
        lost.meaning.append(f"positions={vector.positions}")
    return lost


def write(vector: SteeringVector, path: Path) -> None:
    """Write `vector`, of which `loss` has found no lost meaning."""
    content: dict[str, dict[str, Any]] = {}
    for site, direction in vector.directions.items():
        name = _module(site)
        assert name is not None
        content[name] = {
            "steering_vector": direction.rows[0].clone(),
            "steering_coefficient": 1.0 if direction.alpha is None else float(direction.alpha),
            "action": direction.intervention or "add",
            "bias": direction.tensors.get("bias"),
            "head_index": None,
        }
    torch.save(content, path)


def _module(site: Site) -> str | None:
    if site.kind == "module":
        return site.path
    if site.kind not in _NAMES or (site.layer or 0) < 0:
        return None
    return _NAMES[site.kind].format(site.layer)
