"""How the loss fell while an iterative learner was fitted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline

from mlpipe.models.estimators import inner_estimator, seen_by_inner

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    valid = unseen_losses(unseen)
    if valid is None:
        return history
    length = min(len(valid), len(history.train))
    return replace(
        history,
        train=history.train[:length],
        valid=valid[:length],
        valid_name="loss on rows held back",
        valid_is_score=False,
    )


def unseen_losses(unseen: Unseen) -> NDArray[np.float64] | None:
    """The loss on rows held back after each iteration, of targets as learnt; `None` where the learner does not tell."""
    inner = inner_estimator(unseen.estimator)
    if unseen.y.ndim > 1 or not set(unseen.y) <= set(getattr(inner, "classes_", unseen.y)):
        return None
    X = seen_by_inner(unseen.estimator, unseen.X)
    if _is_staged(inner):
        return _staged_losses(inner, X, _as_learnt(unseen.estimator, unseen.y))
    if isinstance(inner, MLPClassifier | MLPRegressor) and unseen.learnt is not None and inner.solver != "lbfgs":
        return np.array(list(_epochs(unseen, inner, unseen.learnt, X)))
    return None


def _epochs(unseen: Unseen, inner: Any, learnt: tuple[Matrix, NDArray[Any]], X: Matrix) -> Iterator[float]:
    """A network keeps nothing of its way: it is gone again, epoch by epoch."""
    known: dict[str, Any] = {"classes": inner.classes_} if hasattr(inner, "classes_") else {}
    network, X_learnt = clone(inner), seen_by_inner(unseen.estimator, learnt[0])
    y_learnt, y = (_as_learnt(unseen.estimator, values) for values in (learnt[1], unseen.y))
    for _ in range(inner.n_iter_):
        network.partial_fit(X_learnt, y_learnt, **known)
        if known:
            yield _mean_loss(network.predict_proba(X), np.searchsorted(inner.classes_, y))
        else:
            yield float(((network.predict(X) - y) ** 2).mean()) / 2  # as the network halves it


def _as_learnt(estimator: Any, y: NDArray[Any]) -> NDArray[Any]:
    """Targets as the inner estimator learns them: their logarithms, say."""
    outer = estimator[-1] if isinstance(estimator, Pipeline) else estimator
    if not isinstance(outer, TransformedTargetRegressor):
        return y
    learnt: NDArray[Any] = outer.transformer_.transform(y.reshape(len(y), -1)).reshape(y.shape)
    return learnt


def _own_history(estimator: Any, X: Matrix, y: NDArray[Any]) -> History | None:
    inner = inner_estimator(estimator)
    if hasattr(inner, "loss_curve_"):
        return _of_network(inner)
    y = _as_learnt(estimator, y)
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
    codes = np.searchsorted(boosting.classes_, y)
    return np.array([_mean_loss(p, codes) for p in boosting.staged_predict_proba(X)])


def _mean_loss(proba: NDArray[np.float64], codes: NDArray[np.intp]) -> float:
    return float(-np.log(np.clip(proba[np.arange(len(codes)), codes], 1e-15, 1)).mean())
