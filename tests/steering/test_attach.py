"""Attached steering does what its positions say: cached or not, padded or not, in batches and beams, and leaves no trace."""

import pytest
import torch

from steer_eval.errors import ArgumentError, ModelError, VectorMismatch
from steer_eval.steering import interventions
from steer_eval.steering.attach import Placement, Steering
from steer_eval.steering.blocks import find_blocks
from steer_eval.steering.positions import Positions
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction
from tests.steering.models import WIDTH, Custom, build, prompt, tiny

NEW = 5
V = torch.randn(1, WIDTH, generator=torch.Generator().manual_seed(5))
CHOICES = {
    "all": lambda pos, p: True,
    "prompt": lambda pos, p: pos < p,
    "generated": lambda pos, p: pos >= p,
    "last:2": lambda pos, p: p - 2 <= pos < p,
    "from:3": lambda pos, p: pos >= 3,
    "from:12": lambda pos, p: pos >= 12,
    "at:0+3+9": lambda pos, p: pos in (0, 3, 9),
    "last:1+generated": lambda pos, p: pos >= p - 1,
}


def place(site=None, alpha=1.5, name="add", rows=V, **knobs):
    return Placement(site or Site("block_out", 1), Direction(rows), interventions.make(name, knobs), alpha)


def attach(model, positions="all", *placements):
    return Steering(model, placements or [place()], Positions.parse(positions))


def padded(rows):
    width = max(map(len, rows))
    ids = torch.tensor([[0] * (width - len(r)) + r.tolist() for r in rows])
    mask = torch.tensor([[0] * (width - len(r)) + [1] * len(r) for r in rows])
    return ids, mask


ROWS = [prompt(1, n, seed=n)[0] for n in (4, 9, 7)]


@torch.no_grad()
def generate(model, rows, **kwargs):
    ids, mask = padded(rows)
    return model.generate(
        input_ids=ids,
        attention_mask=mask,
        max_new_tokens=NEW,
        min_new_tokens=NEW,
        do_sample=False,
        pad_token_id=0,
        **kwargs,
    )[:, ids.shape[1] :]


@torch.no_grad()
def generate_by_hand(model, row, chosen, v=V[0], alpha=1.5):
    """Greedy, one row, no cache, no padding, the addition done by a bare hook that knows every position."""
    ids, count = row[None], len(row)

    def add(module, args, out):
        h = out[0] if isinstance(out, tuple) else out
        for pos in range(h.shape[1]):
            if chosen(pos, count):
                h = h.clone()
                h[:, pos] += alpha * v
        return (h, *out[1:]) if isinstance(out, tuple) else h

    handle = find_blocks(model)[1].register_forward_hook(add)
    for _ in range(NEW):
        logits = model(ids, use_cache=False).logits[:, -1]
        logits[:, 2] = -torch.inf  # the end-of-text token, which min_new_tokens forbids
        ids = torch.cat([ids, logits.argmax(-1, keepdim=True)], 1)
    handle.remove()
    return ids[0, count:]


@pytest.mark.parametrize("use_cache", [True, False], ids=["cache", "no-cache"])
@pytest.mark.parametrize("positions", CHOICES)
@pytest.mark.parametrize("family", ["GPT-NeoX", "Mistral", "Gemma 2"])
def test_generation_steers_the_positions_it_says_in_left_padded_batches(family, positions, use_cache):
    model = tiny(family)
    with attach(model, positions):
        together = generate(model, ROWS, use_cache=use_cache)
        alone = [generate(model, [row], use_cache=use_cache)[0] for row in ROWS]
    for row, a, b in zip(ROWS, together, alone, strict=True):
        want = generate_by_hand(model, row, CHOICES[positions])
        assert a.tolist() == want.tolist()
        assert b.tolist() == want.tolist()


