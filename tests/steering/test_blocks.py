"""Blocks and their parts in every family: found in order, and steered where the name says."""

from copy import deepcopy

import pytest
import torch
from torch import nn

from steer_eval.errors import ModelError, VectorMismatch
from steer_eval.steering import interventions
from steer_eval.steering.attach import Placement, Steering
from steer_eval.steering.blocks import block_index, find_blocks, find_module, text_config
from steer_eval.steering.positions import Positions
from steer_eval.steering.site import KINDS, Site
from steer_eval.steering.vector import Direction
from tests.steering.models import BLOCKS, CONFIGS, VOCABULARY, WIDTH, Custom, prompt, tiny

FAMILIES = list(CONFIGS)
V = torch.randn(1, WIDTH, generator=torch.Generator().manual_seed(5))
ADD = interventions.make("add", {})

# Parts that a family does not have, and must say so.
MISSING = {
    "OPT": {"mlp_out"},
    "Phi": {"norm2_in"},
    "GPT-J": {"norm2_in"},
    "Falcon": {"norm2_in"},
    "OLMo 2": {"norm1_in", "norm1_out", "norm2_in"},
}


def first(output):
    return output[0] if isinstance(output, tuple) else output


@torch.no_grad()
@pytest.mark.parametrize("family", FAMILIES)
def test_blocks_are_found_in_the_order_in_which_they_run(family):
    model, order = tiny(family), []
    blocks = find_blocks(model)
    handles = [block.register_forward_hook(lambda m, a, o, i=i: order.append(i)) for i, block in enumerate(blocks)]
    model(prompt(), use_cache=False)
    for handle in handles:
        handle.remove()
    assert order == list(range(BLOCKS))
    assert text_config(model).hidden_size == WIDTH


@torch.no_grad()
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=["float32", "bfloat16"])
@pytest.mark.parametrize("kind", ["block_in", "block_out"])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_steered_model_is_a_loop_over_its_blocks_with_one_addition_by_hand(family, kind, dtype):
    model, ids = deepcopy(tiny(family)).to(dtype), prompt(2)
    blocks, calls = find_blocks(model), []
    handles = [
        block.register_forward_pre_hook(lambda m, args, kwargs: calls.append((args, kwargs)), with_kwargs=True)
        for block in blocks
    ]
    model(ids, use_cache=False)
    for handle in handles:
        handle.remove()

    h = calls[0][0][0] if calls[0][0] else calls[0][1]["hidden_states"]
    for i, (block, (args, kwargs)) in enumerate(zip(blocks, calls, strict=True)):
        if kind == "block_in" and i == 1:
            h = h + (1.5 * V[0]).to(dtype)
        kwargs = {k: v for k, v in kwargs.items() if k != "hidden_states"}
        h = first(block(h, *args[1:], **kwargs))
        if kind == "block_out" and i == 1:
            h = h + (1.5 * V[0]).to(dtype)
    last = blocks[-1].register_forward_hook(lambda m, a, out: (h, *out[1:]) if isinstance(out, tuple) else h)
    want = model(ids, use_cache=False).logits
    last.remove()

    plain = model(ids, use_cache=False).logits
    with Steering(model, [Placement(Site(kind, 1), Direction(V), ADD, 1.5)], Positions.parse("all")):
        got = model(ids, use_cache=False).logits
    assert torch.equal(got, want)
    assert not torch.equal(got, plain)


@torch.no_grad()
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("block_in", "block_out", "module")])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_part_of_a_block_is_steered_or_its_absence_is_said(family, kind):
    model, ids = tiny(family), prompt()
    site = Site(kind, None if kind == "embed_out" else 1)
    if kind in MISSING.get(family, ()):
        with pytest.raises(ModelError, match="no (mlp|norm1|norm2) module for .* 1 in .*choose another site"):
            find_module(model, site)
        return
    module, seen = find_module(model, site), []

    def look(m, args, kwargs, output=None):
        seen.append(first(output) if output is not None else args[0] if args else kwargs["hidden_states"])

    plain = model(ids).logits
    with Steering(model, [Placement(site, Direction(V), ADD, 1.5)], Positions.parse("all")):
        add = module.register_forward_pre_hook if site.input_side else module.register_forward_hook
        handle = add(look, with_kwargs=True)
        steered = model(ids).logits
        handle.remove()
    handle = add(look, with_kwargs=True)
    model(ids)
    handle.remove()
    assert torch.allclose(seen[0], seen[1] + 1.5 * V[0], atol=1e-5)
    assert not torch.equal(plain, steered)


