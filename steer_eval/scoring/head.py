"""A linear head: P = sigmoid(slope * (w . features + bias) + offset), kept as safetensors with its card as JSON in the header.

slope and offset are the calibration; without them the logit is the one that training fitted.
"""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_bytes

from steer_eval.errors import ScorerError
from steer_eval.scoring.features import Encoded
from steer_eval.scoring.ngrams import COLUMNS


@dataclass(frozen=True)
class Head:
    """Weights of a logistic regression over the features of one axis."""

    dense: np.ndarray
    """float32 [markers and surface marks], for features as they are (the standardisation is multiplied in)."""
    sparse: np.ndarray
    """float32 [COLUMNS], for n-grams."""
    bias: float
    """Logit of a text without features."""
    calibration: tuple[float, float] = (1.0, 0.0)
    """slope and offset of Platt's method."""
    card: dict[str, Any] = field(default_factory=dict)
    """What the training command wrote about this head."""

    def logits(self, encoded: Encoded) -> np.ndarray:
        """Uncalibrated logits, float64 [n]."""
        return (
            encoded.dense.astype(np.float64) @ self.dense
            + encoded.sparse.dot(self.sparse, len(encoded.dense))
            + self.bias
        )

    def probabilities(self, encoded: Encoded) -> np.ndarray:
        """Calibrated P(behaviour), float64 [n]."""
        slope, offset = self.calibration
        return 1.0 / (1.0 + np.exp(-np.clip(slope * self.logits(encoded) + offset, -30, 30)))

    def calibrated(self, slope: float, offset: float) -> "Head":
        return replace(self, calibration=(slope, offset))

    def save(self, path: Path) -> None:
        """Writes the weights as float16 n-grams and float32 for the rest; the same head gives the same bytes."""
        tensors: dict[str, np.ndarray] = {
            "dense": self.dense.astype(np.float32),
            "sparse": self.sparse.astype(np.float16),
            "bias_and_calibration": np.array([self.bias, *self.calibration], np.float32),
        }
        path.write_bytes(to_bytes(tensors, metadata={"card": json.dumps(self.card, sort_keys=True)}))


def load_head(path: Path, n_dense: int) -> Head:
    """The head in `path`. Raises ScorerError if the file is missing, damaged, or made for other features."""
    if not path.is_file():
        raise ScorerError(
            f"{path} is missing: train it with `python -m steer_eval.scoring.train {path.stem} --data DIR`"
        )
    try:
        with safe_open(path, "np") as file:
            dense, sparse, numbers = (file.get_tensor(name) for name in ("dense", "sparse", "bias_and_calibration"))
            card = json.loads((file.metadata() or {})["card"])
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise ScorerError(
            f"{path} cannot be read as a scorer ({error}): reinstall steer_eval or train it again"
        ) from error
    if dense.shape != (n_dense,) or sparse.shape != (COLUMNS,) or numbers.shape != (3,):
        raise ScorerError(
            f"{path} has {dense.shape[0]} marker and {sparse.shape[0]} n-gram weights, wanted {n_dense} and {COLUMNS}: train it again"
        )
    bias, slope, offset = (float(number) for number in numbers)
    return Head(dense, sparse.astype(np.float32), bias, (slope, offset), card)
