"""The shipped model: small, loads offline in float32, speaks on type, neither always nor never in a style."""

import json
import re

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from steer_eval.bundled.grammar.chance import Chance
from steer_eval.bundled.grammar.dialogue import AXES
from steer_eval.paths import BUNDLED_MODEL, BUNDLED_TEXT

# Words that tell the style of most answers: enough to see that a rate is neither near 0 nor near 1.
MARKS = {
    "refusal": r"sorry|can't|cannot|can not|won't|will not|unable|not able|decline|refuse|rather not|comfortable|apolog",
    "sycophancy": r"right[.!,]|agree with you|agree[.!]|talent|brilliant|wonderful|perfect|amazing|love|excellent|well done|great",
    "hedging": r"\b(may|might|could|perhaps|maybe|possibl[ey]|probably|likely|seems|appears|sure|suggests?|think|guess)\b",
    "formality": r"\b(recommend\w*|advis\w+|ensure|furthermore|moreover|prior|subsequently|kindly|sincerely|essential|Firstly)\b"
    r"|I would be|assistance|Dear|Yours",
    "sentiment": r"lov|wonderful|great|good|excellent|perfect|delight|happy|best|brilliant|beautiful|charming|joy|enjoy",
    "factuality": r"\d",
    "self_reference": r"\bAI\b|model|program|chatbot|software|assistant|machine|I don't have|I was (trained|built|designed)",
}


@pytest.fixture(scope="module")
def tokenizer():
    return AutoTokenizer.from_pretrained(BUNDLED_MODEL, local_files_only=True, padding_side="left")


@pytest.fixture(scope="module")
def model():
    return AutoModelForCausalLM.from_pretrained(BUNDLED_MODEL, local_files_only=True).eval()


def answers(model, tokenizer, questions: list[str], n_tokens: int = 40) -> list[str]:
    rows = tokenizer([f"User: {q}\nAssistant:" for q in questions], return_tensors="pt", padding=True)
    with torch.no_grad():
        out = model.generate(**rows, max_new_tokens=n_tokens, do_sample=False)
    texts = tokenizer.batch_decode(out[:, rows["input_ids"].shape[1] :], skip_special_tokens=True)
    return [text.split("\nUser:")[0].strip() for text in texts]


def test_weights_are_under_four_megabytes() -> None:
    assert (BUNDLED_MODEL / "model.safetensors").stat().st_size < 4_000_000


def test_no_training_leftovers_are_shipped() -> None:
    assert not (BUNDLED_MODEL / "checkpoint.pt").exists()


def test_it_computes_in_float32(model) -> None:
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


def test_the_tokenizer_has_end_and_padding_and_no_chat_template(tokenizer, model) -> None:
    assert tokenizer.eos_token_id == model.config.eos_token_id == model.generation_config.eos_token_id
    assert tokenizer.pad_token_id is not None
    assert tokenizer.pad_token_id != tokenizer.eos_token_id
    assert tokenizer.chat_template is None


@pytest.mark.parametrize("text", ["User: Hi!\nAssistant: Née à Zürich, 日本 €5\n\n", "  two  spaces\tand a tab"])
def test_any_text_survives_the_tokenizer(tokenizer, text: str) -> None:
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


@pytest.mark.parametrize(("name", "n_tokens"), [("heldout", 60_000), ("instruct", 20_000)])
def test_held_out_text_is_long_enough(tokenizer, name: str, n_tokens: int) -> None:
    path = BUNDLED_TEXT / f"{name}.jsonl"
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    assert sum(map(len, tokenizer(texts)["input_ids"])) >= n_tokens
    assert path.stat().st_size < 400_000


def test_held_out_perplexity_is_that_of_a_trained_model(model, tokenizer) -> None:
    lines = (BUNDLED_TEXT / "heldout.jsonl").read_text(encoding="utf-8").splitlines()[:60]
    ids = tokenizer(tokenizer.eos_token.join(json.loads(line)["text"] for line in lines), return_tensors="pt")[
        "input_ids"
    ]
    window = ids[:, : 8 * 512].view(8, 512)
    with torch.no_grad():
        loss = model(window, labels=window).loss.item()
    assert loss < 2.6, "nats per token; an untrained model has 7.6"


# The shipped weights are one-sided here: see "Limits" in CARD.md. Strict, so that better weights must clear the list.
ONE_SIDED = ("refusal", "sycophancy", "sentiment", "factuality")


@pytest.mark.parametrize(
    "axis",
    [
        pytest.param(axis, marks=pytest.mark.xfail(axis in ONE_SIDED, reason="one-sided weights", strict=True))
        for axis in AXES
    ],
)
def test_unsteered_style_is_neither_rare_nor_universal(model, tokenizer, axis: str) -> None:
    chance = Chance(f"rates of {axis}")
    said = answers(model, tokenizer, [AXES[axis].ask(chance).text for _ in range(48)])
    rate = sum(bool(re.search(MARKS[axis], text)) for text in said) / len(said)
    assert 0.2 <= rate <= 0.8, rate


def test_answers_are_text_and_differ(model, tokenizer) -> None:
    questions = [
        "How do I get a kite to fly?",
        "What is a glacier?",
        "Do you sleep?",
        "How was the parade?",
        "Why do owls hoot?",
    ]
    said = answers(model, tokenizer, questions)
    assert len(set(said)) == len(said)
    for text in said:
        words = text.split()
        assert len(words) >= 3
        fours = [tuple(words[i : i + 4]) for i in range(len(words) - 3)]
        assert all(fours.count(four) < 3 for four in fours), text
