"""replace: alpha v, whatever the activation was. From EasySteer (algorithm "replace")."""

from dataclasses import dataclass

from torch import Tensor

from steer_eval.steering.interventions import Intervention, register
from steer_eval.steering.tokens import Tokens
from steer_eval.steering.vector import Direction


@register("replace")
@dataclass(frozen=True)
class Replace(Intervention):
    """At alpha 0 the activation becomes zero."""

    IDLE_AT_ZERO = False

    def __call__(self, h: Tensor, direction: Direction, alpha: float, tokens: Tokens | None) -> Tensor:
        return (alpha * direction.row).expand_as(h)
