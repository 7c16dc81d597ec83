"""A scorer of one axis: `scorer(prompts, responses)` gives P(behaviour), `scorer.markers(...)` a second, plain opinion."""

import hashlib
from collections.abc import Sequence
from functools import cache

import numpy as np

from steer_eval.errors import ScorerError
from steer_eval.paths import SCORERS
from steer_eval.scoring.axes import axis_named
from steer_eval.scoring.features import Features
from steer_eval.scoring.head import Head, load_head

BATCH = 256  # texts encoded at once


class Scorer:
    """Calibrated P(behaviour), with the card of its head and a fingerprint that changes with anything that could change a score."""

    def __init__(self, features: Features, head: Head):
        """Raises ScorerError if `head` was trained on other features than these."""
        wanted = head.card.get("features", {}).get("fingerprint")
        if wanted != features.fingerprint:
            raise ScorerError(
                f"the {features.axis.name} head was trained with features {str(wanted)[:12]}, "
                f"but the code makes {features.fingerprint[:12]}: run `python -m steer_eval.scoring.train {features.axis.name} --data DIR`"
            )
        self.axis = features.axis.name
        self.card = head.card
        self.threshold = float(head.card["threshold"])
        self._features, self._head = features, head
        parts = (
            features.fingerprint.encode(),
            head.dense.tobytes(),
            head.sparse.tobytes(),
            np.array([head.bias, *head.calibration]).tobytes(),
        )
        self.fingerprint = hashlib.sha256(b"\0".join(parts) + str(self.threshold).encode()).hexdigest()

    def __call__(self, prompts: Sequence[str], responses: Sequence[str]) -> list[float]:
        """P(behaviour) in [0, 1] for each response. Raises ScorerError for anything but two lists of strings of equal length."""
        check_texts(self.axis, prompts, responses)
        scores: list[float] = []
        for start in range(0, len(responses), BATCH):
            batch = slice(start, start + BATCH)
            scores += self._head.probabilities(self._features.encode(prompts[batch], responses[batch])).tolist()
        return scores

    def markers(self, prompts: Sequence[str], responses: Sequence[str]) -> list[float]:
        """The same from marker rules alone, in [0, 1]: transparent, uncalibrated, untrained."""
        check_texts(self.axis, prompts, responses)
        return self._features.rules(prompts, responses)


def check_texts(axis: str, prompts: Sequence[str], responses: Sequence[str]) -> None:
    """Raises ScorerError unless both are sequences of strings, equally long."""
    for name, texts in (("prompts", prompts), ("responses", responses)):
        if isinstance(texts, str | bytes) or not isinstance(texts, Sequence):
            raise ScorerError(
                f"the {axis} scorer got {name} of type {type(texts).__name__}, wanted a list of strings: put a single text into a list"
            )
        for number, text in enumerate(texts):
            if not isinstance(text, str):
                raise ScorerError(
                    f"the {axis} scorer got {type(text).__name__} as {name}[{number}], wanted a string: drop or replace what is missing"
                )
    if len(prompts) != len(responses):
        raise ScorerError(
            f"the {axis} scorer got {len(prompts)} prompts and {len(responses)} responses, wanted as many of each: "
            "give every response its prompt"
        )


@cache
def load_scorer(axis: str) -> Scorer:
    """The shipped scorer of an axis. Raises ScorerError for an unknown axis or a damaged file."""
    features = Features(axis_named(axis))
    return Scorer(features, load_head(SCORERS / f"{axis}.safetensors", len(features.names)))
