"""prompt_positional: row t of the direction, times alpha, is added at position alignment + t of the prompt.

From activation addition with a pair of prompts (Turner et al. 2023), as in AISteer360 (ActAdd), at the input of a block. Position 0 is
the first real token of a row. Generated tokens are never touched, and rows beyond the end of the prompt are not used.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from steer_eval.errors import ArgumentError
from steer_eval.steering.interventions import Intervention, register
from steer_eval.steering.tokens import Tokens
from steer_eval.steering.vector import Direction


@register("prompt_positional")
@dataclass(frozen=True)
class PromptPositional(Intervention):
    """No-op at alpha 0."""

    alignment: int = 1
    """Position of row 0; 1 is the token after the beginning-of-text token."""

    ROWS = None
    NEEDS_TOKENS = True

    def __post_init__(self) -> None:
        if isinstance(self.alignment, bool) or not isinstance(self.alignment, int) or self.alignment < 0:
            raise ArgumentError(f"alignment={self.alignment} is not a position: wanted a whole number from 0")

    def __call__(self, h: Tensor, direction: Direction, alpha: float, tokens: Tokens | None) -> Tensor:
        assert tokens is not None
        rows = direction.rows
        row = (tokens.position - self.alignment).to(h.device)
        used = (row >= 0) & (row < rows.shape[0]) & (tokens.position < tokens.prompt).to(h.device)
        return torch.where(used[..., None], h + alpha * rows[row.clamp(0, rows.shape[0] - 1)], h)
