"""Vectors that are made, not fitted: what a real vector has to beat."""

import torch

from steer_eval.errors import ArgumentError
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, Origin, SteeringVector


def random_vector(seed: int, sites: dict[Site, Direction], source: str) -> SteeringVector:
    """A Gaussian direction at each of `sites`, with the norm of the direction that stands there.

    Args:
        seed: of a generator of its own, so the result does not depend on what ran before.
        sites: the directions it is matched to, each [K, width].
        source: how the user asked for it.

    Raises:
        ArgumentError: no sites.
    """
    if not sites:
        raise ArgumentError(
            f"vector={source} has no place: name a vector to stand for, random:SEED:like=FILE, or give layer="
        )
    generator = torch.Generator().manual_seed(seed)
    made = {}
    for site, like in sorted(sites.items()):
        rows = torch.randn(like.rows.shape, generator=generator)
        norm = like.rows.norm(dim=-1, keepdim=True)
        made[site] = Direction(rows / rows.norm(dim=-1, keepdim=True) * norm, number=like.number, alpha=like.alpha)
    return SteeringVector(made, Origin(source, "random"))
