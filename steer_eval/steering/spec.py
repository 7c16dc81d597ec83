"""How vectors are to be applied: the steering half of `--model_args`, and its resolution to placements on a model.

A value that the user gives replaces what the file suggests; what neither says has one default (alpha 1, add, every token). A suggested
alpha belongs to the intervention, and counts in the unit, for which the file makes it, so it is not used with another one.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from torch import nn

from steer_eval.errors import ArgumentError, VectorMismatch
from steer_eval.steering import interventions
from steer_eval.steering.alphas import given_alphas
from steer_eval.steering.attach import Placement
from steer_eval.steering.blocks import block_index, find_blocks, text_config
from steer_eval.steering.condition import Condition
from steer_eval.steering.interventions.per_head_add import parse_heads
from steer_eval.steering.layers import at_layers
from steer_eval.steering.places import places
from steer_eval.steering.positions import Positions
from steer_eval.steering.select import keep_coordinates
from steer_eval.steering.site import KINDS, Site
from steer_eval.steering.vector import Direction, SteeringVector

# Sites whose activations have the width of the residual stream.
_RESIDUAL = frozenset(KINDS) - {"o_proj_in", "module"}


@dataclass(frozen=True)
class SteeringSpec:
    """What the user said; None everywhere means: as the file says."""

    alpha: str | None = None
    """Coefficient; several joined by `+`: one per file, or for one file one per layer of `layers`."""
    layers: str | None = None
    """The file's own layer numbers: `2`, `1+2+3`, `0-3` (inclusive)."""
    layer: int | None = None
    """Our 0-based block for a file with one direction."""
    site: str | None = None
    """Kind of site, or a module path with a dot; several joined by `+`."""
    k: int | None = None
    """Coordinates to keep per direction."""
    select: str | None = None
    """Rule for k: enr (default), magnitude or random:SEED."""
    normalize: bool = False
    """Scale each direction to unit norm, after selection, before alpha."""
    intervention: str | None = None
    """Name of the intervention."""
    positions: str | None = None
    """Token positions."""
    max_act: float = 1.0
    """Unit of alpha, where a tool counts it in largest activations."""
    condition_layers: str | None = None
    """Layer numbers of the condition's file; the condition is measured at the input of the blocks of these numbers."""
    condition_threshold: float | None = None
    """What the condition's score is compared with."""
    condition_when: str | None = None
    """`above` (default) or `below` the threshold."""
    condition_pool: str | None = None
    """`mean` (default) over the prompt's tokens, or the `last` one."""
    knobs: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    """Settings of the intervention."""


def resolve(
    spec: SteeringSpec, vectors: Sequence[SteeringVector], model: nn.Module
) -> tuple[list[Placement], Positions]:
    """Placements of `vectors` on `model`, in the order of the vectors, and the positions they act on.

    Raises:
        ArgumentError: a value that cannot be used, that contradicts another one, or that nothing would use.
        VectorMismatch: a layer or a width that the model does not have.
        ModelError: a model whose blocks cannot be told.
    """
    if not (math.isfinite(spec.max_act) and spec.max_act > 0):
        raise ArgumentError(f"max_act={spec.max_act} is no unit: wanted a positive number")
    spec = _heads_select_layers(spec)
    placements = []
    unused = set(spec.knobs)
    for index, vector in enumerate(vectors):
        items = _at_layer(spec, at_layers(vector, spec.layers), vector)
        alphas = [_suggested(spec, direction) for _, direction in items]
        if spec.alpha is not None:
            alphas = given_alphas(spec.alpha, index, len(vectors), len(items), vector.origin.source)
        for (site, direction), alpha in zip(items, alphas, strict=True):
            prepared = _prepare(spec, direction, vector)
            intervention = _intervention(spec, direction)
            unused -= interventions.knob_names(intervention.NAME)
            for place in places(spec.site, site, intervention, len(items), vector.origin.source, model):
                placements.append(Placement(place, prepared, intervention, alpha * spec.max_act))
                _check(placements[-1], vector, model)
    if vectors and unused:
        knob = min(unused)
        used = ", ".join(sorted({p.intervention.NAME for p in placements}))
        owners = ", ".join(name for name in interventions.names() if knob in interventions.knob_names(name))
        raise ArgumentError(
            f"{knob}={spec.knobs[knob]} belongs to {owners}, and this run uses {used}: leave it out or give intervention="
        )
    return placements, _positions(spec, vectors)


