"""The steered Hugging Face model of the harness: `--model steered-hf`.

HFLM with hooks. Stock requests run through HFLM's own code with the hooks on; requests that our tasks mark as baseline run with the hooks
off; perplexity windows and requests whose steering depends on the prompt boundary are scored by `likelihood.py`, since HFLM does not hand
that boundary to the model.
"""

import logging
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

import torch
from lm_eval.api.instance import Instance
from lm_eval.models.huggingface import HFLM

from steer_eval import __version__
from steer_eval.errors import ArgumentError, CorpusError, ModelError
from steer_eval.harness.arguments import split_arguments
from steer_eval.harness.identity import tokenizer_id
from steer_eval.harness.likelihood import TokenRequest, score_tokens
from steer_eval.harness.paired import BASELINE, STEERED, PairedInstance, Receipt
from steer_eval.paths import BUNDLED_MODEL
from steer_eval.readers.locate import load_vectors
from steer_eval.steering.attach import Steering
from steer_eval.steering.blocks import find_blocks, text_config
from steer_eval.steering.preflight import probe
from steer_eval.steering.spec import resolve, resolve_condition
from steer_eval.steering.vector import SteeringVector

log = logging.getLogger("lm_eval.steer_eval")

_BUNDLED_BATCH = 64
_PROBE_TEXT = "User: What is the tallest mountain in the country where you live?\nAssistant: It depends on where"


