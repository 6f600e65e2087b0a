"""Stacks of candidates, scored so that no row is judged by a model that it helped to fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.models.ensemble.stack import fit_classes, fit_numbers, stacked_proba
from mlpipe.target import ClassTarget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.models.comparison.outcomes import HeldOut

    Floats = NDArray[np.float64]
    Rows = NDArray[np.bool_]

STACK = "stack"


@dataclass(frozen=True, kw_only=True, eq=False)
class Stacked:
    """What stands on top of candidates.

    Parameters
    ----------
    weights : ndarray
        As `StackClassifier` or `StackRegressor` takes them.
    intercepts : ndarray or float
    said : ndarray of shape (n_rows, n_classes) or (n_rows,)
        Out-of-fold predictions, each row's by a model of the other folds.
    shares : dict
        Candidate to its share of all weights by size, the heaviest first.
    """

    names: tuple[str, ...]
    weights: Floats
    intercepts: Floats | float
    said: Floats
    shares: dict[str, float]


def stack(held: HeldOut, names: Sequence[str]) -> Stacked:
    """Fit on all folds, and answer for each fold by what was fitted on the others."""
    members = np.array([held.said[name] for name in names])
    said = np.empty_like(members[0])
    for fold in np.unique(held.fold):
        inside = held.fold == fold
        said[inside] = _answer(held, members[:, inside], *_fit(held, members, ~inside))
    weights, intercepts = _fit(held, members, np.ones(len(held.y), dtype=bool))
    sizes = np.abs(np.atleast_2d(weights)).sum(axis=0).reshape(len(names), -1).sum(axis=1)
    shares = {name: float(size / sizes.sum()) for name, size in zip(names, sizes.tolist(), strict=True)}
    return Stacked(
        names=tuple(names),
        weights=weights,
        intercepts=intercepts,
        said=said,
        shares=shares,
    )


def _fit(held: HeldOut, members: Floats, rows: Rows) -> tuple[Floats, Floats | float]:
    row_weights = None if held.weights is None else held.weights[rows]
    if isinstance(held.target, ClassTarget):
        return fit_classes(members[:, rows], held.codes[rows], row_weights)
    return fit_numbers(members[:, rows], held.y[rows], row_weights)


def _answer(held: HeldOut, members: Floats, weights: Floats, intercepts: Floats | float) -> Floats:
    if isinstance(held.target, ClassTarget):
        return stacked_proba(members, weights, np.asarray(intercepts))
    answer: Floats = weights @ members + intercepts
    return answer
