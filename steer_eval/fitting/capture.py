"""Mean and variance of activations over prompts, streamed: no [prompts, width] matrix is kept.

Batches are merged by Chan's parallel form of Welford's update, in float64, so the result does not depend on the batch size beyond
rounding. Activations are read by hooks at the sites themselves, never from `hidden_states`, whose last entry is after the final norm.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn
from tqdm import tqdm

from steer_eval.errors import ContrastSetError
from steer_eval.steering.blocks import find_module
from steer_eval.steering.site import Site

Read = Literal["last", "mean"]


@dataclass
class Moments:
    """Count, mean and sum of squared deviations of the rows seen so far."""

    n: int = 0
    """Rows."""
    mean: Tensor | float = 0.0
    """[width], float64."""
    squares: Tensor | float = 0.0
    """[width], sum over rows of (x - mean)^2."""

    def add(self, rows: Tensor) -> None:
        """Take in rows [n, width]."""
        rows = rows.double()
        n, mean = rows.shape[0], rows.mean(0)
        squares = (rows - mean).square().sum(0)
        total = self.n + n
        delta = mean - self.mean
        self.squares = self.squares + squares + delta.square() * (self.n * n / total)
        self.mean = self.mean + delta * (n / total)
        self.n = total

    @property
    def variance(self) -> Tensor:
        """Unbiased (n - 1), as torch.var; [width]."""
        assert isinstance(self.squares, Tensor)
        return self.squares / (self.n - 1)


def capture(
    model: nn.Module,
    tokenizer: Any,
    prompts: Sequence[str],
    sites: Sequence[Site],
    *,
    read: Read = "last",
    batch_size: int = 32,
    desc: str = "",
    see: Callable[[Site, Tensor], None] | None = None,
) -> dict[Site, Moments]:
    """Moments of the activations at `sites` over `prompts`, each read at its last token or averaged over its tokens.

    Args:
        model: in eval mode; its hooks are left as they were.
        tokenizer: of the model.
        prompts: texts; a beginning-of-text token written in them is not added twice.
        sites: where to read.
        read: "last" token or "mean" over tokens.
        batch_size: prompts per pass; the result does not depend on it beyond rounding.
        desc: label of the progress bar.
        see: also called with every batch's [n, width] activations, for estimators that need more than moments.

    Raises:
        ContrastSetError: a prompt longer than the model's context, by its number.
    """
    limit = getattr(model.config, "max_position_embeddings", None) or 10**9
    encoded = [
        tokenizer(text, add_special_tokens=not _starts_with_bos(text, tokenizer))["input_ids"] for text in prompts
    ]
    for number, ids in enumerate(encoded, 1):
        if len(ids) > limit or not ids:
            raise ContrastSetError(
                f"prompt {number} of {desc or 'the set'} has {len(ids)} tokens, wanted 1 to {limit}: {prompts[number - 1][:60]!r}"
            )
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i]))
    moments = {site: Moments() for site in sites}
    seen: dict[Site, Tensor] = {}
    handles = [_listen(model, site, seen) for site in sites]
    try:
        for start in tqdm(range(0, len(order), batch_size), desc=desc or "Capturing", leave=False):
            batch = [encoded[i] for i in order[start : start + batch_size]]
            ids, mask = _pad_right(batch, model)
            with torch.no_grad():
                model(input_ids=ids, attention_mask=mask, use_cache=False)
            for site in sites:
                h = seen.pop(site)
                rows = _last_of(h, mask) if read == "last" else _mean_over(h, mask)
                moments[site].add(rows)
                if see is not None:
                    see(site, rows)
    finally:
        for handle in handles:
            handle.remove()
    return moments


def _starts_with_bos(text: str, tokenizer: Any) -> bool:
    return bool(tokenizer.bos_token) and text.startswith(tokenizer.bos_token)


def _pad_right(batch: list[list[int]], model: nn.Module) -> tuple[Tensor, Tensor]:
    # On the right, causal attention keeps padding out of every real token, and no family needs to be told positions.
    width = max(map(len, batch))
    device = next(model.parameters()).device
    ids = torch.tensor([row + [0] * (width - len(row)) for row in batch], device=device)
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in batch], device=device)
    return ids, mask


def _last_of(h: Tensor, mask: Tensor) -> Tensor:
    last = mask.sum(-1).to(h.device) - 1
    return h[torch.arange(h.shape[0], device=h.device), last]


def _mean_over(h: Tensor, mask: Tensor) -> Tensor:
    weight = mask.to(h.device).unsqueeze(-1).double()
    return (h.double() * weight).sum(1) / weight.sum(1)


def _listen(model: nn.Module, site: Site, seen: dict[Site, Tensor]) -> Any:
    module = find_module(model, site)
    if site.input_side:

        def before(_: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            seen[site] = args[0] if args else kwargs["hidden_states"]

        return module.register_forward_pre_hook(before, with_kwargs=True)

    def after(_: nn.Module, args: tuple[Any, ...], output: Any) -> None:
        seen[site] = output[0] if isinstance(output, tuple) else output

    return module.register_forward_hook(after)
