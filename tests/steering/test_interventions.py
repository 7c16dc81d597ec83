"""Every intervention against its formula, written again token by token in numpy and float64."""

import math

import numpy as np
import pytest
import torch

from steer_eval.errors import ArgumentError
from steer_eval.steering import interventions
from steer_eval.steering.attach import Placement, Steering
from steer_eval.steering.positions import Positions
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction
from tests.steering.models import Holder

ROWS, SEQ, WIDTH, FEATURES = 3, 7, 16, 5
PADDING = (0, 2, 3)  # on the left, by row


def unit(v):
    return v / math.sqrt(sum(x * x for x in v))


def add(h, v, alpha):
    return h + alpha * v[0]


def add_keep_norm(h, v, alpha):
    y = h + alpha * v[0]
    return y / np.sqrt((y**2).sum()) * np.sqrt((h**2).sum())


def add_cap_norm(h, v, alpha):
    y = h + alpha * v[0]
    return add_keep_norm(h, v, alpha) if (y**2).sum() > (h**2).sum() else y


def gram_schmidt(rows):
    basis = []
    for row in rows:
        rest = row - sum((np.dot(row, b) * b for b in basis), np.zeros_like(row))
        basis.append(unit(rest))
    return basis


def ablate(h, v, alpha):
    return h - alpha * sum(np.dot(h, b) * b for b in gram_schmidt(v))


def ablate_then_add(h, v, alpha):
    u = unit(v[0])
    return h - np.dot(h, u) * u + alpha * v[0]


def affine(h, v, alpha, reference):
    u = unit(v[0])
    return h - alpha * np.dot(h - reference, u) * u


def clamp(h, v, alpha, bias=0.0):
    u, x = unit(v[0]), h - bias
    return x + u * (alpha - np.dot(x, u)) + bias


def replace(h, v, alpha):
    return alpha * v[0]


def threshold_add(h, v, alpha):
    return h + alpha * v[0] if np.dot(h, v[0]) < alpha else h


def clamp_subspace(h, v, alpha):
    return h - max(0.0, np.dot(h, v[0])) * v[0] + alpha * v[0]


def sae(h, alpha, change, W_enc, b_enc, W_dec, b_dec, threshold, feature=2):  # noqa: N803
    def decode(z):
        return z @ W_dec + b_dec

    p = h @ W_enc + b_enc
    z = np.maximum(p, 0) * (p > threshold)
    error = h - decode(z)
    z = z.copy()
    z[feature] = change(z[feature], alpha)
    return decode(z) + error


def sae_clamp(h, v, alpha, **parts):
    return sae(h, alpha, lambda z, a: a, **parts)


def sae_min_clamp(h, v, alpha, **parts):
    return sae(h, alpha, max, **parts)


def rotate(h, v, alpha, degree, mode="target", adaptive=False):
    b1, b2 = gram_schmidt(v)
    c1, c2 = np.dot(h, b1), np.dot(h, b2)
    if adaptive and c1 <= 0:
        return h
    angle = math.radians(alpha * degree) + (math.atan2(c2, c1) if mode == "offset" else 0.0)
    length = math.hypot(c1, c2)
    return h - c1 * b1 - c2 * b2 + length * (math.cos(angle) * b1 + math.sin(angle) * b2)


def slerp(h, v, alpha):
    a, u = unit(h), unit(v[0])
    w = math.acos(np.dot(a, u))
    return (math.sin((1 - alpha) * w) * a + math.sin(alpha * w) * u) / math.sin(w) * np.sqrt((h**2).sum())


def cosine_gated_add(h, v, alpha, tau):
    return h + max(0.0, abs(np.dot(unit(h), unit(v[0]))) - tau) * alpha * v[0]


