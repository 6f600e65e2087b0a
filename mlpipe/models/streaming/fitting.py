"""Which estimators learn from blocks, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import SGDClassifier, SGDRegressor
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import StandardScaler

from mlpipe.models.streaming.bayes import fit_bayes
from mlpipe.models.streaming.gradient import descends, fit_classes, fit_numbers
from mlpipe.models.streaming.matrix_rows import Balanced, class_counts, in_order

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from mlpipe.models.streaming.matrix_rows import Block, MatrixRows


def learns_from_blocks(estimator: Any) -> bool:
    """Whether an unfitted estimator can learn from rows in blocks."""
    if isinstance(estimator, (SGDClassifier, SGDRegressor)):
        return descends(estimator)
    if isinstance(estimator, TransformedTargetRegressor):
        return isinstance(estimator.transformer, StandardScaler) and learns_from_blocks(estimator.regressor)
    return type(estimator) in _FITS


def fit_by_blocks(estimator: Any, rows: MatrixRows, *, balanced: bool = False) -> Any:
    """Fit an estimator that learns from blocks; `balanced` weighs the rows where it does not weigh classes itself."""
    if balanced and "class_weight" not in estimator.get_params(deep=False):
        rows = Balanced(rows=rows, counts=class_counts(rows))
    return _FITS[type(estimator)](estimator, rows)


def _fit_standardised(estimator: TransformedTargetRegressor, rows: MatrixRows) -> TransformedTargetRegressor:
    """Learn a quantity of mean 0 and deviation 1."""
    scaler = StandardScaler()
    for _, y, _ in in_order(rows):
        scaler.partial_fit(y[:, None])
    X, y, _ = rows.block(0)
    estimator.fit(X[:2], y[:2])  # for all that it knows beside the two
    estimator.transformer_ = scaler
    estimator.regressor_ = fit_by_blocks(clone(estimator.regressor), _Standardised(rows=rows, scaler=scaler))
    return estimator


@dataclass(frozen=True, kw_only=True, eq=False)
class _Standardised:
    """Rows with their quantity in deviations from its mean."""

    rows: MatrixRows
    scaler: StandardScaler

    @property
    def n_rows(self) -> int:
        """All of them."""
        return self.rows.n_rows

    def block(self, place: int) -> Block:
        """The rows of one block."""
        X, y, weights = self.rows.block(place)
        scaled: NDArray[np.float64] = self.scaler.transform(y[:, None])[:, 0]
        return X, scaled, weights


_FITS: dict[type, Callable[[Any, MatrixRows], Any]] = {
    SGDClassifier: fit_classes,
    SGDRegressor: fit_numbers,
    GaussianNB: fit_bayes,
    TransformedTargetRegressor: _fit_standardised,
}
