"""Conditional steering: the score, the gate per row, and what is known when."""

import math

import pytest
import torch

from steer_eval.errors import ArgumentError
from steer_eval.steering import interventions
from steer_eval.steering.attach import Placement, Steering
from steer_eval.steering.blocks import find_blocks
from steer_eval.steering.condition import Condition
from steer_eval.steering.positions import Positions
from steer_eval.steering.site import Site
from steer_eval.steering.tokens import Tokens
from steer_eval.steering.vector import Direction
from tests.steering.models import WIDTH, prompt, tiny

NEW = 5
C = torch.randn(WIDTH, generator=torch.Generator().manual_seed(8))
V = torch.randn(1, WIDTH, generator=torch.Generator().manual_seed(5))
ROWS = [prompt(1, n, seed=n)[0] for n in (4, 9, 7, 6)]


def place(layer, kind="block_in", alpha=1.5):
    return Placement(Site(kind, layer), Direction(V), interventions.make("add", {}), alpha)


def padded(rows, side="left"):
    width = max(map(len, rows))
    pads = [[0] * (width - len(r)) for r in rows]
    ids = [p + r.tolist() if side == "left" else r.tolist() + p for p, r in zip(pads, rows, strict=True)]
    mask = [p + [1] * len(r) if side == "left" else [1] * len(r) + p for p, r in zip(pads, rows, strict=True)]
    return torch.tensor(ids), torch.tensor(mask)


@torch.no_grad()
def score_by_hand(model, row, layer, pool):
    """The score of one prompt alone, in plain Python numbers."""
    seen = []
    handle = find_blocks(model)[layer].register_forward_pre_hook(
        lambda m, args, kwargs: seen.append(args[0] if args else kwargs["hidden_states"]), with_kwargs=True
    )
    model(row[None])
    handle.remove()
    h = seen[0][0].tolist()
    x = h[-1] if pool == "last" else [sum(token[i] for token in h) / len(h) for i in range(WIDTH)]
    c = C.tolist()
    along = sum(a * b for a, b in zip(x, c, strict=True)) / sum(a * a for a in c)
    t = [math.tanh(along * a) for a in c]
    dot = sum(a * b for a, b in zip(x, t, strict=True))
    return dot / math.sqrt(sum(a * a for a in x)) / math.sqrt(sum(a * a for a in t))


@pytest.fixture(scope="module")
def llama():
    return tiny("Llama")


def middle(scores):
    """A threshold that half of the rows pass."""
    low, high = sorted(scores)[1:3]
    assert high - low > 1e-4
    return (low + high) / 2


def condition(threshold, layers=(1,), when="above", pool="mean"):
    return Condition(tuple((layer, C) for layer in layers), threshold, when, pool)


