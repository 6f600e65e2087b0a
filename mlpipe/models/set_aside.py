"""Validation rows for an estimator that watches its progress, where training rows are resampled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlpipe.features.resampling.resample import resample
from mlpipe.models.estimators import own_parameters, parse_value
from mlpipe.models.neural.aside import choose_aside
from mlpipe.models.watching import NOBODY, Watching

if TYPE_CHECKING:
    from mlpipe.features.plan.plan import Plan
    from mlpipe.models.fitting import ModelChoice, TrainingMatrix


def set_aside(
    choice: ModelChoice, matrix: TrainingMatrix, plan: Plan, watching: Watching = NOBODY
) -> tuple[TrainingMatrix, Watching]:
    """Take validation rows from those that came, and resample the others anew.

    Rows that were made up lie between their neighbours: taken from the resampled ones, validation rows would be known
    already. As it was comes back what needs none: without resampling the estimator sets rows aside itself.
    """
    if matrix.before is None or watching.rows is not None or not _needs_rows(choice):
        return matrix, watching
    X, y = matrix.before
    chosen = choose_aside(y, seed=choice.seed)
    if chosen is None:
        return matrix, watching
    kept, aside = chosen
    resampled = resample(matrix.features, plan, X[kept], y[kept], seed=plan.seed)
    return (
        replace(matrix, X=resampled.X, y=resampled.y, weights=None),
        replace(watching, rows=(X[aside], y[aside])),
    )


def _needs_rows(choice: ModelChoice) -> bool:
    given = {key: parse_value(text) for key, text in choice.params}
    return choice.spec.watches and {**own_parameters(choice.spec), **given}["patience"] is not None
