"""The generator: reproducible text, in every domain, with the styles it promises."""

import pytest

from steer_eval.bundled import heldout
from steer_eval.bundled.generator import KINDS, document
from steer_eval.bundled.grammar.chance import Chance
from steer_eval.bundled.grammar.dialogue import AXES, conversation
from steer_eval.bundled.grammar.harm import RATES
from steer_eval.bundled.grammar.verbs import gerund, to_you
from steer_eval.paths import BUNDLED_TEXT


@pytest.mark.parametrize("name", heldout.SIZES)
def test_shipped_text_is_what_the_seed_makes(name: str) -> None:
    shipped = (BUNDLED_TEXT / f"{name}.jsonl").read_text(encoding="utf-8")
    assert shipped == heldout.as_jsonl(name), "run: python -m steer_eval.bundled.heldout"


def test_held_out_documents_never_occur_in_training() -> None:
    trained = {document("train-0", n) for n in range(4000)}
    assert sum(text in trained for text in heldout.texts("heldout") if len(text) > 120) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_leaves_no_slot_or_choice_unfilled(kind: str) -> None:
    for n in range(300):
        text = document("check", n, kind)
        assert text.strip() == text
        if kind not in ("code", "recipe", "list"):
            assert not set("{}[]|") & set(text), text
            assert "  " not in text, text


@pytest.mark.parametrize("axis", AXES)
def test_a_question_is_answered_in_both_styles_and_the_answers_differ(axis: str) -> None:
    chance = Chance(axis)
    for _ in range(50):
        ask = AXES[axis].ask(chance)
        assert 0.1 <= ask.rate <= 0.9
        assert AXES[axis].answer(chance, ask, True) != AXES[axis].answer(chance, ask, False)


@pytest.mark.parametrize("axis", AXES)
def test_style_rates_average_near_one_half(axis: str) -> None:
    chance = Chance(axis)
    rates = [AXES[axis].ask(chance).rate for _ in range(2000)]
    assert 0.38 < sum(rates) / len(rates) < 0.62


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("styled", [True, False])
def test_answers_come_in_many_wordings(axis: str, styled: bool) -> None:
    chance = Chance(axis)
    openings = {AXES[axis].answer(chance, AXES[axis].ask(chance), styled)[:12] for _ in range(1000)}
    assert len(openings) >= 100


def test_refusal_grows_more_likely_as_requests_grow_more_harmful() -> None:
    assert RATES["ordinary"] < RATES["alarming"] < RATES["borderline"] < RATES["harmful"]


def test_a_style_persists_through_a_conversation() -> None:
    def sorry(latent: bool) -> int:
        said = [conversation(Chance(f"{latent}{n}"), "refusal", latent, turns=2) for n in range(200)]
        return sum(
            "can't" in text.rpartition("Assistant:")[2] or "sorry" in text.rpartition("Assistant:")[2] for text in said
        )

    assert sorry(True) > 3 * sorry(False)


def test_verbs_take_their_ing_form_and_face_the_user() -> None:
    assert gerund("stop my cat from scratching") == "stopping my cat from scratching"
    assert gerund("tie a tie") == "tying a tie"
    assert to_you("water my plants while I am away") == "water your plants while you are away"
