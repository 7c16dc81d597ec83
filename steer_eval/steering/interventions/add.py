"""add: h + alpha v, at every steered token. From activation addition (Turner et al. 2023; Rimsky et al. 2024).

In half precision v is rounded to the activation's type first, and the sum once.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from steer_eval.steering.interventions import Intervention, register
from steer_eval.steering.tokens import Tokens
from steer_eval.steering.vector import Direction


@register("add")
@dataclass(frozen=True)
class Add(Intervention):
    """No-op at alpha 0."""

    ADDITIVE = True
    OWN_TYPE = True

    def __call__(self, h: Tensor, direction: Direction, alpha: float, tokens: Tokens | None) -> Tensor:
        return torch.add(h, direction.row, alpha=alpha)
