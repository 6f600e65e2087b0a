"""Gaussian naive Bayes by blocks: means and variances of all rows, to rounding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.features.streaming.moments import Moments
from mlpipe.models.streaming.matrix_rows import class_counts, in_order

if TYPE_CHECKING:
    from sklearn.naive_bayes import GaussianNB

    from mlpipe.models.streaming.matrix_rows import MatrixRows


def fit_bayes(estimator: GaussianNB, rows: MatrixRows) -> GaussianNB:
    """As `fit` on all rows.

    scikit-learn smooths variances by a share of the largest variance of the rows at hand, which in `partial_fit` is
    that of a block: it is left out there, and added at the end by the variance of all rows.
    """
    smoothing = estimator.var_smoothing
    classes = np.array(list(class_counts(rows)))
    every: list[Moments] = []
    estimator.set_params(var_smoothing=0.0)
    for X, y, weights in in_order(rows):
        estimator.partial_fit(X, y, classes, sample_weight=weights)
        every = every or [Moments() for _ in X.T]
        for moments, column in zip(every, X.T, strict=True):
            moments.add(column)
    estimator.set_params(var_smoothing=smoothing)
    estimator.epsilon_ = smoothing * max(float(moments.std()) ** 2 for moments in every)
    estimator.var_ += estimator.epsilon_
    return estimator
