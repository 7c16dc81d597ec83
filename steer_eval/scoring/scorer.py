"""A scorer of one axis: `scorer(prompts, responses)` gives P(behaviour), `scorer.markers(...)` a second, plain opinion.

For an axis that is scored by sentence (factuality) the score is the mean of the sentences' calibrated P. That is the
expected share of sentences with the behaviour; `scorer.share(...)` is the share over the threshold. The mean is the score
because the share cannot rank single sentences, nor two responses whose sentences fall on the same side; the card has the
AUROC of both.
"""

import hashlib
from collections.abc import Sequence
from functools import cache

import numpy as np

from steer_eval.errors import ScorerError
from steer_eval.paths import SCORERS
from steer_eval.scoring.axes import axis_named
from steer_eval.scoring.features import Features
from steer_eval.scoring.head import Head, load_head
from steer_eval.scoring.sentences import sentences
from steer_eval.scoring.tokens import first_turn

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
        self._per_sentence = features.axis.per_sentence
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
        if self._per_sentence:
            return [float(np.mean(of_sentences)) for of_sentences in self.by_sentence(prompts, responses)]
        return self._probabilities(prompts, responses)

    def markers(self, prompts: Sequence[str], responses: Sequence[str]) -> list[float]:
        """The same from marker rules alone, in [0, 1]: transparent, uncalibrated, untrained."""
        check_texts(self.axis, prompts, responses)
        if not self._per_sentence:
            return self._features.rules(prompts, responses)
        split = [sentences(first_turn(response)) for response in responses]
        return [float(np.mean(found)) for found in _regroup(self._features.rules(*_flat(prompts, split)), split)]

    def share(self, prompts: Sequence[str], responses: Sequence[str]) -> list[float]:
        """Share of each response's sentences over the threshold. Raises as a call does."""
        return [float(np.mean(np.array(found) > self.threshold)) for found in self.by_sentence(prompts, responses)]

    def by_sentence(self, prompts: Sequence[str], responses: Sequence[str]) -> list[list[float]]:
        """P(behaviour) of every sentence of each response. Raises as a call does."""
        check_texts(self.axis, prompts, responses)
        split = [sentences(first_turn(response)) for response in responses]
        return _regroup(self._probabilities(*_flat(prompts, split)), split)

    def _probabilities(self, prompts: Sequence[str], texts: Sequence[str]) -> list[float]:
        scores: list[float] = []
        for start in range(0, len(texts), BATCH):
            batch = slice(start, start + BATCH)
            scores += self._head.probabilities(self._features.encode(prompts[batch], texts[batch])).tolist()
        return scores


def _flat(prompts: Sequence[str], split: Sequence[Sequence[str]]) -> tuple[list[str], list[str]]:
    """A prompt and a sentence for every sentence."""
    pairs = [(prompt, sentence) for prompt, found in zip(prompts, split, strict=True) for sentence in found]
    return [prompt for prompt, _ in pairs], [sentence for _, sentence in pairs]


def _regroup(values: Sequence[float], split: Sequence[Sequence[str]]) -> list[list[float]]:
    rest = iter(values)
    return [[next(rest) for _ in found] for found in split]


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
