"""ablate_then_add: h - (h.u) u + alpha v: the component along v is removed, then alpha v is put there, whatever h had before.

From steering-vectors (ablation_then_addition_operator, v as stored) and refusal_direction (activation patching, unit v: normalize=True).
steering-vectors gives NaN where its multiplier is 0, since it normalises alpha v; here alpha 0 is plain ablation.
"""

from dataclasses import dataclass, replace

from torch import Tensor

from steer_eval.steering.basis import unit
from steer_eval.steering.interventions import Intervention, register
from steer_eval.steering.site import Site
from steer_eval.steering.tokens import Tokens
from steer_eval.steering.vector import Direction


@register("ablate_then_add")
@dataclass(frozen=True)
class AblateThenAdd(Intervention):
    """At alpha 0 it still removes the component along v."""

    IDLE_AT_ZERO = False

    def prepare(self, direction: Direction, site: Site, alpha: float) -> Direction:
        direction = super().prepare(direction, site, alpha)
        return replace(direction, tensors={"unit": unit(direction.row, self.NAME)})

    def __call__(self, h: Tensor, direction: Direction, alpha: float, tokens: Tokens | None) -> Tensor:
        u = direction.tensors["unit"]
        return h - (h @ u)[..., None] * u + alpha * direction.row
