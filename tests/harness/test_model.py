"""SteeredHF: what is steered, what is not, and that nothing else changes."""

import gc
import weakref

import pytest
import torch
from lm_eval.api.instance import Instance
from lm_eval.models.huggingface import HFLM
from transformers import AutoModelForCausalLM, T5Config, T5ForConditionalGeneration

from steer_eval.errors import ArgumentError, ModelError, VectorFormatError, VectorMismatch
from steer_eval.harness.model import SteeredHF
from steer_eval.harness.paired import BASELINE, STEERED, PairedInstance
from tests.conftest import BLOCKS, WIDTH, byte_tokenizer

PROMPTS = [
    "Hi",
    "What is the capital of the country next door?",
    "a much longer prompt " * 6,
    "Tell me more.",
    "x",
    "12 + 30 =",
]


def make(folder, vector="none", **kwargs):
    return SteeredHF(pretrained=str(folder), vector=str(vector), device="cpu", dtype="float32", **kwargs)


def generations(prompts=PROMPTS, arm=None, n=12):
    kwargs = {"max_gen_toks": n, "do_sample": False, "until": ["\n\n\n"]}
    doc = {"prompt": ""}
    if arm is None:
        return [Instance("generate_until", doc, (p, dict(kwargs)), i) for i, p in enumerate(prompts)]
    return [PairedInstance("generate_until", doc, (p, dict(kwargs)), i, arm=arm) for i, p in enumerate(prompts)]


def continuations(prompts=PROMPTS):
    return [Instance("loglikelihood", {}, (p, " and" + p[:5]), i) for i, p in enumerate(prompts)]


def rolling(prompts=PROMPTS):
    return [Instance("loglikelihood_rolling", {}, (p,), i) for i, p in enumerate(prompts)]


def logprobs(answers):
    return [a[0] for a in answers]


IDS = torch.arange(40)[None] % 256 + 1


def test_no_vector_gives_the_same_numbers_as_the_plain_model(neox):
    plain, ours = HFLM(pretrained=str(neox), device="cpu", dtype="float32"), make(neox)
    assert ours.loglikelihood(continuations()) == plain.loglikelihood(continuations())
    assert ours.loglikelihood_rolling(rolling()) == plain.loglikelihood_rolling(rolling())
    assert ours.generate_until(generations()) == plain.generate_until(generations())


def test_alpha_zero_changes_no_logit_and_no_text(neox, vector_file):
    plain, ours = make(neox), make(neox, vector_file, alpha=0)
    assert torch.equal(ours.model(IDS).logits, plain.model(IDS).logits)
    assert ours.generate_until(generations()) == plain.generate_until(generations())
    assert ours.loglikelihood(continuations()) == plain.loglikelihood(continuations())


def test_every_request_type_is_steered(neox, vector_file):
    plain, ours = make(neox), make(neox, vector_file)
    assert ours.generate_until(generations()) != plain.generate_until(generations())
    for kind, requests in (("loglikelihood", continuations), ("loglikelihood_rolling", rolling)):
        a, b = getattr(ours, kind)(requests()), getattr(plain, kind)(requests())
        assert all(x != y for x, y in zip(a, b, strict=True)), kind


@pytest.mark.parametrize("positions", ["all", "prompt", "generated", "last:1", "from:3"])
def test_results_do_not_depend_on_the_batch_size(neox, vector_file, positions):
    texts, lls, rolls = [], [], []
    for batch_size in (1, 7, 64):
        lm = make(neox, vector_file, positions=positions, batch_size=batch_size)
        texts.append(lm.generate_until(generations()))
        lls.append(torch.tensor(logprobs(lm.loglikelihood(continuations()))))
        rolls.append(torch.tensor(lm.loglikelihood_rolling(rolling())))
    assert texts[0] == texts[1] == texts[2]
    for values in (lls, rolls):
        assert all((v - values[0]).abs().max() < 1e-4 for v in values)


@pytest.mark.parametrize("positions", ["all", "prompt", "generated", "last:2", "from:3", "at:0+4"])
def test_generation_is_the_same_with_and_without_a_cache(neox, vector_file, positions):
    lm = make(neox, vector_file, positions=positions)
    ids, mask = lm.tok_batch_encode(PROMPTS[:4])
    kwargs = {"attention_mask": mask, "max_new_tokens": 10, "do_sample": False}
    cached = lm.model.generate(ids, use_cache=True, **kwargs)
    assert torch.equal(cached, lm.model.generate(ids, use_cache=False, **kwargs))


