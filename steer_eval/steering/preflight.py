"""Before a run: does the vector do anything to this model, and how large is it beside what it is added to?

Adding one and the same value to every coordinate changes nothing in a model with LayerNorm, and a run would then report a perfectly
harmless, perfectly useless vector. So a few tokens go through the model with and without steering first.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor, nn

from steer_eval.errors import VectorMismatch
from steer_eval.steering.attach import Placement, Steering
from steer_eval.steering.blocks import find_module
from steer_eval.steering.positions import Positions

_EVERYWHERE = Positions.parse("all")
_FELT = 1e-3  # a direction of this share of the activation's norm must change the logits
_UNCHANGED = 1e-5  # share of the largest logit below which a change is rounding


@torch.no_grad()
def probe(model: nn.Module, placements: Sequence[Placement], tokens: Tensor) -> list[dict[str, Any]]:
    """Norms at each placement, measured on `tokens` [1, seq].

    Returns:
        One dict a placement: site, alpha, norm of the direction (L2), mean norm of the activation it meets, share alpha |v| / |h|.

    Raises:
        VectorMismatch: additive placements that are felt at their sites and yet leave every logit unchanged.
    """
    norms, plain = activation_norms(model, placements, tokens)
    facts: list[dict[str, Any]] = []
    for placement, norm in zip(placements, norms, strict=True):
        size = float(placement.direction.rows.norm(dim=-1).max())
        facts.append(
            {
                "site": str(placement.site),
                "intervention": placement.intervention.NAME,
                "knobs": asdict(placement.intervention),
                "alpha": placement.alpha,
                "direction_norm": size,
                "activation_norm": norm,
                "share": abs(placement.alpha) * size / norm if norm else None,
                "coordinates": int((placement.direction.rows != 0).any(dim=0).sum()),
            }
        )
    felt = any((fact["share"] or 0) > _FELT for fact in facts)
    if felt and all(p.intervention.ADDITIVE for p in placements):
        with Steering(model, placements, _EVERYWHERE):
            change = (model(tokens, use_cache=False).logits.float() - plain).abs().max()
        if change <= _UNCHANGED * plain.abs().max():
            raise VectorMismatch(
                "the vector changes no logit of this model: is it constant over the coordinates (LayerNorm removes that), "
                "or placed where nothing reads it?"
            )
    return facts


@torch.no_grad()
def activation_norms(model: nn.Module, placements: Sequence[Placement], tokens: Tensor) -> tuple[list[float], Tensor]:
    """Mean L2 norm of the activation at each placement in an unsteered pass over `tokens` [1, seq], and the pass's logits."""
    norms: list[float] = []
    with _measuring(model, placements, norms):
        logits: Tensor = model(tokens, use_cache=False).logits.float()
    return norms, logits


class _measuring:  # noqa: N801  # a context manager, used like a function
    """Note the mean activation norm at each placement during a pass."""

    def __init__(self, model: nn.Module, placements: Sequence[Placement], norms: list[float]) -> None:
        self.model, self.placements, self.norms = model, placements, norms

    def __enter__(self) -> None:
        self.norms += [0.0] * len(self.placements)
        self.handles = [self._hook(i, placement) for i, placement in enumerate(self.placements)]

    def __exit__(self, *exc: object) -> None:
        for handle in self.handles:
            handle.remove()

    def _hook(self, index: int, placement: Placement) -> Any:
        module = find_module(self.model, placement.site)

        def note(h: Tensor) -> None:
            self.norms[index] = float(h.float().norm(dim=-1).mean())

        if placement.site.input_side:
            return module.register_forward_pre_hook(
                lambda _, args, kwargs: note(args[0] if args else kwargs["hidden_states"]), with_kwargs=True
            )
        return module.register_forward_hook(
            lambda _, args, output: note(output[0] if isinstance(output, tuple) else output)
        )
