"""What each feature adds on a row's way down a tree: exact shares of what trees, forests and boosted trees answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

LEAF = -1
BITS = 32


@dataclass(frozen=True, kw_only=True, eq=False)
class Tree:
    """A fitted tree as arrays with one entry a node; children come behind their parents.

    Parameters
    ----------
    left, right : ndarray of shape (n_nodes,)
        The children; `LEAF` for leaves.
    threshold : ndarray of shape (n_nodes,)
        Rows at or below it go left.
    gaps_left : ndarray of shape (n_nodes,)
        Whether rows without a value go left.
    values : ndarray of shape (n_nodes, n_outputs)
        What the rows of a node are answered in the mean.
    levels_left : ndarray of shape (n_nodes, n_levels) or None
        Where a node divides a category, the codes that go left; `by_level` tells which nodes do.
    """

    left: Places
    right: Places
    feature: Places
    threshold: Floats
    gaps_left: NDArray[np.bool_]
    values: Floats
    by_level: NDArray[np.bool_]
    levels_left: NDArray[np.bool_] | None = None

    def goes_left(self, nodes: Places, x: Floats) -> NDArray[np.bool_]:
        """Where rows with the values `x` go from their nodes."""
        gap = np.isnan(x)
        left = np.where(gap, self.gaps_left[nodes], x <= self.threshold[nodes])
        if self.levels_left is None:
            return left
        codes = np.where(gap, 0, x).astype(np.intp)
        by_level = np.where(gap, self.gaps_left[nodes], self.levels_left[nodes, codes])
        return np.where(self.by_level[nodes], by_level, left)


def add_path(tree: Tree, X: Floats, weights: Floats, out: Floats) -> None:
    """Add what each step down the tree changes to the feature that the step asked for.

    A node answers the mean of its training rows. The steps from the root to a row's leaf change that mean from the
    tree's to the leaf's: their sum is the answer, less the mean of all rows.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features)
    weights : ndarray of shape (n_rows, n_outputs)
        How much each output of the tree counts for a row.
    out : ndarray of shape (n_rows, n_features)

    References
    ----------
    Palczewska, Palczewski, Marchese Robinson, Neagu (2014), Interpreting random forest classification models using a
    feature contribution method, in: Integration of Reusable Systems, 193-218.
    """
    rows, nodes = np.arange(len(X)), np.zeros(len(X), dtype=np.intp)
    while True:
        inside = tree.left[nodes] != LEAF
        rows, nodes = rows[inside], nodes[inside]
        if not len(rows):
            return
        features = tree.feature[nodes]
        left = tree.goes_left(nodes, X[rows, features])
        below = np.where(left, tree.left[nodes], tree.right[nodes])
        change = tree.values[below] - tree.values[nodes]
        for k in range(change.shape[1]):
            out[rows, features] += weights[rows, k] * change[:, k]
        nodes = below


_BOOSTED = (GradientBoostingClassifier, GradientBoostingRegressor)
_HISTOGRAMS = (HistGradientBoostingClassifier, HistGradientBoostingRegressor)
_FORESTS = (RandomForestClassifier, RandomForestRegressor, ExtraTreesClassifier, ExtraTreesRegressor)
_TREES = (DecisionTreeClassifier, DecisionTreeRegressor)


def has_trees(estimator: Any) -> bool:
    """Whether an estimator answers by trees whose answers are added up."""
    return isinstance(estimator, (*_TREES, *_FORESTS, *_BOOSTED, *_HISTOGRAMS))


def trees_of(estimator: Any) -> tuple[tuple[Tree, Places], ...]:
    """The trees of a fitted estimator that `has_trees`, and which of its outputs each answers."""
    if isinstance(estimator, _HISTOGRAMS):
        stages = estimator._predictors  # noqa: SLF001 - scikit-learn has no other way to its trees
        return tuple((_histogram_tree(tree), np.array([k])) for stage in stages for k, tree in enumerate(stage))
    if isinstance(estimator, _BOOSTED):
        return tuple(
            (_tree(member.tree_, boosted=True), np.array([k]))
            for stage in estimator.estimators_
            for k, member in enumerate(stage)
        )
    members = estimator.estimators_ if isinstance(estimator, _FORESTS) else [estimator]
    trees = [_tree(member.tree_) for member in members]
    return tuple((tree, np.arange(tree.values.shape[1])) for tree in trees)


def _tree(fitted: Any, *, boosted: bool = False) -> Tree:
    left = np.asarray(fitted.children_left, dtype=np.intp)
    right = np.asarray(fitted.children_right, dtype=np.intp)
    values = np.array(fitted.value[:, 0, :], dtype=np.float64)
    counts = np.asarray(fitted.weighted_n_node_samples, dtype=np.float64)
    return Tree(
        left=left,
        right=right,
        feature=np.asarray(fitted.feature, dtype=np.intp),
        threshold=np.asarray(fitted.threshold, dtype=np.float64),
        gaps_left=np.asarray(fitted.missing_go_to_left, dtype=bool),
        values=_means(values, counts, left, right) if boosted else values,
        by_level=np.zeros(len(left), dtype=bool),
    )


def _means(values: Floats, counts: Floats, left: Places, right: Places) -> Floats:
    """What inner nodes answer, by their leaves: boosting sets those alone."""
    for node in np.flatnonzero(left != LEAF)[::-1].tolist():
        below = [left[node], right[node]]
        values[node] = np.average(values[below], axis=0, weights=counts[below])
    return values


def _histogram_tree(predictor: Any) -> Tree:
    nodes = predictor.nodes
    leaf = nodes["is_leaf"].astype(bool)
    left = np.where(leaf, LEAF, nodes["left"].astype(np.intp))
    right = np.where(leaf, LEAF, nodes["right"].astype(np.intp))
    values = nodes["value"].astype(np.float64)[:, None]
    by_level = nodes["is_categorical"].astype(bool)
    return Tree(
        left=left,
        right=right,
        feature=nodes["feature_idx"].astype(np.intp),
        threshold=nodes["num_threshold"].astype(np.float64),
        gaps_left=nodes["missing_go_to_left"].astype(bool),
        values=_means(values, nodes["count"].astype(np.float64), left, right),
        by_level=by_level,
        levels_left=_levels(predictor.raw_left_cat_bitsets)[nodes["bitset_idx"]] if by_level.any() else None,
    )


def _levels(words: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Sets of codes kept as bits of eight words, as truth values of shape (n_sets, 256)."""
    bits = (np.asarray(words)[:, :, None] >> np.arange(BITS, dtype=np.uint32)) & np.uint32(1)
    return bits.reshape(len(words), -1).astype(bool)


def as_trees_see(estimator: Any, X: Floats) -> tuple[Floats, Places]:
    """The matrix as the trees compare it, and where each of their features stands in `X`."""
    if not isinstance(estimator, _HISTOGRAMS):
        # Cut to single precision, as scikit-learn's trees see it.
        return np.asarray(X, dtype=np.float32).astype(np.float64), np.arange(X.shape[1])
    encode = estimator._preprocessor  # noqa: SLF001 - codes of categories come first there
    if encode is None:
        return X, np.arange(X.shape[1])
    by_level = np.asarray(estimator.is_categorical_, dtype=bool)
    return encode.transform(X), np.concatenate([np.flatnonzero(by_level), np.flatnonzero(~by_level)])
