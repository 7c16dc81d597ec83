"""rotate: turn the part of h in a plane, with b1, b2 the two rows made orthonormal in order, c_i = h.b_i, p = c1 b1 + c2 b2:

    mode=target   h - p + |p| (cos t b1 + sin t b2)          the angle of p becomes t
    mode=offset   h - p + (c1 cos t - c2 sin t) b1 + (c1 sin t + c2 cos t) b2      it grows by t

t = alpha * degree. Length and the rest of h stay. `adaptive=True` leaves tokens with c1 <= 0 alone. From angular steering (Vu and Nguyen
2025): AISteer360 turns what both norms of a block read (site=norm1_in+norm2_in); steering-lite knows the target mode, in radians.
"""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from steer_eval.errors import ArgumentError
from steer_eval.steering.basis import orthonormal
from steer_eval.steering.interventions import Intervention, register
from steer_eval.steering.site import Site
from steer_eval.steering.tokens import Tokens
from steer_eval.steering.vector import Direction


@register("rotate")
@dataclass(frozen=True)
class Rotate(Intervention):
    """No-op at angle 0 with mode=offset only."""

    degree: float | None = None
    """Angle in degrees for alpha 1."""
    mode: str = "target"
    """`target`: the angle in the plane becomes this; `offset`: it grows by this."""
    adaptive: bool = False
    """Only tokens with a positive coordinate along the first row."""

    ROWS = 2
    IDLE_AT_ZERO = False
    ALPHA_UNIT = "degree"

    def __post_init__(self) -> None:
        number = (
            isinstance(self.degree, int | float) and not isinstance(self.degree, bool) and math.isfinite(self.degree)
        )
        if self.degree is not None and not number:
            raise ArgumentError(f"degree={self.degree} is not an angle in degrees")
        if self.mode not in ("target", "offset"):
            raise ArgumentError(f"mode={self.mode} is not known: wanted target or offset")
        if not isinstance(self.adaptive, bool):
            raise ArgumentError(f"adaptive={self.adaptive} is not a switch: wanted True or False")

    def prepare(self, direction: Direction, site: Site, alpha: float) -> Direction:
        if self.degree is None:
            raise ArgumentError("rotate needs an angle: give degree= (a steering-lite file holds its own)")
        direction = super().prepare(direction, site, alpha)
        plane = orthonormal(direction.rows, self.NAME)
        if plane.shape[0] != 2:
            raise ArgumentError("rotate needs a plane, but its two rows lie on one line")
        return replace(direction, rows=plane)

    def __call__(self, h: Tensor, direction: Direction, alpha: float, tokens: Tokens | None) -> Tensor:
        assert self.degree is not None
        plane, t = direction.rows, math.radians(alpha * self.degree)
        cos, sin = math.cos(t), math.sin(t)
        c = h @ plane.T  # [batch, seq, 2]
        if self.mode == "target":
            new = c.norm(dim=-1, keepdim=True) * c.new_tensor([cos, sin])
        else:
            new = c @ c.new_tensor([[cos, sin], [-sin, cos]])
        y = h + (new - c) @ plane
        return torch.where(c[..., :1] > 0, y, h) if self.adaptive else y
