"""What one forward pass is about: which columns are real tokens, where they stand, and which of them are steered."""

from dataclasses import dataclass
from functools import cached_property

from torch import Tensor


@dataclass(frozen=True)
class Tokens:
    """The tokens of one forward pass."""

    real: Tensor
    """[batch, seq], True where the column is not padding."""
    position: Tensor
    """[batch, seq], absolute position, 0 at the first real token."""
    prompt: Tensor
    """[batch, 1], length of each row's prompt in real tokens."""
    steered: Tensor
    """[batch, seq], True where the token is steered: never padding."""

    @cached_property
    def _column(self) -> Tensor:
        return self.steered.unsqueeze(-1)

    def mask(self, like: Tensor) -> Tensor:
        """[batch, seq, 1] on the device of `like`: True where the token is steered."""
        return self._column.to(like.device)
