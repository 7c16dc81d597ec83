"""Log-likelihood of given tokens, with the prompt boundary and the arm of each row known to the steering.

Rows are sorted by length, padded on the right and masked; log-probabilities are taken in float32 whatever the model's type.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from tqdm import tqdm

if TYPE_CHECKING:
    from steer_eval.harness.model import SteeredHF


@dataclass(frozen=True)
class TokenRequest:
    """Score `continuation` after `context`."""

    context: Sequence[int]
    """The prompt, at least one token."""
    continuation: Sequence[int]
    """What is scored, at least one token."""
    steered: bool = True
    """False for the baseline arm."""


def score_tokens(
    lm: "SteeredHF", requests: Sequence[TokenRequest], batch_size: int, disable_tqdm: bool = False
) -> list[tuple[float, bool]]:
    """Sum of log-probabilities (nats) and whether greedy decoding gives the continuation, for each request in its order.

    A request longer than the model's context loses tokens of its prompt from the left, as in the harness.
    """
    order = sorted(range(len(requests)), key=lambda i: -len(requests[i].context) - len(requests[i].continuation))
    answers: list[tuple[float, bool]] = [(0.0, False)] * len(requests)
    progress = tqdm(total=len(requests), desc="Scoring tokens", disable=disable_tqdm or lm.rank != 0)
    for start in range(0, len(order), batch_size):
        chunk = order[start : start + batch_size]
        for index, answer in zip(chunk, _score_batch(lm, [requests[i] for i in chunk]), strict=True):
            answers[index] = answer
        progress.update(len(chunk))
    progress.close()
    return answers


@torch.no_grad()
def _score_batch(lm: "SteeredHF", batch: Sequence[TokenRequest]) -> list[tuple[float, bool]]:
    whole = [[*r.context, *r.continuation][-(lm.max_length + 1) :] for r in batch]
    inputs = [tokens[:-1] for tokens in whole]
    width = max(map(len, inputs))
    ids = torch.tensor([row + [0] * (width - len(row)) for row in inputs], device=lm.device)
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in inputs], device=lm.device)
    prompt = torch.tensor(
        [len(tokens) - len(r.continuation) for tokens, r in zip(whole, batch, strict=True)], device=lm.device
    )
    steered = torch.tensor([r.steered for r in batch], device=lm.device)
    kwargs = {} if bool(mask.all()) else {"attention_mask": mask}
    with _arms(lm, steered, prompt), _autocast(lm):
        logits = lm.model(ids, use_cache=False, **kwargs).logits
    answers = []
    for row, (tokens, request) in enumerate(zip(whole, batch, strict=True)):
        end, count = len(tokens) - 1, len(request.continuation)
        logprobs = logits[row, end - count : end].float().log_softmax(-1)
        target = torch.tensor(tokens[-count:], device=logprobs.device)
        picked = logprobs.gather(-1, target[:, None]).sum(dtype=torch.float64)
        answers.append((float(picked), bool((logprobs.argmax(-1) == target).all())))
    return answers


def _arms(lm: "SteeredHF", steered: Tensor, prompt: Tensor):  # type: ignore[no-untyped-def]  # two kinds of context manager
    if not steered.any():
        return lm.steering.off()
    return lm.steering.rows_of(steered=None if bool(steered.all()) else steered, prompt=prompt)


def _autocast(lm: "SteeredHF") -> torch.autocast:
    dtype = lm.mixed_precision_dtype
    return torch.autocast(device_type=lm.device.type, dtype=dtype, enabled=dtype is not None)
