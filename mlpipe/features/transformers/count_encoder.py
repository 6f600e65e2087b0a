"""Categories become numbers: how often each level occurs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted, validate_data

if TYPE_CHECKING:
    from numpy.typing import NDArray


class CountEncoder(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """The number of training rows with the same level, as float64; 0 for a level that was not there.

    Missing is a level like any other.

    Attributes
    ----------
    counts_ : list of dict
        For each column: rows of each level.
    missing_ : ndarray of shape (n_columns,)
        Rows without a value.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_columns,)
        Only where columns have names.

    Examples
    --------
    >>> frame = pd.DataFrame({"city": ["Oslo", "Rome", "Oslo", None]})
    >>> CountEncoder().fit(frame).transform(pd.DataFrame({"city": ["Oslo", "Paris", None]})).tolist()
    [[2.0], [0.0], [1.0]]
    """

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002  # scikit-learn passes a target to every step
        """Count the levels.

        Parameters
        ----------
        X : DataFrame or array of shape (n_rows, n_columns)
        """
        frame = self._frame(X, reset=True)
        columns = [frame.iloc[:, i] for i in range(frame.shape[1])]
        self.counts_ = [_levels(column) for column in columns]
        self.missing_ = np.array([column.isna().sum() for column in columns], dtype=np.float64)
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Give the count of each cell's level.

        Returns
        -------
        ndarray of shape (n_rows, n_columns)
        """
        check_is_fitted(self)
        frame = self._frame(X, reset=False)
        table = np.empty(frame.shape)
        for i, (counts, missing) in enumerate(zip(self.counts_, self.missing_, strict=True)):
            column = frame.iloc[:, i]
            known = column.map(counts).to_numpy(dtype=np.float64, na_value=0)
            table[:, i] = np.where(column.isna(), missing, np.nan_to_num(known))
        return table

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Name each feature `<column>_count`."""
        check_is_fitted(self)
        names = _check_feature_names_in(self, input_features)
        return np.array([f"{name}_count" for name in names], dtype=object)

    def _frame(self, X: Any, *, reset: bool) -> pd.DataFrame:
        if isinstance(X, pd.DataFrame):
            validate_data(self, X, skip_check_array=True, reset=reset)
            return X
        return pd.DataFrame(validate_data(self, X, dtype=None, ensure_all_finite="allow-nan", reset=reset))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        return tags


def _levels(column: pd.Series) -> dict[object, int]:
    """Rows of each level as plain Python values, in the order in which the levels first occur."""
    counts = column.value_counts(sort=False)
    return dict(zip(counts.index.tolist(), counts.tolist(), strict=True))
