"""What the probabilities of each row cost: the losses whose means are scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import numpy as np

from mlpipe.metrics.labels.label_sums import label_log_losses
from mlpipe.target import ClassTarget, LabelsTarget, NoTarget, NumbersTarget, NumberTarget
from mlpipe.task import no_target

if TYPE_CHECKING:
    from mlpipe.metrics.arrays import Floats
    from mlpipe.metrics.outcome import Outcome


def row_errors(outcome: Outcome) -> Floats:
    """What each row's prediction is off by, of shape (n_rows,): 0 or 1 for a class, the distance for a number.

    Of several labels the share that is wrong, of several numbers the mean distance in standard deviations of each.
    """
    target = outcome.target
    match target:
        case ClassTarget():
            wrong: Floats = (outcome.y_true != outcome.y_pred).astype(np.float64)
            return wrong
        case NumberTarget():
            distances: Floats = np.abs(outcome.y_true.astype(np.float64) - outcome.y_pred.astype(np.float64))
            return distances
        case LabelsTarget():
            share: Floats = np.abs(outcome.y_true - outcome.y_pred).mean(axis=1)
            return share
        case NumbersTarget():
            spread = outcome.y_true.std(axis=0)
            parts: Floats = np.abs(outcome.y_true - outcome.y_pred) / np.where(spread > 0, spread, 1.0)
            return np.asarray(parts.mean(axis=1))
        case NoTarget():
            raise no_target(target.task)
        case _:
            assert_never(target)


def surprises(outcome: Outcome) -> Floats:
    """How badly each row went, of shape (n_rows,): by the probability of the truth where there is one."""
    if outcome.classes and outcome.y_proba is not None:
        return log_losses(outcome)
    if outcome.y_proba is not None:
        return label_log_losses(outcome)
    return row_errors(outcome)


def log_losses(outcome: Outcome) -> Floats:
    """Minus the logarithm of the probability given to the true class, of shape (n_rows,)."""
    # A probability of nought for what then happened would cost infinity: cut as scikit-learn does.
    epsilon = np.finfo(np.float64).eps
    return -np.log(np.clip(proba_of_truth(outcome), epsilon, 1 - epsilon))


def brier_losses(outcome: Outcome) -> Floats:
    """Squared error of the positive class's probability; of many classes, summed over them.

    References
    ----------
    Brier (1950), Verification of forecasts expressed in terms of probability, Monthly Weather Review 78, 1-3.
    """
    if outcome.positive is not None:
        losses: Floats = (outcome.score_of(outcome.positive) - outcome.has(outcome.positive)) ** 2
        return losses
    assert outcome.y_proba is not None
    # The sum over classes of (p - [true])² without the indicator matrix; a label never seen adds its whole 1.
    squares: Floats = (outcome.y_proba**2).sum(axis=1) - 2 * proba_of_truth(outcome) + 1
    return squares


def proba_of_truth(outcome: Outcome) -> Floats:
    """The probability given to each row's true class; nought for a label that the model has never seen."""
    assert outcome.y_proba is not None
    known = outcome.y_true < len(outcome.classes)
    columns = np.where(known, outcome.y_true, 0)
    return np.where(known, np.take_along_axis(outcome.y_proba, columns[:, None], axis=1)[:, 0], 0.0)
