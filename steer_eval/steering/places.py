"""`site=` of the user: where a direction goes, if not where its file puts it. Several joined by `+` are several places for each."""

from dataclasses import replace

from torch import nn

from steer_eval.errors import ArgumentError
from steer_eval.steering.blocks import block_index, find_blocks
from steer_eval.steering.interventions import Intervention
from steer_eval.steering.site import KINDS, Site


def places(
    asked: str | None, site: Site, intervention: Intervention, count: int, source: str, model: nn.Module
) -> list[Site]:
    """Sites of `model`, layers counted from 0, for a direction that its file puts at `site`.

    Args:
        asked: the value of `site=`.
        site: from the file.
        intervention: what will be done there.
        count: how many directions its file brings.
        source: name of the file, for errors.
        model: the model.

    Raises:
        ArgumentError: a site that is not known, one place for several directions, or no layer.
        VectorMismatch: a layer out of range.
        ModelError: a model whose blocks cannot be told.
    """
    if intervention.SITES:
        own = ", ".join(intervention.SITES)
        if asked is not None:
            raise ArgumentError(f"{intervention.NAME} has its own places ({own} of every block): leave site= out")
        if count > 1:
            raise ArgumentError(
                f"{intervention.NAME} takes one direction, {source} brings {count}: choose one with layers="
            )
        return [Site(kind, layer) for layer in range(len(find_blocks(model))) for kind in intervention.SITES]
    sites = [site] if asked is None else [_named(name, site, count, source) for name in asked.split("+")]
    return [_absolute(place, source, model) for place in sites]


def _named(name: str, site: Site, count: int, source: str) -> Site:
    if name == "embed_out":
        return Site("embed_out")
    if name in KINDS and name != "module":
        return replace(site, kind=name, path=None)
    if "." not in name:
        known = ", ".join(kind for kind in KINDS if kind != "module")
        raise ArgumentError(f"site={name} is not known: wanted {known}, or a module path with a dot")
    if count > 1:
        raise ArgumentError(f"site={name} is one place, {source} brings {count} directions: choose one with layers=")
    return Site("module", path=name)


def _absolute(site: Site, source: str, model: nn.Module) -> Site:
    if site.kind in ("module", "embed_out"):
        return site
    if site.layer is None:
        raise ArgumentError(f"{source} does not say its layer ({site}): give layer= (0-based block)")
    return replace(site, layer=block_index(site, len(find_blocks(model))))