# Name, rows, alphas, names of tensors, knobs, formula of one token.
CASES = [
    ("add", 1, (2.0, -0.7), (), {}, add),
    ("add_keep_norm", 1, (2.0, -0.7), (), {}, add_keep_norm),
    ("add_cap_norm", 1, (0.3, -0.3), (), {}, add_cap_norm),
    ("ablate", 1, (1.0, 0.5), (), {}, ablate),
    ("ablate", 3, (1.0, 0.25), (), {}, ablate),
    ("ablate_everywhere", 1, (1.0,), (), {}, ablate),
    ("ablate_then_add", 1, (0.7, 0.0), (), {}, ablate_then_add),
    ("affine", 1, (1.0, 0.3), ("reference",), {}, affine),
    ("clamp", 1, (1.5, 0.0), ("bias",), {}, clamp),
    ("clamp", 1, (-1.5,), (), {}, clamp),
    ("replace", 1, (0.3, 0.0), (), {}, replace),
    ("threshold_add", 1, (0.4, -0.4), (), {}, threshold_add),
    ("clamp_subspace", 1, (0.4, 0.0), (), {}, clamp_subspace),
    ("sae_clamp", 1, (0.8, 0.0), ("W_enc", "b_enc", "W_dec", "b_dec", "threshold"), {"feature": 2}, sae_clamp),
    ("sae_min_clamp", 1, (0.8, 0.1), ("W_enc", "b_enc", "W_dec", "b_dec", "threshold"), {"feature": 2}, sae_min_clamp),
    ("rotate", 2, (1.0, 0.5), (), {"degree": 60}, rotate),
    ("rotate", 2, (1.0,), (), {"degree": 30.0, "mode": "offset"}, rotate),
    ("rotate", 2, (1.0,), (), {"degree": 200, "mode": "offset", "adaptive": True}, rotate),
    ("rotate", 2, (1.0,), (), {"degree": 0, "adaptive": True}, rotate),
    ("slerp", 1, (0.3, 1.0), (), {}, slerp),
    ("cosine_gated_add", 1, (2.0, -1.0), (), {"tau": 0.1}, cosine_gated_add),
]
IDS = [
    f"{name}-{count}rows-{'-'.join([*tensors[:1], *map(str, knobs.values())])}"
    for name, count, _, tensors, knobs, _ in CASES
]


def random(*shape, seed=0, scale=1.0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)) * scale


def parts(names):
    made = {
        "bias": random(WIDTH, seed=11),
        "reference": random(WIDTH, seed=12),
        "W_enc": random(WIDTH, FEATURES, seed=13),
        "b_enc": random(FEATURES, seed=14),
        "W_dec": random(FEATURES, WIDTH, seed=15),
        "b_dec": random(WIDTH, seed=16),
        "threshold": random(FEATURES, seed=17).abs(),
    }
    return {name: made[name] for name in names}


def steered(name, direction, alpha, knobs, h, *, kind="block_out", mask=None, positions="all"):
    """What a model whose only activation is h gives when the placement is attached to it."""
    model = Holder(h)
    placement = Placement(Site(kind, 0), direction, interventions.make(name, knobs), alpha)
    with Steering(model, [placement], Positions.parse(positions)):
        return model(torch.zeros(h.shape[:2], dtype=torch.long), attention_mask=mask)


def expected(h, direction, alpha, formula, tensors, knobs):
    rows = direction.rows.double().numpy()
    extra = {name: tensor.double().numpy() for name, tensor in tensors.items()}
    out = np.array([[formula(token, rows, alpha, **extra, **knobs) for token in row] for row in h.double().numpy()])
    return torch.from_numpy(out)


@pytest.mark.parametrize(("name", "count", "alphas", "names", "knobs", "formula"), CASES, ids=IDS)
def test_every_intervention_is_its_formula_in_float32(name, count, alphas, names, knobs, formula):
    h, tensors = random(ROWS, SEQ, WIDTH, seed=1), parts(names)
    direction = Direction(random(count, WIDTH, seed=2), tensors=tensors)
    for alpha in alphas:
        got = steered(name, direction, alpha, knobs, h)
        assert got.dtype == torch.float32
        want = expected(h, direction, alpha, formula, tensors, knobs)
        assert torch.allclose(got.double(), want, rtol=1e-5, atol=2e-6)


