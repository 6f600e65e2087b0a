"""Quantities that are never negative: whether predictions are kept from being so, and which are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.engine.local import one_thread
from mlpipe.errors import DataError
from mlpipe.models.predicting import predict_matrix
from mlpipe.target import NumberTarget
from mlpipe.words.lists import count_of, either
from mlpipe.words.numbers import format_exact
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.models.comparison.final import Final
    from mlpipe.params import TrainParams
    from mlpipe.target import Target

ASKED_ROWS = 1000


@dataclass(frozen=True, kw_only=True)
class Bound:
    """The lowest number that is predicted, if there is one, and what to tell of it."""

    lowest: float | None = None
    notes: tuple[str, ...] = ()


def choose_bound(final: Final, said: NDArray[np.float64] | None, params: TrainParams, target: Target) -> Bound:
    """Zero where it was asked for; else nothing, but negative predictions are told where no training row is negative.

    Parameters
    ----------
    said : ndarray of shape (n_rows,) or None
        Out-of-fold predictions; without them some training rows are asked.

    Raises
    ------
    DataError
        Where there are negative numbers in training.
    """
    if not isinstance(target, NumberTarget):
        return Bound()
    lowest = float(np.min(final.y))
    if params.nonnegative and lowest < 0:
        raise DataError(
            f"{param('nonnegative', True)} is for quantities that are never negative, and training has "
            f"{format_exact(lowest)} in column {target.column!r}.",
            remedy=ways(f"Leave {param('nonnegative', True)} away", "correct the table"),
        )
    if params.nonnegative:
        return Bound(lowest=0.0)
    return (
        Bound() if lowest < 0 else Bound(notes=_told(_numbers(final, target) if said is None else said, said is None))
    )


def _numbers(final: Final, target: Target) -> NDArray[np.float64]:
    with one_thread():
        asked = predict_matrix(final.estimator, final.X[:ASKED_ROWS], target, rowwise=final.rowwise)
    return np.asarray(asked.outputs, dtype=np.float64)


def _told(numbers: NDArray[np.float64], learnt: bool) -> tuple[str, ...]:
    n = int((numbers < 0).sum())
    if not n:
        return ()
    whose = "for training rows" if learnt else "for rows held out"
    predictions = f"{count_of(n)} of {count_of(len(numbers), 'prediction')} {whose} {either(n, 'is', 'are')} negative"
    mended = f"{param('nonnegative', True)} makes {either(n, 'it', 'them')} zero"
    return (f"{predictions}, and no training row is: {mended}",)
