"""Write a vector in another tool's format, losslessly or not at all. One writer a file, with SUFFIX, `loss` and `write`.

`Loss` separates what would make the file mean something else (never written) from what the format merely has no room for (written only
if the user says so).
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from steer_eval.steering.site import Site
from steer_eval.steering.vector import SteeringVector


@dataclass
class Loss:
    """What a format cannot hold of a vector."""

    meaning: list[str] = field(default_factory=list)
    """Without it the file would be applied differently."""
    detail: list[str] = field(default_factory=list)
    """Suggested coefficients, standard errors, settings: the user can give them again."""


def plain_loss(vector: SteeringVector, holds_site: Callable[[Site], bool], interventions: tuple[str, ...]) -> Loss:
    """What is lost in a format with one row a place, some interventions, and no word on token positions.

    Args:
        vector: to be written.
        holds_site: whether the format has a name for a site.
        interventions: that the format can say; the first is meant where the vector says none.
    """
    lost = Loss()
    for site, direction in vector.directions.items():
        if site.layer is None and site.kind not in ("embed_out", "module"):
            lost.meaning.append(f"{site} without a layer (--layers places it)")
        elif not holds_site(site):
            lost.meaning.append(f"the site {site}")
        if (count := direction.rows.shape[0]) != 1:
            lost.meaning.append(f"{count} rows at {site}")
        if direction.intervention not in (None, *interventions):
            lost.meaning.append(f"the intervention {direction.intervention} at {site}")
        lost.detail += [f"the tensor {name} at {site}" for name in direction.tensors]
        lost.detail += [f"{name}={value} at {site}" for name, value in direction.knobs.items()]
    if vector.positions not in (None, "all"):
        lost.meaning.append(f"positions={vector.positions}")
    return lost
