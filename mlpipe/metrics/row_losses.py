"""What the probabilities of each row cost: the losses whose means are scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mlpipe.metrics.outcome import Floats, Outcome


def log_losses(outcome: Outcome) -> Floats:
    """Minus the logarithm of the probability given to the true class, of shape (n_rows,)."""
    # A probability of nought for what then happened would cost infinity: cut as scikit-learn does.
    epsilon = np.finfo(np.float64).eps
    return -np.log(np.clip(_proba_of_truth(outcome), epsilon, 1 - epsilon))


def brier_losses(outcome: Outcome) -> Floats:
    """Squared error of the positive class's probability; of many classes, summed over them.

    References
    ----------
    Brier (1950), Verification of forecasts expressed in terms of probability, Monthly Weather Review 78, 1-3.
    """
    if outcome.positive is not None:
        losses: Floats = (outcome.score_of(outcome.positive) - (outcome.true_codes == outcome.positive)) ** 2
        return losses
    assert outcome.y_proba is not None
    # The sum over classes of (p - [true])² without the indicator matrix; a label never seen adds its whole 1.
    squares: Floats = (outcome.y_proba**2).sum(axis=1) - 2 * _proba_of_truth(outcome) + 1
    return squares


def _proba_of_truth(outcome: Outcome) -> Floats:
    assert outcome.y_proba is not None
    known = outcome.true_codes < len(outcome.classes)
    columns = np.where(known, outcome.true_codes, 0)
    return np.where(known, np.take_along_axis(outcome.y_proba, columns[:, None], axis=1)[:, 0], 0.0)
