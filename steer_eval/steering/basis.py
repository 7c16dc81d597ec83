"""Unit vectors and orthonormal bases, made once per direction in float64 and kept in float32.

Gram-Schmidt takes the rows in order: d_i = r_i - sum_j (r_i . b_j) b_j, b_i = d_i / |d_i|. A row that lies in the span of those before
it (|d_i| <= 1e-6 |r_i|) adds nothing and is left out.
"""

import torch
from torch import Tensor

from steer_eval.errors import ArgumentError

_DEPENDENT = 1e-6


def unit(row: Tensor, name: str) -> Tensor:
    """row / |row|, [width].

    Args:
        row: [width].
        name: of the intervention that asks, for the error.

    Raises:
        ArgumentError: the row is zero.
    """
    norm = row.double().norm()
    if norm == 0:
        raise ArgumentError(
            f"{name} needs a direction to project on, but this one is all zeros: leave its layer out with layers="
        )
    return (row.double() / norm).to(row.dtype)


def orthonormal(rows: Tensor, name: str) -> Tensor:
    """Orthonormal basis of the span of `rows`: [at most K, width], in the order of the rows.

    Raises:
        ArgumentError: every row is zero.
    """
    basis: list[Tensor] = []
    for row in rows.double():
        rest = row
        for _ in range(2):  # twice: the second turn removes the rounding of the first
            for b in basis:
                rest = rest - (rest @ b) * b
        if rest.norm() > _DEPENDENT * row.norm():
            basis.append(rest / rest.norm())
    if not basis:
        raise ArgumentError(
            f"{name} needs a direction to project on, but this one is all zeros: leave its layer out with layers="
        )
    return torch.stack(basis).to(rows.dtype)
