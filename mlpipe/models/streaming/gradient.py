"""Linear models by stochastic gradient descent, block by block: blocks in a new seeded order in every epoch.

Stopping is scikit-learn's: the mean loss of an epoch, each block's before the step on it, has to fall by `tol` within
`n_iter_no_change` epochs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.models.streaming.matrix_rows import balanced_rows, class_counts, n_blocks

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from sklearn.linear_model import SGDClassifier, SGDRegressor

    from mlpipe.models.streaming.matrix_rows import MatrixRows

    Floats = NDArray[np.float64]
    Loss = Callable[[Floats, Floats, float], Floats]


def _squared(distance: Floats) -> Floats:
    return 0.5 * distance * distance


def _huber(distance: Floats, epsilon: float) -> Floats:
    size = np.abs(distance)
    return np.where(size <= epsilon, 0.5 * size * size, epsilon * size - 0.5 * epsilon * epsilon)


# Of a class y is -1 or 1, and s the signed distance from the plane.
LOSSES: dict[str, Loss] = {
    "log_loss": lambda y, s, _: np.logaddexp(0, -y * s),
    "hinge": lambda y, s, _: np.maximum(0, 1 - y * s),
    "squared_hinge": lambda y, s, _: np.maximum(0, 1 - y * s) ** 2,
    "perceptron": lambda y, s, _: np.maximum(0, -y * s),
    "modified_huber": lambda y, s, _: np.where(y * s >= -1, np.maximum(0, 1 - y * s) ** 2, -4 * y * s),
    "squared_error": lambda y, s, _: _squared(y - s),
    "huber": lambda y, s, epsilon: _huber(y - s, epsilon),
    "epsilon_insensitive": lambda y, s, epsilon: np.maximum(0, np.abs(y - s) - epsilon),
    "squared_epsilon_insensitive": lambda y, s, epsilon: np.maximum(0, np.abs(y - s) - epsilon) ** 2,
}


def descends(estimator: Any) -> bool:
    """Whether the estimator can go through blocks: without rows held back, and with a rate that looks at no epoch."""
    return not estimator.early_stopping and estimator.learning_rate != "adaptive"


def fit_classes(estimator: SGDClassifier, rows: MatrixRows) -> SGDClassifier:
    """Descend on classes."""
    counts = class_counts(rows)
    classes = np.array(list(counts))
    asked = estimator.class_weight
    if asked == "balanced":  # `partial_fit` does not know how many rows there are
        rows = balanced_rows(rows, counts)
        estimator.set_params(class_weight=None)

    def loss(X: Any, y: NDArray[Any]) -> Floats:
        said = estimator.decision_function(X)
        if said.ndim == 1:
            return _loss(estimator, np.where(y == classes[1], 1.0, -1.0), said)
        each = [_loss(estimator, np.where(y == c, 1.0, -1.0), s) for c, s in zip(classes, said.T, strict=True)]
        together: Floats = np.sum(each, axis=0)
        return together

    def step(X: Any, y: NDArray[Any], weights: Floats | None) -> None:
        estimator.partial_fit(X, y, classes, sample_weight=weights)

    _descend(estimator, rows, step, loss)
    estimator.set_params(class_weight=asked)
    return estimator


def fit_numbers(estimator: SGDRegressor, rows: MatrixRows) -> SGDRegressor:
    """Descend on numbers."""

    def loss(X: Any, y: NDArray[Any]) -> Floats:
        return _loss(estimator, y, estimator.predict(X))

    def step(X: Any, y: NDArray[Any], weights: Floats | None) -> None:
        estimator.partial_fit(X, y, sample_weight=weights)

    _descend(estimator, rows, step, loss)
    return estimator


def _loss(estimator: Any, y: Floats, said: Floats) -> Floats:
    with np.errstate(over="ignore"):
        return LOSSES[estimator.loss](y, said, estimator.epsilon)


def _descend(
    estimator: Any, rows: MatrixRows, step: Callable[..., None], loss: Callable[[Any, NDArray[Any]], Floats]
) -> None:
    rng = np.random.default_rng(estimator.random_state)
    best, epochs_since = np.inf, 0
    for epoch in range(estimator.max_iter):
        total = 0.0
        for place in rng.permutation(n_blocks(rows)):
            X, y, weights = rows.block(int(place))
            if hasattr(estimator, "coef_"):
                losses = loss(X, y)
                total += float(losses.sum() if weights is None else losses @ weights)
            step(X, y, weights)
        mean = total / rows.n_rows
        epochs_since = epochs_since + 1 if estimator.tol is not None and mean > best - estimator.tol else 0
        best = min(best, mean) if epoch else np.inf  # before the first step nothing is lost yet
        if epochs_since >= estimator.n_iter_no_change:
            break
    estimator.n_iter_ = epoch + 1
