from dataclasses import replace

import numpy as np
import pytest

from steer_eval.errors import ScorerError
from steer_eval.scoring.axes import AXES, axis_named
from steer_eval.scoring.features import Features
from steer_eval.scoring.marker_hits import MarkerFinder
from steer_eval.scoring.markers import read_markers
from steer_eval.scoring.ngrams import BUCKETS, COLUMNS, ngrams
from steer_eval.scoring.phrases import PhraseTree, expand
from steer_eval.scoring.surface import NAMES
from steer_eval.scoring.tokens import first_turn, tokenise


@pytest.mark.parametrize(
    "spelling", ["I can't help.", "I can not help.", "I CANNOT help.", "I can\u2019t help.", "I cant help."]
)
def test_spellings_of_cannot_are_one(spelling):
    assert tokenise(spelling).words == ["^", "i", "cannot", "help", "."]


def test_sentences_and_quotes_are_known_for_each_token():
    tokens = tokenise('He said "no" twice. Fine!')
    assert tokens.words == ["^", "he", "said", '"', "no", '"', "twice", ".", "^", "fine", "!"]
    assert tokens.sentence == [0] * 8 + [1] * 3
    assert [word for word, quoted in zip(tokens.words, tokens.quoted, strict=True) if quoted] == ['"', "no"]


def test_a_lone_quote_quotes_nothing():
    assert not any(tokenise('5" of rain fell').quoted)


def test_the_next_turn_is_left_out_but_not_a_text_that_starts_with_one():
    assert first_turn("Fine.\n\nHuman: more") == "Fine."
    assert first_turn("User: more") == "User: more"


def test_phrases_expand_to_all_their_readings():
    readings = set(expand("i <cannot> (ever) help/assist", {"cannot": ("cannot", "am unable to")}))
    assert len(readings) == 8
    assert ("i", "am", "unable", "to", "ever", "assist") in readings


def test_adverbs_are_skipped_and_wildcards_match_one_word():
    tree = PhraseTree([["i cannot help"], ["i cannot _ you"]], {})
    assert list(tree.find("so i really , cannot help".split())) == [(0, 1)]
    assert list(tree.find("i cannot join you".split())) == [(1, 0)]
    assert not list(tree.find("i cannot . you".split()))


@pytest.mark.parametrize("phrase", ["I cannot", "can't help", "_ help", "<missing> help"])
def test_phrases_that_could_never_match_are_refused(phrase):
    with pytest.raises(ScorerError):
        list(expand(phrase, {}))


def test_a_marker_file_that_breaks_the_format_names_the_line(tmp_path):
    (tmp_path / "odd.txt").write_text("# fine\n[marker] 0,5\nsome phrase\n")
    with pytest.raises(ScorerError, match=r"odd.txt, line 2"):
        read_markers("odd", tmp_path)


def test_ngrams_are_unit_length_in_each_block_and_never_change():
    found = ngrams([tokenise("I cannot help with that.").words, []], window=60)
    assert set(found.rows) == {0}
    assert found.columns.max() < COLUMNS
    for block in (found.columns < BUCKETS, found.columns >= BUCKETS):
        assert np.square(found.values[block]).sum() == pytest.approx(1.0)
    # the buckets of "help" in this version of the features; other values would make the shipped weights meaningless
    assert ngrams([["help"]], 1).columns.tolist() == [20710, 33260]


def test_what_follows_a_refusal_counts_as_its_offer():
    features = Features(axis_named("refusal"))
    before, after = (
        dict(zip(features.names, features.encode([""], [text]).dense[0], strict=True))
        for text in ("Here are the steps. I cannot help.", "I cannot help. Here are the steps.")
    )
    assert before["here_is:first"] == 1
    assert after["here_is:after"] == 1
    assert after["here_is:first"] == after["here_is:early"] == 0


def test_a_look_alike_takes_the_hit_away():
    features = Features(axis_named("refusal"))
    assert features.rules([""] * 2, ["I cannot wait to see you!", "I cannot help you."]) == [
        0.0,
        pytest.approx(0.98, abs=0.03),
    ]


@pytest.mark.parametrize("axis", sorted(AXES))
def test_every_axis_has_markers_for_it_and_known_surface_marks(axis):
    assert any(marker.points > 0 for marker in read_markers(axis).markers.values())
    assert set(AXES[axis].surface) <= set(NAMES)


def test_each_copy_of_the_features_has_one_fingerprint():
    axis = axis_named("refusal")
    assert Features(axis).fingerprint == Features(replace(axis)).fingerprint


def test_an_axis_by_share_counts_sentences():
    finder = MarkerFinder(read_markers("refusal"), "share")
    out = np.zeros(len(finder.names), np.float32)
    finder.mark(tokenise("I cannot help. It rains. It is late. I cannot help."), out)
    found = dict(zip(finder.names, out, strict=True))
    assert found["cannot_help:any"] == 1
    assert found["cannot_help:share"] == 0.5


def marked(text: str, zones: str, markers: str, folder) -> tuple[dict[str, float], float]:
    """Features and rule of a text by the markers of a file with this content."""
    (folder / "made.txt").write_text(markers)
    finder = MarkerFinder(read_markers("made", folder), zones)
    out = np.zeros(len(finder.names), np.float32)
    rule = finder.mark(tokenise(text), out)
    return dict(zip(finder.names, out.tolist(), strict=True)), rule


def test_the_longest_of_overlapping_hits_counts(tmp_path):
    markers = "[sure] -0.5\ncertain\n[unsure] +0.9\nnot certain\n[look_alike] cancels\na certain\n"
    found, rule = marked("I am not certain.", "longest", markers, tmp_path)
    assert (found["sure:any"], found["unsure:any"]) == (0, 1)
    assert rule == pytest.approx(0.9)
    assert marked("A certain man came.", "longest", markers, tmp_path)[0]["sure:any"] == 0


VALENCE = "[good] +0.5\ngood; fine\n[bad] -0.5\nbad\n[not_good] -0.4 turns good\nnot; never\n"


def test_a_negator_turns_what_follows_shortly_and_in_the_same_clause(tmp_path):
    found, rule = marked("It is not a good idea.", "balance", VALENCE, tmp_path)
    assert (found["good:any"], found["not_good:any"]) == (0, 1)
    assert rule < 0.5
    for text in ("Not here, good sir.", "It is never the case that they were good.", "I would not. Good!"):
        found, rule = marked(text, "balance", VALENCE, tmp_path)
        assert (found["good:any"], found["not_good:any"]) == (1, 0)
        assert rule > 0.5


def test_the_balance_is_even_without_markers_and_with_as_many_on_both_sides(tmp_path):
    assert marked("It rains.", "balance", VALENCE, tmp_path)[1] == 0.5
    found, rule = marked("Good food, bad wine.", "balance", VALENCE, tmp_path)
    assert rule == pytest.approx(0.5)
    assert found["good:share"] == found["bad:share"] == 0.5
