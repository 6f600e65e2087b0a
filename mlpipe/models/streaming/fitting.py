"""Which estimators learn from blocks, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.base import clone
from sklearn.cluster import MiniBatchKMeans
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import SGDClassifier, SGDRegressor
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import StandardScaler

from mlpipe.models.streaming.bayes import fit_bayes
from mlpipe.models.streaming.centres import fit_centres
from mlpipe.models.streaming.gradient import descends, fit_classes, fit_numbers
from mlpipe.models.streaming.learner import BlockLearner
from mlpipe.models.streaming.matrix_rows import ChangedRows, balanced_rows, class_counts, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlpipe.models.streaming.matrix_rows import Block, MatrixRows


def learns_from_blocks(estimator: Any) -> bool:
    """Whether an unfitted estimator can learn from rows in blocks."""
    if isinstance(estimator, (SGDClassifier, SGDRegressor)):
        return descends(estimator)
    if isinstance(estimator, TransformedTargetRegressor):
        return isinstance(estimator.transformer, StandardScaler) and learns_from_blocks(estimator.regressor)
    return estimator.takes_blocks if isinstance(estimator, BlockLearner) else type(estimator) in _FITS


def row_bytes(estimator: Any, n_features: int, n_outputs: int) -> int:
    """What memory keeps of each row while an estimator learns from blocks."""
    return estimator.row_bytes(n_features, n_outputs) if isinstance(estimator, BlockLearner) else 0


def fit_by_blocks(
    estimator: Any, rows: MatrixRows, *, balanced: bool = False, watching: Mapping[str, Any] | None = None
) -> Any:
    """Fit an estimator that learns from blocks.

    Parameters
    ----------
    balanced : bool
        Weigh the rows where it does not weigh classes itself.
    watching : mapping, optional
        What `fit` takes of an estimator that watches its progress.
    """
    if balanced and "class_weight" not in estimator.get_params(deep=False):
        rows = balanced_rows(rows, class_counts(rows))
    if isinstance(estimator, BlockLearner):
        return estimator.fit_blocks(rows, **(watching or {}))
    return _FITS[type(estimator)](estimator, rows)


def _fit_standardised(estimator: TransformedTargetRegressor, rows: MatrixRows) -> TransformedTargetRegressor:
    """Learn a quantity of mean 0 and deviation 1."""
    scaler = StandardScaler()
    for _, y, _ in in_order(rows):
        scaler.partial_fit(y[:, None])
    X, y, _ = rows.block(0)
    estimator.fit(X[:2], y[:2])  # for all that it knows beside the two
    estimator.transformer_ = scaler

    def standardised(block: Block) -> Block:
        X, y, weights = block
        return X, scaler.transform(y[:, None])[:, 0], weights

    estimator.regressor_ = fit_by_blocks(clone(estimator.regressor), ChangedRows(rows=rows, change=standardised))
    return estimator


_FITS: dict[type, Callable[[Any, MatrixRows], Any]] = {
    SGDClassifier: fit_classes,
    SGDRegressor: fit_numbers,
    GaussianNB: fit_bayes,
    MiniBatchKMeans: fit_centres,
    TransformedTargetRegressor: _fit_standardised,
}
