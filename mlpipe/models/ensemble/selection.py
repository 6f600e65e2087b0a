"""Greedy ensemble selection: which models to average, and with what weights, by their out-of-fold predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Loss = Callable[[Floats], Floats]

STEPS = 30


def log_losses(given: Floats) -> Floats:
    """-log of the probabilities given to the true classes."""
    return -np.log(np.clip(given, 1e-15, 1.0))


def squared_errors(y: Floats) -> Loss:
    """Squared distances of predictions to `y`."""
    return lambda predicted: (predicted - y) ** 2


def greedy_weights(
    said: Floats, losses: Loss, *, row_weights: Floats | None = None, steps: int = STEPS
) -> tuple[Floats, float]:
    """Weights of the average that loses least, found by adding one model at a time, with replacement.

    The best model comes first; each step then adds the one with which the average of all picked so far loses least. Of
    the averages on the way the best is taken. A model that is picked twice weighs twice.

    Parameters
    ----------
    said : ndarray of shape (n_models, n_rows)
        Out-of-fold predictions: numbers, or the probability given to each row's true class (the log loss of an
        average depends on nothing else).
    losses : callable
        Averaged predictions of shape (..., n_rows) to losses of the same shape; of several targets, from
        (..., n_rows, n_targets) to (..., n_rows).
    row_weights : ndarray of shape (n_rows,), optional

    Returns
    -------
    weights : ndarray of shape (n_models,)
        Not negative, with sum 1.
    loss : float
        Mean loss of the weighted average.

    References
    ----------
    Caruana, Niculescu-Mizil, Crew, Ksikes (2004), Ensemble selection from libraries of models, ICML,
    doi:10.1145/1015330.1015432.

    Examples
    --------
    Two models that err to either side are better together:

    >>> y = np.array([0.0, 1.0, 2.0])
    >>> weights, loss = greedy_weights(np.array([y - 1, y + 1, y + 9]), squared_errors(y))
    >>> weights.tolist(), loss
    ([0.5, 0.5, 0.0], 0.0)
    """
    total = np.zeros(said.shape[1:])
    picks = np.zeros(len(said))
    best_loss, best_picks = np.inf, picks
    for step in range(1, steps + 1):
        means = np.average(losses((total + said) / step), axis=1, weights=row_weights)
        pick = int(np.argmin(means))
        total = total + said[pick]
        picks = picks + np.eye(len(said))[pick]
        if means[pick] < best_loss:
            best_loss, best_picks = float(means[pick]), picks
    return best_picks / best_picks.sum(), best_loss
