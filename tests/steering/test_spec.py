"""From what the user and the file say to placements on a model; every contradiction is an error."""

import pytest
import torch

from steer_eval.errors import ArgumentError, ModelError, VectorMismatch
from steer_eval.steering.interventions import Intervention, find, knob_names, names
from steer_eval.steering.site import Site
from steer_eval.steering.spec import SteeringSpec, resolve, resolve_condition
from steer_eval.steering.vector import Direction, Origin, SteeringVector
from tests.steering.models import BLOCKS, WIDTH, Custom, tiny


def rows(count=1, width=WIDTH, seed=0):
    return torch.randn(count, width, generator=torch.Generator().manual_seed(seed))


def vector(directions, positions=None, source="v.pt"):
    return SteeringVector(directions, Origin(source, "test"), positions)


def layered(*numbers, kind="block_out", **said):
    """A file with a direction for each of its layers."""
    return vector({Site(kind, n): Direction(rows(seed=n), number=n, **said) for n in numbers})


BARE = vector({Site("block_out"): Direction(rows(), bound=False)})
LLAMA = tiny("Llama")


def placed(spec, *vectors, model=LLAMA):
    return resolve(spec, vectors, model)[0]


def sites(spec, *vectors, model=LLAMA):
    return [str(p.site) for p in placed(spec, *vectors, model=model)]


def alphas(spec, *vectors):
    return [p.alpha for p in placed(spec, *vectors)]


def test_nothing_said_means_alpha_one_addition_everywhere_at_the_files_places():
    placements, positions = resolve(SteeringSpec(), [layered(0, 2)], LLAMA)
    assert [(str(p.site), p.alpha, p.intervention.NAME) for p in placements] == [
        ("block_out 0", 1.0, "add"),
        ("block_out 2", 1.0, "add"),
    ]
    assert str(positions) == "all"
    assert resolve(SteeringSpec(), [], LLAMA)[0] == []


def test_what_the_file_suggests_is_used_unless_the_user_says_otherwise():
    file = layered(1, alpha=3.0, intervention="clamp")
    assert [(p.alpha, p.intervention.NAME) for p in placed(SteeringSpec(), file)] == [(3.0, "clamp")]
    assert alphas(SteeringSpec(alpha="0"), file) == [0.0]
    assert alphas(SteeringSpec(intervention="clamp"), file) == [3.0]
    assert alphas(SteeringSpec(intervention="add"), file) == [1.0], "the suggestion was for clamping"
    assert alphas(SteeringSpec(), layered(1, alpha=0.0)) == [0.0], "0 is given, not absent"
    assert alphas(SteeringSpec(alpha="0.5", max_act=4.0), file) == [2.0]


def test_layers_select_the_files_own_numbers_in_the_users_order():
    shifted = vector({Site("block_out", n - 1): Direction(rows(seed=n), number=n) for n in (1, 2, 3)})
    assert sites(SteeringSpec(layers="3+1"), shifted) == ["block_out 2", "block_out 0"]
    assert sites(SteeringSpec(layers="1-2"), shifted) == ["block_out 0", "block_out 1"]
    assert sites(SteeringSpec(layers="-1"), vector({Site("block_out", -1): Direction(rows(), number=-1)})) == [
        "block_out 2"
    ]


def test_one_direction_that_is_bound_to_no_layer_goes_where_layer_or_layers_say():
    assert sites(SteeringSpec(layers="0+2"), BARE) == ["block_out 0", "block_out 2"]
    assert sites(SteeringSpec(layer=1), BARE) == ["block_out 1"]
    assert sites(SteeringSpec(layer=-1, site="block_in"), BARE) == ["block_in 2"]
    assert sites(SteeringSpec(layer=0), layered(2)) == ["block_out 0"]


def test_site_moves_directions_and_several_sites_multiply_them():
    assert sites(SteeringSpec(site="block_in"), layered(0, 1)) == ["block_in 0", "block_in 1"]
    assert sites(SteeringSpec(site="norm1_in+norm2_in"), layered(0, 1)) == [
        "norm1_in 0",
        "norm2_in 0",
        "norm1_in 1",
        "norm2_in 1",
    ]
    assert alphas(SteeringSpec(site="norm1_in+norm2_in", alpha="1+2"), layered(0, 1)) == [1, 1, 2, 2]
    assert sites(SteeringSpec(site="embed_out"), layered(2)) == ["embed_out"]
    assert sites(SteeringSpec(site="model.layers.1.mlp.down_proj"), layered(2)) == [
        "module model.layers.1.mlp.down_proj"
    ]


