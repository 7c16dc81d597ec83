"""Fitting a head: weighted logistic regression with separate penalties for markers and n-grams, by L-BFGS.

    minimise  sum_i w_i log(1 + exp(-y_i z_i)) + penalty_m |markers (standardised)|^2 / 2 + penalty_n |n-grams|^2 / 2

Phrase markers may only push the way they were written for (points above or below 0), so that an accident of one source cannot turn one round.
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import expit

from steer_eval.scoring.data import Rows, row_weights
from steer_eval.scoring.features import Encoded, Features
from steer_eval.scoring.head import Head
from steer_eval.scoring.ngrams import COLUMNS


def fit_head(features: Features, sources: Sequence[Rows]) -> Head:
    """A head without calibration from the rows of all `sources`, cut copies among them."""
    axis = features.axis
    encoded, labels, weights = [], [], []
    for rows in sources:
        copies = [rows, *(rows.cut(words) for words in axis.cuts)]
        for copy in copies:
            encoded.append(encode(features, copy))
            labels.append(copy.labels)
            weights.append(row_weights(copy) / len(copies))
    dense = np.concatenate([one.dense for one in encoded]).astype(np.float64)
    sparse = csr_matrix(_stack(encoded))
    y, w = np.concatenate(labels), np.concatenate(weights)
    mean = np.average(dense, axis=0, weights=w)
    scale = np.sqrt(np.average((dense - mean) ** 2, axis=0, weights=w))
    scale = np.maximum(scale, 0.05)  # a marker seen in a few rows only must not weigh hundreds when it occurs
    x = (dense - mean) / scale
    of_dense = np.where(features.summary, axis.summary_penalty, axis.marker_penalty)
    penalties = np.concatenate([of_dense, np.full(COLUMNS, axis.ngram_penalty), [1e-6]])
    dense_weights, sparse_weights, bias = _minimise(x, sparse, y, w, penalties, _bounds(features))
    dense_weights = dense_weights / scale
    return Head(dense_weights.astype(np.float32), sparse_weights.astype(np.float16).astype(np.float32), float(bias - mean @ dense_weights))


def encode(features: Features, rows: Rows) -> Encoded:
    """Features of the rows' texts (with their prompts, where the axis reads them)."""
    return features.encode(rows.texts)


def platt(logits: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """slope (above 0) and offset of P = sigmoid(slope * logit + offset), by weighted likelihood with a slight pull to slope 1."""

    def loss(parameters: np.ndarray) -> float:
        z = (parameters[0] * logits + parameters[1]) * (2 * labels - 1)
        return float(np.average(np.logaddexp(0, -z), weights=weights) + 1e-3 * (parameters[0] - 1) ** 2)

    found = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=[(0.05, 5.0), (None, None)])
    return float(found.x[0]), float(found.x[1])


def _bounds(features: Features) -> list[tuple[float | None, float | None]]:
    allowed = {1.0: (0.0, None), -1.0: (None, 0.0), 0.0: (None, None)}
    return [*(allowed[float(direction)] for direction in features.direction), *[(None, None)] * (COLUMNS + 1)]


def _minimise(x, sparse, y, w, penalty, bounds) -> tuple[np.ndarray, np.ndarray, float]:
    m = x.shape[1]
    sign = 2.0 * y - 1.0
    back = sparse.T.tocsr()

    def loss(p: np.ndarray) -> tuple[float, np.ndarray]:
        z = (x @ p[:m] + sparse @ p[m:-1] + p[-1]) * sign
        pull = -w * sign * expit(-z)
        gradient = np.concatenate([x.T @ pull, back @ pull, [pull.sum()]])
        return float(w @ np.logaddexp(0, -z) + 0.5 * penalty @ p**2), gradient + penalty * p

    found = minimize(loss, np.zeros(m + sparse.shape[1] + 1), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300, "maxcor": 20})
    return found.x[:m], found.x[m:-1], float(found.x[-1])


def _stack(encoded: Sequence[Encoded]) -> csr_matrix:
    offsets = np.cumsum([0, *(len(one.dense) for one in encoded)])
    rows = np.concatenate([one.sparse.rows + offset for one, offset in zip(encoded, offsets[:-1], strict=True)])
    columns = np.concatenate([one.sparse.columns for one in encoded])
    values = np.concatenate([one.sparse.values for one in encoded]).astype(np.float64)
    return csr_matrix((values, (rows, columns)), shape=(int(offsets[-1]), COLUMNS))
