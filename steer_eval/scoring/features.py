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
from steer_eval.scoring.markers import MarkerSet, read_markers
from steer_eval.scoring.ngrams import COLUMNS, Sparse, ngrams
from steer_eval.scoring.prompts import CONSTANTS, EARLIER, PromptReader
from steer_eval.scoring.sentences import VERSION as SENTENCES
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
        brought = read_markers(f"{axis.name}_prompt") if axis.reads_prompt else None
        self._reader = PromptReader(brought) if brought else None
        of_prompt = self._reader.names if self._reader else []
        self.names = [*self._finder.names, *axis.surface, *of_prompt]
        """What the dense features are, in order."""
        self.direction = np.concatenate(
            [
                self._finder.direction,
                np.zeros(len(axis.surface)),
                self._reader.direction if self._reader else np.zeros(0),
            ]
        )
        """For each dense feature 1 if it may only speak for the behaviour, -1 if only against, 0 if either."""
        self.summary = np.isin(self.names, (*SUMMARY, *EARLIER))
        """Which dense features sum up the others or are as sure as those that do; they are hardly penalised."""
        spec = {
            "version": VERSION,
            "columns": COLUMNS,
            "window": axis.window,
            "names": self.names,
        }
        if axis.per_sentence:
            spec["sentences"] = SENTENCES
        parts = [spec, _plain(found), found.classes]
        if brought:
            parts += [_plain(brought), brought.classes, CONSTANTS]
        self.fingerprint = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
        """sha256 over everything that decides what features a text has."""

    def encode(self, prompts: Sequence[str], texts: Sequence[str]) -> Encoded:
        """Features of the texts, each read up to where another turn of the conversation starts. Most axes do not look at the prompts."""
        texts, tokens = self._read(texts)
        dense = np.zeros((len(texts), len(self.names)), np.float32)
        markers = len(self._finder.names)
        of_prompt = markers + len(self.axis.surface)
        for row, (prompt, text, tokenised) in enumerate(zip(prompts, texts, tokens, strict=True)):
            self._mark(prompt, tokenised, dense[row, :markers], dense[row, of_prompt:])
            dense[row, markers:of_prompt] = surface(self.axis.surface, text, tokenised)
        return Encoded(dense, ngrams([tokenised.words for tokenised in tokens], self.axis.window))

    def rules(self, prompts: Sequence[str], texts: Sequence[str]) -> list[float]:
        """The transparent scorer's P(behaviour) for each text, from its markers alone."""
        markers, of_prompt = len(self._finder.names), len(self._reader.names) if self._reader else 0
        return [
            self._mark(prompt, tokenised, np.zeros(markers, np.float32), np.zeros(of_prompt, np.float32))
            for prompt, tokenised in zip(prompts, self._read(texts)[1], strict=True)
        ]

    def _mark(self, prompt: str, response: Tokens, markers: np.ndarray, of_prompt: np.ndarray) -> float:
        rule = self._finder.mark(response, markers)
        return self._reader.mark(prompt, response, markers[-len(SUMMARY) :], of_prompt) if self._reader else rule

    def _read(self, texts: Sequence[str]) -> tuple[list[str], list[Tokens]]:
        texts = [first_turn(text) for text in texts]
        return texts, [tokenise(text) for text in texts]


def _plain(found: MarkerSet) -> dict[str, dict[str, object]]:
    return {
        name: {key: value for key, value in asdict(marker).items() if key != "turns" or value}
        for name, marker in found.markers.items()
    }
