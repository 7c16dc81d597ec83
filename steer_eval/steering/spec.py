"""How vectors are to be applied: the steering half of `--model_args`, and its resolution to placements on a model.

A value that the user gives replaces what the file suggests; what neither says has one default (alpha 1, add, every token). A suggested
alpha belongs to the intervention for which the file makes it, so it is not used with another one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from torch import nn

from steer_eval.errors import ArgumentError, VectorMismatch
from steer_eval.steering import interventions
from steer_eval.steering.attach import Placement
from steer_eval.steering.blocks import block_index, find_blocks, text_config
from steer_eval.steering.positions import Positions
from steer_eval.steering.select import keep_coordinates
from steer_eval.steering.site import KINDS, Site
from steer_eval.steering.vector import Direction, SteeringVector

_RESIDUAL = ("block_in", "block_out", "attn_out", "mlp_out", "norm1_in", "norm1_out", "norm2_in", "o_proj_out", "embed_out")


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
    knobs: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    """Settings of the intervention."""


def resolve(spec: SteeringSpec, vectors: Sequence[SteeringVector], model: nn.Module) -> tuple[list[Placement], Positions]:
    """Placements of `vectors` on `model`, in the order of the vectors, and the positions they act on.

    Raises:
        ArgumentError: a value that cannot be used, or that contradicts another one.
        VectorMismatch: a layer or a width that the model does not have.
        ModelError: a model whose blocks cannot be told.
    """
    placements = []
    for index, vector in enumerate(vectors):
        directions = _at_sites(spec, _at_layers(spec, vector), vector)
        alphas = _alphas(spec, index, len(vectors), directions, vector)
        for (site, direction), alpha in zip(directions, alphas, strict=True):
            prepared = _prepare(spec, direction)
            name = spec.intervention or direction.intervention or "add"
            intervention = interventions.make(name, {**direction.knobs, **spec.knobs})
            for place in _everywhere(intervention, model) or [_absolute(site, model)]:
                _check_width(prepared, place, vector, model)
                placements.append(Placement(place, prepared, intervention, alpha * spec.max_act))
    return placements, _positions(spec, vectors)


def parse_layers(text: str) -> list[int]:
    """`2`, `1+2+3`, `0-3` (inclusive) -> numbers in that order; a number may be negative.

    Raises:
        ArgumentError: anything else.
    """
    numbers: list[int] = []
    for part in str(text).split("+"):
        if match := re.fullmatch(r"(\d+)-(\d+)", part.strip()):
            numbers += range(int(match[1]), int(match[2]) + 1)
        elif re.fullmatch(r"-?\d+", part.strip()):
            numbers.append(int(part))
        else:
            raise ArgumentError(f"layers={text} cannot be read at {part!r}: wanted 2, 1+2+3 or 0-3")
    if not numbers:
        raise ArgumentError(f"layers={text} names no layer: wanted 2, 1+2+3 or 0-3")
    return numbers


def _at_layers(spec: SteeringSpec, vector: SteeringVector) -> list[tuple[Site, Direction]]:
    items = list(vector.directions.items())
    if spec.layers is not None and spec.layer is not None:
        raise ArgumentError("both layers= and layer= are given: layers= selects the file's own numbers, layer= places one direction")
    if spec.layer is not None:
        if len(items) != 1:
            raise ArgumentError(f"layer={spec.layer} places one direction, {vector.origin.source} has {len(items)}: use layers=")
        site, direction = items[0]
        return [(replace(site, layer=spec.layer), direction)]
    if spec.layers is None:
        return items
    wanted = parse_layers(spec.layers)
    if len(items) == 1 and not items[0][1].bound:
        site, direction = items[0]
        return [(replace(site, layer=number), direction) for number in wanted]
    by_number: dict[int, list[tuple[Site, Direction]]] = {}
    for site, direction in items:
        if direction.number is not None:
            by_number.setdefault(direction.number, []).append((site, direction))
    if missing := [n for n in wanted if n not in by_number]:
        has = ", ".join(str(n) for n in sorted(by_number)) or "none"
        raise VectorMismatch(f"layers={spec.layers}: {vector.origin.source} has no layer {missing[0]}, it has {has}")
    return [item for number in wanted for item in by_number[number]]


def _at_sites(spec: SteeringSpec, items: list[tuple[Site, Direction]], vector: SteeringVector) -> list[tuple[Site, Direction]]:
    if spec.site is None:
        if unplaced := [site for site, _ in items if site.kind != "module" and site.kind != "embed_out" and site.layer is None]:
            raise ArgumentError(f"{vector.origin.source} does not say its layer ({unplaced[0]}): give layer= (0-based block)")
        return items
    placed = []
    for name in spec.site.split("+"):
        for site, direction in items:
            if name in KINDS and name != "module":
                placed.append((replace(site, kind=name, path=None), direction))
            elif "." in name:
                placed.append((Site("module", path=name), direction))
            else:
                known = ", ".join(k for k in KINDS if k != "module")
                raise ArgumentError(f"site={name} is not known: wanted {known}, or a module path with a dot")
    return placed


def _alphas(
    spec: SteeringSpec, index: int, files: int, items: list[tuple[Site, Direction]], vector: SteeringVector
) -> list[float]:
    if spec.alpha is None:
        suggested = [d.alpha if spec.intervention in (None, d.intervention or "add") else None for _, d in items]
        return [1.0 if alpha is None else alpha for alpha in suggested]
    try:
        given = [float(part) for part in str(spec.alpha).split("+")]
    except ValueError:
        raise ArgumentError(f"alpha={spec.alpha} is not a number, or numbers joined by +") from None
    if any(alpha != alpha or abs(alpha) == float("inf") for alpha in given):
        raise ArgumentError(f"alpha={spec.alpha} is not finite")
    if len(given) == 1:
        return given * len(items)
    if files > 1 and len(given) == files:
        return [given[index]] * len(items)
    if files == 1 and len(given) == len(items):
        return given
    wanted = f"{files} (one per file)" if files > 1 else f"{len(items)} (one per layer of {vector.origin.source})"
    raise ArgumentError(f"alpha={spec.alpha} has {len(given)} numbers: wanted 1 or {wanted}")


def _prepare(spec: SteeringSpec, direction: Direction) -> Direction:
    rows = direction.rows
    if spec.k is not None:
        rows = keep_coordinates(direction, spec.k, spec.select or "enr")
    elif spec.select is not None:
        raise ArgumentError(f"select={spec.select} has nothing to select: give k=")
    if spec.normalize:
        norm = rows.norm(dim=-1, keepdim=True)
        if (norm == 0).any():
            raise ArgumentError("normalize=True: the direction is all zeros")
        rows = rows / norm
    return replace(direction, rows=rows)


def _everywhere(intervention: interventions.Intervention, model: nn.Module) -> list[Site]:
    if not intervention.SITES:
        return []
    return [Site(kind, layer) for layer in range(len(find_blocks(model))) for kind in intervention.SITES]


def _absolute(site: Site, model: nn.Module) -> Site:
    if site.kind in ("module", "embed_out"):
        return site
    return replace(site, layer=block_index(site, len(find_blocks(model))))


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
