"""slerp: the direction of h is moved along the great circle towards that of v by the fraction alpha; |h| stays.

With a = h / |h|, u = v / |v|, w = arccos(a.u):  |h| (sin((1 - alpha) w) a + sin(alpha w) u) / sin w. From steering-lite ("spherical").
Where h is zero or (anti)parallel to v the circle is not defined, and h stays.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from steer_eval.steering.basis import unit
from steer_eval.steering.interventions import Intervention, register
from steer_eval.steering.site import Site
from steer_eval.steering.tokens import Tokens
from steer_eval.steering.vector import Direction

_PARALLEL = 1e-4  # sin w below which float32 cannot tell the circle


@register("slerp")
@dataclass(frozen=True)
class Slerp(Intervention):
    """No-op at alpha 0; at alpha 1 the direction is that of v."""

    def prepare(self, direction: Direction, site: Site, alpha: float) -> Direction:
        direction = super().prepare(direction, site, alpha)
        return replace(direction, rows=unit(direction.row, self.NAME)[None])

    def __call__(self, h: Tensor, direction: Direction, alpha: float, tokens: Tokens | None) -> Tensor:
        u = direction.row
        length = h.norm(dim=-1, keepdim=True)
        along = h @ u
        across = (h - along[..., None] * u).norm(dim=-1)  # |h| sin w, exact where arccos is not
        w = torch.atan2(across, along)[..., None]
        sin = torch.sin(w)
        y = (torch.sin((1 - alpha) * w) * h + torch.sin(alpha * w) * length * u) / sin
        return torch.where((sin > _PARALLEL) & (length > 0), y, h)
