"""What one forward pass is about: which columns are real tokens, where they stand, and which of them are steered."""

from torch import Tensor

from steer_eval.steering.positions import Positions


class Tokens:
    """The tokens of one forward pass, worked out on first use and kept for the pass."""

    def __init__(self, real: Tensor, position: Tensor, prompt: Tensor, chosen: Positions, rows: Tensor | None) -> None:
        """
        Args:
            real: [batch, seq], True where the column is not padding.
            position: [batch, seq], absolute position, 0 at the first real token.
            prompt: [batch, 1], length of each row's prompt.
            chosen: the positions to steer.
            rows: [batch], True where the row is steered; None: all rows.
        """
        self.real = real
        self.position = position
        self.prompt = prompt
        steered = chosen.mask(position, prompt) & real
        self.steered = steered if rows is None else steered & rows[:, None]

    def mask(self, like: Tensor) -> Tensor:
        """[batch, seq, 1] on the device of `like`: True where the token is steered."""
        return self.steered.unsqueeze(-1).to(like.device)
