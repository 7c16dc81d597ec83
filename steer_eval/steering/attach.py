"""Hooks that apply placements to a model: placed once, switched per pass or per row, gone after `remove`.

Positions are absolute, so the pass has to be told which columns are padding and where the prompt ends. A hook on the whole model reads
the attention mask and the cache length; the prompt is the whole of the first pass with an empty cache, unless `generate` (wrapped for
this while attached) or `rows_of` says otherwise. When every token of every row is steered none of this is needed or paid for.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from steer_eval.errors import VectorMismatch
from steer_eval.steering.blocks import find_module
from steer_eval.steering.interventions import Intervention
from steer_eval.steering.positions import Positions
from steer_eval.steering.site import Site
from steer_eval.steering.tokens import Tokens
from steer_eval.steering.vector import Direction


@dataclass(frozen=True)
class Placement:
    """One intervention at one site."""

    site: Site
    """Where; layers counted from 0."""
    direction: Direction
    """With what, float32 on the CPU."""
    intervention: Intervention
    """How."""
    alpha: float
    """How strongly."""


class Steering:
    """Placements attached to a model. Use as a context manager, or call `remove`."""

    def __init__(self, model: nn.Module, placements: Sequence[Placement], positions: Positions) -> None:
        """Place the hooks.

        Raises:
            VectorMismatch: a layer out of range.
            ModelError: a site that the model does not have.
        """
        self.placements = tuple(placements)
        self.positions = positions
        self._active = True
        self._rows: Tensor | None = None
        self._prompt: Tensor | None = None  # [batch, 1], said by the caller
        self._first_pass_prompt: Tensor | None = None  # [batch, 1], seen in the last pass with an empty cache
        self._pass: tuple[int, int, Any, int, torch.device] | None = None
        self._tokens: Tokens | None = None
        self._model = model
        self._removals: list[Callable[[], None]] = []
        modules = [(placement, find_module(model, placement.site)) for placement in self.placements]
        for placement, module in modules:
            self._hook(placement, module)
        if self.placements:
            handle = model.register_forward_pre_hook(self._before_pass, with_kwargs=True)
            self._removals.append(handle.remove)
            if positions.needs_prompt:
                self._wrap_generate()

    def remove(self) -> None:
        """Take every hook off the model."""
        while self._removals:
            self._removals.pop()()

    def __enter__(self) -> "Steering":
        return self

    def __exit__(self, *exc: object) -> None:
        self.remove()

    @contextmanager
    def off(self) -> Iterator[None]:
        """Run the model unsteered inside."""
        before, self._active = self._active, False
        try:
            yield
        finally:
            self._active = before

    @contextmanager
    def rows_of(self, *, steered: Tensor | None = None, prompt: Tensor | None = None) -> Iterator[None]:
        """Say what the rows of the passes inside are.

        Args:
            steered: [batch], True where the row is steered; None: all.
            prompt: [batch], length of each row's prompt in real tokens; None: the whole of the first pass.
        """
        before = self._rows, self._prompt
        self._rows, self._prompt = steered, None if prompt is None else prompt[:, None]
        try:
            yield
        finally:
            self._rows, self._prompt = before

    def _hook(self, placement: Placement, module: nn.Module) -> None:
        steer = _Hook(self, placement)
        if placement.site.input_side:
            handle = module.register_forward_pre_hook(steer.before, with_kwargs=True)
        else:
            handle = module.register_forward_hook(steer.after)
        self._removals.append(handle.remove)

    def _wrap_generate(self) -> None:
        model, plain = self._model, self._model.generate

        def generate(*args: Any, **kwargs: Any) -> Any:
            inputs = args[0] if args else kwargs.get("inputs", kwargs.get("input_ids", kwargs.get("inputs_embeds")))
            mask = kwargs.get("attention_mask")
            real = mask if mask is not None else torch.ones(inputs.shape[:2], dtype=torch.long, device=inputs.device)
            with self.rows_of(steered=self._rows, prompt=real.sum(-1)):
                return plain(*args, **kwargs)

        model.generate = generate  # an attribute of the instance, over the method of the class
        self._removals.append(lambda: model.__dict__.pop("generate", None))

    def _before_pass(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Note what the coming pass says about its tokens; work it out only if a hook asks."""
        self._tokens = None
        ids = args[0] if args else kwargs.get("input_ids")
        if ids is None:
            ids = kwargs["inputs_embeds"]
        cache = kwargs.get("past_key_values")
        past = int(cache.get_seq_length()) if cache is not None else 0
        self._pass = (ids.shape[0], ids.shape[1], kwargs.get("attention_mask"), past, ids.device)
        if past == 0 and self.positions.needs_prompt:
            self._first_pass_prompt = self._real().sum(-1, keepdim=True)

    def _real(self) -> Tensor:
        """[batch, past + seq], True where the column is not padding."""
        assert self._pass is not None
        batch, seq, mask, past, device = self._pass
        if mask is not None and mask.ndim == 2 and mask.shape[1] == past + seq:
            return mask.bool()
        return torch.ones(batch, past + seq, dtype=torch.bool, device=device)

    def tokens(self) -> Tokens | None:
        """The tokens of the pass in progress; None if all of them are steered."""
        if self._tokens is None and not (self.positions.everywhere and self._rows is None and not self._ask_always):
            assert self._pass is not None
            batch, seq, _, past, _ = self._pass
            real = self._real()
            position = (real.cumsum(-1) - 1)[:, past:]
            prompt = self._prompt if self._prompt is not None else self._first_pass_prompt
            if prompt is None:
                prompt = real.sum(-1, keepdim=True)
            prompt = prompt.to(real.device)
            if prompt.shape[0] != batch:  # beams: generate repeats every row
                prompt = prompt.repeat_interleave(batch // prompt.shape[0], dim=0)
            self._tokens = Tokens(real[:, past:], position, prompt, self.positions, self._rows)
        return self._tokens

    @property
    def _ask_always(self) -> bool:
        return any(p.intervention.NEEDS_TOKENS for p in self.placements)

    @property
    def active(self) -> bool:
        """False inside `off`."""
        return self._active


class _Hook:
    """One placement on one module, with its direction kept on the devices and in the types that it has met."""

    def __init__(self, steering: Steering, placement: Placement) -> None:
        self.steering = steering
        self.placement = placement
        self.moved: dict[tuple[torch.device, torch.dtype], Direction] = {}

    def before(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if not self.steering.active:
            return None
        if args:
            return (self.steer(args[0]), *args[1:]), kwargs
        name = "hidden_states" if "hidden_states" in kwargs else next(iter(kwargs))
        return args, {**kwargs, name: self.steer(kwargs[name])}

    def after(self, module: nn.Module, args: tuple[Any, ...], output: Any) -> Any:
        if not self.steering.active:
            return None
        if isinstance(output, tuple):  # attention modules, and the blocks of older Transformers
            return (self.steer(output[0]), *output[1:])
        return self.steer(output)

    def _check_width(self, h: Tensor) -> None:
        site, got = self.placement.site, self.placement.direction.rows.shape[-1]
        want = h.shape[-1]
        if got != want and site.head is None:
            raise VectorMismatch(f"the direction for {site} has width {got}, but the activation there has width {want}")

    def steer(self, h: Tensor) -> Tensor:
        """[batch, seq, width] -> the same shape; tokens that are not steered keep their bits."""
        direction = self.moved.get((h.device, h.dtype))
        if direction is None:
            self._check_width(h)
            direction = self.moved[h.device, h.dtype] = self.placement.direction.to(h.device, h.dtype)
        tokens = self.steering.tokens()
        head = self.placement.site.head
        part = h if head is None else _head_slice(h, head, direction.rows.shape[-1])
        new = self.placement.intervention(part, direction, self.placement.alpha, tokens)
        if tokens is not None:
            new = torch.where(tokens.mask(h), new, part)
        if head is None:
            return new
        whole = h.clone()
        _head_slice(whole, head, direction.rows.shape[-1]).copy_(new)
        return whole


def _head_slice(h: Tensor, head: int, head_width: int) -> Tensor:
    return h[..., head * head_width : (head + 1) * head_width]
