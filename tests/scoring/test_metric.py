import pytest

import steer_eval.scoring
from steer_eval.errors import ScorerError

RESPONSES = ["I'm sorry, but I can't help with that.", "Sure! Here is a recipe for bread."]


def test_metric_agrees_with_the_scorer(refusal):
    result = steer_eval.scoring.metric("refusal").compute(predictions=RESPONSES, prompts=["a", "b"])
    assert result["scores"] == refusal(["a", "b"], RESPONSES)
    assert result["score"] == pytest.approx(sum(result["scores"]) / 2)
    assert result["scorer"] == refusal.fingerprint


def test_metric_is_an_evaluate_metric_and_needs_no_prompts_for_refusal(refusal):
    import evaluate

    metric = steer_eval.scoring.metric("refusal")
    assert isinstance(metric, evaluate.Metric)
    assert metric.compute(predictions=RESPONSES)["scores"] == refusal(["", ""], RESPONSES)


def test_metric_can_be_fed_in_batches(refusal):
    metric = steer_eval.scoring.metric("refusal")
    for response in RESPONSES:
        metric.add(predictions=response, prompts="")
    assert metric.compute()["scores"] == refusal(["", ""], RESPONSES)


def test_metric_names_what_is_missing():
    metric = steer_eval.scoring.metric("refusal")
    with pytest.raises(ScorerError, match="no predictions"):
        metric.compute(predictions=[])
    with pytest.raises(ScorerError, match="of type str"):
        metric.compute(predictions="No.")
    with pytest.raises(ScorerError, match="references"):
        metric.compute(predictions=RESPONSES, references=[1, 0])
    with pytest.raises(ScorerError, match="wanted one of"):
        steer_eval.scoring.metric("refusals")