class SteeredHF(HFLM):
    """A causal Transformers model with steering vectors applied.

    Takes all of HFLM's arguments and the steering keys of docs/design.md. Without `pretrained` it is the bundled model, steered by the
    shipped refusal vector.

    Raises:
        ArgumentError: an unknown key or a value that cannot be used.
        VectorFormatError: a vector file that cannot be read.
        VectorMismatch: a vector that does not fit the model, or changes nothing.
        ModelError: a model that cannot be steered.
    """

    _threads: int | None = None  # of torch, while requests run; None: as it was set

    def __init__(self, pretrained: Any = None, batch_size: int | str | None = 1, **kwargs: Any) -> None:
        arguments, rest = split_arguments(kwargs)
        vector = arguments.vector
        if pretrained is None:
            pretrained = str(BUNDLED_MODEL)
            vector = vector or "refusal"
            if batch_size in (None, 1, "1"):
                batch_size = _BUNDLED_BATCH
                log.info("bundled model: batch size raised to %d (results do not depend on it)", batch_size)
            self._threads = 1
        super().__init__(pretrained=pretrained, batch_size=batch_size, **rest)
        if self.backend != "causal":
            raise ModelError(f"{type(self.model).__name__} is an encoder-decoder model: wanted a decoder-only model")
        self.arguments = arguments
        spec = arguments.spec
        self.vectors = self._load(vector, arguments.format, arguments.row)
        self.condition_vectors = self._load(arguments.condition, arguments.condition_format)
        placements, positions = resolve(spec, self.vectors, self.model)
        condition = resolve_condition(spec, self.condition_vectors, self.model)
        if condition is not None and not placements:
            raise ArgumentError(f"condition={arguments.condition} has nothing to switch: give vector=")
        self.facts = probe(self.model, placements, self._probe_tokens()) if placements else []
        self.steering = Steering(self.model, placements, positions, condition)
        self.tokenizer_id = tokenizer_id(self.tokenizer)
        alphas = [placement.alpha for placement in placements]
        self._sign = -1 if alphas and max(alphas) < 0 else 1
        self._release = weakref.finalize(self, self.steering.remove)

    def _load(self, vector: str | None, format: str | None, row: int | None = None) -> list[SteeringVector]:
        if vector in (None, "none"):
            return []
        blocks, width = len(find_blocks(self.model)), text_config(self.model).hidden_size  # type: ignore[attr-defined]
        layer = self.arguments.spec.layer
        return load_vectors(str(vector), width, blocks // 2 if layer is None else layer, format, row)

    @contextmanager
    def _own_threads(self) -> Iterator[None]:
        """The bundled model's matrices are too small to share: two threads wait for each other longer than one computes."""
        before = torch.get_num_threads()
        torch.set_num_threads(self._threads or before)
        try:
            yield
        finally:
            torch.set_num_threads(before)

    def set_cache_hook(self, cache_hook: Any) -> None:
        raise ArgumentError(
            "--use_cache keys answers by the request alone, so a steered model would be given another model's answers: run without it"
        )

    def generate_until(self, requests: list[Instance], disable_tqdm: bool = False) -> list[str]:
        steered = [r for r in requests if not _is_baseline(r)]
        baseline = [r for r in requests if _is_baseline(r)]
        answers: dict[str, list[str]] = {STEERED: [], BASELINE: []}
        with self._own_threads():
            if steered:
                answers[STEERED] = super().generate_until(steered, disable_tqdm)
            if baseline:
                with self.steering.off():
                    answers[BASELINE] = super().generate_until(baseline, disable_tqdm)
        left = {arm: iter(texts) for arm, texts in answers.items()}
        for request in requests:
            self._leave_receipt(request)
        return [next(left[BASELINE if _is_baseline(r) else STEERED]) for r in requests]

    def loglikelihood_rolling(self, requests: list[Instance], disable_tqdm: bool = False) -> list[float]:
        windows = [r for r in requests if isinstance(r, PairedInstance) and r.window is not None]
        stock = [r for r in requests if not (isinstance(r, PairedInstance) and r.window is not None)]
        with self._own_threads():
            scored = iter(self._score_windows(windows, disable_tqdm) if windows else [])
            plain = iter(super().loglikelihood_rolling(stock, disable_tqdm) if stock else [])
        return [next(scored if isinstance(r, PairedInstance) and r.window is not None else plain) for r in requests]

    def _loglikelihood_tokens(self, requests: Any, disable_tqdm: bool = False, override_bs: int | None = None) -> Any:
        if not self.steering.needs_rows:
            return super()._loglikelihood_tokens(requests, disable_tqdm, override_bs)
        asked = [TokenRequest(context, continuation) for _, context, continuation in requests]
        return score_tokens(self, asked, override_bs or self._fixed_batch_size(), disable_tqdm)

    def _score_windows(self, requests: list[PairedInstance], disable_tqdm: bool) -> list[float]:
        asked = []
        for request in requests:
            assert request.window is not None
            if request.tokenizer_id != self.tokenizer_id:
                raise CorpusError(
                    f"task {request.task_name} cut its windows with another tokenizer than this model's: "
                    "pass the model's name, metadata={'pretrained': ...}, and leave --cache_requests out"
                )
            if len(request.window) > self.max_length:
                raise CorpusError(
                    f"window={len(request.window)} tokens does not fit the context of {self.max_length}: give --metadata window=N"
                )
            asked.append(TokenRequest([self.prefix_token_id], list(request.window), steered=not _is_baseline(request)))
            self._leave_receipt(request)
        return [logprob for logprob, _ in score_tokens(self, asked, self._fixed_batch_size(), disable_tqdm)]

    def _fixed_batch_size(self) -> int:
        return int(self._detect_batch_size() if self.batch_size == "auto" else self.batch_size)

    def _leave_receipt(self, request: Instance) -> None:
        if isinstance(request, PairedInstance):
            request.receipt = Receipt(request.arm, self._sign)

    def _probe_tokens(self) -> torch.Tensor:
        return torch.tensor([self.tok_encode(_PROBE_TEXT)[: self.max_length]], device=self.device)

    def get_model_info(self) -> dict[str, Any]:
        """The harness's facts about the model, and everything that says how it was steered."""
        spec = self.arguments.spec
        steering = {
            "vectors": [_provenance(vector) for vector in self.vectors],
            "placements": self.facts,
            "positions": str(self.steering.positions),
            "k": spec.k,
            "select": spec.select,
            "normalize": spec.normalize,
            "condition": self._condition_info(),
            "baseline": self.arguments.baseline,
            "versions": {
                "steer_eval": __version__,
                **{name: version(name) for name in ("lm_eval", "transformers", "torch")},
            },
        }
        return {**super().get_model_info(), "tokenizer_id": self.tokenizer_id, "steering": steering}

    def _condition_info(self) -> dict[str, Any] | None:
        condition = self.steering.condition
        if condition is None:
            return None
        return {
            "vectors": [_provenance(vector) for vector in self.condition_vectors],
            "blocks": [layer for layer, _ in condition.directions],
            "threshold": condition.threshold,
            "when": condition.when,
            "pool": condition.pool,
        }


def _provenance(vector: SteeringVector) -> dict[str, Any]:
    origin = vector.origin
    return {
        "source": origin.source,
        "reader": origin.reader,
        "sha256": origin.sha256,
        "fingerprint": vector.fingerprint,
        "header": dict(vector.header),
    }


def _is_baseline(request: Instance) -> bool:
    return getattr(request, "arm", None) == BASELINE
