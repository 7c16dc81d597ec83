"""Keep k coordinates of a direction and zero the rest.

`enr` keeps the k largest effect-to-noise ratios, from "Sparse Activation Steering with Mean Differences in Transformer Residual
Streams", section 3:

    ENR_i = |v_i| / sqrt(var+_i / n+ + var-_i / n-)

with the standard error clamped at 1e-8, as the paper's code does, so a coordinate without noise ranks first by its size.
`magnitude` keeps the largest |v_i|; `random:SEED` keeps a random k, the control for both.
"""

import torch
from torch import Tensor

from steer_eval.errors import ArgumentError
from steer_eval.steering.vector import Direction

STDERR_FLOOR = 1e-8


def effect_to_noise(v: Tensor, stderr: Tensor) -> Tensor:
    """ENR per coordinate. v and stderr: [..., width], of the same units."""
    return v.abs() / stderr.clamp_min(STDERR_FLOOR)


def keep_coordinates(direction: Direction, k: int, select: str) -> Tensor:
    """Rows of `direction` with all but k coordinates of each row set to zero.

    Args:
        direction: rows [K, width], with `stderr` [K, width] among its tensors if `select` is "enr".
        k: how many coordinates to keep, 1..width.
        select: "enr", "magnitude" or "random:SEED".

    Raises:
        ArgumentError: k out of range, an unknown rule, or ENR without stored standard errors.
    """
    rows = direction.rows
    width = rows.shape[1]
    if not 1 <= k <= width:
        raise ArgumentError(f"k={k} is out of range: the vector has {width} coordinates, so wanted 1..{width}")
    if select == "enr":
        if "stderr" not in direction.tensors:
            raise ArgumentError("select=enr needs standard errors, which this file does not hold: use select=magnitude")
        rank = effect_to_noise(rows, direction.tensors["stderr"])
    elif select == "magnitude":
        rank = rows.abs()
    elif select.startswith("random:") and select[7:].isdecimal():
        rank = torch.rand(rows.shape, generator=torch.Generator().manual_seed(int(select[7:])))
    else:
        raise ArgumentError(f"select={select} is not known: wanted enr, magnitude or random:SEED")
    keep = rank.topk(k, dim=-1).indices
    return torch.zeros_like(rows).scatter(-1, keep, rows.gather(-1, keep))
