"""Fitting: the paper's numbers, streamed, whatever the batch size."""

import json

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from steer_eval.errors import ContrastSetError, VectorMismatch
from steer_eval.fitting import sparse_steering_vector
from steer_eval.fitting.capture import Moments, capture
from steer_eval.fitting.contrast import load_contrast, render
from steer_eval.fitting.estimators.mean_difference import mean_difference
from steer_eval.fitting.fit import fit
from steer_eval.readers import read_vector
from steer_eval.readers.native import write
from steer_eval.steering.site import Site

SITE = Site("block_out", 1)


@pytest.fixture
def contrast(tmp_path):
    path = tmp_path / "c.jsonl"
    rows = []
    for i in range(9):
        ask = {"role": "user", "content": f"Question number {i * i}?"}
        then = {"role": "user", "content": "And " + "so on " * i + "?"}
        sides = {
            name: [ask, {"role": "assistant", "content": answer}, then]
            for name, answer in (("positive", f"No, I cannot {i}."), ("negative", f"Sure, {i} it is, of course."))
        }
        rows.append({"id": f"c{i}", **sides})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture(scope="module")
def loaded(neox):
    return AutoModelForCausalLM.from_pretrained(neox).eval(), AutoTokenizer.from_pretrained(neox)


def activations(loaded, texts):
    """[n, width], one prompt at a time, without any of the code under test."""
    model, tokenizer = loaded
    rows = []
    for text in texts:
        ids = torch.tensor([tokenizer(text)["input_ids"]])
        rows.append(model(ids, output_hidden_states=True).hidden_states[2][0, -1])
    return torch.stack(rows).detach()


def test_the_sparse_vector_is_the_papers_formula_coordinate_by_coordinate():
    torch.manual_seed(0)
    pos, neg = torch.randn(40, 64) + 0.3, torch.randn(50, 64) * 2
    v = sparse_steering_vector(pos, neg, 10)
    expected = []
    for i in range(64):
        p, n = pos[:, i].double(), neg[:, i].double()
        var = lambda x: float(((x - x.mean()) ** 2).sum() / (len(x) - 1))  # noqa: E731
        diff = float(p.mean() - n.mean())
        expected.append((abs(diff) / max((var(p) / 40 + var(n) / 50) ** 0.5, 1e-8), diff))
    best = sorted(range(64), key=lambda i: -expected[i][0])[:10]
    assert sorted(v.nonzero().flatten().tolist()) == sorted(best)
    assert all(float(v[i]) == pytest.approx(expected[i][1], rel=1e-5) for i in best)


def test_a_coordinate_without_noise_is_kept_first():
    pos, neg = torch.randn(8, 5), torch.randn(8, 5)
    pos[:, 3], neg[:, 3] = 1.0, 0.5
    assert sparse_steering_vector(pos, neg, 1).nonzero().flatten().tolist() == [3]


@pytest.mark.parametrize("batch_size", [1, 4, 64])
def test_streamed_moments_are_those_of_all_activations_at_once(loaded, contrast, batch_size):
    model, tokenizer = loaded
    texts = [render(side, tokenizer, chat=False) for side in load_contrast(contrast).positive]
    moments = capture(model, tokenizer, texts, [SITE], batch_size=batch_size)[SITE]
    whole = activations(loaded, texts).double()
    assert moments.n == len(texts)
    assert torch.allclose(moments.mean, whole.mean(0), atol=1e-5)
    assert torch.allclose(moments.variance, whole.var(0), atol=1e-5)


def test_the_mean_over_tokens_leaves_padding_out(loaded):
    model, tokenizer = loaded
    texts = ["ab", "a much longer text than the other"]
    together = capture(model, tokenizer, texts, [SITE], read="mean", batch_size=2)[SITE].mean
    alone = [capture(model, tokenizer, [t], [SITE], read="mean")[SITE].mean for t in texts]
    assert torch.allclose(together, sum(alone) / 2, atol=1e-5)


def test_the_fitted_file_holds_the_paper_vector_for_any_k(loaded, contrast, tmp_path):
    model, tokenizer = loaded
    pairs = load_contrast(contrast)
    path = tmp_path / "v.safetensors"
    write(fit(model, tokenizer, pairs, 1, axis="refusal", alpha=1.5), path)
    direction = read_vector(path).directions[SITE]
    pos, neg = (
        activations(loaded, [render(s, tokenizer, chat=False) for s in side])
        for side in (pairs.positive, pairs.negative)
    )
    assert torch.allclose(direction.rows[0], pos.mean(0) - neg.mean(0), atol=1e-5)
    from steer_eval.steering.select import keep_coordinates

    assert torch.allclose(keep_coordinates(direction, 7, "enr")[0], sparse_steering_vector(pos, neg, 7), atol=1e-5)
    header = read_vector(path).header
    assert (header["axis"], header["n_positive"], header["contrast_sha256"]) == ("refusal", 9, pairs.sha256)
    assert direction.alpha == 1.5


def test_the_model_has_no_hooks_left_after_fitting(neox, loaded, contrast):
    model, tokenizer = (
        AutoModelForCausalLM.from_pretrained(neox).eval(),
        loaded[1],
    )  # output_hidden_states leaves hooks of its own
    fit(model, tokenizer, load_contrast(contrast), -1)
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())


def test_a_layer_out_of_range_is_refused(loaded, contrast):
    with pytest.raises(VectorMismatch, match="blocks 0 to 3"):
        fit(*loaded, load_contrast(contrast), 4)


def test_one_prompt_has_no_variance():
    one, two = Moments(), Moments()
    one.add(torch.randn(1, 4))
    two.add(torch.randn(2, 4))
    with pytest.raises(ContrastSetError, match="wanted at least 2"):
        mean_difference(two, one)


def test_a_prompt_longer_than_the_context_is_named(loaded):
    with pytest.raises(ContrastSetError, match="prompt 2 .* 600 tokens"):
        capture(*loaded, ["fine", "x" * 600], [SITE])


TURN = '[{"role": "user", "content": "q"}]'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "holds no pair"),
        (b"\xff\xfe", "not UTF-8"),
        (b"{", "line 1: not JSON"),
        (b'{"id": "a"}', "line 1: positive is empty"),
        (f'{{"id": "a", "positive": {TURN}, "negative": []}}'.encode(), "line 1: negative is empty"),
        (
            (f'{{"id": "a", "positive": {TURN}, "negative": {TURN}}}\n' * 2).encode(),
            "line 2: id a is already on line 1",
        ),
        (f'{{"positive": {TURN}, "negative": {TURN}}}'.encode(), "wanted an object with id"),
    ],
)
def test_a_damaged_contrast_file_is_one_line_that_names_the_place(tmp_path, text, message):
    path = tmp_path / "bad.jsonl"
    path.write_bytes(text)
    with pytest.raises(ContrastSetError, match=message) as caught:
        load_contrast(path)
    assert "\n" not in str(caught.value)


def test_a_missing_contrast_file_is_named(tmp_path):
    with pytest.raises(ContrastSetError, match=r"nowhere\.jsonl: cannot be read"):
        load_contrast(tmp_path / "nowhere.jsonl")
