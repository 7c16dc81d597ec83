"""Marks on the surface of a text that words do not show: lists, code, capitals, digits, punctuation, word shapes.

All are 0/1 or rates per word or sentence, so that length is not a cue by itself.
"""

import re

from steer_eval.scoring.tokens import Tokens

_LIST = re.compile(r"(?m)^\s*(?:\d+[.)]|[-*\u2022+])\s+\S")
_HEADING = re.compile(r"(?m)^\s*(?:#{1,6}\s+\S|\*\*[^*\n]+\*\*:?\s*$|[A-Z][\w ]{2,40}:\s*$)")
_CODE = re.compile(r"```|^\s*(?:def |import |#include|<html|SELECT )|[;{}]\s*\n", re.M)
_EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]|[:;]-?[)(DP]|<3|\\bx[od]+\\b")
_STRETCHED = re.compile(r"([A-Za-z])\1\1|[!?]{2,}|\.{3,}|\u2026")
_WORD = re.compile(r"[A-Za-z][A-Za-z'\u2019]*")
_NUMBER = re.compile(r"[$\u20ac\u00a3]?\d[\d,.:]*%?")
_PRONOUNS = {"first": frozenset("i me my mine myself".split()), "we": frozenset("we us our ours".split()), "second": frozenset("you your yours yourself".split())}
_THIRD = frozenset("he she it they him her them his their its".split())

NAMES = (
    "list", "heading", "code", "emoji", "stretched", "url", "questions", "exclamations", "dashes", "parentheses", "commas", "colons", "apostrophes", "numbers", "money_or_percent",
    "year", "capitals", "shouting", "small_start", "small_i", "word_length", "long_words", "first_person", "we", "second_person", "third_person", "past", "ly", "ing", "tion", "opens_quote",
)  # fmt: skip


def surface(text: str, tokens: Tokens) -> list[float]:
    """One number for each of NAMES."""
    words = _WORD.findall(text)
    n = len(words) or 1
    sentences = (tokens.sentence[-1] + 1) if tokens.sentence else 1
    numbers = _NUMBER.findall(text)
    inner = [word for word, before in zip(words[1:], words, strict=False) if word[0].isupper() and not (word[0] == "I" and len(word) <= 4) and before]
    letters = sum(map(len, words))
    lower = [word.lower() for word in words]
    stripped = text.strip()
    return [
        float(len(_LIST.findall(text)) >= 2),
        float(_HEADING.search(text) is not None),
        float(_CODE.search(text) is not None),
        float(_EMOJI.search(text) is not None),
        float(_STRETCHED.search(text) is not None),
        float("http" in text or "www." in text),
        text.count("?") / sentences,
        text.count("!") / sentences,
        (text.count(" - ") + text.count("\u2014") + text.count("--")) / sentences,
        text.count("(") / sentences,
        text.count(",") / n,
        text.count(":") / sentences,
        (text.count("'") + text.count("\u2019")) / n,
        len(numbers) / n,
        float(any(number[0] in "$\u20ac\u00a3" or number[-1] == "%" for number in numbers)),
        float(any(len(number) == 4 and number[:2] in ("19", "20", "18") for number in numbers)),
        len(inner) / n,
        sum(len(word) > 2 and word.isupper() for word in words) / n,
        float(stripped[:1].islower()),
        float(" i " in text or " i'" in text),
        letters / n / 5.0,
        sum(len(word) >= 8 for word in words) / n,
        sum(word in _PRONOUNS["first"] for word in lower) / n,
        sum(word in _PRONOUNS["we"] for word in lower) / n,
        sum(word in _PRONOUNS["second"] for word in lower) / n,
        sum(word in _THIRD for word in lower) / n,
        sum(word.endswith("ed") for word in lower) / n,
        sum(word.endswith("ly") for word in lower) / n,
        sum(word.endswith("ing") for word in lower) / n,
        sum(word.endswith(("tion", "ment", "ance", "ity")) for word in lower) / n,
        float(stripped[:1] in ('"', "\u201c")),
    ]
