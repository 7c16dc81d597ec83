"""The card: facts for every format, and what can be said against a file without a model."""

import pytest
import torch

from steer_eval.inspection.card import card, file_warnings
from steer_eval.readers import read_vector, readers
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, Origin, SteeringVector
from tests.readers.samples import WIDTH, Sample, vec, write_all


def made(*directions: torch.Tensor, kind: str = "block_out") -> SteeringVector:
    placed = {Site(kind, n): Direction(rows[None], number=n) for n, rows in enumerate(directions)}
    return SteeringVector(placed, Origin("v", "bare"))


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    return write_all(tmp_path_factory.mktemp("valid"))


def test_every_format_has_a_card_with_one_entry_a_direction(samples: list[Sample]) -> None:
    for sample in samples:
        vector = read_vector(sample.path, sample.format, sample.row)
        facts = card(vector)
        assert facts["reader"] == sample.reader
        assert facts["rule"] == readers()[sample.reader].RULE
        assert [d["site"] for d in facts["directions"]] == [str(site) for site in vector.directions]
        assert facts["unsaid"] == list(vector.unsaid)
        assert facts["fingerprint"] == vector.fingerprint


@pytest.mark.parametrize(
    ("reader", "wanted"),
    [
        ("steer_eval", {"number": 1, "site": "block_out 1", "alpha": 2.0, "enr": True, "width": WIDTH, "rows": 1}),
        ("lm-eval-steered", {"site": "block_out 1", "alpha": 2.0, "intervention": "clamp", "tensors": {"bias": [WIDTH]}}),
        ("persona_vectors", {"number": 1, "site": "block_out 0", "alpha": None, "intervention": None}),
        ("ibm", {"number": 0, "site": "block_in 0", "coordinates": WIDTH}),
        ("steering-control", {"site": "block_in 1", "alpha": 2.0, "tensors": {"reference": [WIDTH]}}),
        ("sae", {"site": "block_in 2", "knobs": {"feature": 1}}),
        ("aisteer360", {"site": "block_out 1", "rows": 2}),
    ],
)  # fmt: skip
def test_facts_of_the_first_direction(reader: str, wanted: dict[str, object], samples: list[Sample]) -> None:
    sample = next(sample for sample in samples if sample.reader == reader)
    first = card(read_vector(sample.path, sample.format, sample.row))["directions"][0]
    assert {key: first[key] for key in wanted} == wanted


def test_norms_and_nonzero_coordinates() -> None:
    (facts,) = card(made(torch.tensor([3e-9, 0.0, 4e-9, 0.0])))["directions"]
    assert facts["norm"] == [5e-9]
    assert facts["coordinates"] == 2


def test_a_constant_direction_is_warned_about() -> None:
    (warning,) = file_warnings(made(torch.full((WIDTH,), 0.3)))
    assert "block_out 0: one value for all coordinates" in warning
    assert not file_warnings(made(torch.zeros(WIDTH)))
    assert not file_warnings(made(vec(1)))


def test_a_last_layer_far_larger_than_the_others_is_warned_about() -> None:
    steady = [vec(n) for n in range(4)]
    assert not file_warnings(made(*steady))
    (warning,) = file_warnings(made(*steady[:3], 20 * steady[3], kind="block_in"))
    assert "layer 3 has norm" in warning
    assert "after the final norm" in warning
    assert not file_warnings(made(20 * steady[0], *steady[1:]))
