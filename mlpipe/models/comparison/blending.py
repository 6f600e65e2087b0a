"""Blends of candidates, chosen and scored so that no row is judged by weights that it helped to choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.scores import score_all
from mlpipe.models.comparison.outcomes import FoldScore
from mlpipe.models.deciding.temperature import best_temperature, tempered
from mlpipe.models.ensemble.selection import greedy_weights
from mlpipe.target import ClassTarget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.models.comparison.outcomes import HeldOut

    Floats = NDArray[np.float64]

BLEND = "blend"
LEAST_WEIGHT = 0.03
"""Members that weigh less are left out: each costs a fit, and time at every prediction."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Blended:
    """A blend of candidates.

    Parameters
    ----------
    weights : dict
        Candidate to its weight, the heaviest first; their sum is 1.
    temperature : float
        How sure the probabilities of classes are made; see `TemperedBlendClassifier`.
    said : ndarray of shape (n_rows, n_classes) or (n_rows,)
        Out-of-fold predictions, each row's by weights and a temperature chosen on the other folds.
    gain, error : float
        How much less they lose, in the mean, than the model that was best on the other folds: the choice of one is
        judged as the choice of weights is. And the standard error of that.
    """

    weights: dict[str, float]
    temperature: float
    said: Floats
    gain: float
    error: float

    @property
    def holds(self) -> bool:
        """Whether it is a blend of several and loses to no single model by more than a standard error.

        Of two that are equal as far as the rows tell, a blend is the safer one.
        """
        return len(self.weights) > 1 and self.gain > -self.error


def blend(held: HeldOut, names: Sequence[str]) -> Blended:
    """Choose weights without each fold in turn, judge them on that fold, and take their mean.

    The mean hangs less on single rows than what would be chosen on all of them at once.
    """
    stacked = np.array([held.said[name] for name in names])
    given = np.array([held.given(held.said[name]) for name in names])
    losses = np.array([held.losses(one) for one in given])
    said, single, found = np.empty_like(stacked[0]), np.empty(len(held.y)), []
    for fold in np.unique(held.fold):
        inside = held.fold == fold
        found.append(_weights(held, given, ~inside))
        said[inside] = _told(held, np.tensordot(found[-1], stacked, axes=1), learnt=~inside)[0][inside]
        best = _mean(losses[:, ~inside], held, ~inside).argmin()
        single[inside] = losses[best, inside]
    everywhere = np.ones(len(held.y), dtype=bool)
    chosen = _without_least(np.mean(found, axis=0))
    heaviest = sorted(zip(names, chosen.tolist(), strict=True), key=lambda pair: -pair[1])
    gains = single - held.losses(held.given(said))
    return Blended(
        weights={name: weight for name, weight in heaviest if weight},
        temperature=_told(held, np.tensordot(chosen, stacked, axes=1), learnt=everywhere)[1],
        said=said,
        gain=float(_mean(gains[None], held, everywhere)[0]),
        error=float(gains.std(ddof=1) / np.sqrt(len(gains))),
    )


def _told(held: HeldOut, mixed: Floats, *, learnt: NDArray[np.bool_]) -> tuple[Floats, float]:
    """What a blend says of all rows, and its temperature, which suits the rows that it may learn from."""
    if not isinstance(held.target, ClassTarget):
        return mixed, 1.0
    weights = None if held.weights is None else held.weights[learnt]
    temperature = best_temperature(mixed[learnt], held.codes[learnt], weights)
    return tempered(mixed, temperature), temperature


def _mean(values: Floats, held: HeldOut, rows: NDArray[np.bool_]) -> Floats:
    weights = None if held.weights is None else held.weights[rows]
    return np.asarray(np.average(values, axis=1, weights=weights))


def _weights(held: HeldOut, given: Floats, rows: NDArray[np.bool_]) -> Floats:
    row_weights = None if held.weights is None else held.weights[rows]
    weights, _ = greedy_weights(given[:, rows], lambda mean: held.losses(mean, rows), row_weights=row_weights)
    return _without_least(weights)


def _without_least(weights: Floats) -> Floats:
    kept = np.where(weights >= LEAST_WEIGHT, weights, 0.0)
    return np.asarray(kept / kept.sum())


def joined_scores(name: str, held: HeldOut, said: Floats, like: Sequence[FoldScore]) -> list[FoldScore]:
    """The metrics of what several said together on each fold; the folds are those of `like`."""
    scores = []
    for fold in like:
        inside = held.fold == fold.fold
        predictions = held.predictions(said, inside)
        weights = None if held.weights is None else held.weights[inside]
        values = score_all(predictions.beside(held.y[inside], weights))
        scores.append(FoldScore(model=name, fold=fold.fold, n_train=fold.n_train, n_valid=fold.n_valid, values=values))
    return scores
