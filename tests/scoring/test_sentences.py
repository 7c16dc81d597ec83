import pytest

from steer_eval.scoring import load_scorer
from steer_eval.scoring.sentences import sentences


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("It rains. It is late!", ["It rains.", "It is late!"]),
        ("Dr. Smith paid $3.50 to J. R. Brown. He left.", ["Dr. Smith paid $3.50 to J. R. Brown.", "He left."]),
        ("Nobody knew, not even I. So we left.", ["Nobody knew, not even I.", "So we left."]),
        ('She said "Go." Then she went.', ['She said "Go."', "Then she went."]),
        ("1. Eggs are laid.\n2. Milk is white\n\n- Bread", ["Eggs are laid.", "Milk is white", "Bread"]),
        ("no capital. here either", ["no capital. here either"]),
        ("It opened in the U.S. in 1950.", ["It opened in the U.S. in 1950."]),
        ("", [""]),
        ("...", ["..."]),
    ],
)
def test_texts_are_split_into_sentences(text, split):
    assert sentences(text) == split


def test_the_score_is_the_mean_over_sentences_and_share_counts_those_over_the_threshold():
    factuality = load_scorer("factuality")
    fact, talk = "The bridge was built in 1932 and is 503 metres long.", "What a lovely day, don't you think?"
    (of_fact,), (of_talk,) = factuality.by_sentence([""] * 2, [fact, talk])
    assert of_fact > 0.8
    assert of_talk < 0.2
    both = f"{fact} {talk}"
    assert factuality([""], [both]) == pytest.approx([(of_fact + of_talk) / 2])
    assert factuality.share([""], [both]) == [0.5]
    of_rules = factuality.markers([""] * 3, [fact, talk, both])
    assert of_rules[2] == pytest.approx(sum(of_rules[:2]) / 2)


def test_a_false_claim_is_a_claim():
    false, opinion = load_scorer("factuality")(
        [""] * 2, ["The moon was discovered in 1911 by a Swiss baker.", "I think the moon is prettiest in June."]
    )
    assert false > 0.7
    assert opinion < 0.4


def test_by_sentence_scores_keep_the_order_of_the_responses_and_are_empty_for_none():
    factuality = load_scorer("factuality")
    texts = ["Rome lies on the Tiber. It is old. Go there!", "", "Try it."]
    assert factuality([""] * 3, texts) == pytest.approx([factuality([""], [text])[0] for text in texts], abs=1e-9)
    assert [len(found) for found in factuality.by_sentence([""] * 3, texts)] == [3, 1, 1]
    assert factuality([], []) == factuality.share([], []) == []
