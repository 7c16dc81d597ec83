"""Perplexity on fixed text, steered against unsteered: `pile_ppl`.

The text is cut into windows of equal length, of the model's own tokens, from the start of documents; both arms score the same tokens
after the same prefix token. With nll the mean negative log-likelihood of a token (nats):

    perplexity = exp(nll)    delta_nll = nll steered - nll baseline    ppl_inflation = 100 (exp(delta_nll) - 1) percent

All windows have one length, so the mean over windows is the mean over tokens, and the standard error of delta_nll is that of the paired
differences between windows.
"""

import math
from collections.abc import Sequence
from statistics import fmean, stdev
from typing import Any

import datasets
from lm_eval.api.instance import Instance
from lm_eval.api.task import ConfigurableTask

from steer_eval.errors import CorpusError
from steer_eval.harness.corpus import Windows, cut_windows, load_corpus, load_tokenizer
from steer_eval.harness.paired import BASELINE, STEERED, PairedInstance, check_receipts


class PerplexityTask(ConfigurableTask):
    """Metadata: corpus, window (tokens), tokens (to score, at least), pretrained and tokenizer (from --model_args)."""

    def __init__(self, config: dict[str, Any]) -> None:
        config = dict(config)
        config.pop("class", None)
        self.with_baseline: bool = config["metadata"].get("baseline", True)
        super().__init__(config=config)
        self.config.metadata = {**self.config.metadata, **self.windows.facts}

    def download(self, *args: Any, **kwargs: Any) -> None:
        metadata = self.config.metadata
        tokenizer = load_tokenizer(metadata)
        corpus = load_corpus(metadata.get("corpus"), bundled_model=metadata.get("pretrained") is None)
        self.windows: Windows = cut_windows(corpus, tokenizer, metadata.get("window"), int(metadata["tokens"]))
        self.dataset = datasets.DatasetDict({"test": datasets.Dataset.from_list(self.windows.docs)})

    def construct_requests(self, doc: dict[str, Any], ctx: str, **kwargs: Any) -> list[Instance]:
        metadata = kwargs["metadata"]
        arms = (STEERED, BASELINE) if self.with_baseline else (STEERED,)
        return [
            PairedInstance(
                "loglikelihood_rolling",
                doc,
                (doc["text"],),
                idx=i,
                metadata=metadata,
                arm=arm,
                window=self.windows.tokens[doc["window"]],
                tokenizer_id=self.windows.tokenizer_id,
            )
            for i, arm in enumerate(arms)
        ]

    def apply_filters(self) -> None:
        check_receipts(self.config.task, self._instances)
        for instance in self._instances:
            logprob = instance.resps[0]
            if not math.isfinite(logprob):
                raise CorpusError(
                    f"{self.config.task}: the {instance.arm} log-likelihood of window {instance.doc['window']} is {logprob}"
                )
            instance.filtered_resps["none"] = {"arm": instance.arm, "nll": -logprob}

    def process_results(self, doc: dict[str, Any], results: list[dict[str, Any]]) -> dict[str, Any]:
        if "bypass" in self._metric_fn_list:  # --predict_only
            return {"bypass": 999}
        nll = {result["arm"]: result["nll"] for result in results}
        n = doc["n_tokens"]
        metrics: dict[str, Any] = {
            "perplexity": nll[STEERED] / n,
            "bits_per_byte": (nll[STEERED], doc["n_bytes"]),
        }
        if BASELINE in nll:
            delta = (nll[STEERED] - nll[BASELINE]) / n
            metrics |= {"baseline_perplexity": nll[BASELINE] / n, "delta_nll": delta}
            metrics |= {"ppl_inflation": delta, "ppl_inflation_lo95": delta, "ppl_inflation_hi95": delta}
        return metrics


def perplexity(nll: Sequence[float]) -> float:
    """exp of the mean of nats per token."""
    return math.exp(fmean(nll))


def bits_per_byte(items: Sequence[tuple[float, int]]) -> float:
    """Nats of all windows over their UTF-8 bytes, in bits."""
    return sum(nll for nll, _ in items) / sum(n_bytes for _, n_bytes in items) / math.log(2)


def inflation(delta: Sequence[float]) -> float:
    """Percent, from nats per token."""
    return 100 * math.expm1(fmean(delta))


def inflation_low(delta: Sequence[float]) -> float:
    """Lower end of the 95% interval: 1.96 standard errors of delta_nll below its mean, in percent."""
    return 100 * math.expm1(fmean(delta) - 1.96 * _stderr(delta))


def inflation_high(delta: Sequence[float]) -> float:
    """Upper end of the same interval."""
    return 100 * math.expm1(fmean(delta) + 1.96 * _stderr(delta))


def _stderr(values: Sequence[float]) -> float:
    return stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan
