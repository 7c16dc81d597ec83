"""The harness's `--model steered` file: a torch dict of module names. Names are Llama's (`layers.N`, `layers.N.mlp`, ...).

A model of another family makes the harness stop with "hookpoints could not be resolved"; it does not steer elsewhere. A vector without a
coefficient or an intervention of its own gets the harness's: 1 and add.
"""

from pathlib import Path
from typing import Any

import torch

from steer_eval.steering.site import Site, site_of_module
from steer_eval.steering.vector import Direction, SteeringVector
from steer_eval.writers import Loss, plain_loss

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
    lost = plain_loss(vector, lambda site: _module(site) is not None, ("add", "clamp"))
    held = {f"the tensor bias at {site}" for site, direction in vector.directions.items() if _clamps(direction)}
    return Loss(lost.meaning, [item for item in lost.detail if item not in held])


def write(vector: SteeringVector, path: Path) -> None:
    """Write `vector`, of which `loss` has found no lost meaning."""
    content: dict[str, dict[str, Any]] = {}
    for site, direction in vector.directions.items():
        name = _module(site)
        assert name is not None
        bias = direction.tensors.get("bias") if _clamps(direction) else None  # with add the harness refuses it
        content[name] = {
            "steering_vector": direction.row.clone(),
            "steering_coefficient": 1.0 if direction.alpha is None else float(direction.alpha),
            "action": direction.intervention or "add",
            "bias": None if bias is None else bias.clone(),
            "head_index": None,
        }
    torch.save(content, path)


def _clamps(direction: Direction) -> bool:
    return direction.intervention == "clamp"


def _module(site: Site) -> str | None:
    """The module whose name means this site and nothing else; None: there is none."""
    name = site.path if site.kind == "module" else _NAMES.get(site.kind, "").format(site.layer)
    return name if name and site_of_module(name) == site else None
