"""Hooks that apply placements to a model: placed once, switched per pass or per row, gone after `remove`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

import torch
from torch import Tensor, nn

from steer_eval.errors import ModelError, VectorMismatch
from steer_eval.steering.blocks import find_module
from steer_eval.steering.condition import Condition, Gate
from steer_eval.steering.interventions import Intervention
from steer_eval.steering.passes import Passes
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
    """With what, as read: float32 on the CPU."""
    intervention: Intervention
    """How."""
    alpha: float
    """How strongly."""


class Steering:
    """Placements attached to a model. Use as a context manager, or call `remove`."""

    def __init__(
        self,
        model: nn.Module,
        placements: Sequence[Placement],
        positions: Positions,
        condition: Condition | None = None,
    ) -> None:
        """Place the hooks: those of the condition first, then the placements in their order.

        Raises:
            ArgumentError: a direction that its intervention cannot take.
            VectorMismatch: a layer out of range.
            ModelError: a site that the model does not have.
        """
        self.placements = tuple(placements)
        self.positions = positions
        self.condition = condition
        self.active = True  # False inside `off`
        kinds = {type(p.intervention) for p in self.placements}
        needs_tokens = condition is not None or any(kind.NEEDS_TOKENS for kind in kinds)
        self.needs_rows = needs_tokens or positions.needs_prompt
        """What is steered depends on padding, or on where the prompt ends: somebody has to say so, by masks or `rows_of`."""
        self.passes = Passes(positions, needs_tokens)
        self.gate = None if condition is None else Gate(condition)
        self._model = model
        self._removals: list[Callable[[], None]] = []
        # Everything that can fail comes before the first hook, so that an error leaves the model as it was.
        idle = [p.alpha == 0 and p.intervention.IDLE_AT_ZERO for p in self.placements]
        hooks = [(_Hook(self, i, p), find_module(model, p.site)) for i, p in enumerate(self.placements)]
        judges = (
            [] if condition is None else [(c, find_module(model, Site("block_in", n))) for n, c in condition.directions]
        )
        if all(idle):
            return
        for c, module in judges:
            self._keep(module.register_forward_pre_hook(self._judge(c), with_kwargs=True))
        for (hook, module), skip in zip(hooks, idle, strict=True):
            if skip:
                continue
            if hook.placement.site.input_side:
                self._keep(module.register_forward_pre_hook(hook.before, with_kwargs=True))
            else:
                self._keep(module.register_forward_hook(hook.after))
        for entry in _entries(model):
            self._keep(entry.register_forward_pre_hook(self._before_pass, with_kwargs=True))
        if (needs_tokens or not positions.everywhere) and hasattr(model, "generate"):
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
        before, self.active = self.active, False
        try:
            yield
        finally:
            self.active = before

    def rows_of(self, *, steered: Tensor | None = None, prompt: Tensor | None = None) -> AbstractContextManager[None]:
        """Say what the rows of the passes inside are.

        Args:
            steered: [batch], True where the row is steered; None: all.
            prompt: [batch], length of each row's prompt in real tokens; None: the whole of the first pass.
        """
        return self.passes.rows_of(steered, prompt)

    def _keep(self, handle: Any) -> None:
        self._removals.append(handle.remove)

    def _wrap_generate(self) -> None:
        model: Any = self._model
        plain = model.generate
        before = model.__dict__.get("generate")  # of another Steering; normally the method of the class is all there is

        @wraps(plain)
        def generate(*args: Any, **kwargs: Any) -> Any:
            with self.passes.request(kwargs.get("attention_mask")):
                return plain(*args, **kwargs)

        def restore() -> None:
            if model.__dict__.get("generate") is generate:
                del model.__dict__["generate"]
                if before is not None:
                    model.__dict__["generate"] = before

        model.__dict__["generate"] = generate  # an attribute of the instance, over the method of the class
        self._removals.append(restore)

    def _before_pass(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.passes.begin(args, kwargs)
        if self.gate is not None and self.active:
            self.gate.begin(self.passes.fresh)

    def _judge(self, c: Tensor) -> Callable[[nn.Module, tuple[Any, ...], dict[str, Any]], None]:
        def judge(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            if self.active:
                tokens = self.passes.tokens()
                assert self.gate is not None
                assert tokens is not None
                self.gate.measure(args[0] if args else kwargs[_input_name(kwargs)], c, tokens)

        return judge


class _Hook:
    """One placement on one module, with its direction kept on the devices and in the types that it has met."""

    def __init__(self, steering: Steering, index: int, placement: Placement) -> None:
        self.steering = steering
        self.index = index
        self.placement = placement
        self.prepared = placement.intervention.prepare(placement.direction, placement.site, placement.alpha)
        self.ready: dict[tuple[torch.device, torch.dtype], Direction] = {}

    def before(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if not self.steering.active:
            return None
        if args:
            return (self.steer(args[0]), *args[1:]), kwargs
        name = _input_name(kwargs)
        return args, {**kwargs, name: self.steer(kwargs[name])}

    def after(self, module: nn.Module, args: tuple[Any, ...], output: Any) -> Any:
        if not self.steering.active:
            return None
        if isinstance(output, tuple):  # attention modules, and the blocks of older Transformers
            return (self.steer(output[0]), *output[1:])
        return self.steer(output)

    def steer(self, h: Tensor) -> Tensor:
        """[batch, seq, width] -> the same shape; tokens that are not steered keep their bits."""
        direction = self.ready.get((h.device, h.dtype)) if isinstance(h, Tensor) else None
        if direction is None:
            direction = self._make_ready(h)
        tokens = self.steering.passes.tokens()
        if tokens is None:
            return self._apply(h, direction, None)
        if self.steering.gate is not None:
            tokens = self.steering.gate.limit(tokens, self.index)
        batch, seq = tokens.steered.shape
        if h.shape[:-1] == (batch, seq):
            return torch.where(tokens.mask(h), self._apply(h, direction, tokens), h)
        if h.shape[:-1] == (batch * seq,):  # OPT and mixtures of experts flatten their tokens
            flat = h.view(batch, seq, -1)
            return torch.where(tokens.mask(h), self._apply(flat, direction, tokens), flat).view(h.shape)
        raise ModelError(
            f"{self.placement.site} has shape {list(h.shape)} in a pass of {batch} rows of {seq} tokens: "
            "its tokens cannot be told apart, so use positions=all or another site"
        )

    def _apply(self, h: Tensor, direction: Direction, tokens: Tokens | None) -> Tensor:
        head = self.placement.site.head
        if head is None:
            return self._compute(h, direction, tokens)
        width = direction.rows.shape[-1]
        whole = h.clone()
        whole[..., head * width : (head + 1) * width] = self._compute(
            h[..., head * width : (head + 1) * width], direction, tokens
        )
        return whole

    def _compute(self, h: Tensor, direction: Direction, tokens: Tokens | None) -> Tensor:
        intervention, alpha = self.placement.intervention, self.placement.alpha
        if intervention.OWN_TYPE:
            return intervention(h, direction, alpha, tokens)
        with torch.autocast(h.device.type, enabled=False):  # it would take the products back to half precision
            return intervention(h.to(direction.rows.dtype), direction, alpha, tokens).to(h.dtype)

    def _make_ready(self, h: Tensor) -> Direction:
        site, rows = self.placement.site, self.prepared.rows
        if not isinstance(h, Tensor):
            raise ModelError(
                f"{site} gives a {type(h).__name__}, wanted a tensor: name another module with site=module.path"
            )
        have, want = h.shape[-1], rows.shape[-1] * (1 if site.head is None else site.head + 1)
        if have != want if site.head is None else have < want:
            raise VectorMismatch(
                f"the direction for {site} has width {rows.shape[-1]}, but the activation there has width {have}"
            )
        own = self.placement.intervention.OWN_TYPE
        dtype = h.dtype if own else torch.promote_types(h.dtype, torch.float32)
        self.ready[h.device, h.dtype] = self.prepared.to(h.device, dtype)
        return self.ready[h.device, h.dtype]


def _entries(model: Any) -> list[nn.Module]:
    """Modules one of which every pass goes through: a peft model calls the model inside it when it generates."""
    inner = model.get_base_model() if hasattr(model, "get_base_model") else model
    return [model] if inner is model else [model, inner]


def _input_name(kwargs: dict[str, Any]) -> str:
    return "hidden_states" if "hidden_states" in kwargs else next(iter(kwargs))
