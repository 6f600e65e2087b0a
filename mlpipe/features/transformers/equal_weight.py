"""Several features that stand for one column count as much as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

if TYPE_CHECKING:
    from numpy.typing import NDArray


class EqualWeight(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Features divided by one number, so that their variances add up to 1 among the training rows.

    The mean squared distance of two rows is twice the sum of the variances: a column of many features then has the
    same say in it as a standardised number.

    Attributes
    ----------
    scale_ : float
        What every feature is multiplied by; 1 where none of them varies.

    References
    ----------
    Escofier and Pagès (1994), Multiple factor analysis, Computational Statistics & Data Analysis 18, 121-140: groups
    of variables are balanced by one weight for each group.

    Examples
    --------
    >>> EqualWeight().fit_transform(np.array([[0.0, 1.0], [1.0, 0.0]])).var(axis=0).sum().round(9)
    np.float64(1.0)
    """

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002  # scikit-learn passes a target to every step
        """Measure the variance of all features together.

        Parameters
        ----------
        X : array of shape (n_rows, n_features)
        """
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        self.set_variance(float(np.nansum(np.nanvar(X, axis=0))))
        return self

    def set_variance(self, total: float) -> None:
        """Set the weight by the variance of all features together."""
        self.scale_ = float(1 / np.sqrt(total)) if total > 0 else 1.0

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Weigh rows.

        Returns
        -------
        ndarray of shape (n_rows, n_features)
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        weighed: NDArray[np.float64] = X * self.scale_
        return weighed

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
