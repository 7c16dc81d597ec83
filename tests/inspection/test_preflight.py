"""Trying a vector on a model: what the numbers are, and each warning where it is due and only there."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from transformers import AutoModelForCausalLM

from steer_eval.inspection.preflight import PROMPTS, preflight
from steer_eval.steering.site import Site
from steer_eval.steering.spec import SteeringSpec
from steer_eval.steering.vector import Direction, Origin, SteeringVector
from tests.conftest import BLOCKS, WIDTH, byte_tokenizer
from tests.readers.samples import vec
from tests.steering.models import build


@pytest.fixture(scope="module")
def model(llama: Path) -> nn.Module:
    return AutoModelForCausalLM.from_pretrained(llama).eval()


def at(layer: int, scale: float = 0.1, kind: str = "block_out", reader: str = "bare", **more: Any) -> SteeringVector:
    return SteeringVector(
        {Site(kind, layer): Direction(scale * vec(1, 1, WIDTH), number=layer, **more)}, Origin("v", reader)
    )


def tried(vector: SteeringVector, model: nn.Module, **said: Any) -> dict[str, Any]:
    return preflight(SteeringSpec(**said), vector, model, byte_tokenizer())


def other_warnings(facts: dict[str, Any]) -> list[str]:
    """All but the scan's: on a model with random weights an earlier block often moves more."""
    return [warning for warning in facts["warnings"] if "off by one" not in warning]


def test_a_fitting_vector_gets_norms_changes_shares_and_a_scan(model: nn.Module) -> None:
    facts = tried(at(1), model, alpha="2")
    assert (facts["fits"], facts["blocks"], facts["positions"]) == (True, BLOCKS, "all")
    (place,) = facts["placements"]
    assert (place["site"], place["intervention"], place["alpha"]) == ("block_out 1", "add", 2.0)
    assert place["share"] == pytest.approx(2 * place["direction_norm"] / place["activation_norm"])
    assert set(facts["largest_logit_change"]) == {"1", "-1"}
    assert all(change > 0 for change in facts["largest_logit_change"].values())
    assert facts["steered_share"] == {"text": 1.0, "8-token answer": 1.0, "1-token answer": 1.0}
    assert set(facts["layer_scan_kl"]) == {"-1", "+0", "+1"}
    assert other_warnings(facts) == []


@torch.no_grad()
def test_the_largest_logit_change_and_the_scan_are_those_of_a_hook_by_hand(model: nn.Module) -> None:
    facts = tried(at(1), model, alpha="2")
    v = 0.1 * vec(1, WIDTH)
    changes, divergence, tokens = [], {-1: 0.0, 0: 0.0, 1: 0.0}, 0
    ids = torch.tensor([byte_tokenizer()(PROMPTS[0])["input_ids"]])
    stream = model(ids, output_hidden_states=True).hidden_states
    norm = {offset: stream[2 + offset].norm(dim=-1).mean() for offset in divergence}
    for text in PROMPTS:
        ids = torch.tensor([byte_tokenizer()(text)["input_ids"]])
        plain = model(ids).logits
        for offset in divergence:
            for alpha in (1.0, 2.0) if offset == 0 else (2.0 * norm[offset] / norm[0],):
                hook = model.model.layers[1 + offset].register_forward_hook(
                    lambda module, args, h, alpha=alpha: h[0] + alpha * v if isinstance(h, tuple) else h + alpha * v
                )
                steered = model(ids).logits
                hook.remove()
                if alpha == 1.0:
                    changes.append(float((steered - plain).abs().max()))
                else:
                    divergence[offset] += float(
                        torch.nn.functional.kl_div(
                            plain.log_softmax(-1), steered.log_softmax(-1), log_target=True, reduction="sum"
                        )
                    )
        tokens += ids.shape[1]
    assert facts["largest_logit_change"]["1"] == pytest.approx(max(changes), rel=1e-4)
    for offset, total in divergence.items():
        assert facts["layer_scan_kl"][f"{offset:+d}"] == pytest.approx(total / tokens, rel=1e-3)


def test_the_model_is_left_as_it_was(model: nn.Module) -> None:
    def hooks() -> int:
        return sum(len(module._forward_hooks) + len(module._forward_pre_hooks) for module in model.modules())

    ids = torch.arange(20)[None]
    before, count = model(ids).logits, hooks()
    tried(at(1), model)
    assert torch.equal(model(ids).logits, before)
    assert hooks() == count


