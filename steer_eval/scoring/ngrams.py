"""Hashed word and character n-grams, the same on every platform and Python version.

Words: crc32 of each normalised word; a bigram is (31 h1 + h2) mod 2^32. Characters: 4-grams over the UTF-8 bytes of the
joined words. Each block has 2^15 buckets; an n-gram counts once a text, and each block is scaled to unit length, so a
long text weighs as much as a short one.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from steer_eval.scoring.tokens import QUOTE

BUCKETS = 1 << 15  # of each block; columns 0..BUCKETS-1 are words, BUCKETS..2*BUCKETS-1 characters
COLUMNS = 2 * BUCKETS
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_DROPPED = frozenset((QUOTE, ",", ":", ".", "!", "?", "\n"))


@dataclass(frozen=True)
class Sparse:
    """Rows of n-gram features in coordinate form, sorted by row and column."""

    rows: np.ndarray
    """int64, which text."""
    columns: np.ndarray
    """int64, which bucket."""
    values: np.ndarray
    """float32, 1/sqrt(number of n-grams of that block in that text)."""

    def dot(self, weights: np.ndarray, n_rows: int) -> np.ndarray:
        """Product with a weight for each column: float64 [n_rows]."""
        return np.bincount(self.rows, weights=self.values * weights[self.columns], minlength=n_rows)


def ngrams(texts: Sequence[Sequence[str]], window: int) -> Sparse:
    """Word 1- and 2-grams and character 4-grams of the first `window` tokens of each tokenised text."""
    kept = [[word for word in words[:window] if word not in _DROPPED] for words in texts]
    word_rows, word_hashes = _words(kept)
    char_rows, char_hashes = _characters(kept)
    rows = np.concatenate([word_rows, char_rows])
    columns = np.concatenate([word_hashes % BUCKETS, char_hashes % BUCKETS + BUCKETS]).astype(np.int64)
    keys = np.sort(rows * COLUMNS + columns)
    keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)]]
    rows, columns = keys // COLUMNS, keys % COLUMNS
    block = rows * 2 + (columns >= BUCKETS)
    norms = np.sqrt(np.bincount(block, minlength=2 * len(kept)))
    return Sparse(rows, columns, (1.0 / norms[block]).astype(np.float32))


@lru_cache(maxsize=1 << 16)
def _crc(word: str) -> int:
    return zlib.crc32(word.encode())


def _words(texts: Sequence[Sequence[str]]) -> tuple[np.ndarray, np.ndarray]:
    lengths = [len(words) for words in texts]
    rows = np.repeat(np.arange(len(texts)), lengths)
    single = np.fromiter((_crc(word) for words in texts for word in words), np.uint64, sum(lengths))
    together = rows[1:] == rows[:-1]
    pairs = (single[:-1] * np.uint64(31) + single[1:])[together] & np.uint64(0xFFFFFFFF)
    return np.concatenate([rows, rows[1:][together]]), _mix(np.concatenate([single, pairs]))


def _characters(texts: Sequence[Sequence[str]], n: int = 4) -> tuple[np.ndarray, np.ndarray]:
    encoded = [" ".join(words).encode() for words in texts]
    rows = np.repeat(np.arange(len(texts)), [len(text) for text in encoded])
    characters = np.frombuffer(b"".join(encoded), np.uint8).astype(np.uint64)
    if len(characters) < n:
        return rows[:0], characters[:0]
    hashes = sum(characters[i : len(characters) - n + 1 + i] << np.uint64(8 * i) for i in range(n))
    inside = rows[n - 1 :] == rows[: len(rows) - n + 1]
    return rows[n - 1 :][inside], _mix(np.asarray(hashes, np.uint64)[inside])


def _mix(hashes: np.ndarray) -> np.ndarray:
    return (hashes * _SPREAD) >> np.uint64(40)
