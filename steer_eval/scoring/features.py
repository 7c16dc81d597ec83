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
from steer_eval.scoring.surface import surface
from steer_eval.scoring.tokens import Tokens, first_turn, tokenise

VERSION = 1  # raise when the same text gives other features


@dataclass(frozen=True)
class Encoded:
    """Features of n texts."""

    dense: np.ndarray
    """float32 [n, len(names)]: markers by place, then surface marks."""
    sparse: Sparse
    """n-grams."""


class Features:
    """The features of one axis."""

    def __init__(self, axis: Axis):
        found = read_markers(axis.name)
        self.axis = axis
        self._finder = MarkerFinder(found, axis.zones)
        self.names = [*self._finder.names, *axis.surface]
        """What the dense features are, in order."""
        self.direction = np.concatenate([self._finder.direction, np.zeros(len(axis.surface))])
        """For each dense feature 1 if it may only speak for the behaviour, -1 if only against, 0 if either."""
        self.summary = np.isin(self.names, SUMMARY)
        """Which dense features sum up the others."""
        spec = {
            "version": VERSION,
            "columns": COLUMNS,
            "window": axis.window,
            "names": self.names,
        }
        markers = {
            name: {key: value for key, value in asdict(marker).items() if key != "turns" or value}
            for name, marker in found.markers.items()
        }
        self.fingerprint = hashlib.sha256(
            json.dumps([spec, markers, found.classes], sort_keys=True).encode()
        ).hexdigest()
        """sha256 over everything that decides what features a text has."""

    def encode(self, prompts: Sequence[str], texts: Sequence[str]) -> Encoded:
        """Features of the texts, each read up to where another turn of the conversation starts. Most axes do not look at the prompts."""
        texts, tokens = self._read(texts)
        dense = np.zeros((len(texts), len(self.names)), np.float32)
        markers = len(self._finder.names)
        for row, (text, tokenised) in enumerate(zip(texts, tokens, strict=True)):
            self._finder.mark(tokenised, dense[row, :markers])
            dense[row, markers:] = surface(self.axis.surface, text, tokenised)
        return Encoded(dense, ngrams([tokenised.words for tokenised in tokens], self.axis.window))

    def rules(self, prompts: Sequence[str], texts: Sequence[str]) -> list[float]:
        """The transparent scorer's P(behaviour) for each text, from its markers alone."""
        scratch = np.zeros(len(self._finder.names), np.float32)
        return [self._finder.mark(tokenised, scratch) for tokenised in self._read(texts)[1]]

    def _read(self, texts: Sequence[str]) -> tuple[list[str], list[Tokens]]:
        texts = [first_turn(text) for text in texts]
        return texts, [tokenise(text) for text in texts]
