"""Directional ablation: h - alpha (h B^T) B, B an orthonormal basis of the rows. One row: h - alpha (h.u) u.

`ablate` acts where the file or the user says (steering-vectors, AISteer360, EasySteer "erase", SteeringControl). `ablate_everywhere`
acts on the input of every block and on the output of every attention module and every MLP, so that nothing the model writes has a part
along the direction: Arditi et al. 2024, refusal_direction; the same as taking the direction out of the weights that write.
"""

from dataclasses import dataclass, replace

from torch import Tensor

from steer_eval.steering.basis import orthonormal
from steer_eval.steering.interventions import Intervention, register
from steer_eval.steering.site import Site
from steer_eval.steering.tokens import Tokens
from steer_eval.steering.vector import Direction


@register("ablate")
@dataclass(frozen=True)
class Ablate(Intervention):
    """Removes everything at alpha 1; no-op at alpha 0."""

    ROWS = None

    def prepare(self, direction: Direction, site: Site, alpha: float) -> Direction:
        direction = super().prepare(direction, site, alpha)
        return replace(direction, rows=orthonormal(direction.rows, self.NAME))

    def __call__(self, h: Tensor, direction: Direction, alpha: float, tokens: Tokens | None) -> Tensor:
        basis = direction.rows
        return h - alpha * ((h @ basis.T) @ basis)


@register("ablate_everywhere")
@dataclass(frozen=True)
class AblateEverywhere(Ablate):
    """Removes everything at alpha 1; no-op at alpha 0."""

    SITES = ("block_in", "attn_out", "mlp_out")