def test_a_prompt_in_a_padded_batch_gives_what_it_gives_alone(llama, vector_file):
    lm = make(llama, vector_file)
    ids, mask = lm.tok_batch_encode(PROMPTS)
    position = (mask.cumsum(-1) - 1).clamp_min(0)
    together = lm.model(ids, attention_mask=mask, position_ids=position).logits[:, -1]
    for row, prompt in enumerate(PROMPTS):
        alone = lm.model(torch.tensor([lm.tok_encode(prompt)])).logits[0, -1]
        assert (together[row] - alone).abs().max() < 1e-4


def test_steered_logits_equal_a_forward_pass_with_the_addition_written_out(neox, vector_file):
    lm = make(neox, vector_file, alpha=1.5)
    row = lm.vectors[0].directions[next(iter(lm.vectors[0].directions))].rows[0]
    model = AutoModelForCausalLM.from_pretrained(neox).eval()
    body = model.gpt_neox
    h = body.embed_in(IDS)
    position = torch.arange(IDS.shape[1])[None]
    rotary = body.rotary_emb(h, position)
    for index, block in enumerate(body.layers):
        mask = torch.full((IDS.shape[1],) * 2, float("-inf")).triu(1)[None, None]
        h = block(h, attention_mask=mask, position_ids=position, position_embeddings=rotary)
        h = h[0] if isinstance(h, tuple) else h
        if index == 1:
            h = h + 1.5 * row
    logits = model.get_output_embeddings()(body.final_layer_norm(h))
    assert (lm.model(IDS).logits - logits).abs().max() < 1e-4


@pytest.mark.parametrize(
    ("positions", "changed_from", "changed_to"),
    [("prompt", 0, 4), ("last:1", 3, 4), ("generated", 4, 8), ("from:5", 5, 8), ("at:2+3", 2, 4)],
)
def test_only_the_named_tokens_of_a_continuation_are_steered(neox, vector_file, positions, changed_from, changed_to):
    """A prompt of 4 tokens and a continuation of 5: the last one is scored, never read."""
    lm = make(neox, vector_file, positions=positions)
    seen = []
    handle = lm.model.gpt_neox.layers[2].register_forward_pre_hook(lambda m, args: seen.append(args[0].clone()))
    lm.loglikelihood([Instance("loglikelihood", {}, ("abcd", "efghi"), 0)])
    with lm.steering.off():
        lm.loglikelihood([Instance("loglikelihood", {}, ("abcd", "efghi"), 0)])
    handle.remove()
    moved = (seen[0] - seen[1]).abs().sum(-1)[0] > 0
    assert moved.nonzero().flatten().tolist() == list(range(changed_from, changed_to))


def test_baseline_requests_run_unsteered_beside_steered_ones(neox, vector_file):
    lm = make(neox, vector_file)
    mixed = [r for pair in zip(generations(arm=STEERED), generations(arm=BASELINE), strict=True) for r in pair]
    answers = lm.generate_until(mixed)
    assert answers[0::2] == lm.generate_until(generations())
    assert answers[1::2] == make(neox).generate_until(generations())
    assert [r.receipt.arm for r in mixed] == [STEERED, BASELINE] * len(PROMPTS)


def test_the_hooks_are_gone_when_the_model_is_released(neox, vector_file):
    model = AutoModelForCausalLM.from_pretrained(neox).eval()
    before = model(IDS).logits
    lm = SteeredHF(pretrained=model, tokenizer=byte_tokenizer(), vector=str(vector_file), positions="last:1")
    assert not torch.equal(model(IDS).logits, before)
    gone = weakref.ref(lm)
    del lm
    gc.collect()
    assert gone() is None
    assert torch.equal(model(IDS).logits, before)
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())
    assert "generate" not in model.__dict__


def test_the_sum_of_two_vectors_is_applied(neox, vector_file):
    both = make(neox, f"{vector_file}+{vector_file}", alpha="1.5+0.5")
    assert (both.model(IDS).logits - make(neox, vector_file, alpha=2).model(IDS).logits).abs().max() < 1e-4


def test_k_keeps_the_coordinates_with_the_best_effect_to_noise_ratio(neox, vector_file):
    lm = make(neox, vector_file, k=5)
    stored = make(neox, vector_file).steering.placements[0].direction
    kept = lm.steering.placements[0].direction.rows[0]
    best = (stored.rows[0].abs() / stored.tensors["stderr"][0]).topk(5).indices
    assert sorted(kept.nonzero().flatten().tolist()) == sorted(best.tolist())
    assert torch.equal(kept[best], stored.rows[0][best])


def test_a_random_vector_has_the_norm_of_the_one_it_stands_for(neox, vector_file):
    real = make(neox, vector_file).steering.placements[0]
    control = make(neox, f"random:3:like={vector_file}").steering.placements[0]
    assert control.site == real.site
    assert control.alpha == real.alpha
    assert control.direction.rows.norm() == pytest.approx(real.direction.rows.norm())
    assert not torch.allclose(control.direction.rows, real.direction.rows)


