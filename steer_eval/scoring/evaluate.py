"""How good a scorer is where it was not trained: AUROC inside a source, across sources, of length alone; reliability of its probabilities.

In-source figures overstate what happens elsewhere, so the cross-source ones are what a card leads with, and calibration uses only them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata

from steer_eval.scoring.data import Rows, row_weights
from steer_eval.scoring.features import Features
from steer_eval.scoring.fit import Prepared, fit_head, platt
from steer_eval.scoring.head import Head

FOLDS = 5
WORDS_OF_A_RESPONSE = 45  # about 64 tokens
Copies = Sequence[Prepared]


@dataclass(frozen=True)
class Unseen:
    """What heads that never saw a source said about it."""

    whole: np.ndarray
    """Logits of the whole texts, float64 [n]."""
    cut: np.ndarray
    """Logits of the texts cut to the length of an evaluated response."""


def auroc(labels: np.ndarray, scores: Sequence[float] | np.ndarray) -> float:
    """Probability that a random 1 scores above a random 0, ties counted half."""
    ranks = rankdata(scores)
    ones = int(labels.sum())
    zeros = len(labels) - ones
    if ones == 0 or zeros == 0:
        raise ValueError("AUROC needs both labels")
    return float((ranks[labels == 1].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def length_auroc(rows: Rows) -> float:
    """AUROC of the number of characters as the score: 0.5 is no cue."""
    return auroc(rows.labels, [len(text) for text in rows.texts])


def cross_source(features: Features, sources: Sequence[Copies], cuts: Sequence[Prepared], which: int) -> Unseen:
    """Source `which` judged by a head that was trained on all the others."""
    head = fit_head(features, [source for number, source in enumerate(sources) if number != which])
    return Unseen(sources[which][0].logits(head), cuts[which].logits(head))


def in_source(features: Features, source: Copies, cut: Prepared, others: Sequence[Copies] = ()) -> Unseen:
    """A source judged fold by fold by heads trained on its other folds (and on `others`); rows of one group share a fold."""
    folds = _folds(source[0].rows.groups)
    whole, short = np.zeros(len(folds)), np.zeros(len(folds))
    for fold in range(FOLDS):
        held = folds == fold
        head = fit_head(features, [[copy.take(~held) for copy in source], *others])
        whole[held], short[held] = source[0].take(held).logits(head), cut.take(held).logits(head)
    return Unseen(whole, short)


def calibrate(head: Head, unseen: Sequence[Unseen], rows: Sequence[Rows]) -> Head:
    """The head with the slope and offset that make the logits of unseen sources probabilities; sources count by weight, `own` as 1."""
    return head.calibrated(*platt(*_together(unseen, rows)))


def reliability(unseen: Sequence[Unseen], rows: Sequence[Rows], bins: int = 10) -> dict[str, Any]:
    """Calibration error on rows that did not take part in the calibration (halves in turn): the curve, ECE, balanced accuracy at 0.5."""
    logits, labels, weights = _together(unseen, rows)
    half = np.random.default_rng(0).integers(0, 2, len(logits))
    said = np.zeros(len(logits))
    for part in (0, 1):
        slope, offset = platt(logits[half != part], labels[half != part], weights[half != part])
        said[half == part] = 1 / (1 + np.exp(-(slope * logits[half == part] + offset)))
    curve, error = [], 0.0
    for number in range(bins):
        inside = (said >= number / bins) & ((said < (number + 1) / bins) | (number == bins - 1))
        if inside.any():
            mean_said, mean_true = (
                float(np.average(values[inside], weights=weights[inside])) for values in (said, labels)
            )
            share = float(weights[inside].sum() / weights.sum())
            curve.append({"said": round(mean_said, 3), "was": round(mean_true, 3), "share": round(share, 3)})
            error += share * abs(mean_said - mean_true)
    right = [np.average((said > 0.5)[labels == label] == label, weights=weights[labels == label]) for label in (0, 1)]
    return {"curve": curve, "ece": round(error, 4), "balanced_accuracy": round(float(np.mean(right)), 4)}


def _together(unseen: Sequence[Unseen], rows: Sequence[Rows]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    def joined(values: Callable[[Unseen, Rows], list[np.ndarray]]) -> np.ndarray:
        return np.concatenate([part for one, of in zip(unseen, rows, strict=True) for part in values(one, of)])

    weights = joined(lambda _, of: [row_weights(of) / (of.weight if of.name == "own" else 1.0)] * 2)
    return joined(lambda one, _: [one.whole, one.cut]), joined(lambda _, of: [of.labels, of.labels]), weights


def _folds(groups: np.ndarray) -> np.ndarray:
    order = np.random.default_rng(0).permutation(int(groups.max()) + 1)
    return order[groups] % FOLDS
