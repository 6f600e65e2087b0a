"""Categories become numbers: the mean of each of several targets for each level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.preprocessing import TargetEncoder
from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    from numpy.typing import NDArray


class TargetMeans(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """One `TargetEncoder` for each target, side by side: scikit-learn's takes a single one.

    Labels of 0 and 1 are numbers here, whose mean is the share of the rows that have the label: a fold in which all
    rows are alike is no error.

    Parameters
    ----------
    cv : cross-validator
        `fit_transform` gives a row means that it took no part in.

    Attributes
    ----------
    encoders_ : list of TargetEncoder
    """

    def __init__(self, cv: Any = None) -> None:
        self.cv = cv

    def fit(self, X: Any, y: NDArray[Any]) -> Self:
        """Fit on targets of shape (n_rows, n_targets)."""
        self.encoders_ = [self.build_encoder().fit(X, column) for column in _columns(y)]
        return self

    def fit_transform(self, X: Any, y: NDArray[Any]) -> NDArray[np.float64]:
        """Fit, and give means that are cross-fitted, of shape (n_rows, n_targets)."""
        self.encoders_ = [self.build_encoder() for _ in _columns(y)]
        parts = [encoder.fit_transform(X, column) for encoder, column in zip(self.encoders_, _columns(y), strict=True)]
        return np.hstack(parts)

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Means of shape (n_rows, n_targets)."""
        check_is_fitted(self)
        return np.hstack([encoder.transform(X) for encoder in self.encoders_])

    def build_encoder(self) -> TargetEncoder:
        """The unfitted encoder of one target."""
        return TargetEncoder(target_type="continuous", smooth="auto", cv=self.cv)


def _columns(y: NDArray[Any]) -> list[NDArray[np.float64]]:
    return list(np.asarray(y, dtype=np.float64).T)
