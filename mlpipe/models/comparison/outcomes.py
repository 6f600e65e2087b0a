"""What candidates said of rows that were held out, fold by fold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.class_weight import compute_sample_weight

from mlpipe.models.predicting import Predictions, choose_classes, choose_labels, given_to_truth
from mlpipe.target import ClassTarget, LabelsTarget, NumbersTarget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.models.folds import Fold
    from mlpipe.models.training_rows import TrainingRows
    from mlpipe.target import Target

    Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class FoldScore:
    """What one model scored on one fold; `values` are the metrics on the rows that were held out."""

    model: str
    fold: int
    n_train: int
    n_valid: int
    values: dict[str, float | None]


@dataclass(frozen=True, kw_only=True)
class FoldOutcome:
    """One candidate on one fold.

    Parameters
    ----------
    score : FoldScore
        Its metrics on the rows that were held out.
    predictions : Predictions
        What it said of them.
    """

    score: FoldScore
    predictions: Predictions


@dataclass(frozen=True, kw_only=True, eq=False)
class HeldOut:
    """The rows that were held out, over all folds, and what every candidate said of them.

    Parameters
    ----------
    rows : ndarray of shape (n_rows,)
        Their places among the training rows, fold after fold.
    fold : ndarray of shape (n_rows,)
        The number of the fold of each.
    y : ndarray of shape (n_rows,)
    weights : ndarray of shape (n_rows,) or None
    said : dict
        Candidate to its probabilities of shape (n_rows, n_classes) or (n_rows, n_labels), or its numbers, of the
        shape of `y`.
    """

    target: Target
    rows: NDArray[np.intp]
    fold: NDArray[np.intp]
    y: NDArray[Any]
    weights: Floats | None
    said: dict[str, Floats]

    @cached_property
    def codes(self) -> NDArray[np.intp]:
        """Positions of the true classes."""
        assert isinstance(self.target, ClassTarget)
        place = {label: i for i, label in enumerate(self.target.classes)}
        return np.array([place[str(label)] for label in self.y], dtype=np.intp)

    def balanced(self) -> HeldOut:
        """The same with rows weighed so that all classes count alike, as they do for models that learnt so."""
        if isinstance(self.target, LabelsTarget):
            return self  # each label is balanced by itself: no weights of rows balance all
        return replace(self, weights=compute_sample_weight("balanced", self.y))

    def given(self, said: Floats) -> Floats:
        """The probabilities given to the true classes, or to what is true of each label; numbers as they are."""
        if isinstance(self.target, LabelsTarget):
            return given_to_truth(said, self.y)
        return said[np.arange(len(said)), self.codes] if isinstance(self.target, ClassTarget) else said

    def losses(self, given: Floats, rows: NDArray[Any] | slice = slice(None)) -> Floats:
        """Log losses of what was given to true classes, or squared errors of numbers; of some rows, where told.

        Of several targets the mean over them, with squared errors as shares of each target's variance.
        """
        if isinstance(self.target, ClassTarget | LabelsTarget):
            losses: Floats = -np.log(np.clip(given, 1e-15, 1.0))
            return losses if isinstance(self.target, ClassTarget) else losses.mean(axis=-1)
        squares: Floats = (given - self.y[rows]) ** 2
        if not isinstance(self.target, NumbersTarget):
            return squares
        spread = self.y.var(axis=0)
        shares: Floats = (squares / np.where(spread > 0, spread, 1.0)).mean(axis=-1)
        return shares

    def predictions(self, said: Floats, rows: NDArray[Any] | slice = slice(None)) -> Predictions:
        """What was said as predictions."""
        if isinstance(self.target, ClassTarget):
            outputs = choose_classes(said[rows], self.target, None)
            return Predictions(target=self.target, outputs=outputs, proba=said[rows])
        if isinstance(self.target, LabelsTarget):
            return Predictions(target=self.target, outputs=choose_labels(said[rows], None), proba=said[rows])
        return Predictions(target=self.target, outputs=said[rows])


def held_out(outcomes: Sequence[FoldOutcome], folds: Sequence[Fold], rows: TrainingRows) -> HeldOut:
    """Put the outcomes of candidates that were scored on every fold together.

    Candidates without probabilities, where there are classes, are left out.
    """
    places = np.concatenate([fold.valid for fold in folds])
    by_candidate: dict[str, list[Floats]] = {}
    for outcome in outcomes:
        said = _said(outcome.predictions)
        if said is not None:
            by_candidate.setdefault(outcome.score.model, []).append(said)
    return HeldOut(
        target=rows.target,
        rows=places,
        fold=np.concatenate([np.full(len(fold.valid), fold.number) for fold in folds]),
        y=rows.y[places],
        weights=None if rows.weights is None else rows.weights[places],
        said={name: np.concatenate(found) for name, found in by_candidate.items() if len(found) == len(folds)},
    )


def _said(predictions: Predictions) -> Floats | None:
    if isinstance(predictions.target, ClassTarget | LabelsTarget):
        return predictions.proba
    return np.asarray(predictions.outputs, dtype=np.float64)
