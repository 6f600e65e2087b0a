"""Times of day become numbers: hours since midnight, and their place on the circle of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from mlpipe.features.plan.plan import TIME_PARTS, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SECONDS_PER_HOUR = 3_600
HOURS_PER_DAY = 24


class TimeParts(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Parts of one column of seconds since midnight, as float64; a missing time gives missing parts.

    Parameters
    ----------
    parts : sequence of str
        Parts to give, of `plan.TIME_PARTS`: `time` is the hours since midnight, `time_sin` and `time_cos` the place
        on the circle of 24 hours, so that 23:59 is next to 00:00.

    Examples
    --------
    >>> TimeParts().fit_transform([[21_600.0], [np.nan]]).round(12).tolist()
    [[6.0, 1.0, 0.0], [nan, nan, nan]]
    """

    def __init__(self, parts: Sequence[Part] = TIME_PARTS) -> None:
        self.parts = parts

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002  # scikit-learn passes a target to every step
        """Check the parts; nothing is learnt.

        Parameters
        ----------
        X : DataFrame or array of shape (n_rows, 1)
            Seconds since midnight.
        """
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        if X.shape[1] != 1:
            raise ValueError(f"TimeParts takes one column of seconds, not {X.shape[1]}.")
        if not self.parts or not set(self.parts) <= set(TIME_PARTS):
            raise ValueError(
                f"Parts of a time of day are {', '.join(TIME_PARTS)}; these are asked for: {self.parts!r}."
            )
        self.parts_ = tuple(self.parts)
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Give the parts of each time.

        Returns
        -------
        ndarray of shape (n_rows, n_parts)
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        hours = X[:, 0] / SECONDS_PER_HOUR
        angle = 2 * np.pi * hours / HOURS_PER_DAY
        made = {"time": hours, "time_sin": np.sin(angle), "time_cos": np.cos(angle)}
        return np.column_stack([made[part] for part in self.parts_])

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Name each feature `<column>_<part>`."""
        check_is_fitted(self)
        names = getattr(self, "feature_names_in_", ["x0"]) if input_features is None else input_features
        return np.array([f"{names[0]}_{part}" for part in self.parts_], dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
