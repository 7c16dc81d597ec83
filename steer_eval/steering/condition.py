"""Steer a request only where a condition holds: conditional activation steering (CAST, Lee et al. 2024).

    score = cos(x, tanh(P x)),  P = c c^T / (c.c)

x is the mean over the prompt's tokens, or its last token, of the input of a block; c is the condition vector there. The condition holds
for a row if its score is above (or below) the threshold at any of the condition's blocks. As in IBM activation-steering, AISteer360 and
SteeringControl; "above" means above, whatever a tool calls it.

The prompt is judged in the first pass of a request, and the answer is kept for its later passes. A place that comes before the block
where the condition is measured does not know yet: it leaves the prompt alone, and steers only tokens of later passes.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional as F

from steer_eval.errors import ArgumentError
from steer_eval.steering.tokens import Tokens


@dataclass(frozen=True)
class Condition:
    """A condition on a request's prompt.

    Raises:
        ArgumentError: no vector, a zero vector, a word or a number that cannot be used.
    """

    directions: tuple[tuple[int, Tensor], ...]
    """(block counted from 0, condition vector [width] in float32) pairs."""
    threshold: float
    """What the score, in [-1, 1], is compared with."""
    when: str = "above"
    """`above`: holds if score > threshold; `below`: if score < threshold."""
    pool: str = "mean"
    """`mean` over the real tokens of the prompt, or its `last` token."""

    def __post_init__(self) -> None:
        if not self.directions:
            raise ArgumentError("the condition has no vector")
        if self.when not in ("above", "below"):
            raise ArgumentError(f"condition_when={self.when} is not known: wanted above or below")
        if self.pool not in ("mean", "last"):
            raise ArgumentError(f"condition_pool={self.pool} is not known: wanted mean or last")
        if not torch.isfinite(torch.tensor(float(self.threshold))):
            raise ArgumentError(f"condition_threshold={self.threshold} is not finite")
        for layer, c in self.directions:
            if not c.any():
                raise ArgumentError(f"the condition vector of layer {layer} is all zeros")

    def score(self, h: Tensor, c: Tensor, tokens: Tokens) -> Tensor:
        """[batch], cos(x, tanh(P x)) with x pooled over the prompt's tokens in this pass.

        Args:
            h: [batch, seq, width], any number type.
            c: [width].
            tokens: of this pass.
        """
        real = tokens.real & (tokens.position < tokens.prompt)
        chosen = real if self.pool == "mean" else real & (tokens.position == tokens.prompt - 1)
        weight = chosen.to(h.device)[..., None]
        x = torch.where(weight, h.float(), 0.0).sum(1) / weight.sum(1).clamp_min(1)
        c = c.to(h.device, torch.float32)
        projected = (x * c).sum(-1, keepdim=True) / (c * c).sum() * c
        return F.cosine_similarity(x, projected.tanh(), dim=-1)

    def holds(self, h: Tensor, c: Tensor, tokens: Tokens) -> Tensor:
        """[batch], True where the condition holds at this block."""
        score = self.score(h, c, tokens)
        return score > self.threshold if self.when == "above" else score < self.threshold


class Gate:
    """What is known of a condition for the request in progress."""

    def __init__(self, condition: Condition) -> None:
        self.condition = condition
        self._met: Tensor | None = None  # [batch], so far
        self._met_when: dict[int, Tensor] = {}  # by place: what was known when the prompt went through it
        self._judging = True

    def begin(self, fresh: bool) -> None:
        """A pass begins; `fresh`: the first of its request."""
        self._judging = fresh or self._met is None
        if self._judging:
            self._met, self._met_when = None, {}

    def measure(self, h: Tensor, c: Tensor, tokens: Tokens) -> None:
        """Judge the rows by the input of a condition block, unless that has been done for this request."""
        if self._judging:
            met = self.condition.holds(h, c, tokens)
            self._met = met if self._met is None else self._met.to(met.device) | met

    def limit(self, tokens: Tokens, place: int) -> Tokens:
        """`tokens`, of which only those steered for which the condition is known to hold at this place."""
        steered = tokens.steered
        now = torch.zeros_like(steered[:, 0]) if self._met is None else self._met.to(steered.device)
        if self._judging:
            self._met_when[place] = now
            return replace(tokens, steered=steered & now[:, None])
        then = self._met_when.get(place, now).to(steered.device)
        return replace(
            tokens, steered=steered & torch.where(tokens.position < tokens.prompt, then[:, None], now[:, None])
        )
