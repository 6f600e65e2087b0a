"""Checks of fitted estimators whose code follows numbers of their state without looking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from mlpipe.artifacts.fitted.catboost_json import catboost_holds
from mlpipe.artifacts.fitted.lightgbm_text import lightgbm_holds
from mlpipe.artifacts.fitted.xgboost_trees import xgboost_holds

if TYPE_CHECKING:
    from collections.abc import Callable

KERNELS = frozenset({"linear", "poly", "rbf", "sigmoid"})


def support_vectors_hold(model: Any) -> bool:
    """Whether libsvm stays within the arrays of a support vector machine: counts, coefficients, thresholds, widths."""
    if not hasattr(model, "support_vectors_"):
        return True
    n_support, vectors = model._n_support, model.support_vectors_  # noqa: SLF001 - what the compiled code reads
    coefficients, thresholds = model._dual_coef_, model._intercept_
    n_classes, n_vectors = len(n_support), vectors.shape[0]
    pairs = n_classes * (n_classes - 1) // 2
    classifies = hasattr(model, "classes_")
    counts = [
        model.kernel in KERNELS,
        n_support.dtype == np.int32 and n_support.ndim == 1 and n_classes >= 2 and (n_support >= 0).all(),
        not classifies or (int(n_support.sum()) == n_vectors and n_classes == len(model.classes_)),
        coefficients.shape == (n_classes - 1, n_vectors),
        thresholds.shape == (pairs,) and thresholds.dtype == np.float64,
        vectors.shape[1] == model.n_features_in_ and tuple(model.shape_fit_)[1] == model.n_features_in_,
        len(model.support_) in (0, n_vectors) or model._sparse,  # noqa: SLF001 - likewise
        all(len(part) in (0, pairs) for part in (model._probA, model._probB)),  # noqa: SLF001 - likewise
        sparse.issparse(vectors) == bool(model._sparse),  # noqa: SLF001 - likewise
        sparse.issparse(coefficients) == sparse.issparse(vectors),
        type(model.degree) is int and 0 <= model.degree < 2**31,
        all(_is_number(value) for value in (model._gamma, model.coef0, model.cache_size, model.tol)),  # noqa: SLF001
    ]
    return all(map(bool, counts)) and _plain(vectors) and _plain(coefficients)


def _plain(matrix: Any) -> bool:
    return bool(matrix.dtype == np.float64) and (sparse.issparse(matrix) or matrix.ndim == 2)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.floating | np.integer) and not isinstance(value, bool)


def neighbours_hold(model: Any) -> bool:
    """Whether the rows that neighbours are looked for among are as wide as new rows, and as many as their targets."""
    if not hasattr(model, "_fit_X"):
        return True
    rows, targets, tree = model._fit_X, model._y, model._tree  # noqa: SLF001 - what the compiled code reads
    if rows.shape[1] != model.n_features_in_ or rows.shape[0] != len(targets) or rows.shape[0] < 1:
        return False
    return tree is None or np.asarray(tree.data).shape == rows.shape


def terms_hold(terms: Any) -> bool:
    """Whether terms are numbered from 0 on, each once: counts are written to the places that they name."""
    vocabulary = vars(terms).get("vocabulary_", {})
    if not isinstance(vocabulary, dict) or not all(type(term) is str for term in vocabulary):
        return False
    if [type(place) for place in vocabulary.values()] != [int] * len(vocabulary):
        return False
    weights = vars(terms).get("idf_")
    even = weights is None or np.shape(weights) == (len(vocabulary),)
    hashed = terms.max_features is None or (type(terms.max_features) is int and 0 < terms.max_features < 2**31)
    return even and hashed and sorted(vocabulary.values()) == list(range(len(vocabulary)))


def one_hot_holds(encoder: Any) -> bool:
    """Whether rare levels are mapped to columns that there are."""
    mappings = vars(encoder).get("_default_to_infrequent_mappings")
    if mappings is None:
        return True
    levels = encoder.categories_
    if not isinstance(mappings, list) or len(mappings) != len(levels):
        return False
    return all(mapping is None or _maps(mapping, len(known)) for mapping, known in zip(mappings, levels, strict=True))


def _maps(mapping: Any, n_levels: int) -> bool:
    whole = isinstance(mapping, np.ndarray) and mapping.dtype.kind == "i" and mapping.ndim == 1
    return whole and len(mapping) in (n_levels, n_levels - 1) and bool(((mapping >= 0) & (mapping < n_levels)).all())


def distance_holds(distance: Any) -> bool:
    """Whether a distance has no weights: it would read as many of them as rows have columns."""
    _, weights, matrix, *_ = distance.__getstate__()
    return np.size(weights) <= 1 and np.size(matrix) <= 1


def pipeline_holds(pipeline: Any) -> bool:
    """Whether each step is a named object."""
    steps = vars(pipeline).get("steps")
    return isinstance(steps, list) and all(
        isinstance(step, tuple) and len(step) == 2 and isinstance(step[0], str) and step[1] is not None
        for step in steps
    )


_DISTANCES = (
    "BrayCurtis", "Canberra", "Chebyshev", "Dice", "Euclidean", "Hamming", "Jaccard", "Manhattan", "Minkowski",
    "RogersTanimoto", "RussellRao", "SokalMichener", "SokalSneath",
)  # fmt: skip
HOLDS: dict[str, Callable[[Any], bool]] = {
    **{f"sklearn.svm._classes.{name}": support_vectors_hold for name in ("SVC", "SVR")},
    "sklearn.neighbors._classification.KNeighborsClassifier": neighbours_hold,
    "sklearn.neighbors._regression.KNeighborsRegressor": neighbours_hold,
    "mlpipe.features.transformers.terms.Terms": terms_hold,
    "sklearn.preprocessing._encoders.OneHotEncoder": one_hot_holds,
    "sklearn.pipeline.Pipeline": pipeline_holds,
    **{f"mlpipe.models.boosters.catboost.Catboost{task}": catboost_holds for task in ("Classifier", "Regressor")},
    **{f"mlpipe.models.boosters.lightgbm.Lightgbm{task}": lightgbm_holds for task in ("Classifier", "Regressor")},
    **{f"mlpipe.models.boosters.xgboost.Xgboost{task}": xgboost_holds for task in ("Classifier", "Regressor")},
    **{f"sklearn.metrics._dist_metrics.{name}Distance64": distance_holds for name in _DISTANCES},
}
"""By class, whether what it holds can be followed."""
