"""Marker phrases: a small pattern language over tokens, and a matcher that finds all of them in one pass.

    i <cannot> help/assist (you) with      words; a/b = either; (x) = may be left out; <name> = one of a named class; _ = any one word
    ^ sure                                 "^" = start of a sentence

Adverbs and commas between the words of a phrase are skipped ("I simply, really cannot help"). All phrases live in one
tree of dictionaries, so the time per text hardly depends on their number.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from steer_eval.errors import ScorerError

SKIP = frozenset(
    ", really just simply also however therefore unfortunately currently personally actually truly honestly certainly "
    "definitely absolutely still only even very so strongly highly completely directly ethically legally morally "
    "knowingly specifically always please sadly respectfully kindly politely possibly now then".split()
)
_ANY = "_"
Node = dict[Any, Any]  # next word -> Node, and _HITS -> the markers that end here
_HITS = None  # key of a node under which the markers that end there are kept
_WORD = re.compile(r"^(?:[^\W_]+|[\^\",:.!?_])$")


class PhraseTree:
    """All phrases of a set of markers, ready to be searched together."""

    def __init__(self, phrases_of: Sequence[Iterable[str]], classes: Mapping[str, Sequence[str]]):
        """`phrases_of[i]` are the phrases of marker i. Raises ScorerError for a phrase that cannot be read."""
        self._root: Node = {}
        for marker, phrases in enumerate(phrases_of):
            for phrase in phrases:
                for words in expand(phrase, classes):
                    node = self._root
                    for word in words:
                        node = node.setdefault(word, {})
                    node.setdefault(_HITS, set()).add(marker)

    def find(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """(marker, position of its first token) of every match, in order of position; a marker is given once a position."""
        root = self._root
        for at, word in enumerate(words):
            node = root.get(word)
            if node is not None:
                for marker in sorted({marker for marker, _ in _accepted(node, words, at + 1)}):
                    yield marker, at

    def spans(self, words: Sequence[str]) -> list[tuple[int, int, int]]:
        """(marker, position of its first token, position after its last) of every match; of one marker and position the longest."""
        found: dict[tuple[int, int], int] = {}
        for at, word in enumerate(words):
            node = self._root.get(word)
            if node is not None:
                for marker, end in sorted(_accepted(node, words, at + 1)):
                    found[at, marker] = end
        return [(marker, at, end) for (at, marker), end in found.items()]


def expand(phrase: str, classes: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """All token sequences that a phrase stands for."""
    slots = []
    for part in phrase.split():
        optional = part.startswith("(") and part.endswith(")")
        choices: list[tuple[str, ...]] = [()] if optional else []
        for choice in part.strip("()").split("/"):
            if choice.startswith("<"):
                if choice[1:-1] not in classes:
                    raise ScorerError(
                        f"marker phrase {phrase!r} names the class {choice}, but the classes are {sorted(classes)}: fix the phrase"
                    )
                choices += [tuple(words.split()) for words in classes[choice[1:-1]]]
            else:
                choices.append((choice,))
        slots.append(choices)
    for combination in itertools.product(*slots):
        words = tuple(itertools.chain.from_iterable(combination))
        bad = [word for word in words if not _WORD.match(word) or word != word.lower()]
        if bad or not words or words[0] == _ANY:
            raise ScorerError(
                f"marker phrase {phrase!r} holds {bad or 'no first word'}, wanted lower-case words, contractions written out: fix it"
            )
        yield words


def _accepted(node: Node, words: Sequence[str], at: int) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = {(marker, at) for marker in node.get(_HITS, ())}
    if at >= len(words) or (len(node) == 1 and _HITS in node):
        return found
    word = words[at]
    following = node.get(word)
    if following is not None:
        found |= _accepted(following, words, at + 1)
    elif word in SKIP:
        found |= _accepted(node, words, at + 1)
    anything = node.get(_ANY)
    if anything is not None and word.isalnum():
        found |= _accepted(anything, words, at + 1)
    return found