def test_the_positions_above_tell_generations_apart():
    model = tiny("GPT-NeoX")
    texts = {name: tuple(generate_by_hand(model, ROWS[1], chosen).tolist()) for name, chosen in CHOICES.items()}
    assert len(set(texts.values())) >= 5


@pytest.mark.parametrize("positions", ["generated", "prompt", "from:6"])
def test_a_static_cache_that_hides_the_padding_changes_nothing(positions):
    model = tiny("Llama")
    with attach(model, positions):
        assert torch.equal(generate(model, ROWS, cache_implementation="static"), generate(model, ROWS))


@pytest.mark.parametrize("positions", ["all", "generated", "last:1"])
def test_beams_and_return_sequences_are_steered_as_their_row(positions):
    model = tiny("Llama")
    with attach(model, positions), torch.no_grad():
        together = generate(model, ROWS, num_beams=3, num_return_sequences=2)
        alone = torch.cat([generate(model, [row], num_beams=3, num_return_sequences=2) for row in ROWS])
        assert torch.equal(together, alone)
        with attach_off(model):
            assert not torch.equal(together, generate(model, ROWS, num_beams=3, num_return_sequences=2))


def attach_off(model):
    return next(hook.__self__ for hook in model._forward_pre_hooks.values()).off()


def test_generate_without_a_mask_takes_padding_as_the_model_does():
    model = build("Llama")
    model.generation_config.pad_token_id = 0
    ids, _ = padded(ROWS)
    with attach(model, "generated"), torch.no_grad():
        got = model.generate(ids, max_new_tokens=NEW, min_new_tokens=NEW, do_sample=False)[:, ids.shape[1] :]
        assert torch.equal(got, generate(model, ROWS))


@torch.no_grad()
def test_one_pass_of_a_padded_batch_equals_each_row_alone_on_every_real_token():
    for family in ("GPT-NeoX", "GPT-2", "Llama"):
        model = tiny(family)
        ids, mask = padded(ROWS)
        for positions in CHOICES:
            with attach(model, positions):
                position_ids = (mask.cumsum(-1) - 1).clamp_min(0)
                together = model(ids, attention_mask=mask, position_ids=position_ids).logits
                for i, row in enumerate(ROWS):
                    assert torch.allclose(together[i, -len(row) :], model(row[None]).logits[0], atol=2e-4)


@torch.no_grad()
def test_a_hand_driven_cache_gives_the_logits_of_one_pass():
    model, ids = tiny("Llama"), prompt(2, 9)
    for positions in ("prompt", "generated", "from:7", "at:2+8"):
        with attach(model, positions) as steering:
            with steering.rows_of(prompt=torch.tensor([6, 6])):
                whole = model(ids).logits
            first = model(ids[:, :6], use_cache=True)
            steps, cache = [first.logits], first.past_key_values
            for i in range(6, 9):
                out = model(ids[:, i : i + 1], past_key_values=cache, use_cache=True)
                steps.append(out.logits)
        assert torch.allclose(whole, torch.cat(steps, 1), atol=1e-5)


@torch.no_grad()
def test_rows_of_gives_each_row_its_own_prompt_and_its_own_switch():
    model, ids = tiny("GPT-NeoX"), prompt(3, 8)
    plain = model(ids).logits
    with attach(model, "generated") as steering:
        steered, lengths = torch.tensor([True, False, True]), torch.tensor([3, 3, 8])
        with steering.rows_of(steered=steered, prompt=lengths):
            got = model(ids).logits
            with steering.off(), steering.rows_of(prompt=lengths):
                assert torch.equal(model(ids).logits, plain)
            with steering.rows_of(prompt=lengths):
                inner = model(ids).logits
            assert torch.equal(model(ids).logits, got)
        assert torch.equal(model(ids).logits, plain), "a plain pass is all prompt"
    changed = (got != plain).any(-1)
    assert changed.tolist() == [[False] * 3 + [True] * 5, [False] * 8, [False] * 8]
    assert (inner != plain).any(-1)[1].tolist() == [False] * 3 + [True] * 5


