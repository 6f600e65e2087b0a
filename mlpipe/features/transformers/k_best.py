"""Keeping the features that tell most about the target, one by one."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.feature_selection import SelectorMixin, f_classif, f_regression
from sklearn.utils.sparsefuncs import min_max_axis
from sklearn.utils.validation import check_is_fitted, validate_data

from mlpipe.features.transformers.mutual_information import mutual_information

if TYPE_CHECKING:
    from numpy.typing import NDArray


class KBest(SelectorMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """The `k` features that each by itself tell most about the target.

    As `sklearn.feature_selection.SelectKBest`, but silent where that one warns for nothing: fewer than `k`
    features are all kept, a constant feature scores 0, one that gives the target away scores infinity, missing
    cells count as the mean. Of features that score the same, the first is kept. Sparse matrices stay sparse.

    Parameters
    ----------
    k : int
        Features to keep, at least 1.
    classification : bool
        Whether the target holds classes.
    criterion : str
        `f`: F value of an analysis of variance, or of a simple regression. `mutual-info`: mutual information, which
        also sees what is not a straight line (see `information.mutual_information`).
    random_state : int
        Seed of the sample and the noise of `mutual-info`.

    Attributes
    ----------
    scores_ : ndarray of shape (n_features,)
        Score of each feature.
    """

    def __init__(
        self,
        k: int = 20,
        *,
        classification: bool = True,
        criterion: Literal["f", "mutual-info"] = "f",
        random_state: int = 0,
    ) -> None:
        self.k = k
        self.classification = classification
        self.criterion = criterion
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Score each feature.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_rows, n_features)
        y : array of shape (n_rows,) or (n_rows, n_targets)
            Of several targets, a feature counts by the one that it tells most about.
        """
        if self.criterion not in {"f", "mutual-info"}:
            raise ValueError(f"criterion is {self.criterion!r}, not f or mutual-info.")
        X, y = validate_data(
            self,
            X,
            y,
            dtype=np.float64,
            accept_sparse="csr",
            ensure_all_finite="allow-nan",
            y_numeric=not self.classification,
            multi_output=True,
        )
        varies = np.flatnonzero(_varies(X))
        self.scores_ = np.zeros(X.shape[1])
        if len(varies):
            filled, targets = _filled(X[:, varies]), np.atleast_2d(y.T)
            self.scores_[varies] = np.max([self._scores(filled, target) for target in targets], axis=0)
        return self

    def transform(self, X: Any) -> Any:
        """Give the kept features, rows in one piece of memory whatever came in."""
        kept = super().transform(X)
        return kept if sparse.issparse(kept) else np.ascontiguousarray(kept)

    def _scores(self, X: Any, y: NDArray[Any]) -> NDArray[np.float64]:
        if self.criterion == "f":
            return _f_values(X, y, classification=self.classification)
        return mutual_information(X, y, classification=self.classification, seed=self.random_state)

    def _get_support_mask(self) -> NDArray[np.bool_]:
        check_is_fitted(self)
        mask = np.zeros(len(self.scores_), dtype=bool)
        mask[np.argsort(-self.scores_, kind="stable")[: self.k]] = True
        return mask

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.sparse = True
        tags.target_tags.required = True
        return tags


def _varies(X: Any) -> NDArray[np.bool_]:
    """Which features have more than one value, gaps aside."""
    if sparse.issparse(X):
        lowest, highest = min_max_axis(X, axis=0, ignore_nan=True)
    else:
        lowest, highest = np.fmin.reduce(X), np.fmax.reduce(X)
    return np.asarray(lowest < highest)


def _filled(X: Any) -> Any:
    """`X` with column means for missing cells; a sparse matrix stays sparse."""
    if not sparse.issparse(X):
        missing = np.isnan(X)
        means = np.where(missing, 0, X).sum(axis=0) / (~missing).sum(axis=0)
        return np.where(missing, means, X)
    missing = np.isnan(X.data)
    n_known = X.shape[0] - np.bincount(X.indices[missing], minlength=X.shape[1])
    sums = np.bincount(X.indices, weights=np.where(missing, 0, X.data), minlength=X.shape[1])
    filled = X.copy()
    filled.data[missing] = (sums / n_known)[X.indices[missing]]
    return filled


def _f_values(X: Any, y: NDArray[Any], *, classification: bool) -> NDArray[np.float64]:
    if not sparse.issparse(X):
        X = X - X.mean(axis=0)  # large offsets would eat the digits
    score = f_classif if classification else f_regression
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # A feature that is constant within every class is the best there is, not a reason to warn.
        warnings.simplefilter("ignore")
        values = score(X, y)[0]
    finite: NDArray[np.float64] = np.nan_to_num(values, nan=0.0, posinf=np.inf)
    return finite
