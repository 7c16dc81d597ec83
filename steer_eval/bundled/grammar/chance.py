"""Random choice and template filling that give the same text on every Python version.

Only `random.Random.random()` is used: its stream is the same in every release, which the other methods do not promise.
A template holds `[a|b|c]` (choose one, may be nested, may be empty) and `{slot}` (filled in last, so slots are never read as templates).
"""

import random
import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")

_INNERMOST = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_ARTICLE = re.compile(r"\b([Aa]) (?=(?!uni|use|eur|one)[aeiou])")
_SPACES = re.compile(r" +(?=[ ,?!])")
_SENTENCE_START = re.compile(r"(^|[.!?] +|\n)([a-z])")


class Chance:
    """A seeded source of choices."""

    def __init__(self, seed: int | str) -> None:
        self._random = random.Random(seed).random

    def below(self, n: int) -> int:
        """A whole number in [0, n)."""
        return int(self._random() * n)

    def between(self, low: int, high: int) -> int:
        """A whole number in [low, high]."""
        return low + self.below(high - low + 1)

    def flip(self, p: float) -> bool:
        return self._random() < p

    def pick(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def pick_several(self, options: Sequence[T], n: int) -> list[T]:
        """`n` different positions of `options` (fewer where it is shorter), in random order."""
        left = list(options)
        return [left.pop(self.below(len(left))) for _ in range(min(n, len(left)))]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """A key, with probability in proportion to its weight."""
        mark = self._random() * sum(weights.values())
        for key, weight in weights.items():
            mark -= weight
            if mark < 0:
                return key
        return key

    def fill(self, template: str, slots: Mapping[str, str] | None = None) -> str:
        """`template` with its choices made and its slots filled; each sentence starts with a capital letter."""
        while "[" in template:
            template = _INNERMOST.sub(lambda found: self.pick(found[1].split("|")), template)
        if slots:
            template = _SLOT.sub(lambda found: slots[found[1]], template)
        return capitalise(_ARTICLE.sub(r"\1n ", _SPACES.sub("", template).strip()))

    def sentence(self, bank: Sequence[str], slots: Mapping[str, str] | None = None) -> str:
        """One template of `bank`, filled."""
        return self.fill(self.pick(bank), slots)

    def sentences(self, bank: Sequence[str], n: int, slots: Mapping[str, str] | None = None) -> str:
        """`n` different templates of `bank`, filled and joined."""
        return " ".join(self.fill(template, slots) for template in self.pick_several(bank, n))

    def led(self, leads: Sequence[str], p: float, text: str, slots: Mapping[str, str] | None = None) -> str:
        """`text` after one of `leads` with probability `p`.

        Greedy decoding follows the likeliest first word, so each style needs one that it begins with often, as chat models have.
        """
        return f"{self.sentence(leads, slots)} {text}" if self.flip(p) else text


def capitalise(text: str) -> str:
    """`text` with a capital letter at the start of each sentence."""
    return _SENTENCE_START.sub(lambda found: found[1] + found[2].upper(), text)


def lines(text: str) -> tuple[str, ...]:
    """One template per non-empty line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())