def test_a_module_path_steers_a_model_whose_blocks_cannot_be_told():
    model = Custom(second_list=True)
    assert sites(SteeringSpec(site="stack.1"), BARE, model=model) == ["module stack.1"]
    with pytest.raises(ModelError, match="cannot tell the decoder blocks"):
        resolve(SteeringSpec(layer=1), [BARE], model)


def test_alphas_are_one_for_all_one_per_file_or_one_per_layer():
    assert alphas(SteeringSpec(alpha="-2"), layered(0, 1)) == [-2, -2]
    assert alphas(SteeringSpec(alpha="3.0+-2.0"), layered(0, 1), layered(2)) == [3, 3, -2]
    assert alphas(SteeringSpec(alpha="3.0+-2.0", layers="1+0"), layered(0, 1)) == [3, -2]
    assert alphas(SteeringSpec(alpha="1e+20"), layered(0)) == [1e20]


def test_selection_comes_before_normalising_and_both_before_alpha():
    file = layered(1, tensors={"stderr": rows(seed=9).abs()})
    (p,) = placed(SteeringSpec(k=4, normalize=True), file)
    assert (p.direction.rows != 0).sum() == 4
    assert p.direction.rows.norm() == pytest.approx(1.0)
    assert (placed(SteeringSpec(k=4, select="magnitude"), file)[0].direction.rows != 0).sum() == 4
    assert torch.equal(file.directions[Site("block_out", 1)].rows, rows(seed=1)), "the file's vector is left as it was"


def test_ablate_everywhere_acts_on_every_block_and_needs_no_layer():
    want = [f"{kind} {n}" for n in range(BLOCKS) for kind in ("block_in", "attn_out", "mlp_out")]
    assert sites(SteeringSpec(intervention="ablate_everywhere"), BARE) == want
    assert sites(SteeringSpec(intervention="ablate_everywhere"), layered(2)) == want
    assert sites(SteeringSpec(intervention="ablate_everywhere", layers="1"), layered(1, 2)) == want


def test_heads_select_the_layers_and_the_slices():
    file = vector({Site("o_proj_in", n): Direction(rows(4, 8, n), number=n) for n in range(3)})
    spec = SteeringSpec(intervention="per_head_add", knobs={"heads": "0:1+2:3+2:0"})
    assert sites(spec, file) == ["o_proj_in 0", "o_proj_in 2"]
    with pytest.raises(ArgumentError, match="leave layers= and layer= out"):
        resolve(SteeringSpec(intervention="per_head_add", layers="0", knobs={"heads": "0:1"}), [file], LLAMA)


def test_knobs_come_from_the_file_and_the_users_win():
    file = layered(1, intervention="cosine_gated_add", knobs={"tau": 0.2})
    assert placed(SteeringSpec(), file)[0].intervention == find("cosine_gated_add")(tau=0.2)
    assert placed(SteeringSpec(knobs={"tau": 0.0}), file)[0].intervention == find("cosine_gated_add")(tau=0.0)


def test_a_files_angle_counts_in_its_own_unit_and_a_given_degree_drops_it():
    plane = vector(
        {Site("block_out", 1): Direction(rows(2), 1, alpha=0.5, intervention="rotate", knobs={"degree": 57.3})}
    )
    for spec, alpha, degree in (
        (SteeringSpec(), 0.5, 57.3),
        (SteeringSpec(alpha="0.7"), 0.7, 57.3),
        (SteeringSpec(knobs={"degree": 60}), 1.0, 60),
    ):
        (p,) = placed(spec, plane)
        assert (p.alpha, p.intervention.degree) == (alpha, degree)


