"""affine: h - alpha ((h - ref).u) u: the coordinate along u is moved towards that of a reference activation, all the way at alpha 1.

From affine concept editing (Marshall et al. 2024), as in SteeringControl (ACE), whose files store the reference activation.
"""

from dataclasses import dataclass, replace

from torch import Tensor

from steer_eval.errors import ArgumentError
from steer_eval.steering.basis import unit
from steer_eval.steering.interventions import Intervention, register
from steer_eval.steering.site import Site
from steer_eval.steering.tokens import Tokens
from steer_eval.steering.vector import Direction


@register("affine")
@dataclass(frozen=True)
class Affine(Intervention):
    """No-op at alpha 0."""

    TENSORS = {"reference": "a SteeringControl file, or a .safetensors of ours with a reference activation"}  # noqa: RUF012

    def prepare(self, direction: Direction, site: Site, alpha: float) -> Direction:
        direction = super().prepare(direction, site, alpha)
        u, reference = unit(direction.row, self.NAME), direction.tensors["reference"]
        if reference.shape != u.shape:
            raise ArgumentError(f"affine: the reference has shape {list(reference.shape)}, wanted {list(u.shape)}")
        return replace(direction, tensors={"unit": u, "target": reference @ u})

    def __call__(self, h: Tensor, direction: Direction, alpha: float, tokens: Tokens | None) -> Tensor:
        u, target = direction.tensors["unit"], direction.tensors["target"]
        return h - alpha * ((h @ u) - target)[..., None] * u
