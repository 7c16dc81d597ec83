"""Text as a stream of normalised tokens: what marker phrases and word n-grams are matched against.

Lower case, straight quotes, contractions written out ("can't" -> "cannot", "I'm" -> "i am"), so that one phrase covers
the spellings of many models. "^" stands before the first word of every sentence and '"' at every double quote, so that
phrases can ask for them.
"""

import re
from dataclasses import dataclass

START = "^"  # token before each sentence's first word
QUOTE = '"'
BREAKS = frozenset(".!?\n")

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.!?\n\",:]")
_NEXT_TURN = re.compile(
    r"(?<=\S)\s*(?:\n\s*(?:user|human|assistant|ai|q|question|### ?\w+|<\|[^\n]*)\s*:|assistant\n\n|<\|(?:im_|eot|end|user)|\[/?inst\])",
    re.I,
)
_STRAIGHT = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u201c": QUOTE, "\u201d": QUOTE, "\u00a0": " ", "*": None, "`": None}
)

_WHOLE = {
    short: tuple(written_out.split())
    for short, written_out in (
        ("can't", "cannot"), ("cant", "cannot"), ("won't", "will not"), ("wont", "will not"), ("shan't", "shall not"),
        ("ain't", "is not"), ("dont", "do not"), ("doesnt", "does not"), ("didnt", "did not"), ("isnt", "is not"),
        ("wouldnt", "would not"), ("im", "i am"), ("ive", "i have"), ("let's", "let us"), ("y'all", "you all"),
        ("apologise", "apologize"), ("fulfil", "fulfill"),
    )
}  # fmt: skip
_ENDINGS = {"n't": "not", "'m": "am", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'s": "is"}


@dataclass(frozen=True)
class Tokens:
    """One text, ready for matching."""

    words: list[str]
    """Normalised words, with "^", double quotes, commas, colons and sentence breaks as tokens of their own."""
    sentence: list[int]
    """For each token the 0-based number of its sentence."""
    quoted: list[bool]
    """For each token whether it stands inside double quotes that are closed later (speech of a character, a message being drafted)."""


def first_turn(text: str) -> str:
    """The response up to where a base model starts to write the next turn of the conversation by itself."""
    found = _NEXT_TURN.search(text)
    return text[: found.start()] if found else text


def tokenise(text: str, max_tokens: int = 600) -> Tokens:
    """Tokens of `text`; only the first `max_tokens` pieces of a very long text are read."""
    words: list[str] = []
    sentence: list[int] = []
    number, at_start = 0, True
    for piece in _TOKEN.findall(text.translate(_STRAIGHT).lower())[:max_tokens]:
        if piece in BREAKS:
            if not at_start:
                words.append(piece)
                sentence.append(number)
                number, at_start = number + 1, True
            continue
        if at_start and piece not in '",:':
            words.append(START)
            sentence.append(number)
            at_start = False
        for word in _written_out(piece):
            words.append(word)
            sentence.append(number)
    return Tokens(_join_can_not(words, sentence), sentence, _inside_quotes(words))


def _written_out(piece: str) -> tuple[str, ...]:
    whole = _WHOLE.get(piece)
    if whole:
        return whole
    if "'" in piece:
        for ending, word in _ENDINGS.items():
            if piece.endswith(ending) and len(piece) > len(ending):
                return (piece[: -len(ending)], word)
    return (piece,)


def _join_can_not(words: list[str], sentence: list[int]) -> list[str]:
    at = 0
    while "can" in words[at:]:
        at = words.index("can", at)
        if words[at + 1 : at + 2] == ["not"]:
            words[at : at + 2] = ["cannot"]
            del sentence[at + 1]
        at += 1
    return words


def _inside_quotes(words: list[str]) -> list[bool]:
    total = words.count(QUOTE)
    if total < 2:
        return [False] * len(words)
    seen, inside = 0, []
    for word in words:
        seen += word == QUOTE
        inside.append(seen % 2 == 1 and seen < total)
    return inside