@pytest.mark.parametrize(
    ("vector", "said", "reason"),
    [
        (
            SteeringVector({Site("block_out", 1): Direction(vec(1, 1, 8))}, Origin("v", "bare")),
            {},
            "has width 8, but LlamaForCausalLM has width 32",
        ),
        (at(9), {}, "layer 9 is out of range: the model has blocks 0 to 3"),
        (at(1), {"layers": "2"}, "has no layer 2"),
        (at(1), {"intervention": "rotate"}, "needs an angle"),
        (at(1), {"positions": "sometimes"}, "positions=sometimes"),
        (SteeringVector({Site("block_out"): Direction(vec(1, 1, WIDTH), bound=False)}, Origin("v", "caa")), {}, "give layer="),
    ],
)  # fmt: skip
def test_a_vector_that_cannot_be_applied_gets_the_reason(
    vector: SteeringVector, said: dict[str, Any], reason: str, model: nn.Module
) -> None:
    facts = tried(vector, model, **said)
    assert facts["fits"] is False
    assert facts["blocks"] == BLOCKS
    assert reason in facts["reason"]


def test_a_constant_direction_that_layer_norm_removes_does_not_pass() -> None:
    gpt2 = build("GPT-2")
    one = Direction(torch.ones(1, gpt2.config.n_embd), number=1)
    tokenizer = _Tokens(gpt2.config.vocab_size)
    facts = preflight(SteeringSpec(), SteeringVector({Site("block_out", 1): one}, Origin("v", "bare")), gpt2, tokenizer)
    assert facts["fits"] is False
    assert "changes no logit" in facts["reason"]


class _Tokens:
    """A tokenizer for models with few tokens."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __call__(self, text: str) -> dict[str, list[int]]:
        return {"input_ids": [letter % self.size for letter in text.encode()]}


def test_an_intervention_that_changes_nothing_is_warned_about(model: nn.Module) -> None:
    gate = at(1, intervention="cosine_gated_add", knobs={"tau": 1.0})  # no cosine is larger
    assert any("does nothing here" in warning for warning in tried(gate, model)["warnings"])


def test_a_direction_larger_than_the_activation_is_warned_about_where_it_is_added(model: nn.Module) -> None:
    assert any("larger than the activation" in w for w in tried(at(1, 100), model)["warnings"])
    assert not any("larger than" in w for w in tried(at(1, 100, intervention="ablate"), model)["warnings"])


def test_a_neighbouring_block_that_moves_the_model_more_is_warned_about(model: nn.Module) -> None:
    deaf = AutoModelForCausalLM.from_config(model.config).eval()
    deaf.load_state_dict(model.state_dict())
    deaf.model.layers[2].register_forward_hook(
        lambda module, args, h: 0.05 * h + vec(9, WIDTH)
    )  # drowns what was added before
    facts = tried(at(1), deaf)
    assert facts["layer_scan_kl"]["+1"] > 1.5 * facts["layer_scan_kl"]["+0"] > 0
    assert any(w.startswith("moved by +1 block it changes the model") for w in facts["warnings"])


@pytest.mark.parametrize(
    ("positions", "share"), [("generated", 0.0), ("from:100", 0.0), ("last:1+generated", 1.0), ("last:1", 1.0)]
)
def test_positions_that_leave_a_one_token_answer_unsteered_are_warned_about(
    positions: str, share: float, model: nn.Module
) -> None:
    facts = tried(at(1), model, positions=positions)
    assert facts["steered_share"]["1-token answer"] == share
    assert any("one-token answer unsteered" in w for w in facts["warnings"]) == (share == 0)


def test_shares_of_longer_answers_and_text(model: nn.Module) -> None:
    assert tried(at(1), model, positions="generated")["steered_share"]["8-token answer"] == 7 / 8
    assert tried(at(1), model, positions="prompt")["steered_share"]["text"] == 1 / 64


def test_acting_after_the_last_block_is_warned_about(model: nn.Module) -> None:
    assert any("after the last block" in w for w in tried(at(BLOCKS - 1), model)["warnings"])
    assert any("after the last block" in w for w in tried(at(-1), model)["warnings"])
    assert other_warnings(tried(at(BLOCKS - 1, kind="block_in"), model)) == []


@pytest.mark.parametrize(
    ("reader", "kind"), [("gguf", "block_out"), ("ibm", "block_in"), ("persona_vectors", "block_out")]
)
def test_tools_that_fit_the_last_block_after_the_final_norm_are_named(reader: str, kind: str, model: nn.Module) -> None:
    assert any(
        f"tools with {reader} files" in w and "after the final norm" in w
        for w in tried(at(BLOCKS - 1, kind=kind, reader=reader), model)["warnings"]
    )
    assert other_warnings(tried(at(BLOCKS - 2, kind=kind, reader=reader), model)) == []


def test_a_place_without_a_layer_has_no_scan(model: nn.Module) -> None:
    direction = Direction(vec(1, 1, WIDTH))
    facts = tried(SteeringVector({Site("embed_out"): direction}, Origin("v", "bare")), model)
    assert facts["layer_scan_kl"] == {}
