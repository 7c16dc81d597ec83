"""add: h + alpha v, at every steered token. From activation addition (Turner et al. 2023; Rimsky et al. 2024).

alpha v is worked out once, in float32, and rounded to the activation's type; then the sum is. (`torch.add(h, v, alpha=alpha)` would
round alpha itself to half precision on a CPU, but not on a GPU.)
"""

from dataclasses import dataclass, replace

from torch import Tensor

from steer_eval.steering.interventions import Intervention, register
from steer_eval.steering.site import Site
from steer_eval.steering.tokens import Tokens
from steer_eval.steering.vector import Direction


@register("add")
@dataclass(frozen=True)
class Add(Intervention):
    """No-op at alpha 0."""

    ADDITIVE = True
    OWN_TYPE = True

    def prepare(self, direction: Direction, site: Site, alpha: float) -> Direction:
        return replace(super().prepare(direction, site, alpha), rows=alpha * direction.rows)

    def __call__(self, h: Tensor, direction: Direction, alpha: float, tokens: Tokens | None) -> Tensor:
        return h + direction.row  # times alpha already
