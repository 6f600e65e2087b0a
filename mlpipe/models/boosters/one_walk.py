"""All trees of scikit-learn's histogram boosting in one call: for few rows a call costs more than the way down."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_SMALL = 2_000
"""Cells up to which a copy of the rows for each tree is cheaper than a call for each."""


def quick_for_few(estimator: Any) -> Any:
    """The fitted estimator, quicker for few rows and equal to the last bit; any other kind as it is."""
    if type(estimator) not in (HistGradientBoostingClassifier, HistGradientBoostingRegressor):
        return estimator
    quick = copy(estimator)
    try:
        quick._raw_predict = OneWalk(estimator)  # noqa: SLF001 - what all of its answers are made of
    except (AttributeError, TypeError, ValueError):  # a scikit-learn that keeps its trees in another way
        return estimator
    return quick


class OneWalk:
    """Sums of leaves as scikit-learn adds them, its trees joined to one by a number that says which to go down.

    Parameters
    ----------
    estimator : HistGradientBoostingClassifier or HistGradientBoostingRegressor
        Fitted.
    """

    def __init__(self, estimator: Any) -> None:
        self._estimator = estimator
        # It codes categories, and puts them first.
        self._code = None if estimator._preprocessor is None else estimator._preprocess_X  # noqa: SLF001
        self._baseline = estimator._baseline_prediction  # noqa: SLF001
        self._shape = len(estimator._predictors), estimator.n_trees_per_iteration_  # noqa: SLF001
        self._known = estimator._bin_mapper.make_known_categories_bitsets()  # noqa: SLF001
        trees = [tree for stage in estimator._predictors for tree in stage]  # noqa: SLF001
        self._numbers = np.arange(len(trees), dtype=np.float64)
        self._joined = _join(trees, feature=estimator.n_features_in_)

    def __call__(self, X: Floats, n_threads: int | None = None) -> Floats:
        """Raw predictions of rows, of shape (n_rows, n_trees_per_iteration)."""
        if X.size > _SMALL:
            raw: Floats = self._estimator._raw_predict(X, n_threads)  # noqa: SLF001
            return raw
        if self._code is not None:
            X = self._code(X, reset=False)
        n_rows, n_trees = len(X), len(self._numbers)
        ways = np.empty((n_rows, n_trees, X.shape[1] + 1))
        ways[:, :, :-1] = X[:, np.newaxis]
        ways[:, :, -1] = self._numbers
        sums = np.empty((n_rows, self._shape[0] + 1, self._shape[1]))
        sums[:, 0] = self._baseline
        leaves = self._joined.predict(ways.reshape(n_rows * n_trees, -1), *self._known, n_threads=1)
        sums[:, 1:] = leaves.reshape(n_rows, *self._shape)
        return np.asfortranarray(np.add.accumulate(sums, axis=1)[:, -1])  # one after the other, as in training


def _join(trees: Sequence[TreePredictor], *, feature: int) -> TreePredictor:
    """One tree: on top a search for the number of a tree, which stands in `feature`, then all trees."""
    top = np.zeros(len(trees) - 1, dtype=trees[0].nodes.dtype)
    firsts = len(top) + np.cumsum([0, *(len(tree.nodes) for tree in trees)])
    levels = np.cumsum([0, *(len(tree.raw_left_cat_bitsets) for tree in trees)])
    free = iter(range(len(top)))

    def search(low: int, high: int) -> int:
        """Build the search among the trees from `low` to before `high`, and return its first node."""
        if high - low == 1:
            return int(firsts[low])
        node, middle = next(free), (low + high) // 2
        top[node]["feature_idx"], top[node]["num_threshold"] = feature, middle - 0.5
        top[node]["left"], top[node]["right"] = search(low, middle), search(middle, high)
        return node

    search(0, len(trees))
    bodies = [_moved(tree.nodes, first, level) for tree, first, level in zip(trees, firsts, levels, strict=False)]
    left = np.concatenate([tree.raw_left_cat_bitsets for tree in trees])
    return TreePredictor(np.concatenate([top, *bodies]), left, left)


def _moved(nodes: NDArray[Any], first: int, level: int) -> NDArray[Any]:
    """Nodes of a tree that begins elsewhere, with its categories elsewhere."""
    moved = nodes.copy()
    for side in ("left", "right"):
        moved[side] += np.asarray(first, dtype=moved[side].dtype)
    moved["bitset_idx"] += np.asarray(level, dtype=moved["bitset_idx"].dtype)
    return moved