@pytest.mark.parametrize("pool", ["mean", "last"])
def test_the_score_is_the_published_formula_over_real_prompt_tokens_only(pool, llama):
    for side in ("left", "right"):
        ids, mask = padded(ROWS, side)
        seen = []
        handle = llama.model.layers[1].register_forward_pre_hook(lambda m, args, seen=seen: seen.append(args[0]))
        with torch.no_grad():
            llama(ids, attention_mask=mask, position_ids=(mask.cumsum(-1) - 1).clamp_min(0))
        handle.remove()
        tokens = Tokens(mask.bool(), mask.cumsum(-1) - 1, mask.sum(-1, keepdim=True), mask.bool())
        got = condition(0.0, pool=pool).score(seen[0], C, tokens)
        want = [score_by_hand(llama, row, 1, pool) for row in ROWS]
        assert torch.allclose(got, torch.tensor(want), atol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize("pool", ["mean", "last"])
@pytest.mark.parametrize("when", ["above", "below"])
def test_each_row_is_steered_or_left_by_its_own_score(when, pool, llama):
    scores = [score_by_hand(llama, row, 1, pool) for row in ROWS]
    threshold = middle(scores)
    ids, mask = padded(ROWS)
    kwargs = {"attention_mask": mask, "position_ids": (mask.cumsum(-1) - 1).clamp_min(0)}
    plain = llama(ids, **kwargs).logits
    with Steering(llama, [place(2)], Positions.parse("all")):
        always = llama(ids, **kwargs).logits
    with Steering(llama, [place(2)], Positions.parse("all"), condition(threshold, when=when, pool=pool)):
        got = llama(ids, **kwargs).logits
    for i, score in enumerate(scores):
        real = mask[i].bool()
        met = score > threshold if when == "above" else score < threshold
        assert torch.equal(got[i][real], (always if met else plain)[i][real])


@torch.no_grad()
@pytest.mark.parametrize("layers", [(0,), (2,), (0, 2), (2, 0)])
def test_several_layers_hold_if_one_does(layers, llama):
    scores = {layer: [score_by_hand(llama, row, layer, "mean") for row in ROWS] for layer in layers}
    threshold = sorted(max(scores[layer][i] for layer in layers) for i in range(4))[1] + 1e-5
    steering = Steering(llama, [place(2, "block_out")], Positions.parse("all"), condition(threshold, layers))
    with steering:
        for i, row in enumerate(ROWS):
            got, met = llama(row[None]).logits, any(scores[layer][i] > threshold for layer in layers)
            with steering.off():
                assert torch.equal(got, llama(row[None]).logits) != met


@torch.no_grad()
def test_a_place_before_the_condition_is_not_steered_in_the_pass_that_measures_it(llama):
    ids = ROWS[1][None]
    plain = llama(ids).logits
    with Steering(llama, [place(1)], Positions.parse("all"), condition(-2.0, (2,))):
        assert torch.equal(llama(ids).logits, plain)
    with Steering(llama, [place(1), place(2)], Positions.parse("all"), condition(-2.0, (2,))):
        got = llama(ids).logits
    with Steering(llama, [place(2)], Positions.parse("all")):
        assert torch.equal(llama(ids).logits, got)


@torch.no_grad()
def test_at_its_own_block_the_condition_is_measured_before_the_block_is_steered(llama):
    ids = ROWS[1][None]
    score = score_by_hand(llama, ROWS[1], 1, "mean")
    for threshold, met in ((score - 1e-4, True), (score + 1e-4, False)):
        with Steering(llama, [place(1)], Positions.parse("all"), condition(threshold)) as steering:
            got = llama(ids).logits
            with steering.off():
                assert torch.equal(llama(ids).logits, got) != met


def generate(model, rows, **kwargs):
    ids, mask = padded(rows)
    with torch.no_grad():
        return model.generate(
            input_ids=ids,
            attention_mask=mask,
            max_new_tokens=NEW,
            min_new_tokens=NEW,
            do_sample=False,
            pad_token_id=0,
            **kwargs,
        )[:, ids.shape[1] :]


def logits(model, rows, **kwargs):
    """Of each generated token, [rows, NEW, vocabulary]."""
    ids, mask = padded(rows)
    kwargs |= {
        "max_new_tokens": NEW,
        "min_new_tokens": NEW,
        "do_sample": False,
        "pad_token_id": 0,
        "output_logits": True,
    }
    with torch.no_grad():
        out = model.generate(input_ids=ids, attention_mask=mask, return_dict_in_generate=True, **kwargs)
    return torch.stack(out.logits, 1)


@pytest.mark.parametrize("family", ["Llama", "GPT-NeoX", "Gemma 2"])
@pytest.mark.parametrize("positions", ["all", "generated", "prompt"])
@pytest.mark.parametrize("place_layers", [(2,), (0,), (0, 1, 2)], ids=str)
def test_generation_agrees_with_and_without_cache_alone_and_in_batches(family, positions, place_layers):
    model = tiny(family)
    scores = [score_by_hand(model, row, 1, "mean") for row in ROWS]
    gate = condition(middle(scores))
    with Steering(model, [place(n) for n in place_layers], Positions.parse(positions), gate):
        cached = logits(model, ROWS)
        assert torch.allclose(cached, logits(model, ROWS, use_cache=False), atol=1e-4)
        assert torch.allclose(cached, torch.cat([logits(model, [row]) for row in ROWS]), atol=1e-4)
    plain = logits(model, ROWS)
    for i, score in enumerate(scores):
        felt = positions != "prompt" or 2 in place_layers  # a place before the condition leaves the prompt alone
        assert torch.equal(cached[i], plain[i]) != (felt and score > gate.threshold)


@torch.no_grad()
def test_decoding_keeps_the_answer_and_steers_also_the_places_before_the_condition(llama):
    row = ROWS[1]
    with Steering(llama, [place(0)], Positions.parse("all"), condition(-2.0)):
        cache = llama(row[None], use_cache=True).past_key_values
        step = llama(torch.tensor([[7]]), past_key_values=cache).logits
    cache = llama(row[None], use_cache=True).past_key_values
    with Steering(llama, [place(0)], Positions.parse("all")):
        assert torch.allclose(llama(torch.tensor([[7]]), past_key_values=cache).logits, step, atol=1e-6)


@torch.no_grad()
def test_a_new_request_is_judged_anew(llama):
    scores = [score_by_hand(llama, row, 1, "mean") for row in ROWS]
    threshold = middle(scores)
    with Steering(llama, [place(2)], Positions.parse("all"), condition(threshold)) as steering:
        for row, score in zip(ROWS, scores, strict=True):
            for run in (lambda row=row: llama(row[None]).logits, lambda row=row: logits(llama, [row])):
                got = run()
                with steering.off():
                    plain = run()
                if score < threshold:
                    assert torch.equal(got, plain)
            assert torch.equal(llama(row[None]).logits, plain_logits(llama, steering, row)) == (score < threshold)


def plain_logits(model, steering, row):
    with steering.off():
        return model(row[None]).logits


@torch.no_grad()
def test_a_log_likelihood_request_is_judged_by_its_prompt_alone(llama):
    row = ROWS[1]
    for length in (3, 6, 9):
        score = score_by_hand(llama, row[:length], 1, "mean")
        for threshold, met in ((score - 1e-4, True), (score + 1e-4, False)):
            with Steering(llama, [place(2)], Positions.parse("all"), condition(threshold)) as steering:
                assert steering.needs_rows
                with steering.rows_of(prompt=torch.tensor([length])):
                    got = llama(row[None]).logits
                assert torch.equal(got, plain_logits(llama, steering, row)) != met


def test_beams_keep_the_answer_of_their_row(llama):
    scores = [score_by_hand(llama, row, 1, "mean") for row in ROWS]
    with Steering(llama, [place(0), place(2)], Positions.parse("all"), condition(middle(scores))):
        together = generate(llama, ROWS, num_beams=3)
        assert torch.equal(together, torch.cat([generate(llama, [row], num_beams=3) for row in ROWS]))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"when": "smaller"}, "condition_when=smaller.*above or below"),
        ({"pool": "max"}, "condition_pool=max.*mean or last"),
        ({"threshold": math.nan}, "condition_threshold=nan"),
        ({"directions": ((0, torch.zeros(4)),)}, "layer 0 is all zeros"),
        ({"directions": ()}, "no vector"),
    ],
)
def test_a_condition_that_cannot_be_used_is_refused(change, says):
    good = {"directions": ((0, C),), "threshold": 0.1, "when": "above", "pool": "mean"}
    with pytest.raises(ArgumentError, match=says):
        Condition(**{**good, **change})
