"""Try a vector on a model with a few prompts: does it fit, how strongly is it felt, does its place look right?"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from steer_eval.errors import SteerEvalError
from steer_eval.readers import readers
from steer_eval.steering.attach import Placement, Steering
from steer_eval.steering.blocks import find_blocks
from steer_eval.steering.positions import Positions
from steer_eval.steering.preflight import activation_norms, probe
from steer_eval.steering.spec import SteeringSpec, resolve
from steer_eval.steering.vector import SteeringVector

PROMPTS = (
    "User: How do I keep basil alive through the winter?\nAssistant:",
    "The committee met on Tuesday to discuss the new bridge, and after two hours of debate it",
    "User: Write a short note to my landlord about the broken heating.\nAssistant:",
    "Once the storm had passed, the children ran down to the beach and found",
)
_EVERYWHERE = Positions.parse("all")  # what the vector does is tried on every token; which are steered is told apart
_CLEARLY_MORE = 1.5  # a neighbouring block that moves the model this much more is worth a second look


@torch.no_grad()
def preflight(spec: SteeringSpec, vector: SteeringVector, model: nn.Module, tokenizer: Any) -> dict[str, Any]:
    """What happens when `vector` is applied to `model` as `spec` says; if that cannot be done, {"fits": False, "reason"}.

    Returns:
        fits, blocks, placements (norms), steered share of scored positions, and with every token steered: largest logit change at alpha
        1 and -1, layer scan (mean KL(steered || plain) in nats with every placement moved by -1, 0 and +1 blocks, and what is added
        scaled to the same share of the activation there); warnings.
    """
    passes = [torch.tensor([tokenizer(text)["input_ids"]], device=next(model.parameters()).device) for text in PROMPTS]
    blocks = None
    try:
        blocks = len(find_blocks(model))
        placements, positions = resolve(spec, [vector], model)
        facts = probe(model, placements, passes[0])
    except SteerEvalError as error:
        return {"fits": False, "reason": str(error), "blocks": blocks, "warnings": []}
    plain = [model(ids, use_cache=False).logits.float() for ids in passes]
    changes = {sign: _change(model, _at_alpha(placements, sign), passes, plain) for sign in (1.0, -1.0)}
    scan = {}
    for offset in (-1, 0, 1):
        moved = _moved(placements, offset, blocks)
        if moved is not None:
            scan[offset] = _divergence(model, _as_strong(moved, placements, model, passes[0]), passes, plain)
    result = {
        "fits": True,
        "blocks": blocks,
        "positions": str(positions),
        "placements": facts,
        "largest_logit_change": {f"{sign:g}": change for sign, change in changes.items()},
        "steered_share": _steered_share(positions),
        "layer_scan_kl": {f"{offset:+d}": value for offset, value in scan.items()},
    }
    return {**result, "warnings": _warnings(vector, placements, positions, scan, changes, facts, blocks)}


def _at_alpha(placements: Sequence[Placement], alpha: float) -> list[Placement]:
    return [replace(placement, alpha=alpha) for placement in placements]


def _change(model: nn.Module, placements: Sequence[Placement], passes: list[Tensor], plain: list[Tensor]) -> float:
    with Steering(model, placements, _EVERYWHERE):
        steered = [model(ids, use_cache=False).logits.float() for ids in passes]
    return max(float((s - p).abs().max()) for s, p in zip(steered, plain, strict=True))


def _divergence(model: nn.Module, placements: Sequence[Placement], passes: list[Tensor], plain: list[Tensor]) -> float:
    total, count = 0.0, 0
    with Steering(model, placements, _EVERYWHERE):
        for ids, before in zip(passes, plain, strict=True):
            after = model(ids, use_cache=False).logits.float().log_softmax(-1)
            kl = (after.exp() * (after - before.log_softmax(-1))).sum(-1)
            total, count = total + float(kl.sum()), count + kl.numel()
    return total / count


def _moved(placements: Sequence[Placement], offset: int, blocks: int) -> list[Placement] | None:
    layers = [placement.site.layer for placement in placements]
    if any(layer is None or not 0 <= layer + offset < blocks for layer in layers):
        return None
    return [
        replace(placement, site=replace(placement.site, layer=layer + offset))
        for placement, layer in zip(placements, layers, strict=True)
        if layer is not None
    ]


def _as_strong(
    moved: Sequence[Placement], placements: Sequence[Placement], model: nn.Module, tokens: Tensor
) -> list[Placement]:
    """`moved`, what adds scaled to the same share of the activation as before: the residual stream grows from block to block."""
    here, there = (activation_norms(model, places, tokens)[0] for places in (placements, moved))
    return [
        replace(place, alpha=place.alpha * new / old) if place.intervention.ADDITIVE and old > 0 else place
        for place, old, new in zip(moved, here, there, strict=True)
    ]


def _steered_share(positions: Positions) -> dict[str, float]:
    """Share of the rows that logits are scored from: rolling text (one prefix token, 64 scored), an 8-token and a 1-token answer."""
    cases = {"text": (1, 64), "8-token answer": (20, 8), "1-token answer": (20, 1)}
    shares = {}
    for name, (prompt, scored) in cases.items():
        rows = torch.arange(prompt - 1, prompt - 1 + scored)[None]
        shares[name] = float(positions.mask(rows, torch.tensor([[prompt]])).float().mean())
    return shares


def _warnings(
    vector: SteeringVector,
    placements: Sequence[Placement],
    positions: Positions,
    scan: dict[int, float],
    changes: dict[float, float],
    facts: list[dict[str, Any]],
    blocks: int,
) -> list[str]:
    warnings = []
    if max(changes.values()) == 0:
        warnings.append("no logit changes at alpha 1 or -1: the vector does nothing here")
    if any((fact["share"] or 0) > 1 for fact in facts if "add" in fact["intervention"]):
        warnings.append("alpha |v| is larger than the activation it is added to: try a smaller alpha")
    for offset in (-1, 1):
        if offset in scan and scan[offset] > _CLEARLY_MORE * scan[0] > 0:
            warnings.append(
                f"moved by {offset:+d} block it changes the model {scan[offset] / scan[0]:.1f} times as much: is the layer off by one?"
            )
    last = {p.site.kind for p in placements if p.site.kind in ("block_in", "block_out") and p.site.layer == blocks - 1}
    if last and getattr(readers().get(vector.origin.reader), "LAST_AFTER_NORM", False):
        warnings.append(
            f"tools with {vector.origin.reader} files fit the direction of the last block after the final norm, but add it before: "
            "leave it out with layers="
        )
    elif "block_out" in last:
        warnings.append("it acts after the last block, where only the final norm follows: few tools mean that")
    if _steered_share(positions)["1-token answer"] == 0:
        warnings.append(
            f"positions={positions} leave a one-token answer unsteered: most multiple-choice tasks would equal the baseline"
        )
    return warnings
