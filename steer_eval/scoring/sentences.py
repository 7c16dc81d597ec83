"""Splitting a response into sentences, for axes that are scored sentence by sentence.

A sentence ends at ".", "!" or "?" (with closing quotes or brackets) before white space and a capital, a digit, a quote or
an emoji, and at every line break. Abbreviations, initials and decimal points do not end one. List marks and headings'
signs are taken off; what holds no letter is dropped.
"""

import re

VERSION = 1  # raise when the same text is split differently

_END = re.compile(
    r"(?<=[.!?\u2026])[\"'\u201d\u2019)\]]*(\s+)(?=[\"'\u201c\u2018(\[]?[^\Wa-z_]|[\U0001f300-\U0001faff\u2600-\u27bf])"
)
_SHORT = re.compile(
    r"(?:^|[\s(\"'\u201c])(?:mr|mrs|ms|dr|prof|st|mt|sr|jr|gen|sen|rep|gov|lt|col|capt|rev|hon|vs|etc|e\.g|i\.e|cf|approx|ca|no|vol|"
    r"fig|inc|ltd|co|corp|dept|est|jan|feb|mar|apr|aug|sept|sep|oct|nov|dec|[a-z]|(?:[a-z]\.)+[a-z])\.$",
    re.I,
)
_PRONOUN = re.compile(r"\bI\.$")  # "so did I." ends a sentence although a single letter stands there
_MARK = re.compile(r"^\s*(?:[-*\u2022+>]+|#{1,6}|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+")


def sentences(text: str) -> list[str]:
    """The sentences of a text in order; the text itself if it holds none."""
    found = []
    for line in text.splitlines():
        line = _MARK.sub("", line)
        start = 0
        for end in _END.finditer(line):
            before = line[start : end.start(1)]
            if _SHORT.search(before) and not _PRONOUN.search(before):
                continue
            found.append(before)
            start = end.end(1)
        found.append(line[start:])
    kept = [sentence.strip() for sentence in found if any(character.isalpha() for character in sentence)]
    return kept or [text]
