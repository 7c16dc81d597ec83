"""Requests that come in pairs: the same document steered and unsteered.

The evaluator keeps Instance objects as the task made them, so a subclass can say how a request is to be run, and the model can leave a
receipt on it. A task that finds no receipt knows that some other model class answered, for which "unsteered" means nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lm_eval.api.instance import Instance

from steer_eval.errors import ArgumentError

STEERED, BASELINE = "steered", "baseline"


@dataclass
class Receipt:
    """What the model says about a request that it ran."""

    arm: str
    """STEERED or BASELINE."""
    sign: int
    """+1 if alpha pushes towards the behaviour, -1 if away from it."""


@dataclass
class PairedInstance(Instance):
    """One arm of a pair."""

    arm: str = STEERED
    """STEERED or BASELINE."""
    window: Sequence[int] | None = None
    """Tokens to score, for perplexity; None for generation."""
    tokenizer_id: str | None = None
    """Identity of the tokenizer that made `window`."""
    receipt: Receipt | None = None
    """Left by SteeredHF."""


def check_receipts(task: str, instances: Sequence[Instance]) -> None:
    """Make sure that every arm was run as it asked.

    Raises:
        ArgumentError: another model class ran the requests, so there is no baseline.
    """
    for instance in instances:
        receipt = getattr(instance, "receipt", None)
        if receipt is None or receipt.arm != instance.arm:
            raise ArgumentError(
                f"task {task} needs --model steered-hf, which runs the unsteered baseline too (vector=none for none)"
            )
