"""The text of the axes, measured: `tasks/prompts/<axis>.jsonl` (held out) and `vectors/contrast/<axis>.jsonl`.

Every axis file that is present is measured; nothing here knows an axis by name. Definitions:

- word: a run of letters, digits or inner apostrophes, in lower case. Texts with the same words are duplicates.
- near-duplicates: two texts whose sets of word 3-grams have a Jaccard similarity above 0.5 (a text of fewer than three
  words is one gram). Only pairs that share a gram are looked at, through an inverted index.
- question: a user turn of a contrast pair. A pair is compared with other pairs by all its questions joined, and with
  the held-out prompts by each question alone.
- opening: the first four words. It catches "What is the best ...".
- frame: the prompt with every word that is not among 100 frequent English function words masked, and each run of
  masked words shortened to one mark: "How do I tie a bowline?" is "how do i _ a _". It catches templates whose slots
  stand anywhere. No opening and no frame may hold more than 2% of an axis's prompts.
- balanced kinds: where prompts name a `kind`, each has within 10% of an equal share of the file, and within 25% of an
  equal share of the first 64 prompts, so that `--limit 64` is a fair sample.
- no length cue: the assistant turns of the two sides of a contrast set have mean word counts within 10% of each other.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from steer_eval.paths import TASKS, VECTORS

PROMPTS, PAIRS = 1024, 256
NEAR_DUPLICATE = 0.5
TEMPLATE_SHARE = 0.02
LIMIT = 64

PROMPT_FILES = sorted((TASKS / "prompts").glob("*.jsonl"))
CONTRAST_FILES = sorted((VECTORS / "contrast").glob("*.jsonl"))
BOTH = [(p, VECTORS / "contrast" / p.name) for p in PROMPT_FILES if VECTORS / "contrast" / p.name in CONTRAST_FILES]

FUNCTION_WORDS = frozenset(
    """
    a about after all am an and any are as at be because been before but by can could did do does every for from
    get had has have he her him his how i if in into is it its just like may me more most much my no not of on
    one or our out over she should so some than that the their them then there these they this to too up us was
    we were what when where which while who why will with without would you your let tell give make need want
    here many
    """.split()
)

Line = dict[str, object]
FrameOf = Callable[[str], str]


def read(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def messages(line: Line, side: str) -> list[dict[str, str]]:
    found = line[side]
    assert isinstance(found, list)
    return found


def turns(line: Line, side: str, role: str) -> list[str]:
    return [message["content"] for message in messages(line, side) if message["role"] == role]


def prompts(path: Path) -> list[str]:
    return [str(line["prompt"]) for line in read(path)]


def words(text: str) -> list[str]:
    return re.findall(r"\w+(?:'\w+)*", text.lower())


def grams(text: str) -> frozenset[tuple[str, ...]]:
    spoken = tuple(words(text))
    return frozenset(spoken[i : i + 3] for i in range(max(1, len(spoken) - 2)))


def near_duplicates(texts: list[str], others: list[str] | None = None) -> list[tuple[float, str, str]]:
    """Pairs over the threshold, most similar first: within `texts`, or between `texts` and `others`."""
    against = texts if others is None else others
    left, right = [grams(text) for text in texts], [grams(text) for text in against]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for j, found in enumerate(right):
        for gram in found:
            holders[gram].append(j)
    pairs = []
    for i, found in enumerate(left):
        shared = Counter(j for gram in found for j in holders.get(gram, ()) if others is not None or j > i)
        for j, common in shared.items():
            similarity = common / (len(found) + len(right[j]) - common)
            if similarity > NEAR_DUPLICATE:
                pairs.append((round(similarity, 3), texts[i], against[j]))
    return sorted(pairs, reverse=True)


def opening(prompt: str) -> str:
    return " ".join(words(prompt)[:4])


def frame(prompt: str) -> str:
    masked = " ".join(word if word in FUNCTION_WORDS else "_" for word in words(prompt))
    return re.sub(r"_(?: _)+", "_", masked)


def repeated(items: Iterable[object]) -> list[object]:
    return [item for item, n in Counter(items).items() if n > 1]


def of_axis(path: Path | tuple[Path, Path]) -> str:
    return (path[0] if isinstance(path, tuple) else path).stem


each_prompt_file = pytest.mark.parametrize("path", PROMPT_FILES, ids=of_axis)
each_contrast_file = pytest.mark.parametrize("path", CONTRAST_FILES, ids=of_axis)
each_axis_with_both = pytest.mark.parametrize(("held_out", "contrast"), BOTH, ids=[of_axis(pair) for pair in BOTH])


def test_there_is_an_axis_to_measure() -> None:
    assert PROMPT_FILES, f"no prompts under {TASKS}"
    assert CONTRAST_FILES, f"no contrast pairs under {VECTORS}"


@each_prompt_file
def test_there_are_1024_prompts_with_consecutive_ids(path: Path) -> None:
    assert [line["id"] for line in read(path)] == [f"{path.stem}-{n:04d}" for n in range(1, PROMPTS + 1)]


@each_contrast_file
def test_there_are_256_pairs_with_consecutive_ids(path: Path) -> None:
    assert [line["id"] for line in read(path)] == [f"{path.stem}-c{n:03d}" for n in range(1, PAIRS + 1)]


@each_prompt_file
def test_every_prompt_has_the_same_fields_and_none_is_empty(path: Path) -> None:
    lines = read(path)
    assert {"id", "prompt", "topic"} <= set(lines[0])
    for line in lines:
        assert set(line) == set(lines[0]), line["id"]
        assert all(isinstance(value, str) and value for value in line.values()), line["id"]


@each_contrast_file
def test_both_sides_of_a_pair_ask_the_same_questions_and_answer_differently(path: Path) -> None:
    lines = read(path)
    assert {"id", "topic", "positive", "negative"} <= set(lines[0])
    for line in lines:
        assert set(line) == set(lines[0]), line["id"]
        roles = {side: [message["role"] for message in messages(line, side)] for side in ("positive", "negative")}
        assert roles["positive"] == roles["negative"] == ["user", "assistant", "user"], line["id"]
        assert turns(line, "positive", "user") == turns(line, "negative", "user"), line["id"]
        assert turns(line, "positive", "assistant") != turns(line, "negative", "assistant"), line["id"]


@pytest.mark.parametrize("path", PROMPT_FILES + CONTRAST_FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_text_is_printable_and_tidy(path: Path) -> None:
    for line in read(path):
        texts = [str(line["prompt"])] if "prompt" in line else []
        for side in {"positive", "negative"} & set(line):
            texts += turns(line, side, "user") + turns(line, side, "assistant")
        for text in texts:
            assert text.isprintable(), f"{line['id']}: {text!r} holds a line break or another control sign"
            assert text == " ".join(text.split()), f"{line['id']}: {text!r} has stray spaces"
            assert words(text), f"{line['id']}: {text!r} has no words"


@each_prompt_file
def test_no_prompt_is_asked_twice(path: Path) -> None:
    assert repeated(tuple(words(prompt)) for prompt in prompts(path)) == []


@each_contrast_file
def test_no_pair_and_no_answer_comes_twice(path: Path) -> None:
    lines = read(path)
    assert repeated(tuple(words(" ".join(turns(line, "positive", "user")))) for line in lines) == []
    for side in ("positive", "negative"):
        assert repeated(tuple(words(" ".join(turns(line, side, "assistant")))) for line in lines) == [], side
    for line in lines:
        first, second = turns(line, "positive", "user")
        assert near_duplicates([first], [second]) == [], f"{line['id']} asks the same thing again"


@each_prompt_file
def test_no_two_prompts_are_near_duplicates(path: Path) -> None:
    assert near_duplicates(prompts(path)) == []


@each_contrast_file
def test_no_two_pairs_are_near_duplicates(path: Path) -> None:
    assert near_duplicates([" ".join(turns(line, "positive", "user")) for line in read(path)]) == []


@each_prompt_file
@pytest.mark.parametrize("template", [opening, frame])
def test_no_template_holds_more_than_two_percent_of_the_prompts(path: Path, template: FrameOf) -> None:
    asked = prompts(path)
    held = Counter(template(prompt) for prompt in asked)
    assert [(text, n) for text, n in held.most_common(5) if n > TEMPLATE_SHARE * len(asked)] == []


@each_prompt_file
def test_kinds_are_balanced_in_the_file_and_in_its_first_64_lines(path: Path) -> None:
    kinds = [line["kind"] for line in read(path) if "kind" in line]
    if not kinds:
        pytest.skip("this axis names no kinds")
    for head, slack in ((kinds, 0.1), (kinds[:LIMIT], 0.25)):
        fair = len(head) / len(set(kinds))
        held = Counter(head)
        assert {k: held[k] for k in set(kinds) if abs(held[k] - fair) > slack * fair} == {}, f"first {len(head)} lines"


@each_axis_with_both
def test_prompts_and_contrast_share_no_topic(held_out: Path, contrast: Path) -> None:
    evaluated, fitted = ({str(line["topic"]).casefold() for line in read(path)} for path in (held_out, contrast))
    assert evaluated & fitted == set()


@each_axis_with_both
def test_no_prompt_is_a_near_duplicate_of_a_contrast_question(held_out: Path, contrast: Path) -> None:
    questions = [question for line in read(contrast) for question in turns(line, "positive", "user")]
    assert near_duplicates(prompts(held_out), questions) == []


@each_contrast_file
def test_length_does_not_tell_the_two_sides_of_a_contrast_set_apart(path: Path) -> None:
    positive, negative = (
        sum(len(words(answer)) for line in read(path) for answer in turns(line, side, "assistant"))
        for side in ("positive", "negative")
    )
    assert abs(positive - negative) <= 0.1 * min(positive, negative), f"{positive} words against {negative}"


def test_near_duplicates_are_found_and_different_questions_are_not() -> None:
    asked = "How do I stop a tap from dripping at night?"
    assert near_duplicates([asked, "How do I stop a tap from dripping at noon?"])
    assert not near_duplicates([asked, "How do I stop a dog from barking at night?"])


def test_a_frame_keeps_function_words_and_hides_the_rest() -> None:
    assert frame("How do I tie a bowline?") == frame("How do I bake a plain white loaf?") == "how do i _ a _"


def test_there_are_100_function_words() -> None:
    assert len(FUNCTION_WORDS) == 100, len(FUNCTION_WORDS)
