"""Is a response text, or has the model collapsed? Steering too hard gives loops and noise, which must never be success.

`is_text` is a plain rule, meant for whole responses of up to a few hundred words: short proper answers ("Yes.") pass,
whatever their language; what fails is empty, looping, or not language. The two measures that it uses are public, since
they are reported beside every axis.
"""

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Sequence

LOOP_REPETITION = 0.5  # more than this share of repeated 4-grams is a loop ...
LOOP_COMPRESSION = 5.0  # ... and so is text that zlib shrinks to less than a fifth
FEW_WORDS = 12  # below this, a loop is judged by its words: 4-grams are too few
MOST_ODD = 0.05  # largest share of control characters, unassigned code points and replacement signs
MOST_SYMBOLS = 0.5  # largest share of visible characters that are neither letters nor digits, outside code and tables
MOST_CHANGES = 0.5  # largest rate of changes between letters, digits and signs a character; code has about 0.3
MOST_UNSPEAKABLE = 0.45  # largest share of words that no language spells so
_UNSPEAKABLE = re.compile(
    r"(?i)^[^aeiouy]+$|[jq][bcdfghjklmnpqrstvwxz]|[^aeiouy]{4}|.{46}"
)  # of a Latin word of 4 letters or more
_RUNS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^A-Za-z0-9]+")
_ALNUM = re.compile(r"[A-Za-z0-9]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_WORD = re.compile(r"\w+")
_CODE = re.compile(r"```|\bdef |\breturn\b|[;{}]\s*(?:\n|$)|</?\w+[^>]*>|=>|\w+\([^)]*\)|^\s*\|.*\|", re.M)
_STUCK = re.compile(r"(\w)\1{9,}")  # one letter on and on
_SIGNS = re.compile(r"([^\w\s])\1+")  # dotted lines, rules, "!!!!": counted as one sign


def is_text(text: str) -> bool:
    """Whether `text` is text rather than empty, a loop, or noise."""
    visible = "".join(text.split())
    return bool(visible) and not is_loop(text) and not is_noise(text)


def valid(texts: Sequence[str]) -> list[bool]:
    """`is_text` of each."""
    return [is_text(text) for text in texts]


def repetition_4gram(text: str) -> float:
    """Share of 4-grams that occurred before in the text, in [0, 1]; 0 for short texts.

    Of words, or of characters where a script has no spaces.
    """
    units = _units(text)
    total = len(units) - 3
    if total < 2:
        return 0.0
    return 1.0 - len(set(zip(units, units[1:], units[2:], units[3:], strict=False))) / total


def compression_ratio(text: str) -> float:
    """Bytes of UTF-8 over bytes after zlib (about 1 for short text, 2 for prose, 10 for a loop); 1 for the empty text."""
    raw = text.encode("utf-8", "surrogatepass")
    return len(raw) / len(zlib.compress(raw, 6)) if raw else 1.0


def is_loop(text: str) -> bool:
    """Whether the text says the same over and over: one word, one phrase, one line."""
    units = _units(text)
    if len(units) < FEW_WORDS:
        return _is_short_loop(text, units)
    most = Counter(units).most_common(1)[0][1]
    if most > 0.5 * len(units) and len(set(units)) <= max(3, len(units) // 8):
        return True
    return (
        repetition_4gram(text) > LOOP_REPETITION or compression_ratio(text) > LOOP_COMPRESSION or _repeated_tail(units)
    )


def is_noise(text: str) -> bool:
    """Whether the text is not language: control bytes, replacement signs, symbols only, or letters that form no words."""
    odd = text.count("\ufffd")
    visible = _SIGNS.sub(r"\1", "".join(text.split()).replace("\ufffd", ""))
    n = len(visible) + odd
    if visible.isascii():
        words = sum(map(len, _ALNUM.findall(visible)))
        odd += sum(map(len, _CONTROL.findall(visible)))
    else:
        categories = Counter(map(unicodedata.category, visible))
        words = sum(count for category, count in categories.items() if category[0] in "LNM")
        odd += sum(count for category, count in categories.items() if category in ("Cc", "Cn", "Co", "Cs"))
        if words == 0 and odd == 0 and all(category in ("So", "Sk", "Cf") for category in categories):
            return False  # emoji alone are an answer
    if odd > MOST_ODD * n or words == 0:
        return True
    if n >= 40 and words > 0.3 * n and visible.isascii() and len(_RUNS.findall(visible)) > MOST_CHANGES * n:
        return True
    if (n - words) > MOST_SYMBOLS * n and n >= 8 and not _CODE.search(text):
        return True
    return _is_letter_noise(text)


def _units(text: str) -> list[str]:
    units = _WORD.findall(text.lower())
    letters = sum(map(len, units))
    if letters > 12 * max(len(units), 1) and any(ord(character) > 0x2E00 for character in text):
        return [character for character in text if not character.isspace()]  # Chinese, Japanese: no spaces
    return units


def _is_short_loop(text: str, units: list[str]) -> bool:
    stuck = max((len(run.group()) for run in _STUCK.finditer(text)), default=0)
    if stuck > 0.5 * len(text):
        return True
    longest = max(units, key=len, default="")
    if len(longest) >= 16 and re.fullmatch(r"(.{1,8}?)\1{3,}.{0,7}", longest):
        return True  # "nonononononono"
    return len(units) >= 4 and len(set(units)) == 1


def _repeated_tail(units: list[str]) -> bool:
    """Whether the last third is one phrase of up to 8 words again and again."""
    tail = units[-max(9, len(units) // 3) :]
    periods = range(1, min(8, len(tail) // 3) + 1)
    return any(tail[period:] == tail[:-period] for period in periods)


def _is_letter_noise(text: str) -> bool:
    words = [word for word in _WORD.findall(text) if word.isascii() and len(word) >= 4 and not word.isupper()]
    if not words or _CODE.search(text) or "://" in text:
        return False
    if sum(len(word) for word in words if len(word) > 45) > 0.4 * len(text):
        return True
    words = [word for word in words if word.isalpha()]
    return (
        text.isascii()
        and len(words) >= 6
        and sum(_UNSPEAKABLE.search(word) is not None for word in words) > MOST_UNSPEAKABLE * len(words)
    )
