"""Fitting a head: weighted logistic regression with a penalty for each kind of feature, by L-BFGS.

    minimise  sum_i w_i log(1 + exp(-y_i z_i)) + sum_j penalty_j beta_j^2 / 2        (dense features standardised)

A marker may only push the way it was written for, so that an accident of one source cannot turn it round. The rule that
sums the markers up is hardly penalised and single markers are penalised strongly: the head starts from the rule and
departs from it where the data insist.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, minimize
from scipy.sparse import csr_matrix, vstack
from scipy.special import expit

from steer_eval.scoring.data import Rows, row_weights
from steer_eval.scoring.features import Features
from steer_eval.scoring.head import Head
from steer_eval.scoring.ngrams import COLUMNS

SMALLEST_SCALE = 0.05  # a marker seen in a few rows only must not weigh hundreds when it occurs


@dataclass(frozen=True)
class Prepared:
    """Rows with the features of their texts."""

    rows: Rows
    """Texts, labels, groups."""
    dense: np.ndarray
    """float64 [n, dense features]."""
    sparse: csr_matrix
    """[n, COLUMNS]."""

    def take(self, keep: np.ndarray) -> "Prepared":
        """The rows that `keep` (bool or indices) names."""
        chosen = np.flatnonzero(keep) if keep.dtype == bool else keep
        return Prepared(self.rows.take(chosen), self.dense[chosen], self.sparse[chosen])

    def logits(self, head: Head) -> np.ndarray:
        """float64 [n], uncalibrated."""
        return self.dense @ head.dense.astype(np.float64) + self.sparse @ head.sparse.astype(np.float64) + head.bias


def prepare(features: Features, rows: Rows) -> Prepared:
    """The rows with their features."""
    encoded = features.encode(rows.prompts, rows.texts)
    sparse = csr_matrix(
        (encoded.sparse.values.astype(np.float64), (encoded.sparse.rows, encoded.sparse.columns)),
        shape=(len(rows), COLUMNS),
    )
    return Prepared(rows, encoded.dense.astype(np.float64), sparse)


def fit_head(features: Features, sources: Sequence[Sequence[Prepared]]) -> Head:
    """A head without calibration. Each source is given as its copies (whole, cut short, ...), which share the source's weight."""
    axis = features.axis
    copies = [(copy, len(source)) for source in sources for copy in source]
    dense = np.concatenate([copy.dense for copy, _ in copies])
    sparse = vstack([copy.sparse for copy, _ in copies], format="csr")
    occurring = np.unique(sparse.indices)  # the others keep weight 0
    y = np.concatenate([copy.rows.labels for copy, _ in copies])
    w = np.concatenate([row_weights(copy.rows) / of for copy, of in copies])
    mean = np.average(dense, axis=0, weights=w)
    scale = np.maximum(np.sqrt(np.average((dense - mean) ** 2, axis=0, weights=w)), SMALLEST_SCALE)
    of_dense = np.where(features.summary, axis.summary_penalty, axis.marker_penalty)
    penalty = np.concatenate([of_dense, np.full(len(occurring), axis.ngram_penalty), [1e-6]])
    beta = _minimise((dense - mean) / scale, sparse[:, occurring], y, w, penalty, features.direction)
    of_features = beta[: len(scale)] / scale
    of_ngrams = np.zeros(COLUMNS, np.float32)
    of_ngrams[occurring] = beta[len(scale) : -1].astype(np.float16)  # as they are kept in the file
    return Head(of_features.astype(np.float32), of_ngrams, float(beta[-1] - mean @ of_features))


def platt(logits: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """slope (above 0) and offset of P = sigmoid(slope * logit + offset), by weighted likelihood."""

    def loss(parameters: np.ndarray) -> float:
        z = (parameters[0] * logits + parameters[1]) * (2 * labels - 1)
        return float(np.average(np.logaddexp(0, -z), weights=weights))

    found = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=[(0.05, 5.0), (None, None)])
    return float(found.x[0]), float(found.x[1])


def _minimise(
    x: np.ndarray, sparse: csr_matrix, y: np.ndarray, w: np.ndarray, penalty: np.ndarray, direction: np.ndarray
) -> np.ndarray:
    m = x.shape[1]
    sign = 2.0 * y - 1.0
    back = sparse.T.tocsr()
    low = np.concatenate([np.where(direction > 0, 0.0, -np.inf), np.full(sparse.shape[1] + 1, -np.inf)])
    high = np.concatenate([np.where(direction < 0, 0.0, np.inf), np.full(sparse.shape[1] + 1, np.inf)])

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        z = (x @ beta[:m] + sparse @ beta[m:-1] + beta[-1]) * sign
        pull = -w * sign * expit(-z)
        gradient = np.concatenate([x.T @ pull, back @ pull, [pull.sum()]])
        return float(w @ np.logaddexp(0, -z) + 0.5 * penalty @ beta**2), gradient + penalty * beta

    start = np.zeros(m + sparse.shape[1] + 1)
    options = {"maxiter": 300, "maxcor": 20}
    return minimize(loss, start, jac=True, method="L-BFGS-B", bounds=Bounds(low, high), options=options).x
