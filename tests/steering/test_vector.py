"""Vectors, their fingerprints, their sites, and the controls."""

import pytest
import torch

from steer_eval.errors import ArgumentError, VectorFormatError
from steer_eval.steering.controls import random_vector
from steer_eval.steering.site import Site, site_of_module
from steer_eval.steering.vector import Direction, Origin, SteeringVector

ROWS = torch.randn(1, 8, generator=torch.Generator().manual_seed(3))


def vector(directions, source="v.pt"):
    return SteeringVector(directions, Origin(source, "test"))


def test_the_fingerprint_is_of_the_numbers_and_their_places_alone():
    plain = vector({Site("block_out", 1): Direction(ROWS), Site("block_out", 2): Direction(2 * ROWS)})
    said_more = SteeringVector(
        {
            Site("block_out", 2): Direction(2 * ROWS, number=3, alpha=4.0, intervention="ablate", knobs={"tau": 1}),
            Site("block_out", 1): Direction(ROWS.repeat(2, 1)[:1].t().contiguous().t(), tensors={"stderr": ROWS.abs()}),
        },
        Origin("w.gguf", "other", "00"),
        positions="prompt",
        header={"axis": "refusal"},
    )
    assert plain.fingerprint == said_more.fingerprint


@pytest.mark.parametrize(
    "other",
    [
        {Site("block_out", 2): Direction(ROWS)},
        {Site("block_in", 1): Direction(ROWS)},
        {Site("block_out", 1): Direction(torch.nextafter(ROWS, ROWS + 1))},
        {Site("block_out", 1): Direction(ROWS.reshape(2, 4))},
        {Site("block_out", 1): Direction(ROWS), Site("block_out", 2): Direction(ROWS)},
    ],
)
def test_another_number_shape_or_place_is_another_fingerprint(other):
    assert vector(other).fingerprint != vector({Site("block_out", 1): Direction(ROWS)}).fingerprint


@pytest.mark.parametrize(
    ("directions", "says"),
    [
        ({}, "v.pt holds no direction"),
        ({Site("block_out", 1): Direction(ROWS[0])}, r"block_out 1: got shape \[8\]"),
        ({Site("block_out", 1): Direction(torch.ones(1, 0))}, r"got shape \[1, 0\]"),
        ({Site("block_out", 1): Direction(ROWS * torch.nan)}, "direction has NaN"),
        (
            {Site("block_out", 1): Direction(ROWS, tensors={"bias": torch.tensor([torch.inf])})},
            "bias has NaN or infinite",
        ),
        ({Site("block_out", 1): Direction(ROWS, alpha=float("nan"))}, "coefficient is nan"),
    ],
)
def test_what_is_no_vector_is_refused_with_its_place(directions, says):
    with pytest.raises(VectorFormatError, match=says):
        vector(directions)


@pytest.mark.parametrize(
    ("path", "site"),
    [
        ("layers.3", Site("block_out", 3)),
        ("model.layers.3", Site("block_out", 3)),
        ("base_model.model.model.layers.12", Site("block_out", 12)),
        ("gpt_neox.layers.0", Site("block_out", 0)),
        ("h.11", Site("block_out", 11)),
        ("transformer.h.11.attn", Site("attn_out", 11)),
        ("blocks.2.ffn", Site("mlp_out", 2)),
        ("layers.1.mlp", Site("mlp_out", 1)),
        ("layers.1.self_attn", Site("attn_out", 1)),
        ("layers.1.self_attn.o_proj", Site("o_proj_out", 1)),
        ("transformer.h.1.attn.c_proj", Site("o_proj_out", 1)),
        ("embed_tokens", Site("embed_out")),
        ("gpt_neox.embed_in", Site("embed_out")),
        ("transformer.wte", Site("embed_out")),
        ("layers.1.mlp.down_proj", Site("module", path="layers.1.mlp.down_proj")),
        ("layers.1.self_attn.q_proj", Site("module", path="layers.1.self_attn.q_proj")),
        ("norm", Site("module", path="norm")),
        ("layersx.1", Site("module", path="layersx.1")),
    ],
)
def test_a_module_name_means_the_place_we_have_a_name_for(path, site):
    assert site_of_module(path) == site


def test_sites_print_as_people_say_them_and_know_their_side():
    assert str(Site("o_proj_in", 3, head=2)) == "o_proj_in 3 head 2"
    assert str(Site("module", path="a.b")) == "module a.b"
    assert str(Site("embed_out")) == "embed_out"
    kinds = ("block_in", "norm1_in", "norm2_in", "o_proj_in", "block_out", "o_proj_out", "module")
    assert [Site(kind, 0).input_side for kind in kinds] == [True] * 4 + [False] * 3


def test_a_random_vector_has_the_places_and_norms_of_what_it_stands_for_and_its_seed_alone_decides():
    sites = {Site("block_out", n): Direction(torch.randn(2, 8) * (n + 1), number=n, alpha=0.5) for n in range(3)}
    made = random_vector(4, sites, "random:4")
    torch.randn(5)
    assert made.fingerprint == random_vector(4, dict(reversed(sites.items())), "random:4").fingerprint
    assert made.fingerprint != random_vector(5, sites, "random:5").fingerprint
    for site, like in sites.items():
        assert torch.allclose(made.directions[site].rows.norm(dim=-1), like.rows.norm(dim=-1), rtol=1e-5)
        assert (made.directions[site].number, made.directions[site].alpha) == (like.number, like.alpha)
    with pytest.raises(ArgumentError, match="has no place"):
        random_vector(4, {}, "random:4")
