"""Validation rows for an estimator that watches its progress, where training rows are resampled or tied together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.validation import has_fit_parameter

from mlpipe.errors import DataError
from mlpipe.features.resampling.resample import resample
from mlpipe.models.estimators import own_parameters, parse_value
from mlpipe.models.neural.aside import FEWEST_ROWS, SHARE, choose_aside
from mlpipe.models.watching import NOBODY, Watching

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.features.plan.plan import Plan
    from mlpipe.models.bonds import Bonds
    from mlpipe.models.fitting import ModelChoice, TrainingMatrix


def set_aside(
    choice: ModelChoice, matrix: TrainingMatrix, plan: Plan, watching: Watching = NOBODY
) -> tuple[TrainingMatrix, Watching]:
    """Take validation rows where the estimator cannot choose them itself.

    Where training rows are resampled, from those that came, and the others are resampled anew: rows that were made up
    lie between their neighbours, and would be known already. Where groups or time tie the rows, so that none is known
    by its group or its future. As it was comes back what needs none: else the estimator sets rows aside itself.
    """
    must = matrix.before is not None or matrix.bonds.divides
    if watching.rows is not None or not must or not needs_rows(choice, several=matrix.y.ndim > 1):
        return matrix, watching
    X, y = matrix.before or (matrix.X, matrix.y)
    chosen = (
        choose_tied(y, matrix.bonds, seed=choice.seed) if matrix.bonds.divides else choose_aside(y, seed=choice.seed)
    )
    if chosen is None:
        return matrix, watching
    kept, aside = chosen
    watching = replace(watching, rows=(X[aside], y[aside]))
    if matrix.before is None:
        weights = None if matrix.weights is None else matrix.weights[kept]
        return replace(matrix, X=X[kept], y=y[kept], weights=weights), watching
    resampled = resample(matrix.features, plan, X[kept], y[kept], seed=plan.seed)
    return replace(matrix, X=resampled.X, y=resampled.y, weights=None), watching


def needs_rows(choice: ModelChoice, *, several: bool) -> bool:
    """Whether the estimator watches its progress, and takes rows to do so: none inside a wrapper does."""
    given = {key: parse_value(text) for key, text in choice.params}
    if not choice.spec.watches or {**own_parameters(choice.spec), **given}["patience"] is None:
        return False
    return bool(has_fit_parameter(choice.build(several=several), "validation"))


def choose_tied(y: NDArray[Any], bonds: Bonds, *, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]] | None:
    """Rows to learn from, and rows to watch progress on: the newest, or whole groups in about the share of classes.

    Rows of a class that no other row teaches are learnt from all the same.

    Parameters
    ----------
    y : ndarray of shape (n_rows,) or (n_rows, n_outputs)
        Classes, where they are texts or whole numbers; else numbers.
    """
    classes = None if y.dtype.kind == "f" else y
    aside = _whole_groups(bonds, len(y), classes, seed=seed) if bonds.order is None else _newest(bonds.order)
    if classes is not None and classes.ndim == 1:
        aside = aside[np.isin(classes[aside], np.delete(classes, aside))]
    kept = np.setdiff1d(np.arange(len(y)), aside)
    return (kept, aside) if len(aside) and len(y) >= FEWEST_ROWS else None


def _newest(order: NDArray[Any]) -> NDArray[np.intp]:
    """The newest rows, and with them all of the same time; none where this were more than half."""
    since = np.sort(order)[-max(round(SHARE * len(order)), 1)]
    aside = np.flatnonzero(order >= since)
    return aside if 2 * len(aside) <= len(order) else aside[:0]


def _whole_groups(bonds: Bonds, n_rows: int, strata: NDArray[Any] | None, *, seed: int) -> NDArray[np.intp]:
    """The rows of about a share of the groups; none where there is but one."""
    n_folds = bonds.most_folds(n_rows, strata, wanted=round(1 / SHARE))
    try:
        return bonds.folds(n_rows, strata, n_folds=n_folds, seed=seed)[0].valid
    except DataError:
        return np.arange(0)
