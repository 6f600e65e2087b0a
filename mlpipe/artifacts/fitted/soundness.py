"""Checks of what compiled code follows without looking: layouts of records, indices in trees and sparse matrices.

A node whose child or feature index is out of range makes scikit-learn read, or write, foreign memory; so does a record
whose fields lie outside of it in numpy. Such a file can be made by hand from classes that are all allowed, so layouts
are checked while loading, indices once after it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.artifacts.fitted.estimators_sound import HOLDS
from mlpipe.artifacts.fitted.states import UnsoundError, check_state, known_states

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

_LEAF = -1


def check_sound(root: Any, made: Iterable[Any] = ()) -> None:
    """Check every object that is reachable from `root`, and all that were `made` while it was loaded.

    What stands where nobody looks for it (a key, a frozen set) was made all the same.

    Raises
    ------
    UnsoundError
        If an index in one leads out of it.
    """
    objects = [(found, _qualified(found)) for found in reachable([root, *made])]
    seen: set[str] = set()
    for found, name in objects:
        if name in known_states():
            check_state(found, name, seen)
    for found, name in objects:
        check = _CHECKS.get(name)
        if check is not None:
            check(found)
        elif hasattr(found, "estimators_"):
            _check_ensemble(found)
        holds = HOLDS.get(name)
        _require(holds is None or holds(found), "numbers in the state of an estimator")


def check_dtype(dtype: np.dtype[Any]) -> None:
    """Check a type restored from its parts, which numpy takes as they come.

    Raises
    ------
    UnsoundError
        If a field lies outside of the record, or it is no type that fitted estimators hold.
    """
    if dtype.fields is None:
        _require(dtype.subdtype is None and _layout(dtype) == _layout(np.dtype(dtype.str)), "fields of a record")
        return
    _require(dtype.names is not None and set(dtype.names) == set(dtype.fields), "fields of a record")
    for field, offset, *_ in dtype.fields.values():
        _require(field.kind in "biuf" and field.subdtype is None, "fields of a record")
        _require(0 <= offset <= dtype.itemsize - field.itemsize, "fields of a record")
    alignments = [field.alignment for field, *_ in dtype.fields.values()]
    _require(dtype.alignment in (1, *alignments) and not dtype.hasobject, "fields of a record")


def _layout(dtype: np.dtype[Any]) -> tuple[int, int, int]:
    # Compiled code divides by the alignment, and goes by flags.
    return dtype.itemsize, dtype.alignment, dtype.flags


def reachable(roots: list[Any]) -> Iterator[Any]:
    """Every object below the roots, once, through attributes, containers and arrays of objects."""
    seen: set[int] = set()
    todo = list(roots)
    while todo:
        found = todo.pop()
        if isinstance(found, str | bytes | int | float | type(None)) or id(found) in seen:
            continue
        seen.add(id(found))
        if isinstance(found, dict):
            todo.extend([*found.keys(), *found.values()])
        elif isinstance(found, list | tuple | set | frozenset):
            todo.extend(found)
        elif isinstance(found, partial):
            todo.extend([found.func, *found.args, *found.keywords.values()])
        elif isinstance(found, slice):
            todo.extend([found.start, found.stop, found.step])
        elif isinstance(found, np.ndarray):
            todo.extend(found.ravel() if found.dtype == object else ())
        else:
            yield found
            todo.extend(getattr(found, "__dict__", {}).values())


def _qualified(found: Any) -> str:
    return f"{type(found).__module__}.{type(found).__qualname__}"


def _require(condition: Any, what: str) -> None:
    if not np.all(condition):
        raise UnsoundError(f"{what} lead out of it")


def _check_children(left: NDArray[Any], right: NDArray[Any], inner: NDArray[np.bool_]) -> None:
    # Children lie behind their parent: an index that leads back would never come to a leaf.
    place = np.arange(len(inner))
    for child in (left, right):
        _require((child > place)[inner], "nodes of a tree")
        _require((child < len(inner))[inner], "nodes of a tree")


def _check_tree(tree: Any) -> None:
    inner = tree.children_left != _LEAF
    _require(tree.node_count >= 1, "nodes of an empty tree")
    _check_children(tree.children_left, tree.children_right, inner)
    _check_features(tree.feature[inner], tree.n_features)


def _check_features(used: NDArray[Any], n_features: int) -> None:
    _require((used >= 0) & (used < n_features), "features of a tree")


def _check_fitted_tree(estimator: Any) -> None:
    if hasattr(estimator, "tree_"):
        _require(estimator.tree_.n_features == estimator.n_features_in_, "features of a tree")
        _require(estimator.tree_.n_outputs == estimator.n_outputs_, "outputs of a tree")


def _check_ensemble(ensemble: Any) -> None:
    # Forests and boosting hand rows to the trees' compiled code without asking each tree for its width.
    members = np.asarray(ensemble.estimators_, dtype=object)
    for member in members.ravel():
        if hasattr(member, "tree_"):
            _require(member.n_features_in_ == ensemble.n_features_in_, "features of a tree")
    if hasattr(ensemble, "n_trees_per_iteration_"):
        _require(members.shape[1] == ensemble.n_trees_per_iteration_, "trees of an ensemble")


def _check_histogram_model(model: Any) -> None:
    """Histogram boosting: nodes, the features they ask for, and the category sets they look up."""
    if not hasattr(model, "_predictors"):
        return
    categorical = model._bin_mapper.is_categorical_  # noqa: SLF001 (what the compiled code reads)
    _require(len(categorical) == model.n_features_in_, "features of a tree")
    told = model.n_trees_per_iteration_
    _require([len(trees) == told for trees in model._predictors], "trees of an ensemble")  # noqa: SLF001 (likewise)
    for predictor in (tree for iteration in model._predictors for tree in iteration):  # noqa: SLF001 (likewise)
        nodes = predictor.nodes
        inner = nodes["is_leaf"] == 0
        _require(len(nodes) >= 1, "nodes of an empty tree")
        _check_children(nodes["left"].astype(np.int64), nodes["right"].astype(np.int64), inner)
        _check_features(nodes["feature_idx"][inner], model.n_features_in_)
        by_set = nodes[inner & (nodes["is_categorical"] != 0)]
        _require(categorical[by_set["feature_idx"]] != 0, "categories of a tree")
        _require(by_set["bitset_idx"] < len(predictor.raw_left_cat_bitsets), "categories of a tree")
        _require(predictor.raw_left_cat_bitsets.shape[1:] == (8,), "categories of a tree")


def _check_neighbour_tree(tree: Any, *, n_bounds: int) -> None:
    """KDTree and BallTree: the permutation of the rows, and the ranges of it that nodes stand for."""
    data, order, nodes, bounds, _, _, n_nodes, *_ = tree.__getstate__()
    n_rows = len(data)
    _require(len(order) == n_rows and len(nodes) == n_nodes, "rows of a neighbour tree")
    _require(bounds.shape == (n_bounds, n_nodes, data.shape[1]), "bounds of a neighbour tree")
    _require((order >= 0) & (order < n_rows), "rows of a neighbour tree")
    first, last = nodes["idx_start"], nodes["idx_end"]
    _require((first >= 0) & (first <= last) & (last <= n_rows), "rows of a neighbour tree")
    _require((2 * np.arange(n_nodes) + 2 < n_nodes) | (nodes["is_leaf"] != 0), "nodes of a neighbour tree")


def _check_sparse(matrix: Any) -> None:
    """What nearest neighbours and support vectors keep of sparse rows: places in it, and columns."""
    try:
        type(matrix).check_format(matrix, full_check=True)
    except (AttributeError, TypeError, ValueError) as error:
        raise UnsoundError("cells of a sparse matrix lead out of it") from error


_TREES = ("DecisionTreeClassifier", "DecisionTreeRegressor", "ExtraTreeClassifier", "ExtraTreeRegressor")
_BOOSTING = "sklearn.ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoosting"
_CHECKS: dict[str, Callable[[Any], None]] = {
    "sklearn.tree._tree.Tree": _check_tree,
    **{f"sklearn.tree._classes.{name}": _check_fitted_tree for name in _TREES},
    **{f"{_BOOSTING}{task}": _check_histogram_model for task in ("Classifier", "Regressor")},
    "sklearn.neighbors._kd_tree.KDTree": partial(_check_neighbour_tree, n_bounds=2),
    "sklearn.neighbors._ball_tree.BallTree": partial(_check_neighbour_tree, n_bounds=1),
    "scipy.sparse._csr.csr_matrix": _check_sparse,
}
