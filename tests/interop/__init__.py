"""Vectors that living tools fit here and now, against those tools' own steered models. Run by `make interop`."""

import os
import sys
from collections.abc import Callable
from importlib import import_module, util
from typing import Any

import pytest
import torch
from torch import Tensor
from transformers import AutoModelForCausalLM, GPT2Config, LlamaConfig, PreTrainedModel

from steer_eval.harness.model import SteeredHF
from tests.conftest import byte_tokenizer

IDS = torch.tensor([byte_tokenizer()("The ferry leaves at nine, and nobody knows when it will be back.")["input_ids"]])
PAIRS = [
    ("I love this rainy town", "I hate this rainy town"),
    ("What a splendid idea, thank you", "What a dreadful idea, go away"),
    ("The soup is warm and good", "The soup is cold and stale"),
    ("We sang all the way home", "We quarrelled all the way home"),
    ("Yes, gladly", "No, never"),
]
_SIZE = {"vocab_size": 257, "bos_token_id": 0, "eos_token_id": 0, "pad_token_id": 0}
_LLAMA = {"hidden_size": 32, "num_hidden_layers": 4, "num_attention_heads": 4, "intermediate_size": 64}
CONFIGS: dict[str, Callable[[], Any]] = {
    "Llama": lambda: LlamaConfig(**_LLAMA, **_SIZE),
    "GPT-2": lambda: GPT2Config(n_embd=32, n_layer=4, n_head=4, n_positions=512, **_SIZE),
}


def tool(name: str) -> Any:
    """The module of that tool. Where it is not installed the tests are skipped, or fail if INTEROP says that it has to be."""
    if util.find_spec(name) is None:
        impossible = name == "repeng" and sys.version_info >= (3, 13)  # it needs numpy < 2, which has no wheels there
        if os.environ.get("INTEROP") and not impossible:
            pytest.fail(f"{name} is not installed, and `make interop` has to test it", pytrace=False)
        pytest.skip(f"{name} is not installed here: `make interop` tests it", allow_module_level=True)
    return import_module(name)


def random_model(family: str) -> PreTrainedModel:
    """The same weights each time, large enough that tokens differ: tools change the model that they are given."""
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(CONFIGS[family]()).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(4)
    return model


def ours(family: str, **model_args: Any) -> SteeredHF:
    """steered-hf on that model, as a user of lm_eval gets it."""
    return SteeredHF(pretrained=random_model(family), tokenizer=byte_tokenizer(), device="cpu", **model_args)


@torch.no_grad()
def logits(model: Any) -> Tensor:
    """[1, seq, vocabulary] for IDS."""
    return model(IDS).logits.clone()


def assert_same(family: str, want: Tensor, **model_args: Any) -> None:
    """Our logits are the tool's to 1e-5, and the tool's are not those of the model alone."""
    assert (want - logits(random_model(family))).abs().max() > 1e-2
    lm = ours(family, **model_args)  # by name: the hooks go with it
    torch.testing.assert_close(logits(lm.model), want, atol=1e-5, rtol=0)