@torch.no_grad()
def test_an_unsteered_row_keeps_its_bits_even_where_every_token_is_steered():
    model, ids = tiny("Llama"), prompt(2, 8)
    plain = model(ids).logits
    with attach(model) as steering, steering.rows_of(steered=torch.tensor([False, True])):
        got = model(ids).logits
    assert torch.equal(got[0], plain[0])
    assert not torch.equal(got[1], plain[1])


@torch.no_grad()
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("name", ["add", "add_keep_norm", "ablate", "slerp"])
def test_alpha_zero_changes_no_bit_and_places_no_hook(name, dtype):
    model, ids = build("GPT-NeoX").to(dtype), prompt(2, 8)
    plain = model(ids).logits
    with attach(model, "all", place(alpha=0.0, name=name)):
        assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())
        assert torch.equal(model(ids).logits, plain)


def hooks_of(model):
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules())


def test_remove_takes_every_hook_and_the_wrapped_generate_away():
    model = build("GPT-NeoX")
    sites = [Site(kind, 1) for kind in ("block_in", "attn_out", "norm1_in", "o_proj_in")]
    steering = attach(model, "prompt", *map(place, sites))
    assert hooks_of(model) == 5
    assert "generate" in model.__dict__
    steering.remove()
    steering.remove()
    assert hooks_of(model) == 0
    assert "generate" not in model.__dict__


def test_a_second_steering_on_top_leaves_the_first_as_it_was():
    model = build("GPT-NeoX")
    with attach(model, "generated"):
        first = model.__dict__["generate"]
        alone = generate(model, ROWS)
        with attach(model, "prompt"):
            assert not torch.equal(generate(model, ROWS), alone)
        assert model.__dict__["generate"] is first
        assert torch.equal(generate(model, ROWS), alone)


def test_an_error_while_attaching_leaves_no_hook():
    model = build("OPT")
    for placements, error in (
        ([place(), place(Site("mlp_out", 1))], ModelError),
        ([place(), place(Site("block_out", 9))], VectorMismatch),
        ([place(), place(name="ablate", rows=torch.zeros(1, WIDTH))], ArgumentError),
    ):
        with pytest.raises(error):
            attach(model, "prompt", *placements)
        assert hooks_of(model) == 0
        assert "generate" not in model.__dict__


@torch.no_grad()
def test_an_exception_inside_a_pass_does_not_leak_into_the_next():
    model, ids = tiny("Llama"), prompt(2, 8)
    with attach(model, "generated") as steering:
        want = generate(model, ROWS)
        with pytest.raises(RuntimeError, match="stop"), steering.off(), steering.rows_of(steered=torch.tensor([True])):
            raise RuntimeError("stop")
        with pytest.raises(Exception, match="."):
            model.generate(ids, attention_mask=torch.ones(2, 3), max_new_tokens=2)
        assert steering.active
        assert torch.equal(generate(model, ROWS), want)


@torch.no_grad()
def test_placements_on_one_module_act_in_their_order():
    model, ids = tiny("Llama"), prompt()
    add, replace = place(), place(name="replace", alpha=0.2)
    with attach(model, "all", add, replace):
        first = model(ids).logits
    with attach(model, "all", replace):
        assert torch.equal(first, model(ids).logits)
    with attach(model, "all", replace, add):
        assert not torch.equal(first, model(ids).logits)


@torch.no_grad()
def test_output_of_a_block_and_input_of_the_next_are_one_place():
    for family in ("GPT-NeoX", "GPT-2", "Llama", "Falcon", "Bloom"):
        model, ids = tiny(family), prompt(2)
        with attach(model, "from:2", place(Site("block_out", 0))):
            out = model(ids).logits
        with attach(model, "from:2", place(Site("block_in", 1))):
            assert torch.equal(model(ids).logits, out), family


