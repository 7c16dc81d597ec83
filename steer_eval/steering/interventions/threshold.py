"""Interventions that look at the coordinate h.v first, v as stored (axbench keeps unit rows). From axbench (Wu et al. 2025).

    threshold_add     h + alpha v where h.v < alpha, else h          ThresholdingIntervention
    clamp_subspace    h - max(0, h.v) v + alpha v                    SubspaceIntervention

Both count alpha in largest activations there: alpha = factor * max_act.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from steer_eval.steering.interventions import Intervention, register
from steer_eval.steering.tokens import Tokens
from steer_eval.steering.vector import Direction


@register("threshold_add")
@dataclass(frozen=True)
class ThresholdAdd(Intervention):
    """No-op at alpha 0."""

    def __call__(self, h: Tensor, direction: Direction, alpha: float, tokens: Tokens | None) -> Tensor:
        v = direction.row
        return torch.where((h @ v)[..., None] < alpha, h + alpha * v, h)


@register("clamp_subspace")
@dataclass(frozen=True)
class ClampSubspace(Intervention):
    """At alpha 0 a positive coordinate is still removed."""

    IDLE_AT_ZERO = False

    def __call__(self, h: Tensor, direction: Direction, alpha: float, tokens: Tokens | None) -> Tensor:
        v = direction.row
        return h + (alpha - (h @ v).clamp_min(0))[..., None] * v
