"""Marker phrases found in a text, as features by place and as the transparent rule's answer.

    P = (1 - prod_i (1 - p_i z_i)) * prod_j (1 - q_j z_j)

over the markers for (points p) and against (points -q) the behaviour that occur, each counted once at its best place.
Places of an axis that reads the opening: the first sentence (z = 1), the next 60 tokens (0.85), later (0.4), and, for
markers against, anywhere after a strong marker for (0.3: what follows "I can't help with that" is what it offers
instead). Elsewhere z = 1. Speech in quotes does not count.

"longest" is "share" with one more rule: of hits that overlap the longest counts, so that "not certain" takes "certain"
away. So does "balance", for behaviours with an opposite, where every hit counts, quoted or not, and markers turn others:

    P = 1 / (1 + exp(-2 sum_i p_i n_i)),    n_i hits of marker i, at most 4
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np

from steer_eval.scoring.markers import MarkerSet
from steer_eval.scoring.phrases import PhraseTree
from steer_eval.scoring.tokens import BREAKS, Tokens

OPENING_TOKENS = 60
STRONG = 0.85  # points from which a marker decides by itself
_SHARE = {"any": 1.0, "share": 1.0}
ZONES = {
    "opening": {"first": 1.0, "early": 0.85, "late": 0.4, "after": 0.3},
    "share": _SHARE,
    "longest": _SHARE,
    "balance": _SHARE,
}
MOST_HITS = 4  # of a marker in the balance
TURN_REACH = 3  # a negator turns hits that start up to so many tokens after its end
_STOPS = BREAKS | set(": , ^ but and only because which".split())  # a negator does not reach beyond these
SUMMARY = ("for", "against", "rule")  # -log prod (1 - p z), -log prod (1 - q z), P
_REACH = 3  # a look-alike takes away hits that start up to so many tokens before it


class MarkerFinder:
    """Finds the markers of one axis; `names` are its features."""

    def __init__(self, found: MarkerSet, zones: str):
        self._markers = tuple(found.markers.values())
        self._tree = PhraseTree([marker.phrases for marker in self._markers], found.classes)
        self._opening, self._balance, self._longest = (zones == name for name in ("opening", "balance", "longest"))
        number = {name: at for at, name in enumerate(found.markers)}
        self._turns = {
            number[name]: {number[other] for other in marker.turns}
            for name, marker in found.markers.items()
            if marker.turns
        }
        self._z = tuple(ZONES[zones].values())
        self.names = [f"{name}:{zone}" for name in found.markers for zone in ZONES[zones]] + [
            "quoted",
            "strong_first",
            *SUMMARY,
        ]
        points = np.array([marker.points for marker in self._markers])
        sign = np.repeat(np.sign(points), len(self._z))
        self.direction = np.concatenate([sign, [0.0, 1.0, 1.0, -1.0, 1.0]])

    def mark(self, tokens: Tokens, out: np.ndarray) -> float:
        """Writes the features into `out` (float32 [len(names)], zeros) and returns the rule's P(behaviour)."""
        if self._balance:
            return self._weigh(tokens, out)
        best = self._opening_hits(tokens, out) if self._opening else self._sentence_hits(tokens, out)
        without, kept = 1.0, 1.0
        for marker, z in best.items():
            points = self._markers[marker].points * z
            if points > 0:
                without *= 1 - points
            else:
                kept *= 1 + points
        score = (1 - without) * kept
        out[-3:] = min(-math.log(without), 5.0), -math.log(kept), score
        return score

    def _weigh(self, tokens: Tokens, out: np.ndarray) -> float:
        counts: dict[int, int] = {}
        for marker, _ in self._longest_hits(tokens):
            counts[marker] = min(counts.get(marker, 0) + 1, MOST_HITS)
        total = sum(counts.values())
        for marker, count in counts.items():
            out[marker * 2 : marker * 2 + 2] = 1.0, count / total
        points = [self._markers[marker].points * count for marker, count in counts.items()]
        speak_for, against = sum(p for p in points if p > 0), -sum(p for p in points if p < 0)
        score = 1 / (1 + math.exp(-2 * (speak_for - against)))
        out[-3:] = math.log1p(speak_for), math.log1p(against), score
        return score

    def _longest_hits(self, tokens: Tokens) -> Iterable[tuple[int, int]]:
        found = self._tree.spans(tokens.words)
        negators = [span for span in found if span[0] in self._turns]
        spans = [span for span in found if span[0] not in self._turns]
        longest = [0] * len(tokens.words)
        cancelled = [False] * len(tokens.words)  # whether the longest hit at a token is a look-alike
        for marker, at, end in spans:
            cancels = self._markers[marker].cancels
            for place in range(at, end):
                if end - at > longest[place]:
                    longest[place], cancelled[place] = end - at, cancels
                elif end - at == longest[place]:
                    cancelled[place] |= cancels
        for marker, at, end in spans:
            if end - at == longest[at] and not any(cancelled[at:end]):
                yield self._turned(marker, at, negators, tokens.words), at

    def _turned(self, marker: int, at: int, negators: Sequence[tuple[int, int, int]], words: Sequence[str]) -> int:
        for negator, _, end in negators:
            if end <= at <= end + TURN_REACH and marker in self._turns[negator] and _STOPS.isdisjoint(words[end:at]):
                return negator
        return marker

    def _hits(self, tokens: Tokens, out: np.ndarray) -> Iterable[tuple[int, int]]:
        if self._longest:
            for marker, at in self._longest_hits(tokens):
                if tokens.quoted[at]:
                    out[-5] = 1.0
                else:
                    yield marker, at
            return
        hits = list(self._tree.find(tokens.words))
        taken: set[int] = set()
        for marker, at in hits:
            if self._markers[marker].cancels:
                taken.update(range(at - _REACH, at + 2))
        for marker, at in hits:
            if tokens.quoted[at]:
                out[-5] = 1.0
            elif self._markers[marker].cancels or at not in taken or self._markers[marker].points < 0:
                yield marker, at

    def _opening_hits(self, tokens: Tokens, out: np.ndarray) -> dict[int, float]:
        best: dict[int, float] = {}
        strong = False
        for marker, at in self._hits(tokens, out):
            first = tokens.sentence[at] == 0
            points = self._markers[marker].points
            if points >= STRONG and at < OPENING_TOKENS:
                strong = True
                out[-4] = max(out[-4], 1.0 if first else 0.7)
            zone = 3 if strong and points < 0 else 0 if first else 1 if at < OPENING_TOKENS else 2
            out[marker * 4 + zone] = 1.0
            best[marker] = max(best.get(marker, 0.0), self._z[zone])
        return best

    def _sentence_hits(self, tokens: Tokens, out: np.ndarray) -> dict[int, float]:
        sentences: dict[int, set[int]] = {}
        for marker, at in self._hits(tokens, out):
            sentences.setdefault(marker, set()).add(tokens.sentence[at])
        total = tokens.sentence[-1] + 1 if tokens.sentence else 1
        for marker, places in sentences.items():
            out[marker * 2 : marker * 2 + 2] = 1.0, len(places) / total
        return dict.fromkeys(sentences, 1.0)