@torch.no_grad()
@pytest.mark.parametrize("family", ["GPT-NeoX", "Llama", "GPT-2", "Gemma 2", "Phi-3", "Mixtral", "StableLM"])
def test_the_input_of_a_norm_is_the_stream_and_the_stream_keeps_its_value(family):
    model, ids = tiny(family), prompt()
    seen = {"stream": [], "norm": []}
    block, norm = find_blocks(model)[1], find_module(model, Site("norm1_in", 1))

    def watch():
        handles = [
            block.register_forward_pre_hook(lambda m, args: seen["stream"].append(args[0])),
            norm.register_forward_pre_hook(lambda m, args: seen["norm"].append(args[0])),
        ]
        model(ids)
        for handle in handles:
            handle.remove()

    watch()
    assert torch.equal(seen["stream"][0], seen["norm"][0])
    with Steering(model, [Placement(Site("norm1_in", 1), Direction(V), ADD, 1.5)], Positions.parse("all")):
        watch()
    assert torch.equal(seen["stream"][1], seen["stream"][0])
    assert torch.equal(seen["norm"][1], seen["norm"][0] + 1.5 * V[0])


def test_a_custom_model_with_one_list_has_blocks_and_with_two_says_how_to_name_them():
    assert len(find_blocks(Custom())) == BLOCKS
    with pytest.raises(ModelError, match=r"stack \(3\), others \(3\).*site=module\.path"):
        find_blocks(Custom(second_list=True))
    model = Custom(second_list=True)
    assert find_module(model, Site("module", path="stack.1")) is model.stack[1]


def test_a_list_whose_length_the_config_contradicts_is_not_taken():
    model = Custom()
    model.config = type("Config", (), {"num_hidden_layers": 7})()
    with pytest.raises(ModelError, match="one list of 7 modules, as its config says, found none"):
        find_blocks(model)


def test_a_list_inside_a_block_is_not_the_stack():
    model = Custom()
    for block in model.stack:
        block.experts = nn.ModuleList(nn.Linear(2, 2) for _ in range(BLOCKS))
    assert find_blocks(model) is model.stack


def test_an_encoder_decoder_model_is_refused():
    from transformers import T5Config, T5ForConditionalGeneration

    config = T5Config(vocab_size=VOCABULARY, d_model=WIDTH, d_kv=8, d_ff=32, num_layers=2, num_heads=4)
    with pytest.raises(
        ModelError, match="T5ForConditionalGeneration is an encoder-decoder model: wanted a decoder-only"
    ):
        find_blocks(T5ForConditionalGeneration(config))


@pytest.mark.parametrize("layer", [BLOCKS, -BLOCKS - 1, None])
def test_a_layer_out_of_range_names_the_range(layer):
    with pytest.raises(VectorMismatch, match=f"layer {layer} is out of range: the model has blocks 0 to {BLOCKS - 1}"):
        find_module(tiny("Llama"), Site("block_out", layer))
    assert block_index(Site("block_out", -1), BLOCKS) == BLOCKS - 1


def test_module_paths_are_those_of_the_whole_model_or_of_its_base():
    model = tiny("Llama")
    for path in ("model.layers.1.mlp", "layers.1.mlp"):
        assert find_module(model, Site("module", path=path)) is model.model.layers[1].mlp
    with pytest.raises(ModelError, match=r"no module 'layers.9.mlp': its own names are, e.g., model\.layers\.0"):
        find_module(model, Site("module", path="layers.9.mlp"))


def test_embeddings_that_nobody_names_ask_for_a_path():
    with pytest.raises(ModelError, match="does not say which are its embeddings"):
        find_module(Custom(), Site("embed_out"))
