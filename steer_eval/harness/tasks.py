"""The tasks on a behaviour axis: generate, score, compare with the unsteered response to the same prompt.

Every prompt becomes two requests, steered and baseline. All responses of a task are scored in one call of the axis's scorer, which is
how the harness hands them to filters; the scores stand beside the texts in samples_*.jsonl (`filtered_resps`), so a run can be re-scored
without a model.
"""

import json
from copy import deepcopy
from typing import Any

import datasets
from lm_eval.api.instance import Instance
from lm_eval.api.task import ConfigurableTask

from steer_eval.dialogue import as_text
from steer_eval.harness.paired import BASELINE, STEERED, PairedInstance, check_receipts
from steer_eval.paths import TASKS
from steer_eval.scoring import load_scorer
from steer_eval.scoring.quality import is_text

MOVED = 0.05
"""A prompt counts as moved when its score changes by more than this probability; less is scorer noise."""


class AxisTask(ConfigurableTask):
    """`steer_<axis>`: metadata.axis names the axis; prompts come from tasks/prompts/<axis>.jsonl."""

    def __init__(self, config: dict[str, Any]) -> None:
        config = dict(config)
        config.pop("class", None)
        self.axis: str = config["metadata"]["axis"]
        self.with_baseline: bool = config["metadata"].get("baseline", True)
        self.scorer = load_scorer(self.axis)
        super().__init__(config=config)
        # Identity of what the numbers are made with; lands in the results beside the task's config.
        self.config.metadata = {**self.config.metadata, "scorer_fingerprint": self.scorer.fingerprint}

    def download(self, *args: Any, **kwargs: Any) -> None:
        path = TASKS / "prompts" / f"{self.axis}.jsonl"
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        self.dataset = datasets.DatasetDict({"test": datasets.Dataset.from_list(rows)})

    def fewshot_context(self, doc: dict[str, Any], num_fewshot: int, **kwargs: Any) -> str:
        """The prompt as the model sees it: by its chat template, or between "User:" and "Assistant:" where none is applied."""
        if kwargs.get("apply_chat_template"):
            return super().fewshot_context(doc, num_fewshot, **kwargs)
        system = kwargs.get("system_instruction")
        turns = [{"role": "system", "content": system}] if system else []
        return as_text([*turns, {"role": "user", "content": doc["prompt"]}])

    def construct_requests(self, doc: dict[str, Any], ctx: str, **kwargs: Any) -> list[Instance]:
        metadata = kwargs["metadata"]
        arms = (STEERED, BASELINE) if self.with_baseline else (STEERED,)
        return [
            PairedInstance(
                "generate_until", doc, (ctx, deepcopy(self.config.generation_kwargs)), idx=i, metadata=metadata, arm=arm
            )
            for i, arm in enumerate(arms)
        ]

    def apply_filters(self) -> None:
        check_receipts(self.config.task, self._instances)
        responses = [instance.resps[0] for instance in self._instances]
        scores = self.scorer([instance.doc["prompt"] for instance in self._instances], responses)
        for instance, response, score in zip(self._instances, responses, scores, strict=True):
            sign = instance.receipt.sign
            instance.filtered_resps["none"] = {
                "arm": instance.arm, "text": response, "score": score, "valid": is_text(response), "sign": sign
            }  # fmt: skip

    def process_results(self, doc: dict[str, Any], results: list[dict[str, Any]]) -> dict[str, float]:
        if "bypass" in self._metric_fn_list:  # --predict_only
            return {"bypass": 999}
        arms = {result["arm"]: result for result in results}
        steered = arms[STEERED]
        metrics = {"score": steered["score"], "valid": float(steered["valid"])}
        if BASELINE in arms:
            shift = steered["score"] - arms[BASELINE]["score"]
            worse = float(shift * steered["sign"] < -MOVED)
            metrics |= {"baseline": arms[BASELINE]["score"], "shift": shift, "worse": worse}
        return metrics
