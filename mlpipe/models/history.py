"""How the loss fell while an iterative learner was fitted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.models.estimators import inner_estimator, seen_by_inner

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.matrix import Matrix
    from mlpipe.models.unseen import Unseen


@dataclass(frozen=True, kw_only=True)
class History:
    """A learner's loss after each iteration.

    Parameters
    ----------
    loss : str
        What was minimised, in words.
    train : ndarray of shape (n_iterations,)
    valid : ndarray of shape (n_iterations,) or None
        On rows that the learner held back for early stopping, where it did.
    valid_is_score : bool
        `valid` holds scores: larger is better.
    """

    loss: str
    train: NDArray[np.float64]
    valid: NDArray[np.float64] | None = None
    valid_name: str = ""
    valid_is_score: bool = False


def training_history(estimator: Any, X: Matrix, y: NDArray[Any], unseen: Unseen | None = None) -> History | None:
    """The loss curve of a fitted neural network or boosted trees; `None` for learners that keep none.

    Parameters
    ----------
    X, y : ndarray
        Some training rows: the curve of boosted trees that kept none themselves is measured on them.
    unseen : Unseen, optional
        Rows held back, and the same learner fitted without them: its loss on them is the other curve.
    """
    history = _own_history(estimator, X, y)
    if history is None or unseen is None or history.valid is not None:
        return history
    inner = inner_estimator(unseen.estimator)
    if not _is_staged(inner) or not set(unseen.y) <= set(getattr(inner, "classes_", unseen.y)):
        return history
    valid = _staged_losses(inner, seen_by_inner(unseen.estimator, unseen.X), unseen.y)
    length = min(len(valid), len(history.train))
    return replace(history, train=history.train[:length], valid=valid[:length], valid_name="loss on rows held back")


def _own_history(estimator: Any, X: Matrix, y: NDArray[Any]) -> History | None:
    inner = inner_estimator(estimator)
    if hasattr(inner, "loss_curve_"):
        return _of_network(inner)
    if hasattr(inner, "do_early_stopping_"):
        return _of_histogram_boosting(inner, seen_by_inner(estimator, X), y)
    if hasattr(inner, "train_score_"):
        return History(loss="training loss", train=np.asarray(inner.train_score_, dtype=np.float64))
    if _is_staged(inner):
        return History(loss="training loss", train=_staged_losses(inner, seen_by_inner(estimator, X), y))
    return None


def _is_staged(inner: Any) -> bool:
    """Whether a learner tells what it would have answered after each round."""
    return hasattr(inner, "staged_predict") or hasattr(inner, "staged_predict_proba")


def _of_network(network: Any) -> History:
    held_out = getattr(network, "validation_scores_", None)
    return History(
        loss="training loss",
        train=np.asarray(network.loss_curve_, dtype=np.float64),
        valid=None if held_out is None else np.asarray(held_out, dtype=np.float64),
        valid_name="" if held_out is None else "score on held-back training rows",
        valid_is_score=True,
    )


def _of_histogram_boosting(boosting: Any, X: Matrix, y: NDArray[Any]) -> History:
    """Histogram boosting keeps negative losses, and only when it stops early."""
    if not len(boosting.train_score_):
        return History(loss="training loss", train=_staged_losses(boosting, X, y))
    valid = np.asarray(boosting.validation_score_, dtype=np.float64)
    return History(
        loss="training loss",
        train=-np.asarray(boosting.train_score_, dtype=np.float64),
        valid=-valid if len(valid) else None,
        valid_name="loss on held-back training rows" if len(valid) else "",
    )


def _staged_losses(boosting: Any, X: Matrix, y: NDArray[Any]) -> NDArray[np.float64]:
    """Log loss or mean squared error on some rows after each tree."""
    if not hasattr(boosting, "staged_predict_proba"):
        return np.array([((stage - y) ** 2).mean() for stage in boosting.staged_predict(X)])
    place = (np.arange(len(y)), np.searchsorted(boosting.classes_, y))
    return np.array([-np.log(np.clip(p[place], 1e-15, 1)).mean() for p in boosting.staged_predict_proba(X)])
