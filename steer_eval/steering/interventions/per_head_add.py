"""per_head_add: alpha times the row of a head is added to that head's slice of the input of the attention output projection.

From inference-time intervention (Li et al. 2023), as in AISteer360 (ITI), whose rows are already sigma times the unit direction. Rows:
[heads, head width], site o_proj_in.
"""

import re
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from steer_eval.errors import ArgumentError
from steer_eval.steering.interventions import Intervention, register
from steer_eval.steering.site import Site
from steer_eval.steering.tokens import Tokens
from steer_eval.steering.vector import Direction


@register("per_head_add")
@dataclass(frozen=True)
class PerHeadAdd(Intervention):
    """No-op at alpha 0."""

    heads: str | None = None
    """`layer:head+layer:head`, both from 0, layers as the file counts them; None: all heads of all layers in the file."""

    ROWS = None
    ADDITIVE = True
    OWN_TYPE = True

    def __post_init__(self) -> None:
        if self.heads is not None:
            parse_heads(self.heads)

    def prepare(self, direction: Direction, site: Site, alpha: float) -> Direction:
        if site.kind != "o_proj_in":
            raise ArgumentError(
                f"per_head_add acts on the slices of o_proj_in, not on {site.kind}: give site=o_proj_in"
            )
        direction = super().prepare(direction, site, alpha)
        rows = direction.rows
        if self.heads is not None:
            layer = site.layer if direction.number is None else direction.number
            chosen = parse_heads(self.heads).get(layer if layer is not None else -1, [])
            if wrong := [head for head in chosen if head >= rows.shape[0]]:
                raise ArgumentError(
                    f"heads={self.heads}: layer {layer} has heads 0 to {rows.shape[0] - 1}, not {wrong[0]}"
                )
            kept = torch.zeros_like(rows)
            kept[chosen] = rows[chosen]
            rows = kept
        return replace(direction, rows=alpha * rows.reshape(1, -1))

    def __call__(self, h: Tensor, direction: Direction, alpha: float, tokens: Tokens | None) -> Tensor:
        return h + direction.row  # times alpha already


def parse_heads(text: str) -> dict[int, list[int]]:
    """`0:1+2:3+2:0` -> {0: [1], 2: [3, 0]}.

    Raises:
        ArgumentError: anything else, or a head that is named twice.
    """
    heads: dict[int, list[int]] = {}
    for part in str(text).split("+"):
        match = re.fullmatch(r"(\d+):(\d+)", part.strip())
        if match is None:
            raise ArgumentError(
                f"heads={text} cannot be read at {part!r}: wanted layer:head, several joined by +, e.g. 0:1+2:3"
            )
        layer, head = int(match[1]), int(match[2])
        if head in heads.setdefault(layer, []):
            raise ArgumentError(f"heads={text} names head {head} of layer {layer} twice")
        heads[layer].append(head)
    return heads
