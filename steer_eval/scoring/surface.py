"""Marks on the surface of a text that words do not show: lists, code, capitals, digits, punctuation, word shapes.

All are 0/1 or rates for each word or sentence, so that length is not a cue by itself.
"""

import re
from collections.abc import Callable, Sequence
from functools import cached_property

from steer_eval.scoring.tokens import Tokens

_LIST = re.compile(r"(?m)^\s*(?:\d+[.)]|[-*\u2022+])\s+\S")
_HEADING = re.compile(r"(?m)^\s*(?:#{1,6}\s+\S|\*\*[^*\n]+\*\*:?\s*$|[A-Z][\w ]{2,40}:\s*$)")
_CODE = re.compile(r"(?m)```|^\s*(?:def |import |#include|<html|SELECT )|[;{}]\s*\n")
_EMOJI = re.compile(r"[\u2600-\u27bf\U0001f300-\U0001faff]|[:;]-?[)(DP]|<3|\bx[od]+\b")
_STRETCHED = re.compile(r"([A-Za-z])\1\1|[!?]{2,}|\.{3,}|\u2026")
_WORD = re.compile(r"[A-Za-z][A-Za-z'\u2019]*")
_NUMBER = re.compile(r"[$\u20ac\u00a3]?\d[\d,.:]*%?")
_I = frozenset(("i", "me", "my", "mine", "myself"))
_WE = frozenset(("we", "us", "our", "ours"))
_YOU = frozenset(("you", "your", "yours", "yourself"))
_THEY = frozenset(("he", "she", "it", "they", "him", "her", "them", "his", "its", "their"))


class View:
    """A text and the parts of it that several marks look at, each made when first asked for."""

    def __init__(self, text: str, tokens: Tokens):
        self.text = text
        self.sentences = tokens.sentence[-1] + 1 if tokens.sentence else 1

    @cached_property
    def words(self) -> list[str]:
        return _WORD.findall(self.text)

    @cached_property
    def lower(self) -> list[str]:
        return [word.lower() for word in self.words]

    @cached_property
    def numbers(self) -> list[str]:
        return _NUMBER.findall(self.text)

    def a_word(self, count: float) -> float:
        return count / max(len(self.words), 1)

    def a_sentence(self, *signs: str) -> float:
        return sum(map(self.text.count, signs)) / self.sentences

    def share_of(self, words: frozenset[str]) -> float:
        return self.a_word(sum(map(words.__contains__, self.lower)))

    def share_ending(self, *endings: str) -> float:
        return self.a_word(sum(word.endswith(endings) for word in self.lower))


_MARKS: dict[str, Callable[[View], float]] = {
    "list": lambda v: len(_LIST.findall(v.text)) >= 2,
    "heading": lambda v: _HEADING.search(v.text) is not None,
    "code": lambda v: _CODE.search(v.text) is not None,
    "emoji": lambda v: _EMOJI.search(v.text) is not None,
    "stretched": lambda v: _STRETCHED.search(v.text) is not None,
    "url": lambda v: "http" in v.text or "www." in v.text,
    "questions": lambda v: v.a_sentence("?"),
    "exclamations": lambda v: v.a_sentence("!"),
    "dashes": lambda v: v.a_sentence(" - ", "\u2014", "--"),
    "parentheses": lambda v: v.a_sentence("("),
    "colons": lambda v: v.a_sentence(":"),
    "commas": lambda v: v.a_word(v.text.count(",")),
    "apostrophes": lambda v: v.a_word(v.text.count("'") + v.text.count("\u2019")),
    "numbers": lambda v: v.a_word(len(v.numbers)),
    "money_or_percent": lambda v: any(number[0] in "$\u20ac\u00a3" or number[-1] == "%" for number in v.numbers),
    "year": lambda v: any(len(number) == 4 and number[:2] in ("18", "19", "20") for number in v.numbers),
    "capitals": lambda v: v.a_word(
        sum(word[0].isupper() and not (word[0] == "I" and len(word) <= 4) for word in v.words[1:])
    ),
    "shouting": lambda v: v.a_word(sum(len(word) > 2 and word.isupper() for word in v.words)),
    "small_start": lambda v: v.text.lstrip()[:1].islower(),
    "small_i": lambda v: " i " in v.text or " i'" in v.text,
    "opens_quote": lambda v: v.text.lstrip()[:1] in ('"', "\u201c"),
    "word_length": lambda v: v.a_word(sum(map(len, v.words))) / 5,
    "long_words": lambda v: v.a_word(sum(len(word) >= 8 for word in v.words)),
    "i": lambda v: v.share_of(_I),
    "we": lambda v: v.share_of(_WE),
    "you": lambda v: v.share_of(_YOU),
    "they": lambda v: v.share_of(_THEY),
    "past": lambda v: v.share_ending("ed"),
    "adverbs": lambda v: v.share_ending("ly"),
    "participles": lambda v: v.share_ending("ing"),
    "abstract": lambda v: v.share_ending("tion", "ment", "ance", "ity"),
}

NAMES = tuple(_MARKS)


def surface(names: Sequence[str], text: str, tokens: Tokens) -> list[float]:
    """One number for each of `names` (from NAMES)."""
    view = View(text, tokens)
    return [float(_MARKS[name](view)) for name in names]
