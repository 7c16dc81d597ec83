"""Padding, prompt and cache of the forward passes of a model, worked out only when a hook asks.

Positions are absolute, so somebody has to know which columns are padding, how many tokens the KV cache holds and where the prompt ends.
A hook on the whole model sees the mask and the cache of each pass. The prompt is the whole of the first pass of a request: the first
pass inside `generate`, with or without a cache, and elsewhere any pass with an empty cache; unless `rows_of` says otherwise.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from steer_eval.errors import ArgumentError, ModelError
from steer_eval.steering.positions import Positions
from steer_eval.steering.tokens import Tokens


@dataclass
class _Request:
    """One call of `generate`."""

    mask: Tensor | None
    """[rows, prompt columns], the mask it was given; passes with a static cache do not repeat it."""
    started: bool = False
    """Its first pass has begun."""


class Passes:
    """Follows the passes of one model."""

    def __init__(self, positions: Positions, always: bool) -> None:
        """
        Args:
            positions: which tokens are steered.
            always: tokens are needed even where every token of every row is steered.
        """
        self.fresh = True
        """The pass in progress is the first of its request."""
        self._positions = positions
        self._always = always or not positions.everywhere
        self._rows: Tensor | None = None
        self._said_prompt: Tensor | None = None
        self._first_prompt: Tensor | None = None
        self._request: _Request | None = None
        self._shape: tuple[int, int, int, torch.device] | None = None  # batch, seq, cached tokens, device
        self._mask: object = None
        self._tokens: Tokens | None = None

    @contextmanager
    def rows_of(self, steered: Tensor | None, prompt: Tensor | None) -> Iterator[None]:
        """See `Steering.rows_of`."""
        before = self._rows, self._said_prompt
        self._rows, self._said_prompt = steered, None if prompt is None else prompt[:, None]
        try:
            yield
        finally:
            self._rows, self._said_prompt = before
            self._tokens = None

    @contextmanager
    def request(self, mask: object) -> Iterator[None]:
        """The passes inside belong to one call of `generate` with this attention mask."""
        before = self._request
        self._request = _Request(mask if isinstance(mask, Tensor) and mask.ndim == 2 else None)
        try:
            yield
        finally:
            self._request = before

    def begin(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Note what the coming pass of the model was called with."""
        self._tokens = None
        if not self._always and self._rows is None:
            return
        ids = args[0] if args else kwargs.get("input_ids")
        ids = kwargs.get("inputs_embeds") if ids is None else ids
        if ids is None:
            raise ModelError(
                "the model was called with neither input_ids nor inputs_embeds: their positions cannot be told"
            )
        past = _cached_tokens(kwargs.get("past_key_values"))
        self._shape = ids.shape[0], ids.shape[1], past, ids.device
        self._mask = kwargs.get("attention_mask")
        self.fresh = past == 0 if self._request is None else not self._request.started
        if self._request is not None:
            self._request.started = True
        if self.fresh:
            self._first_prompt = self._real().sum(-1, keepdim=True)

    def tokens(self) -> Tokens | None:
        """The tokens of the pass in progress; None if all of them are steered and nobody asked for more."""
        if self._tokens is None and (self._always or self._rows is not None):
            if self._shape is None:
                raise ModelError(
                    "a steered module ran outside a pass of the model: call the model that was steered, not a part of it"
                )
            batch, _, past, device = self._shape
            real = self._real()
            position = (real.cumsum(-1) - 1)[:, past:]
            prompt = self._first_prompt if self._said_prompt is None else self._said_prompt
            prompt = real.sum(-1, keepdim=True) if prompt is None else _rows_for(prompt.to(device), batch)
            real = real[:, past:]
            steered = self._positions.mask(position, prompt) & real
            if self._rows is not None:
                steered = steered & _rows_for(self._rows.to(device), batch)[:, None]
            self._tokens = Tokens(real, position, prompt, steered)
        return self._tokens

    def _real(self) -> Tensor:
        """[batch, cached + seq], True where the column is not padding."""
        assert self._shape is not None
        batch, seq, past, device = self._shape
        if isinstance(self._mask, Tensor) and self._mask.shape == (batch, past + seq):
            return self._mask.to(device).bool()
        real = torch.ones(batch, past + seq, dtype=torch.bool, device=device)
        if self._request is not None and self._request.mask is not None:
            known = _rows_for(self._request.mask.to(device), batch)[:, : past + seq].bool()
            real[:, : known.shape[1]] = known
        return real


def _cached_tokens(cache: Any) -> int:
    if cache is None:
        return 0
    if hasattr(cache, "get_seq_length"):
        return int(cache.get_seq_length())
    return int(cache[0][0].shape[-2])  # tuples of (key, value), before Transformers had cache classes


def _rows_for(told: Tensor, batch: int) -> Tensor:
    """`told`, one entry a row, for a pass of `batch` rows: beams and return sequences repeat every row in place."""
    if batch % told.shape[0]:
        raise ArgumentError(f"rows_of was told of {told.shape[0]} rows, but the pass has {batch}")
    return told if told.shape[0] == batch else told.repeat_interleave(batch // told.shape[0], dim=0)
