"""clamp: the coordinate along u becomes alpha. With x = h - b: x + u (alpha - x.u), then b is added back; b = 0 if the file has none.

From the harness's own `steered` model (lm_eval/models/hf_steered.py, action "clamp"), where b is the decoder bias of an SAE.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from steer_eval.errors import ArgumentError
from steer_eval.steering.basis import unit
from steer_eval.steering.interventions import Intervention, register
from steer_eval.steering.site import Site
from steer_eval.steering.tokens import Tokens
from steer_eval.steering.vector import Direction


@register("clamp")
@dataclass(frozen=True)
class Clamp(Intervention):
    """At alpha 0 the coordinate becomes 0."""

    IDLE_AT_ZERO = False

    def prepare(self, direction: Direction, site: Site, alpha: float) -> Direction:
        prepared = super().prepare(direction, site, alpha)
        bias = direction.tensors.get("bias", torch.zeros_like(direction.row))
        if bias.shape != direction.row.shape:
            raise ArgumentError(f"clamp: the bias has shape {list(bias.shape)}, wanted {list(direction.row.shape)}")
        return replace(prepared, tensors={"unit": unit(direction.row, self.NAME), "bias": bias})

    def __call__(self, h: Tensor, direction: Direction, alpha: float, tokens: Tokens | None) -> Tensor:
        u, bias = direction.tensors["unit"], direction.tensors["bias"]
        return h + (alpha - (h - bias) @ u)[..., None] * u
