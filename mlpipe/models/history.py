"""How the loss fell while an iterative learner was fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.models.estimators import inner_estimator

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class History:
    """A learner's loss after each iteration.

    Parameters
    ----------
    loss : str
        What was minimised, in words.
    train : ndarray of shape (n_iterations,)
    valid : ndarray of shape (n_iterations,) or None
        On rows that the learner held back for early stopping, where it did; a score where `valid_is_score`.
    """

    loss: str
    train: NDArray[np.float64]
    valid: NDArray[np.float64] | None = None
    valid_name: str = ""


def training_history(estimator: Any) -> History | None:
    """The loss curve of a fitted neural network or boosted trees; `None` for learners that keep none."""
    inner = inner_estimator(estimator)
    if hasattr(inner, "loss_curve_"):
        return _of_network(inner)
    if hasattr(inner, "do_early_stopping_"):
        return _of_histogram_boosting(inner)
    if hasattr(inner, "train_score_"):
        return History(loss="training loss", train=np.asarray(inner.train_score_, dtype=np.float64))
    return None


def _of_network(network: Any) -> History:
    held_out = getattr(network, "validation_scores_", None)
    return History(
        loss="training loss",
        train=np.asarray(network.loss_curve_, dtype=np.float64),
        valid=None if held_out is None else np.asarray(held_out, dtype=np.float64),
        valid_name="" if held_out is None else "score on held-back training rows",
    )


def _of_histogram_boosting(boosting: Any) -> History | None:
    """Histogram boosting scores itself only when it stops early; its scores are negative losses."""
    if not len(boosting.train_score_):
        return None
    valid = np.asarray(boosting.validation_score_, dtype=np.float64)
    return History(
        loss="training loss",
        train=-np.asarray(boosting.train_score_, dtype=np.float64),
        valid=-valid if len(valid) else None,
        valid_name="loss on held-back training rows" if len(valid) else "",
    )
