"""Models inside other libraries' wrappers are steered as they are alone: peft adapters, accelerate's offloading hooks."""

import accelerate
import peft
import pytest
import torch
from torch import nn

from steer_eval.steering import interventions
from steer_eval.steering.attach import Placement, Steering
from steer_eval.steering.blocks import find_blocks, find_module
from steer_eval.steering.condition import Condition
from steer_eval.steering.positions import Positions
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction
from tests.steering.models import WIDTH, build, prompt, tiny

V = torch.randn(1, WIDTH, generator=torch.Generator().manual_seed(5))
PLACEMENTS = [
    Placement(Site(kind, 1), Direction(V), interventions.make("add", {}), 1.5)
    for kind in ("block_out", "norm1_in", "attn_out")
]
POSITIONS = ["all", "prompt", "generated", "from:3"]


def results(model, positions, condition=None):
    ids = torch.cat([torch.zeros(1, 2, dtype=torch.long), prompt(1, 6)], 1).repeat(2, 1)
    mask = torch.ones_like(ids)
    mask[0, :2] = 0
    with Steering(model, PLACEMENTS, Positions.parse(positions), condition), torch.no_grad():
        text = model.generate(input_ids=ids, attention_mask=mask, max_new_tokens=4, do_sample=False, pad_token_id=0)
        return model(input_ids=ids, attention_mask=mask).logits[1], text


@pytest.fixture(scope="module")
def adapted():
    config = peft.LoraConfig(task_type="CAUSAL_LM", r=2, target_modules=["q_proj", "v_proj"])
    return peft.get_peft_model(build("Llama"), config).eval()  # B is zero at first: the same function as the bare model


@pytest.mark.parametrize("positions", POSITIONS)
def test_a_peft_model_is_steered_as_the_model_inside(adapted, positions):
    for a, b in zip(results(adapted, positions), results(tiny("Llama"), positions), strict=True):
        assert torch.equal(a, b)
    assert "generate" not in adapted.__dict__


def test_a_condition_works_through_a_peft_model(adapted):
    condition = Condition(((1, V[0]),), -2.0)
    for a, b in zip(results(adapted, "all", condition), results(tiny("Llama"), "all", condition), strict=True):
        assert torch.equal(a, b)


def test_module_paths_of_a_peft_model_may_be_those_of_the_model_inside(adapted):
    block = find_blocks(adapted)[1]
    for path in ("model.layers.1", "layers.1", "base_model.model.model.layers.1"):
        assert find_module(adapted, Site("module", path=path)) is block
    assert isinstance(find_module(adapted, Site("embed_out")), nn.Embedding)


@pytest.mark.parametrize("positions", POSITIONS)
def test_a_model_that_accelerate_offloads_is_steered_as_it_is(positions):
    model = accelerate.cpu_offload(build("Llama"), execution_device=torch.device("cpu"))
    for a, b in zip(results(model, positions), results(tiny("Llama"), positions), strict=True):
        assert torch.equal(a, b)


def test_a_model_that_accelerate_dispatched_partly_to_disk_is_steered_as_it_is(tmp_path):
    model = build("Llama")
    spread = {"model.embed_tokens": "cpu", "model.layers.0": "cpu", "model.layers.1": "disk", "model.layers.2": "cpu"}
    spread |= {"model.norm": "cpu", "model.rotary_emb": "cpu", "lm_head": "cpu"}
    model = accelerate.dispatch_model(model, spread, main_device="cpu", offload_dir=str(tmp_path))
    for a, b in zip(results(model, "from:3"), results(tiny("Llama"), "from:3"), strict=True):
        assert torch.equal(a, b)