def test_positions_come_from_the_user_then_from_the_files():
    file = vector({Site("block_out", 1): Direction(rows())}, positions="generated")
    assert str(resolve(SteeringSpec(), [file], LLAMA)[1]) == "generated"
    assert str(resolve(SteeringSpec(positions="last:2"), [file, layered(1)], LLAMA)[1]) == "last:2"
    with pytest.raises(ArgumentError, match=r"different positions \(all, generated\): give positions="):
        resolve(SteeringSpec(), [file, layered(1)], LLAMA)


TWO = layered(0, 1)
WRONG = {
    "layers that cannot be read": (
        SteeringSpec(layers="1,2"),
        [TWO],
        ArgumentError,
        "layers=1,2 cannot be read at '1,2'",
    ),
    "an empty range": (SteeringSpec(layers="3-1"), [TWO], ArgumentError, "names no layer"),
    "a layer named twice": (SteeringSpec(layers="0-1+1"), [TWO], ArgumentError, "names layer 1 twice"),
    "a layer the file lacks": (SteeringSpec(layers="2"), [TWO], VectorMismatch, "v.pt has no layer 2, it has 0, 1"),
    "layer beyond the model": (
        SteeringSpec(),
        [layered(7)],
        VectorMismatch,
        "layer 7 is out of range: the model has blocks 0 to 2",
    ),
    "layer for several": (SteeringSpec(layer=1), [TWO], ArgumentError, "places one direction, v.pt has 2: use layers="),
    "layer and layers": (SteeringSpec(layer=1, layers="1"), [BARE], ArgumentError, "both layers= and layer="),
    "no layer anywhere": (SteeringSpec(), [BARE], ArgumentError, "does not say its layer .*give layer="),
    "no layer at a new site": (SteeringSpec(site="mlp_out"), [BARE], ArgumentError, "does not say its layer"),
    "layer for a module": (
        SteeringSpec(layer=1),
        [vector({Site("embed_out"): Direction(rows())})],
        ArgumentError,
        "embed_out, which has no layer: give site=",
    ),
    "unknown site": (
        SteeringSpec(site="resid"),
        [TWO],
        ArgumentError,
        "site=resid is not known: wanted block_in, .*embed_out",
    ),
    "one path for several": (
        SteeringSpec(site="layers.1"),
        [TWO],
        ArgumentError,
        "one place, v.pt brings 2 directions",
    ),
    "width": (
        SteeringSpec(),
        [vector({Site("block_out", 1): Direction(torch.ones(1, 7))})],
        VectorMismatch,
        "v.pt has width 7, but LlamaForCausalLM has width 32",
    ),
    "alpha that is no number": (SteeringSpec(alpha="strong"), [TWO], ArgumentError, "alpha=strong is not a number"),
    "alpha that is not finite": (SteeringSpec(alpha="inf"), [TWO], ArgumentError, "alpha=inf is not finite"),
    "too many alphas": (SteeringSpec(alpha="1+2+3"), [TWO], ArgumentError, "wanted 1 or 2 .one per layer of v.pt"),
    "too many alphas for files": (
        SteeringSpec(alpha="1+2+3"),
        [TWO, TWO],
        ArgumentError,
        "wanted 1 or 2 .one per file",
    ),
    "unknown intervention": (SteeringSpec(intervention="sub"), [TWO], ArgumentError, "intervention=sub is not known"),
    "select without k": (SteeringSpec(select="enr"), [TWO], ArgumentError, "nothing to select: give k="),
    "k out of range": (SteeringSpec(k=33, select="magnitude"), [TWO], ArgumentError, "k=33 is out of range"),
    "zero to normalise": (
        SteeringSpec(normalize=True),
        [vector({Site("block_out", 1): Direction(torch.zeros(1, WIDTH))})],
        ArgumentError,
        "v.pt has a direction that is all zeros",
    ),
    "zero to project on": (
        SteeringSpec(intervention="ablate"),
        [vector({Site("block_out", 1): Direction(torch.zeros(1, WIDTH))})],
        ArgumentError,
        "v.pt, block_out 1: ablate needs a direction to project on",
    ),
    "several rows": (
        SteeringSpec(),
        [vector({Site("block_out", 1): Direction(rows(3))})],
        ArgumentError,
        "v.pt, block_out 1: add takes one direction, but there are 3 rows: choose one with row=",
    ),
    "everywhere with several": (
        SteeringSpec(intervention="ablate_everywhere"),
        [TWO],
        ArgumentError,
        "takes one direction, v.pt brings 2: choose one with layers=",
    ),
    "everywhere with a site": (
        SteeringSpec(intervention="ablate_everywhere", site="block_in"),
        [BARE],
        ArgumentError,
        "leave site= out",
    ),
    "a knob that nothing uses": (
        SteeringSpec(knobs={"degree": 3}),
        [TWO],
        ArgumentError,
        "degree=3 belongs to rotate, and this run uses add",
    ),
    "positions": (SteeringSpec(positions="end"), [TWO], ArgumentError, "positions=end cannot be read"),
    "max_act": (SteeringSpec(max_act=float("nan")), [TWO], ArgumentError, "max_act=nan"),
}


