"""Every golden case through the model that users get: SteeredHF with the case's own arguments, to 1e-5 of the tool's logits."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel

from steer_eval.errors import VectorFormatError
from steer_eval.harness.model import SteeredHF
from steer_eval.readers import read_vector

HERE = Path(__file__).parent
CASES = [json.loads(line) for line in (HERE / "cases.jsonl").read_text().splitlines()]
TOKENS = torch.arange(32)[None]
FROM_PATH = ("repeng/all_layers_c1.5", "lm-eval-steered/clamp_bias", "SteeringControl/actadd_f2_all")


@pytest.fixture(scope="module")
def expected() -> dict[str, torch.Tensor]:
    return load_file(HERE / "expected.safetensors")


@pytest.fixture(scope="module")
def model() -> PreTrainedModel:
    return AutoModelForCausalLM.from_pretrained(HERE / "tiny-llama", dtype=torch.float32)


@pytest.fixture(autouse=True)
def _in_this_folder() -> Iterator[None]:
    before = Path.cwd()
    os.chdir(HERE)
    yield
    os.chdir(before)


def logits_of(lm: SteeredHF) -> torch.Tensor:
    with torch.no_grad():
        return lm.model(TOKENS).logits[0, :, ::4]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_logits_are_those_of_the_tool(case: dict, model: PreTrainedModel, expected: dict[str, torch.Tensor]) -> None:
    tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
    lm = SteeredHF(pretrained=model, tokenizer=tokenizer, device="cpu", **case["model_args"])
    try:
        torch.testing.assert_close(logits_of(lm), expected[case["id"]], atol=1e-5, rtol=0)
    finally:
        lm.steering.remove()


@pytest.mark.parametrize("case", [case for case in CASES if case["id"] in FROM_PATH], ids=lambda case: case["id"])
def test_logits_are_the_same_with_the_model_named_by_its_path(case: dict, expected: dict[str, torch.Tensor]) -> None:
    lm = SteeredHF(pretrained="tiny-llama", dtype="float32", device="cpu", **case["model_args"])
    torch.testing.assert_close(logits_of(lm), expected[case["id"]], atol=1e-5, rtol=0)


def test_every_case_has_its_logits_and_no_logits_lack_a_case(expected: dict[str, torch.Tensor]) -> None:
    assert sorted(expected) == sorted(case["id"] for case in CASES)


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("easyedit/reps_lora/layer_1.pt", "LoRA"),
        ("easyedit/lm_steer_vector.pt", "LM-Steer"),
        ("easyedit/lm_steer_state_dict.pt", "LM-Steer"),
        ("steering-lite/chars.safetensors", "chars"),
        ("steering-lite/linear_act.safetensors", "linear_act"),
    ],
)
def test_what_no_vector_can_express_is_refused_by_name(file: str, reason: str) -> None:
    with pytest.raises(VectorFormatError, match=reason):
        read_vector(file)
