"""cosine_gated_add: h + max(0, |cos(h, v)| - tau) alpha v: added in proportion to how much of v a token has already.

From steering-lite ("cosine_gated"), whose files hold tau.
"""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from steer_eval.errors import ArgumentError
from steer_eval.steering.basis import unit
from steer_eval.steering.interventions import Intervention, register
from steer_eval.steering.site import Site
from steer_eval.steering.tokens import Tokens
from steer_eval.steering.vector import Direction


@register("cosine_gated_add")
@dataclass(frozen=True)
class CosineGatedAdd(Intervention):
    """No-op at alpha 0."""

    tau: float | None = None
    """|cos(h, v)| below which nothing is added, 0 to 1."""

    def __post_init__(self) -> None:
        number = isinstance(self.tau, int | float) and not isinstance(self.tau, bool) and math.isfinite(self.tau)
        if self.tau is not None and not number:
            raise ArgumentError(f"tau={self.tau} is not a number")

    def prepare(self, direction: Direction, site: Site, alpha: float) -> Direction:
        if self.tau is None:
            raise ArgumentError(
                "cosine_gated_add needs tau=, the cosine from which on it adds (a steering-lite file holds its own)"
            )
        direction = super().prepare(direction, site, alpha)
        return replace(direction, tensors={"unit": unit(direction.row, self.NAME)})

    def __call__(self, h: Tensor, direction: Direction, alpha: float, tokens: Tokens | None) -> Tensor:
        assert self.tau is not None
        length = h.norm(dim=-1)
        cosine = torch.where(length > 0, (h @ direction.tensors["unit"]) / length, 0.0)
        gate = (cosine.abs() - self.tau).clamp_min(0)
        return h + alpha * gate[..., None] * direction.row
