"""Scorers: how strongly a response shows a behaviour, for each axis.

scorer = load_scorer("refusal")
scorer(prompts, responses)           # calibrated P(behaviour), one for each response
scorer.markers(prompts, responses)   # a second opinion: plain marker rules
metric("refusal").compute(predictions=responses, prompts=prompts)
"""

from typing import TYPE_CHECKING

from steer_eval.scoring.axes import AXES
from steer_eval.scoring.scorer import Scorer, load_scorer

if TYPE_CHECKING:
    from steer_eval.scoring.evaluate_metric import AxisMetric


def metric(axis: str) -> "AxisMetric":
    """The scorer of an axis as an `evaluate.Metric`. Raises ScorerError for an unknown axis."""
    from steer_eval.scoring.evaluate_metric import AxisMetric  # `evaluate` and `datasets` take seconds to import

    return AxisMetric(axis)


__all__ = ["AXES", "Scorer", "load_scorer", "metric"]
