"""The chosen model as it was fitted without some rows, and these rows: what importance and loss are measured on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.errors import MlpipeError
from mlpipe.models.fitting import fit_estimator
from mlpipe.models.folds import choose_folds
from mlpipe.models.predicting import predict_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.feature import Feature
    from mlpipe.features.preprocessor.matrix import Matrix
    from mlpipe.models.fitting import ModelChoice, TrainingMatrix
    from mlpipe.models.predicting import Predictions
    from mlpipe.target import Target

MOST_ROWS = 10_000
"""Rows of which some are held back where no fold was fitted: enough to measure on."""
PARTS = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Unseen:
    """Rows that an estimator did not learn from.

    Parameters
    ----------
    X : ndarray or csr_matrix of shape (n_rows, n_features)
        As the estimator sees them.
    features : tuple of Feature
        What the columns of `X` are.
    learnt : (X, y) or None
        What it did learn from, where it stands alone.
    """

    target: Target
    estimator: Any
    rowwise: bool
    X: Matrix
    y: NDArray[Any]
    features: tuple[Feature, ...]
    weights: NDArray[np.float64] | None = None
    learnt: tuple[Matrix, NDArray[Any]] | None = None

    def predict(self, X: Matrix) -> Predictions:
        """What the estimator says of rows."""
        return predict_matrix(self.estimator, X, self.target, rowwise=self.rowwise)


def of_prepared_rows(
    choice: ModelChoice, prepared: TrainingMatrix, target: Target, *, n_components: int
) -> Unseen | None:
    """Fit again without a part of the prepared rows; `None` where there are too few of them.

    The rows were prepared together: what they share is centre and spread of the columns, and no target.
    """
    X, y, weights = prepared.X, prepared.y, prepared.weights
    some = np.sort(np.random.default_rng(choice.seed).permutation(len(y))[:MOST_ROWS])
    try:
        fold = choose_folds(len(some), strata=target.strata(y[some]), n_folds=PARTS, seed=choice.seed)[0]
        train, valid = some[fold.train], some[fold.valid]
        fitted = fit_estimator(
            choice,
            X[train],
            y[train],
            features=prepared.features,
            n_components=n_components,
            weights=None if weights is None else weights[train],
        )
    except MlpipeError:
        return None
    return Unseen(
        target=target,
        estimator=fitted.estimator,
        rowwise=choice.spec.rowwise,
        X=X[valid],
        y=y[valid],
        features=prepared.features,
        learnt=(X[train], y[train]),
        weights=None if weights is None else weights[valid],
    )
