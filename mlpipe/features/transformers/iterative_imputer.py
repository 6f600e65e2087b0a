"""Gaps filled by regressions on the other columns, the same for a row whatever rows come with it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.experimental import enable_iterative_imputer  # noqa: F401 - makes the next line possible
from sklearn.impute import IterativeImputer
from sklearn.utils.validation import check_is_fitted, validate_data

from mlpipe.features.transformers.missing_patterns import by_pattern

if TYPE_CHECKING:
    from numpy.typing import NDArray


class RegressionImputer(IterativeImputer):  # type: ignore[misc]  # scikit-learn ships no types
    """Chained regressions (van Buuren and Groothuis-Oudshoorn 2011, doi:10.18637/jss.v045.i03), ten rounds at most.

    As `sklearn.impute.IterativeImputer`, but silent where rounds end before they settle, which they often do for good,
    and equal to the last bit for one row alone and among many.

    Parameters
    ----------
    random_state : int
        For ties and starts.
    """

    def __init__(self, *, random_state: int = 0) -> None:
        super().__init__(random_state=random_state, keep_empty_features=True)

    @classmethod
    def _get_param_names(cls) -> list[str]:
        return ["random_state"]

    def fit_transform(self, X: Any, y: Any = None, **params: Any) -> NDArray[np.float64]:
        """Fit the regressions and fill the training rows."""
        # A copy, as scikit-learn writes to what it gets, which of a table may be read-only.
        own = validate_data(self, X, dtype=np.float64, order="F", copy=True, ensure_all_finite="allow-nan")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            filled: NDArray[np.float64] = super().fit_transform(own, y, **params)
        validate_data(self, X, skip_check_array=True)  # for the names, which the copy lacks
        return filled

    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Fit the regressions on training rows."""
        self.fit_transform(X, y, **params)
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Fill the gaps of rows."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        return by_pattern(super().transform, X)
