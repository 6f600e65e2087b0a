"""How much worse a model gets without a column: the drop of a metric when the column is shuffled."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from mlpipe.features.preprocessor.matrix import BATCH_ROWS
from mlpipe.metrics.bootstrap import draw_counts
from mlpipe.metrics.scores import build_scorer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.feature import Feature
    from mlpipe.features.preprocessor.matrix import Matrix
    from mlpipe.metrics.metric_spec import MetricSpec
    from mlpipe.models.predicting import Predictions

    Floats = NDArray[np.float64]

METHOD = "permutation"
MEASURED_ROWS = 1000
MOST_COLUMNS = 1000
"""Beyond, shuffling each column takes too long, and no one reads so many."""
MOST_SHUFFLES = 150
RESAMPLES = 100
COVERAGE = 0.95


@dataclass(frozen=True, kw_only=True)
class Importance:
    """How much a model leans on one raw column.

    Parameters
    ----------
    importance : float
        Drop of the metric (rise, where smaller is better) on rows that the model did not learn from.
    low, high : float
        Interval over shuffles and resampled rows, at 95 %.
    """

    column: str
    importance: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """Whether the model leans on it beyond the noise of shuffling and of the rows at hand."""
        return self.low > 0


def column_importance(
    predict: Callable[[Matrix], Predictions],
    X: Matrix,
    y: NDArray[Any],
    features: Sequence[Feature],
    metric: MetricSpec,
    *,
    row_weights: Floats | None = None,
    seed: int,
) -> list[Importance]:
    """Importance of each raw column, largest first; none beyond `MOST_COLUMNS` columns.

    All features that come from a column are shuffled together, in all views of a blend alike.

    Parameters
    ----------
    predict : callable
        Preprocessed rows to predictions.
    X : ndarray or csr_matrix of shape (n_rows, n_features)
        Preprocessed rows that the model did not learn from; at most `MEASURED_ROWS` of them are used.
    features : sequence of Feature
        What the columns of `X` are.
    row_weights : ndarray of shape (n_rows,), optional
        What each row counts.

    References
    ----------
    Breiman (2001), Random forests, Machine Learning 45, doi:10.1023/A:1010933404324.
    """
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.permutation(len(y))[:MEASURED_ROWS])
    X, y = X[rows], y[rows]
    sources = np.array([feature.column for feature in features])
    columns = list(dict.fromkeys(sources.tolist()))
    if len(columns) > MOST_COLUMNS or len(y) < 2:
        return []
    weights = np.vstack([np.ones((1, len(y))), *draw_counts(len(y), RESAMPLES, rng)])
    if row_weights is not None:
        weights = weights * row_weights[rows]
    repeats = max(1, min(5, MOST_SHUFFLES // len(columns)))
    places = [np.flatnonzero(sources == column) for column in columns for _ in range(repeats)]
    shuffled = (_shuffled(X, place, rng.permutation(len(y))) for place in places)
    measured = _measured(itertools.chain([X], shuffled), _Measure(predict, y, metric, weights))
    before = next(measured)
    drops = np.array([before - values for values in measured]).reshape(len(columns), repeats, -1)
    found = [_summed_up(column, values) for column, values in zip(columns, drops, strict=True)]
    return sorted((one for one in found if one is not None), key=lambda one: -one.importance)


def _measured(matrices: Iterable[Matrix], measure: _Measure) -> Iterator[Floats]:
    """The metric of each matrix; so many are predicted together that a call is worth what it costs to make."""
    together = max(1, BATCH_ROWS // len(measure.y))
    each = iter(matrices)
    while some := list(itertools.islice(each, together)):
        stack = sparse.vstack(some, format="csr") if sparse.issparse(some[0]) else np.vstack(some)
        yield from measure(stack)


@dataclass(frozen=True)
class _Measure:
    """Matrices below each other to the metric of each, larger is better: on the rows as they are, then on resampled."""

    predict: Callable[[Matrix], Predictions]
    y: NDArray[Any]
    metric: MetricSpec
    weights: Floats

    def __call__(self, X: Matrix) -> Iterator[Floats]:
        predictions = self.predict(X)
        for start in range(0, X.shape[0], len(self.y)):
            yield self._value(predictions.take(slice(start, start + len(self.y))))

    def _value(self, predictions: Predictions) -> Floats:
        scorer = build_scorer(predictions.beside(self.y), [self.metric])
        values = scorer.values(self.weights).get(self.metric.name)
        if values is None:
            return np.full(len(self.weights), np.nan)
        return values if self.metric.greater_is_better else -values


def _summed_up(column: str, drops: Floats) -> Importance | None:
    """Drops of shape (n_shuffles, 1 + n_resamples) as one number and its interval."""
    value, resampled = float(drops[:, 0].mean()), drops[:, 1:]
    resampled = resampled[~np.isnan(resampled)]
    if np.isnan(value) or not len(resampled):
        return None
    low, high = np.quantile(resampled, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    return Importance(column=column, importance=value, low=min(float(low), value), high=max(float(high), value))


def _shuffled(X: Matrix, place: NDArray[np.intp], order: NDArray[np.intp]) -> Matrix:
    """`X` with the features at `place` taken from other rows."""
    if sparse.issparse(X):
        moved = np.zeros(X.shape[1])
        moved[place] = 1.0
        return (X @ sparse.diags_array(1 - moved) + X[order] @ sparse.diags_array(moved)).tocsr()
    shuffled = X.copy()
    shuffled[:, place] = X[order][:, place]
    return shuffled