@pytest.mark.parametrize(("name", "count", "alphas", "names", "knobs", "formula"), CASES, ids=IDS)
def test_in_bfloat16_every_intervention_is_its_formula_rounded_once(name, count, alphas, names, knobs, formula):
    h, tensors = random(ROWS, SEQ, WIDTH, seed=1).bfloat16(), parts(names)
    direction = Direction(random(count, WIDTH, seed=2), tensors=tensors)
    for alpha in alphas:
        got = steered(name, direction, alpha, knobs, h)
        assert got.dtype == torch.bfloat16
        want = expected(h, direction, alpha, formula, tensors, knobs).bfloat16()
        if name == "add":  # alpha v is rounded too
            want = h + (alpha * direction.rows[0]).bfloat16()
        near = (
            got.float() - want.float()
        ).abs() <= want.float().abs() * 2**-7  # a neighbour, where float32 fell on the other side
        assert near.all()
        assert (got == want).float().mean() > 0.98


def test_in_half_precision_unsteered_tokens_keep_their_bits():
    h = random(1, SEQ, WIDTH).half()
    got = steered("add_keep_norm", Direction(random(1, WIDTH, seed=2)), 3.0, {}, h, positions="from:4")
    assert torch.equal(got[:, :4], h[:, :4])
    assert not torch.equal(got[:, 4:], h[:, 4:])


