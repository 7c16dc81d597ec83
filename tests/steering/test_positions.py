"""The notation of `positions=`, and the sets it means."""

import re

import pytest
import torch

from steer_eval.errors import ArgumentError
from steer_eval.steering.positions import Positions

POSITION = torch.tensor(
    [[-1, -1, 0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5, 6, 7]]
)  # the first row has two columns of padding
PROMPT = torch.tensor([[4], [6]])


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("prompt", lambda pos, p: pos < p),
        ("generated", lambda pos, p: pos >= p),
        ("last:1", lambda pos, p: pos == p - 1),
        ("last:3", lambda pos, p: p - 3 <= pos < p),
        ("from:0", lambda pos, p: True),
        ("from:5", lambda pos, p: pos >= 5),
        ("at:0", lambda pos, p: pos == 0),
        ("at:1+3+5", lambda pos, p: pos in (1, 3, 5)),
        ("last:1+generated", lambda pos, p: pos >= p - 1),
        ("at:0+2+generated", lambda pos, p: pos in (0, 2) or pos >= p),
    ],
)
def test_each_word_means_its_set_and_plus_means_the_union(text, chosen):
    got = Positions.parse(text).mask(POSITION, PROMPT)
    for row in range(2):
        for column in range(8):
            if (pos := int(POSITION[row, column])) >= 0:
                assert bool(got[row, column]) == chosen(pos, int(PROMPT[row, 0]))


def test_all_needs_no_mask_and_only_the_words_about_the_prompt_need_it():
    assert Positions.parse("all").everywhere
    assert Positions.parse("from:0").everywhere
    assert not Positions.parse("all+prompt").needs_prompt
    assert {w for w in ("prompt", "generated", "last:1", "from:2", "at:3") if Positions.parse(w).needs_prompt} == {
        "prompt",
        "generated",
        "last:1",
    }


@pytest.mark.parametrize("text", ["all", "prompt", "last:2+generated", "from:3", "at:1+at:4"])
def test_the_text_of_positions_reads_back_as_the_same_positions(text):
    assert str(Positions.parse(text)) == text
    assert Positions.parse(str(Positions.parse(text))) == Positions.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "some",
        "last",
        "last:",
        "last:0",
        "last:-1",
        "last:x",
        "from",
        "from:1.5",
        "all:3",
        "prompt:1",
        "at:",
        "5",
        "from:2+5",
    ],
)
def test_what_cannot_be_read_is_an_error_that_shows_it(text):
    with pytest.raises(ArgumentError, match=re.escape(f"positions={text}")):
        Positions.parse(text)