def test_the_results_say_how_the_model_was_steered(neox, vector_file):
    info = make(neox, vector_file, positions="last:2").get_model_info()["steering"]
    assert info["positions"] == "last:2"
    assert len(info["vectors"][0]["sha256"]) == len(info["vectors"][0]["fingerprint"]) == 64
    assert info["placements"][0]["alpha"] == 2.0
    assert 0 < info["placements"][0]["share"] < 100


WRONG_ARGUMENTS = [
    ({"alhpa": 2}, ArgumentError, "did you mean alpha"),
    ({"alpha": "many"}, ArgumentError, "alpha=many is not a number"),
    ({"alpha": "1+2+3"}, ArgumentError, "has 3 numbers"),
    ({"positions": "lst:1"}, ArgumentError, "positions=lst:1"),
    ({"intervention": "ad"}, ArgumentError, "wanted one of"),
    ({"k": 33}, ArgumentError, f"wanted 1..{WIDTH}"),
    ({"k": "few"}, ArgumentError, "k=few is not a whole number"),
    ({"select": "magnitude"}, ArgumentError, "give k="),
    ({"layer": 4}, VectorMismatch, f"blocks 0 to {BLOCKS - 1}"),
    ({"layers": 7}, VectorMismatch, "it has 1"),
    ({"site": "blok_out"}, ArgumentError, "site=blok_out is not known"),
    ({"site": "no.such.module"}, ModelError, "no module"),
    ({"baseline": "perhaps"}, ArgumentError, "True or False"),
]


@pytest.mark.parametrize(("arguments", "error", "message"), WRONG_ARGUMENTS, ids=lambda v: str(v))
def test_a_wrong_argument_gets_one_line_that_names_it(neox, vector_file, arguments, error, message):
    with pytest.raises(error) as caught:
        make(neox, vector_file, **arguments)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_vector_of_another_width_names_both_widths(neox, tmp_path, vector_file):
    from steer_eval.readers.native import write
    from steer_eval.steering.site import Site
    from steer_eval.steering.vector import Direction, Origin, SteeringVector

    wide = SteeringVector({Site("block_out", 1): Direction(torch.ones(1, 48))}, Origin("t", "t"))
    write(wide, tmp_path / "wide.safetensors")
    with pytest.raises(VectorMismatch, match="width 48.*width 32"):
        make(neox, tmp_path / "wide.safetensors")


def test_a_constant_direction_under_layernorm_is_refused(neox, tmp_path):
    from steer_eval.readers.native import write
    from steer_eval.steering.site import Site
    from steer_eval.steering.vector import Direction, Origin, SteeringVector

    flat = SteeringVector({Site("block_out", 1): Direction(torch.ones(1, WIDTH))}, Origin("t", "t"))
    write(flat, tmp_path / "flat.safetensors")
    with pytest.raises(VectorMismatch, match="changes no logit"):
        make(neox, tmp_path / "flat.safetensors")


def test_an_unknown_vector_name_lists_the_shipped_ones(neox):
    with pytest.raises(ArgumentError, match="no shipped vector"):
        make(neox, "charm")
    with pytest.raises(VectorFormatError, match="no such file"):
        make(neox, "nowhere/v.gguf")


def test_use_cache_is_refused_because_its_keys_leave_out_the_vector(neox, tmp_path):
    import lm_eval.api.model

    with pytest.raises(ArgumentError, match="use_cache"):
        lm_eval.api.model.CachingLM(make(neox), str(tmp_path / "cache.db"))


def test_an_encoder_decoder_model_is_refused(tmp_path):
    config = T5Config(vocab_size=257, d_model=16, d_kv=4, d_ff=16, num_layers=1, num_heads=2)
    T5ForConditionalGeneration(config).save_pretrained(tmp_path)
    byte_tokenizer().save_pretrained(tmp_path)
    with pytest.raises(ModelError, match="encoder-decoder"):
        SteeredHF(pretrained=str(tmp_path), device="cpu")


def test_an_intervention_that_looks_at_a_whole_row_never_sees_padding(neox, vector_file):
    """add_cap_norm_any rescales a row if any of its tokens grew: padding must not be one of them."""
    answers = []
    for batch_size in (1, 6):
        lm = make(neox, vector_file, intervention="add_cap_norm_any", alpha=0.3, batch_size=batch_size)
        answers.append(torch.tensor(logprobs(lm.loglikelihood(continuations()))))
    assert (answers[0] - answers[1]).abs().max() < 1e-4
