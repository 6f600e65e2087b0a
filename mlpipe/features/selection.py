"""Keeping the features that tell most about the target, one by one."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.feature_selection import SelectorMixin, f_classif, f_regression
from sklearn.utils.validation import check_is_fitted, validate_data

if TYPE_CHECKING:
    from numpy.typing import NDArray


class KBest(SelectorMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """The `k` features with the largest F value (analysis of variance, or simple regression).

    As `sklearn.feature_selection.SelectKBest`, but silent where that one warns for nothing: fewer than `k`
    features are all kept, a constant feature scores 0, one that gives the target away scores infinity, missing
    cells count as the mean. Of features that score the same, the first is kept.

    Parameters
    ----------
    k : int
        Features to keep, at least 1.
    classification : bool
        Whether the target holds classes.

    Attributes
    ----------
    scores_ : ndarray of shape (n_features,)
        F value of each feature.
    """

    def __init__(self, k: int = 20, *, classification: bool = True) -> None:
        self.k = k
        self.classification = classification

    def fit(self, X: Any, y: Any) -> Self:
        """Score each feature.

        Parameters
        ----------
        X : array of shape (n_rows, n_features)
        y : array of shape (n_rows,)
        """
        X, y = validate_data(
            self, X, y, dtype=np.float64, ensure_all_finite="allow-nan", y_numeric=not self.classification
        )
        filled = _centred(X)
        varies = np.ptp(filled, axis=0) > 0
        self.scores_ = np.zeros(X.shape[1])
        if varies.any():
            self.scores_[varies] = _f_values(filled[:, varies], y, classification=self.classification)
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Give the kept features, rows in one piece of memory whatever came in."""
        return np.ascontiguousarray(super().transform(X))

    def _get_support_mask(self) -> NDArray[np.bool_]:
        check_is_fitted(self)
        mask = np.zeros(len(self.scores_), dtype=bool)
        mask[np.argsort(-self.scores_, kind="stable")[: self.k]] = True
        return mask

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.target_tags.required = True
        return tags


def _centred(X: NDArray[np.float64]) -> NDArray[np.float64]:
    """`X` minus its column means, 0 for missing cells: centring first keeps large offsets from eating the digits."""
    known = ~np.isnan(X)
    counts = np.maximum(known.sum(axis=0), 1)
    means = np.where(known, X, 0).sum(axis=0) / counts
    return np.where(known, X - means, 0)


def _f_values(X: NDArray[np.float64], y: NDArray[Any], *, classification: bool) -> NDArray[np.float64]:
    score = f_classif if classification else f_regression
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # A feature that is constant within every class is the best there is, not a reason to warn.
        warnings.simplefilter("ignore")
        values = score(X, y)[0]
    finite: NDArray[np.float64] = np.nan_to_num(values, nan=0.0, posinf=np.inf)
    return finite
