"""Keeping k coordinates."""

import pytest
import torch

from steer_eval.errors import ArgumentError
from steer_eval.steering.select import effect_to_noise, keep_coordinates
from steer_eval.steering.vector import Direction

ROWS = torch.tensor([[3.0, -4.0, 0.5, 0.0, 1.0], [0.1, 0.2, -0.3, 0.4, -0.5]])
STDERR = torch.tensor([[3.0, 8.0, 0.1, 1.0, 0.0], [1.0, 0.1, 1.0, 1.0, 1.0]])
DIRECTION = Direction(ROWS, tensors={"stderr": STDERR})


def kept(rows):
    return [[i for i, x in enumerate(row) if x] for row in rows.tolist()]


def test_enr_keeps_the_largest_ratio_and_a_coordinate_without_noise_first():
    assert kept(keep_coordinates(DIRECTION, 2, "enr")) == [[2, 4], [1, 4]]
    assert torch.equal(effect_to_noise(ROWS, STDERR)[0, :2], torch.tensor([1.0, 0.5]))


def test_magnitude_keeps_the_largest_numbers_whatever_their_sign():
    assert kept(keep_coordinates(DIRECTION, 2, "magnitude")) == [[0, 1], [3, 4]]


def test_random_keeps_k_that_its_seed_alone_decides():
    v = Direction(torch.randn(1, 200))
    first = keep_coordinates(v, 20, "random:7")
    torch.randn(3)
    assert torch.equal(first, keep_coordinates(v, 20, "random:7"))
    assert not torch.equal(first, keep_coordinates(v, 20, "random:8"))
    assert (first != 0).sum() == 20


def test_kept_coordinates_keep_their_numbers_and_the_rest_are_zero():
    v = Direction(torch.randn(3, 50))
    got = keep_coordinates(v, 10, "magnitude")
    assert ((got == 0) | (got == v.rows)).all()
    assert torch.equal(keep_coordinates(v, 50, "magnitude"), v.rows)


@pytest.mark.parametrize(
    ("k", "select", "says"),
    [
        (0, "magnitude", "k=0 is out of range: the vector has 5"),
        (6, "magnitude", r"k=6 is out of range: .*wanted 1\.\.5"),
        (2, "largest", "select=largest is not known"),
        (2, "random", "select=random is not known"),
        (2, "random:x", "select=random:x is not known"),
    ],
)
def test_what_cannot_be_selected_is_an_error(k, select, says):
    with pytest.raises(ArgumentError, match=says):
        keep_coordinates(DIRECTION, k, select)


def test_enr_without_standard_errors_names_the_alternative():
    with pytest.raises(ArgumentError, match="use select=magnitude"):
        keep_coordinates(Direction(ROWS), 2, "enr")