@pytest.mark.parametrize("name", [n for n in interventions.names() if interventions.find(n).IDLE_AT_ZERO])
def test_alpha_zero_changes_no_bit_where_the_intervention_says_so(name):
    h = random(ROWS, SEQ, WIDTH)
    h[0, 0, 0], h[0, 1, 0], h[0, 2, 0] = -0.0, math.inf, math.nan
    names = (
        ("W_enc", "b_enc", "W_dec", "b_dec", "threshold")
        if "sae" in name
        else ("reference",)
        if name == "affine"
        else ()
    )
    knobs = {"tau": 0.1, "feature": 1}
    rows = random(4, WIDTH // 4, seed=2) if name == "per_head_add" else random(1, WIDTH, seed=2)
    got = steered(
        name, Direction(rows, tensors=parts(names)), 0.0, knobs, h, kind="o_proj_in" if "head" in name else "block_out"
    )
    assert got.numpy().tobytes() == h.numpy().tobytes()


IDLE = [interventions.find(name) for name in interventions.names() if interventions.find(name).IDLE_AT_ZERO]


@pytest.mark.parametrize("name", [cls.NAME for cls in IDLE if not cls.NEEDS_TOKENS])
def test_what_calls_itself_idle_at_alpha_zero_is_idle_by_its_own_arithmetic(name):
    h = random(ROWS, SEQ, WIDTH)
    names = (
        ("W_enc", "b_enc", "W_dec", "b_dec", "threshold")
        if "sae" in name
        else ("reference",)
        if name == "affine"
        else ()
    )
    intervention = interventions.make(name, {"tau": 0.1, "feature": 1})
    site = Site("o_proj_in" if "head" in name else "block_out", 0)
    rows = random(4, WIDTH // 4, seed=2) if name == "per_head_add" else random(1, WIDTH, seed=2)
    direction = intervention.prepare(Direction(rows, tensors=parts(names)), site, 0.0)
    assert (intervention(h, direction, 0.0, None) - h).abs().max() < 1e-6


def test_cap_any_rescales_a_whole_row_if_one_of_its_tokens_grew_and_no_other_row():
    v = torch.zeros(1, WIDTH)
    v[0, 0] = 1.0
    h = torch.zeros(2, 3, WIDTH)
    h[..., 0] = -4.0  # every token shrinks ...
    h[0, 1, 0] = 4.0  # ... but this one
    h[..., 1] = 1.0
    got = steered("add_cap_norm_any", Direction(v), 1.0, {}, h)
    assert torch.allclose(got[0].norm(dim=-1), h[0].norm(dim=-1))
    assert torch.allclose(got[1], h[1] + v[0])


def test_padding_never_triggers_cap_any():
    v = torch.zeros(1, WIDTH)
    v[0, 0] = 1.0
    h = torch.zeros(2, 3, WIDTH)
    h[..., 0] = -4.0
    h[0, 0, 0] = 4.0  # would grow
    mask = torch.tensor([[0, 1, 1], [1, 1, 1]])
    got = steered("add_cap_norm_any", Direction(v), 1.0, {}, h, mask=mask)
    assert torch.equal(got[0, 0], h[0, 0])
    assert torch.equal(got[0, 1:], h[0, 1:] + v[0])


def test_cap_any_looks_at_steered_tokens_only():
    v = torch.zeros(1, WIDTH)
    v[0, 0] = 1.0
    h = torch.full((1, 3, WIDTH), -1.0)
    h[0, 0] = 1.0  # would grow, but is not steered
    got = steered("add_cap_norm_any", Direction(v), 1.0, {}, h, positions="from:1")
    assert torch.equal(got[0], torch.stack([h[0, 0], h[0, 1] + v[0], h[0, 2] + v[0]]))


def test_prompt_positional_puts_row_t_at_position_alignment_plus_t_of_each_padded_row():
    h, v = random(ROWS, SEQ, WIDTH), random(4, WIDTH, seed=2)
    mask = torch.tensor([[0] * n + [1] * (SEQ - n) for n in PADDING])
    got = steered("prompt_positional", Direction(v), 2.0, {"alignment": 2}, h, mask=mask)
    want = h.clone()
    for row, pad in enumerate(PADDING):
        for t in range(4):
            if pad + 2 + t < SEQ:
                want[row, pad + 2 + t] += 2.0 * v[t]
    assert torch.equal(got, want)


def test_per_head_add_reaches_the_chosen_heads_alone():
    h, v = random(2, SEQ, WIDTH), random(4, WIDTH // 4, seed=2)
    got = steered("per_head_add", Direction(v), 3.0, {"heads": "0:1+0:3"}, h, kind="o_proj_in")
    want = h.clone().reshape(2, SEQ, 4, WIDTH // 4)
    for head in (1, 3):
        want[:, :, head] += 3.0 * v[head]
    assert torch.allclose(got, want.reshape(h.shape), atol=1e-6)


def test_per_head_add_without_heads_reaches_all():
    h, v = random(2, SEQ, WIDTH), random(4, WIDTH // 4, seed=2)
    got = steered("per_head_add", Direction(v), 3.0, {}, h, kind="o_proj_in")
    assert torch.allclose(got, h + 3.0 * v.reshape(-1), atol=1e-6)


def test_ablation_at_alpha_one_leaves_nothing_in_the_span_even_of_dependent_rows():
    rows = random(3, WIDTH, seed=2)
    rows[2] = rows[0] - 2 * rows[1]
    got = steered("ablate", Direction(rows), 1.0, {}, random(1, SEQ, WIDTH))
    assert (got @ rows.T).abs().max() < 1e-5


def test_rotation_and_slerp_keep_every_norm():
    h = random(ROWS, SEQ, WIDTH)
    for got in (
        steered("rotate", Direction(random(2, WIDTH, seed=2)), 1.0, {"degree": 123}, h),
        steered("slerp", Direction(random(1, WIDTH, seed=2)), 0.4, {}, h),
    ):
        assert torch.allclose(got.norm(dim=-1), h.norm(dim=-1), rtol=1e-5)


def test_degenerate_activations_never_become_nan():
    v = random(1, WIDTH, seed=2)
    h = torch.stack([torch.zeros(WIDTH), v[0], -v[0], 1e-6 * v[0]])[None]
    for name, knobs in (("slerp", {}), ("cosine_gated_add", {"tau": 0.1}), ("add_keep_norm", {}), ("add_cap_norm", {})):
        assert torch.isfinite(steered(name, Direction(v), -1.0 if "norm" in name else 0.5, knobs, h)).all(), name


@pytest.mark.parametrize(
    "name", ["ablate", "ablate_everywhere", "ablate_then_add", "clamp", "affine", "slerp", "cosine_gated_add"]
)
def test_a_zero_direction_is_refused_where_it_has_to_be_normalised(name):
    direction = Direction(torch.zeros(1, WIDTH), tensors=parts(("reference",)))
    with pytest.raises(ArgumentError, match="all zeros"):
        interventions.make(name, {"tau": 0.1}).prepare(direction, Site("block_out", 0), 1.0)


@pytest.mark.parametrize("name", [n for n in interventions.names() if interventions.find(n).ROWS == 1])
def test_several_rows_for_an_intervention_of_one_ask_for_row(name):
    with pytest.raises(ArgumentError, match=r"choose one with row=0\.\.2"):
        interventions.make(name, {"tau": 0.1}).prepare(Direction(random(3, WIDTH)), Site("block_out", 0), 1.0)


@pytest.mark.parametrize(
    ("name", "knobs", "rows", "says"),
    [
        ("affine", {}, 1, "needs reference.*SteeringControl"),
        ("sae_clamp", {"feature": 1}, 1, "needs W_enc.*SAE"),
        ("cosine_gated_add", {}, 1, "needs tau="),
        ("rotate", {}, 2, "give degree="),
        ("rotate", {"degree": 3}, 1, "takes 2 rows"),
    ],
)
def test_what_is_missing_is_named_with_where_it_comes_from(name, knobs, rows, says):
    with pytest.raises(ArgumentError, match=says):
        interventions.make(name, knobs).prepare(Direction(random(rows, WIDTH)), Site("block_out", 0), 1.0)


@pytest.mark.parametrize("feature", [None, -1, 5, True, "x"])
def test_a_feature_that_the_sae_does_not_have_is_refused(feature):
    direction = Direction(random(1, WIDTH), tensors=parts(("W_enc", "b_enc", "W_dec", "b_dec", "threshold")))
    with pytest.raises(ArgumentError, match="feature"):
        interventions.make("sae_clamp", {"feature": feature}).prepare(direction, Site("block_out", 0), 1.0)


@pytest.mark.parametrize(
    ("name", "knobs"),
    [
        ("rotate", {"degree": "far"}),
        ("rotate", {"degree": True}),
        ("rotate", {"degree": math.inf}),
        ("rotate", {"degree": 1, "mode": "around"}),
        ("rotate", {"degree": 1, "adaptive": 1}),
        ("cosine_gated_add", {"tau": "high"}),
        ("prompt_positional", {"alignment": -1}),
        ("prompt_positional", {"alignment": 1.5}),
        ("per_head_add", {"heads": "1"}),
        ("per_head_add", {"heads": "0:1+0:1"}),
    ],
)
def test_a_knob_that_cannot_be_used_is_an_error_that_shows_it(name, knobs):
    (key,) = [key for key in knobs if key != "degree" or len(knobs) == 1]
    with pytest.raises(ArgumentError, match=f"{key}=") as caught:
        interventions.make(name, knobs)
    assert str(knobs[key]) in str(caught.value)


def test_a_bad_head_a_line_for_a_plane_and_another_site_are_refused():
    rows = random(4, WIDTH // 4)
    with pytest.raises(ArgumentError, match="heads 0 to 3, not 4"):
        interventions.make("per_head_add", {"heads": "0:4"}).prepare(Direction(rows), Site("o_proj_in", 0), 1.0)
    with pytest.raises(ArgumentError, match="give site=o_proj_in"):
        interventions.make("per_head_add", {}).prepare(Direction(rows), Site("block_out", 0), 1.0)
    with pytest.raises(ArgumentError, match="one line"):
        interventions.make("rotate", {"degree": 3}).prepare(Direction(torch.ones(2, WIDTH)), Site("block_out", 0), 1.0)


def test_a_bias_or_reference_of_another_width_is_refused():
    for name, key in (("clamp", "bias"), ("affine", "reference")):
        direction = Direction(random(1, WIDTH), tensors={key: torch.ones(WIDTH + 1)})
        with pytest.raises(ArgumentError, match=rf"{key} has shape \[{WIDTH + 1}\]"):
            interventions.make(name, {}).prepare(direction, Site("block_out", 0), 1.0)


def test_an_unknown_intervention_lists_the_known_ones():
    with pytest.raises(ArgumentError, match="intervention=subtract is not known: wanted one of ablate,.*threshold_add"):
        interventions.make("subtract", {})