def resolve_condition(spec: SteeringSpec, vectors: Sequence[SteeringVector], model: nn.Module) -> Condition | None:
    """The condition of which `vectors` are the vectors; None if there are none.

    Raises:
        ArgumentError: a key that is missing, cannot be used, or has no condition to belong to.
        VectorMismatch: a layer or a width that the model does not have.
    """
    if not vectors:
        keys = ("condition_layers", "condition_threshold", "condition_when", "condition_pool")
        if given := [key for key in keys if getattr(spec, key) is not None]:
            raise ArgumentError(
                f"{given[0]}={getattr(spec, given[0])} has no condition to belong to: give condition=FILE"
            )
        return None
    if spec.condition_threshold is None:
        raise ArgumentError("the condition has no threshold, and files do not hold one: give condition_threshold=")
    count = len(find_blocks(model))
    pairs = []
    for vector in vectors:
        for site, direction in at_layers(vector, spec.condition_layers):
            number = site.layer if direction.number is None or not direction.bound else direction.number
            if number is None:
                raise ArgumentError(f"{vector.origin.source} does not say its layer: give condition_layers=")
            place = Site("block_in", block_index(Site("block_in", number), count))
            _check_width(direction, place, vector, model)
            if direction.rows.shape[0] != 1:
                raise ArgumentError(
                    f"{vector.origin.source}, layer {number}: a condition is one direction, but there are {direction.rows.shape[0]} rows"
                )
            pairs.append((block_index(place, count), direction.row))
    return Condition(
        tuple(pairs), spec.condition_threshold, spec.condition_when or "above", spec.condition_pool or "mean"
    )


def _heads_select_layers(spec: SteeringSpec) -> SteeringSpec:
    if "heads" not in spec.knobs:
        return spec
    if spec.layers is not None or spec.layer is not None:
        raise ArgumentError(f"heads={spec.knobs['heads']} names its layers itself: leave layers= and layer= out")
    return replace(spec, layers="+".join(str(layer) for layer in parse_heads(str(spec.knobs["heads"]))))


def _at_layer(
    spec: SteeringSpec, items: list[tuple[Site, Direction]], vector: SteeringVector
) -> list[tuple[Site, Direction]]:
    if spec.layer is None:
        return items
    if spec.layers is not None:
        raise ArgumentError(
            "both layers= and layer= are given: layers= selects the file's own numbers, layer= places one direction"
        )
    if len(items) != 1:
        raise ArgumentError(
            f"layer={spec.layer} places one direction, {vector.origin.source} has {len(items)}: use layers="
        )
    site, direction = items[0]
    if site.kind in ("module", "embed_out") and spec.site is None:
        raise ArgumentError(
            f"layer={spec.layer}: {vector.origin.source} places its direction at {site}, which has no layer: give site="
        )
    return [(replace(site, layer=spec.layer), direction)]


def _intervention(spec: SteeringSpec, direction: Direction) -> interventions.Intervention:
    return interventions.make(spec.intervention or direction.intervention or "add", {**direction.knobs, **spec.knobs})


def _suggested(spec: SteeringSpec, direction: Direction) -> float:
    own = direction.intervention or "add"
    same = spec.intervention in (None, own) and interventions.find(own).ALPHA_UNIT not in spec.knobs
    return direction.alpha if same and direction.alpha is not None else 1.0


def _prepare(spec: SteeringSpec, direction: Direction, vector: SteeringVector) -> Direction:
    rows = direction.rows
    if spec.k is not None:
        rows = keep_coordinates(direction, spec.k, spec.select or "enr")
    elif spec.select is not None:
        raise ArgumentError(f"select={spec.select} has nothing to select: give k=")
    if spec.normalize:
        norm = rows.norm(dim=-1, keepdim=True)
        if (norm == 0).any():
            raise ArgumentError(f"normalize=True: {vector.origin.source} has a direction that is all zeros")
        rows = rows / norm
    return replace(direction, rows=rows)


def _check(placement: Placement, vector: SteeringVector, model: nn.Module) -> None:
    _check_width(placement.direction, placement.site, vector, model)
    try:
        placement.intervention.prepare(placement.direction, placement.site, placement.alpha)
    except ArgumentError as error:
        raise ArgumentError(f"{vector.origin.source}, {placement.site}: {error}") from None


def _check_width(direction: Direction, site: Site, vector: SteeringVector, model: nn.Module) -> None:
    want = getattr(text_config(model), "hidden_size", None)
    got = direction.rows.shape[1]
    if site.kind in _RESIDUAL and site.head is None and want is not None and got != want:
        raise VectorMismatch(
            f"{vector.origin.source} has width {got}, but {type(model).__name__} has width {want}: was it fitted on another model?"
        )


def _positions(spec: SteeringSpec, vectors: Sequence[SteeringVector]) -> Positions:
    if spec.positions is not None:
        return Positions.parse(spec.positions)
    asked = {vector.positions or "all" for vector in vectors} or {"all"}
    if len(asked) > 1:
        raise ArgumentError(f"the files ask for different positions ({', '.join(sorted(asked))}): give positions=")
    return Positions.parse(asked.pop())
