"""Marker phrases found in a text, as features by place and as the transparent rule's answer.

    P = (1 - prod_i (1 - p_i z_i)) * prod_j (1 - q_j z_j)

over the markers for (points p) and against (points -q) the behaviour that occur, each counted once at its best place.
Places of an axis that reads the opening: the first sentence (z = 1), the next 60 tokens (0.85), later (0.4), and, for
markers against, anywhere after a strong marker for (0.3: what follows "I can't help with that" is what it offers
instead). Elsewhere z = 1. Speech in quotes does not count.
"""

import math
from collections.abc import Iterable

import numpy as np

from steer_eval.scoring.markers import MarkerSet
from steer_eval.scoring.phrases import PhraseTree
from steer_eval.scoring.tokens import Tokens

OPENING_TOKENS = 60
STRONG = 0.85  # points from which a marker decides by itself
ZONES = {"opening": {"first": 1.0, "early": 0.85, "late": 0.4, "after": 0.3}, "share": {"any": 1.0, "share": 1.0}}
SUMMARY = ("for", "against", "rule")  # -log prod (1 - p z), -log prod (1 - q z), P
_REACH = 3  # a look-alike takes away hits that start up to so many tokens before it


class MarkerFinder:
    """Finds the markers of one axis; `names` are its features."""

    def __init__(self, found: MarkerSet, zones: str):
        self._markers = tuple(found.markers.values())
        self._tree = PhraseTree([marker.phrases for marker in self._markers], found.classes)
        self._opening = zones == "opening"
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

    def _hits(self, tokens: Tokens, out: np.ndarray) -> Iterable[tuple[int, int]]:
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