@pytest.mark.parametrize(("spec", "vectors", "error", "says"), WRONG.values(), ids=WRONG)
def test_it_is_an_error_that_names_what_was_wrong(spec, vectors, error, says):
    with pytest.raises(error, match=says):
        resolve(spec, vectors, LLAMA)


def test_every_knob_of_every_intervention_is_listed_and_the_package_holds_them_all():
    assert knob_names() == {"degree", "mode", "adaptive", "tau", "alignment", "heads", "feature"}
    assert len(names()) == 19
    assert all(issubclass(find(name), Intervention) for name in names())


def condition(spec, *vectors, model=LLAMA):
    return resolve_condition(spec, vectors, model)


def test_a_condition_is_measured_at_the_input_of_the_blocks_its_file_numbers():
    for kind in ("block_out", "block_in"):
        got = condition(SteeringSpec(condition_layers="0+2", condition_threshold=0.5), layered(0, 1, 2, kind=kind))
        assert [layer for layer, _ in got.directions] == [0, 2]
        assert torch.equal(got.directions[1][1], rows(seed=2)[0])
        assert (got.threshold, got.when, got.pool) == (0.5, "above", "mean")
    got = condition(SteeringSpec(condition_threshold=0.0, condition_when="below", condition_pool="last"), layered(-1))
    assert ([layer for layer, _ in got.directions], got.threshold, got.when, got.pool) == ([2], 0.0, "below", "last")
    got = condition(SteeringSpec(condition_threshold=0.0, condition_layers="1"), BARE)
    assert [layer for layer, _ in got.directions] == [1]
    assert condition(SteeringSpec()) is None


@pytest.mark.parametrize(
    ("said", "vectors", "error", "says"),
    [
        (
            {"condition_threshold": 0.1},
            [],
            ArgumentError,
            "condition_threshold=0.1 has no condition to belong to: give condition=",
        ),
        ({"condition_pool": "last"}, [], ArgumentError, "condition_pool=last has no condition"),
        ({}, [TWO], ArgumentError, "give condition_threshold="),
        ({"condition_threshold": 0.1, "condition_layers": "9"}, [TWO], VectorMismatch, "has no layer 9"),
        ({"condition_threshold": 0.1}, [layered(9)], VectorMismatch, "blocks 0 to 2"),
        ({"condition_threshold": 0.1}, [BARE], ArgumentError, "give condition_layers="),
        ({"condition_threshold": 0.1, "condition_when": "larger"}, [TWO], ArgumentError, "condition_when=larger"),
        ({"condition_threshold": 0.1, "condition_pool": "sum"}, [TWO], ArgumentError, "condition_pool=sum"),
        ({"condition_threshold": float("nan")}, [TWO], ArgumentError, "condition_threshold=nan"),
        (
            {"condition_threshold": 0.1},
            [vector({Site("block_out", 1): Direction(rows(2))})],
            ArgumentError,
            "a condition is one direction, but there are 2 rows",
        ),
        (
            {"condition_threshold": 0.1},
            [vector({Site("block_out", 1): Direction(torch.ones(1, 7))})],
            VectorMismatch,
            "has width 7",
        ),
        (
            {"condition_threshold": 0.1},
            [vector({Site("block_out", 1): Direction(torch.zeros(1, WIDTH))})],
            ArgumentError,
            "all zeros",
        ),
    ],
)
def test_a_condition_that_cannot_be_is_an_error(said, vectors, error, says):
    with pytest.raises(error, match=says):
        condition(SteeringSpec(**said), *vectors)