@torch.no_grad()
def test_negative_layers_count_from_the_end():
    model, ids = tiny("Llama"), prompt()
    with attach(model, "all", place(Site("block_out", -2))):
        from_the_end = model(ids).logits
    with attach(model, "all", place(Site("block_out", 1))):
        assert torch.equal(model(ids).logits, from_the_end)


@torch.no_grad()
def test_a_head_site_changes_its_slice_alone():
    model, ids = tiny("Llama"), prompt()
    seen = []
    o_proj = model.model.layers[1].self_attn.o_proj
    with attach(model, "from:3", place(Site("o_proj_in", 1, head=2), rows=V[:, :8])):
        handle = o_proj.register_forward_pre_hook(lambda module, args: seen.append(args[0]))
        model(ids)
        handle.remove()
    handle = o_proj.register_forward_pre_hook(lambda module, args: seen.append(args[0]))
    model(ids)
    handle.remove()
    want = torch.zeros(1, 10, WIDTH)
    want[:, 3:, 16:24] = 1.5 * V[0, :8]
    assert torch.allclose(seen[0] - seen[1], want, atol=1e-5)


@torch.no_grad()
def test_flattened_tokens_are_told_apart():
    model, ids = tiny("OPT"), prompt(2)  # its second norm reads [batch * seq, width]
    plain = model(ids).logits
    with attach(model, "from:4", place(Site("norm2_in", 1))):
        got = model(ids).logits
    assert (got != plain).any(-1).tolist() == [[False] * 4 + [True] * 6] * 2


@torch.no_grad()
def test_widths_and_shapes_that_do_not_fit_are_errors():
    model, ids = tiny("Llama"), prompt()
    for placement, says in (
        (place(Site("o_proj_in", 1), rows=torch.ones(1, 12)), "width 12, but the activation there has width 32"),
        (place(Site("o_proj_in", 1, head=4), rows=torch.ones(1, 8)), "head 4 has width 8"),
        (place(Site("module", path="model.layers.1.mlp.up_proj")), "width 32, but the activation there has width 48"),
    ):
        with attach(model, "all", placement), pytest.raises(VectorMismatch, match=says):
            model(ids)
    with attach(model, "all", place(Site("module", path="model.rotary_emb"), rows=torch.ones(1, 8))):
        model(ids)  # a tuple: its first part is taken
    with attach(model, "prompt", place()), pytest.raises(ModelError, match="outside a pass of the model"):
        model.model.layers[1](
            torch.zeros(1, 3, WIDTH), position_embeddings=(torch.zeros(1, 3, 8), torch.zeros(1, 3, 8))
        )
    with (
        attach(model, "prompt") as steering,
        steering.rows_of(prompt=torch.tensor([1, 2])),
        pytest.raises(ArgumentError, match="2 rows"),
    ):
        model(prompt(3))


@torch.no_grad()
def test_a_custom_model_without_config_or_generate_is_steered():
    model, ids = Custom(), prompt()
    plain = model(ids)
    with attach(model, "from:4"):
        got = model(ids)
    assert (got != plain).any(-1)[0].tolist() == [False] * 4 + [True] * 6


@torch.no_grad()
def test_gradients_flow_through_a_steered_pass():
    model, ids = build("Llama"), prompt()
    with torch.enable_grad(), attach(model, "from:4", place(name="add_keep_norm")):
        model(ids).logits.sum().backward()
    assert torch.isfinite(model.model.layers[0].mlp.up_proj.weight.grad).all()


@torch.no_grad()
def test_under_autocast_the_arithmetic_stays_in_float32():
    model, ids = build("Llama").bfloat16(), prompt()
    with attach(model, "all", place(name="ablate", alpha=1.0)):
        seen = []
        handle = model.model.layers[2].register_forward_pre_hook(lambda m, args: seen.append(args[0]))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            model(ids)
        model(ids)
        handle.remove()
    assert torch.equal(seen[0], seen[1])
