"""What a dummy that never looks at the columns would score on the same rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.scores import score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.metrics.outcome import Outcome


def baseline_scores(
    outcome: Outcome, names: Sequence[str], *, prior: Sequence[float] = (), mean: float = 0.0
) -> dict[str, float | None]:
    """Score a dummy on the rows of `outcome`.

    Parameters
    ----------
    prior : sequence of float
        Class shares among the training rows, in the order of `outcome.classes`: the dummy predicts the most frequent
        class, and these shares as probabilities. (Classification.)
    mean : float
        Mean of the target over the training rows: what the dummy predicts. (Regression.)
    """
    scores = score(_of_classes(outcome, prior) if outcome.task.is_classification else _of_mean(outcome, mean), names)
    return {name: found.value for name, found in scores.items()}


def _of_classes(outcome: Outcome, prior: Sequence[float]) -> Outcome:
    label = outcome.classes[int(np.argmax(prior))]
    return replace(
        outcome,
        y_pred=np.full(outcome.n_rows, label),
        y_proba=np.tile(np.asarray(prior, dtype=np.float64), (outcome.n_rows, 1)),
    )


def _of_mean(outcome: Outcome, mean: float) -> Outcome:
    return replace(outcome, y_pred=np.full(outcome.n_rows, mean), y_proba=None)
