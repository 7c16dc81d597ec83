"""The scorers as `evaluate.Metric`, without network access.

    steer_eval.scoring.metric("refusal").compute(predictions=[...], prompts=[...])

`prompts` may be left out for axes that do not read them.
"""

from collections.abc import Sequence
from typing import Any

import datasets
import evaluate

from steer_eval.errors import ScorerError
from steer_eval.scoring.axes import axis_named
from steer_eval.scoring.scorer import check_texts, load_scorer


class AxisMetric(evaluate.Metric):  # type: ignore[misc]  # evaluate is untyped
    """Mean P(behaviour) over responses."""

    def __init__(self, axis: str):
        """Raises ScorerError for an unknown axis."""
        self.axis = axis_named(axis)
        super().__init__(config_name=self.axis.name)

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(
            description=f"Mean probability that {self.axis.definition}.",
            citation="",
            inputs_description="predictions: responses. prompts: what they respond to.",
            features=datasets.Features({"predictions": datasets.Value("string"), "prompts": datasets.Value("string")}),
        )

    def compute(
        self, *, predictions: Sequence[str] | None = None, prompts: Sequence[str] | None = None, **other: object
    ) -> dict[str, Any]:
        """score (mean), scores, score_markers (mean of the second scorer), scorer (fingerprint). Raises ScorerError for unusable input."""
        if other:
            raise ScorerError(
                f"the {self.axis.name} metric got {', '.join(sorted(other))}, wanted predictions and prompts: leave the rest out"
            )
        if predictions is None and prompts is None and self.writer is not None:
            return dict(super().compute())  # what add() and add_batch() collected
        if prompts is None:
            if self.axis.reads_prompt:
                raise ScorerError(
                    f"the {self.axis.name} metric got no prompts, but its score depends on them: give prompts=[...]"
                )
            prompts = [""] * len(predictions or [])
        if not predictions:
            raise ScorerError(
                f"the {self.axis.name} metric got no predictions, wanted at least one response: give predictions=[...]"
            )
        check_texts(self.axis.name, prompts, predictions)
        return self._compute(list(predictions), list(prompts))

    def _compute(self, predictions: list[str], prompts: list[str]) -> dict[str, Any]:
        scorer = load_scorer(self.axis.name)
        scores, markers = scorer(prompts, predictions), scorer.markers(prompts, predictions)
        return {
            "score": sum(scores) / len(scores),
            "scores": scores,
            "score_markers": sum(markers) / len(markers),
            "scorer": scorer.fingerprint,
        }
