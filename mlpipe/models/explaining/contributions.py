"""What each feature adds to the score of a row: exact for linear models and for trees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.features.preprocessor.matrix import plain_array
from mlpipe.models.explaining.tree_paths import add_path, as_trees_see, has_trees, trees_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.matrix import Matrix

    Floats = NDArray[np.float64]


def is_additive(estimator: Any) -> bool:
    """Whether the answers of an estimator are sums of what its features add."""
    is_line = hasattr(estimator, "coef_") and not hasattr(estimator, "kernel")
    return is_line or hasattr(estimator, "contributions") or has_trees(estimator)


class Contributions:
    """What each feature adds to the score of what is predicted, against the mean of the training rows.

    Scores are log odds for classes by linear models and boosted trees, probabilities by forests and single trees, and
    quantities as they are learnt.

    Parameters
    ----------
    estimator : object
        Fitted, and `is_additive`.
    centre : ndarray of shape (n_features,)
        What linear models count from.
    """

    def __init__(self, estimator: Any, centre: Floats) -> None:
        self._estimator = estimator
        self._centre = centre
        self._trees = trees_of(estimator) if has_trees(estimator) else ()

    def of(self, X: Matrix, chosen: NDArray[np.intp] | None) -> Floats:
        """What each feature adds, of shape (n_rows, n_features).

        Parameters
        ----------
        X : ndarray or csr_matrix of shape (n_rows, n_features)
        chosen : ndarray of shape (n_rows,) or None
            The place of each row's class among the estimator's; `None` for quantities.
        """
        dense = plain_array(X)
        if self._trees:
            return self._of_trees(dense, chosen)
        if hasattr(self._estimator, "contributions"):
            return _weighed(self._estimator.contributions(dense), chosen)
        slopes = np.atleast_2d(np.asarray(self._estimator.coef_))
        each = np.broadcast_to(slopes, (len(dense), *slopes.shape))
        return _weighed(each, chosen) * (dense - self._centre)

    def _of_trees(self, X: Floats, chosen: NDArray[np.intp] | None) -> Floats:
        seen, places = as_trees_see(self._estimator, X)
        n_outputs = 1 + max(int(outputs[-1]) for _, outputs in self._trees)
        weights = _weights(n_outputs, chosen, len(X))
        added = np.zeros_like(seen)
        for tree, outputs in self._trees:
            add_path(tree, seen, weights[:, outputs], added)
        ordered = np.empty_like(added)
        ordered[:, places] = added
        return ordered


def _weighed(given: Floats, chosen: NDArray[np.intp] | None) -> Floats:
    """Numbers of shape (n_rows, n_outputs, n_features) as one for each feature; summed up output by output."""
    weights = _weights(given.shape[1], chosen, len(given))
    total = weights[:, [0]] * given[:, 0]
    for k in range(1, given.shape[1]):
        total = total + weights[:, [k]] * given[:, k]
    return total


def _weights(n_outputs: int, chosen: NDArray[np.intp] | None, n_rows: int) -> Floats:
    """How much each output of shape (n_rows, n_outputs) counts for what is predicted.

    One output of classes speaks for the second of two. Of several, the chosen class's counts against the mean of all.
    """
    if chosen is None:
        return np.ones((n_rows, n_outputs))
    if n_outputs == 1:
        return np.where(chosen == 1, 1.0, -1.0)[:, None]
    return np.asarray(np.eye(n_outputs)[chosen] - 1 / n_outputs)
