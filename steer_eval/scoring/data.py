"""Labelled text for training: the files of an axis, the project's own sentences, copies cut short, and row weights.

Weights take the length cue away: every source counts alike (times its `weight`), both classes count alike in it, and
within every tenth of the length distribution too, so that knowing the length says nothing about the label.
"""

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from steer_eval.errors import ScorerError
from steer_eval.scoring.axes import Axis, Source
from steer_eval.scoring.prompts import as_turns

OWN = Path(__file__).parent / "own"
EFFECTIVE_ROWS = 1000.0  # total weight of a source of weight 1
LENGTH_BINS = 10
MOST = 4.0  # largest factor that matching lengths may give a row


@dataclass(frozen=True)
class Rows:
    """Labelled texts of one source."""

    name: str
    """The file's name, or "own"."""
    prompts: tuple[str, ...]
    """"" where the source has none."""
    texts: tuple[str, ...]
    """Responses or sentences."""
    labels: np.ndarray
    """0 or 1, int64 [n]."""
    groups: np.ndarray
    """int64 [n]: rows of one group never stand on both sides of a split."""
    weight: float
    """Total weight against 1 for an ordinary source."""

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, keep: np.ndarray) -> "Rows":
        """The rows where `keep` (bool or indices) says so."""
        chosen = np.flatnonzero(keep) if keep.dtype == bool else keep
        return Rows(
            self.name,
            tuple(self.prompts[i] for i in chosen),
            tuple(self.texts[i] for i in chosen),
            self.labels[chosen],
            self.groups[chosen],
            self.weight,
        )

    def cut(self, words: int) -> "Rows":
        """The same rows, each text cut after so many words."""
        return Rows(
            self.name,
            self.prompts,
            tuple(cut_words(text, words) for text in self.texts),
            self.labels,
            self.groups,
            self.weight,
        )


def load_sources(axis: Axis, data: Path) -> list[Rows]:
    """All files of an axis below `data`, in the order of its spec. Raises ScorerError for a missing or malformed file."""
    return [rows for source in axis.sources for rows in _load(source, data / source.file)]


def load_own(axis: Axis) -> Rows | None:
    """The project's own sentences for an axis, or None."""
    path = OWN / f"{axis.name}.jsonl"
    return _read("own", path, axis.own_weight) if path.is_file() else None


def cut_words(text: str, words: int) -> str:
    """The first `words` words with the space between them as it was."""
    at = 0
    for number, word in enumerate(text.split()):
        if number == words:
            return text[:at]
        at = text.index(word, at) + len(word)
    return text


def row_weights(rows: Rows) -> np.ndarray:
    """float64 [n], see the module's first lines; their sum is `rows.weight` times EFFECTIVE_ROWS."""
    lengths = np.array([len(text.split()) for text in rows.texts])
    edges = np.unique(np.quantile(lengths, np.linspace(0, 1, LENGTH_BINS + 1)[1:-1]))
    bins = np.searchsorted(edges, lengths, side="right")
    weights = np.zeros(len(rows))
    for label in (0, 1):
        of_label = rows.labels == label
        if not of_label.any():
            continue
        overall = np.bincount(bins, minlength=len(edges) + 1) / len(rows)
        here = np.bincount(bins[of_label], minlength=len(edges) + 1) / of_label.sum()
        factor = np.clip(overall / np.maximum(here, 1e-9), 1 / MOST, MOST)[bins[of_label]]
        weights[of_label] = 0.5 * factor / factor.sum()
    return weights / weights.sum() * rows.weight * EFFECTIVE_ROWS


def _load(source: Source, path: Path) -> list[Rows]:
    rows = _read(source.name, path, source.weight, keep_few=source.each_group)
    if source.cut is not None:
        rows = rows.cut(source.cut)
    if not source.each_group:
        return [rows]
    parts = [rows.take(rows.groups == group) for group in range(int(rows.groups.max()) + 1)]
    return [
        replace(part, name=f"{source.name} ({at} of {len(parts)})", groups=np.arange(len(part)))
        for at, part in enumerate(parts, 1)
    ]


def _read(name: str, path: Path, weight: float, keep_few: bool = False) -> Rows:
    if not path.is_file():
        raise ScorerError(f"{path} is missing: give the folder that holds it with --data")
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        found = [json.loads(line) for line in content.decode("utf-8").split("\n") if line.strip()]
        texts = tuple(row["text"] for row in found)
        labels = np.array([int(row["label"]) for row in found])
    except (KeyError, ValueError, TypeError, OSError, EOFError) as error:
        raise ScorerError(
            f"{path} is not JSON lines with text and label ({error}): see the file's own description"
        ) from error
    return Rows(
        name,
        tuple(as_turns(row.get("prompt", "")) for row in found),
        texts,
        labels,
        _groups([row.get("group") or row.get("prompt") or None for row in found], keep_few),
        weight,
    )


def _groups(names: Sequence[object], keep_few: bool) -> np.ndarray:
    """Numbers for group names; a row without a group, or (unless kept) a file with a handful of groups (genres), is split by row."""
    if None in names or (len(set(names)) < 10 and not keep_few):
        return np.arange(len(names))
    order = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([order[name] for name in names])
