"""Extreme numbers are pulled in to fences that the training rows set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from mlpipe.params.choices import OutlierRule

QUARTILES = (0.25, 0.75)
RANGES = 3
"""Interquartile ranges beyond the quartiles at which Tukey calls a value far out."""

TAILS = (0.01, 0.99)


class Clipper(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Numbers beyond the fences of their column are set to the fence (winsorised); gaps stay.

    A column whose fences would coincide has none: its few other values are not errors but all that it tells.

    Parameters
    ----------
    rule : str
        `iqr`: fences at the quartiles -/+ 3 times the interquartile range (Tukey 1977). `quantile`: at the 1 % and
        99 % quantiles of the training rows.

    Attributes
    ----------
    low_, high_ : ndarray of shape (n_features,)
        The fences; infinite where a column has none.
    clipped_ : ndarray of shape (2, n_features)
        Training cells below and above the fences.

    Examples
    --------
    >>> X = np.array([[1.0], [2.0], [3.0], [4.0], [100.0]])
    >>> Clipper().fit_transform(X).ravel().tolist()
    [1.0, 2.0, 3.0, 4.0, 10.0]
    """

    def __init__(self, rule: OutlierRule = "iqr") -> None:
        self.rule = rule

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002  # scikit-learn passes a target to every step
        """Set the fences.

        Parameters
        ----------
        X : array of shape (n_rows, n_features)
        """
        if self.rule not in {"iqr", "quantile"}:
            raise ValueError(f"rule is {self.rule!r}, not iqr or quantile.")
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        # One column at a time, without its gaps: nanquantile over a table takes a hundred times as long.
        self.set_fences([_quantiles(column[~np.isnan(column)], self.shares) for column in X.T])
        self.clipped_ = self.beyond(X)
        return self

    @property
    def shares(self) -> tuple[float, float]:
        """The shares of a column at whose quantiles fences are set, or from which they are reckoned."""
        return QUARTILES if self.rule == "iqr" else TAILS

    def set_fences(self, quantiles: Iterable[tuple[float, float]]) -> None:
        """Set the fences by the quantiles of each column at `shares`; NaN for a column without a number."""
        fences = np.array([self._fences(low, high) for low, high in quantiles])
        self.low_, self.high_ = fences[:, 0], fences[:, 1]

    def beyond(self, X: NDArray[np.float64]) -> NDArray[np.int64]:
        """How many cells of each column lie below and above the fences, of shape (2, n_features)."""
        return np.stack([(self.low_ > X).sum(axis=0), (self.high_ < X).sum(axis=0)])

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Clip.

        Returns
        -------
        ndarray of shape (n_rows, n_features)
        """
        X = _validated(self, X)
        clipped: NDArray[np.float64] = np.clip(X, self.low_, self.high_)
        return clipped

    def _fences(self, low: float, high: float) -> tuple[float, float]:
        if not low < high:
            return -np.inf, np.inf
        if self.rule == "quantile":
            return low, high
        with np.errstate(over="ignore"):
            return low - RANGES * (high - low), high + RANGES * (high - low)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def _quantiles(known: NDArray[np.float64], shares: tuple[float, float]) -> tuple[float, float]:
    low, high = np.quantile(known, shares).tolist() if len(known) else (np.nan, np.nan)
    return low, high


def outside(clipper: Clipper, X: Any) -> NDArray[np.bool_]:
    """Tell which rows have a cell beyond the fences of a fitted clipper.

    Returns
    -------
    ndarray of shape (n_rows,)
    """
    X = _validated(clipper, X)
    beyond: NDArray[np.bool_] = ((clipper.low_ > X) | (clipper.high_ < X)).any(axis=1)
    return beyond


def _validated(clipper: Clipper, X: Any) -> NDArray[np.float64]:
    check_is_fitted(clipper)
    X = validate_data(clipper, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
    return np.asarray(X)
