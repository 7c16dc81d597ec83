"""Texts as numbers for a linear head: marker phrases by place, surface marks, and hashed n-grams.

Markers carry most of the weight because they hold across models and sources; n-grams fill in what no marker names.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from steer_eval.scoring.axes import Axis
from steer_eval.scoring.marker_hits import SUMMARY, MarkerFinder
from steer_eval.scoring.markers import read_markers
from steer_eval.scoring.ngrams import COLUMNS, Sparse, ngrams
from steer_eval.scoring.surface import NAMES, surface
from steer_eval.scoring.tokens import first_turn, tokenise

VERSION = 1  # raise when the same text gives other features


@dataclass(frozen=True)
class Encoded:
    """Features of n texts."""

    dense: np.ndarray
    """float32 [n, len(names)]: markers by place, then surface marks."""
    sparse: Sparse
    """n-grams."""
    rules: np.ndarray
    """float64 [n]: the transparent scorer's answer."""


class Features:
    """The features of one axis."""

    def __init__(self, axis: Axis):
        found = read_markers(axis.name)
        self.axis = axis
        self._finder = MarkerFinder(found, axis.zones)
        self._surface = [NAMES.index(name) for name in axis.surface]
        self.names = [*self._finder.names, *axis.surface]
        """What the dense features are, in order."""
        self.direction = np.concatenate([self._finder.direction, np.zeros(len(axis.surface))])
        """For each dense feature 1 if it may only speak for the behaviour, -1 if only against, 0 if either."""
        self.summary = np.isin(self.names, SUMMARY)
        """Which dense features sum up the others."""
        spec = {"version": VERSION, "columns": COLUMNS, "window": axis.window, "by_sentence": axis.by_sentence, "names": self.names}
        markers = {name: asdict(marker) for name, marker in found.markers.items()}
        self.fingerprint = hashlib.sha256(json.dumps([spec, markers, found.classes], sort_keys=True).encode()).hexdigest()
        """sha256 over everything that decides what features a text has."""

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Features of the texts, each read up to where another turn of the conversation starts."""
        texts = [first_turn(text) for text in texts]
        tokens = [tokenise(text) for text in texts]
        dense = np.zeros((len(texts), len(self.names)), np.float32)
        rules = np.zeros(len(texts))
        for row, (text, tokenised) in enumerate(zip(texts, tokens, strict=True)):
            rules[row] = self._finder.mark(tokenised, dense[row, : len(self._finder.names)])
            if self._surface:
                marks = surface(text, tokenised)
                dense[row, -len(self._surface) :] = [marks[i] for i in self._surface]
        return Encoded(dense, ngrams([tokenised.words for tokenised in tokens], self.axis.window), rules)
