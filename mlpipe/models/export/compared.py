"""How far two ways to predictions are from each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.errors import FitError
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_exact
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Compared:
    """How many rows were compared, and the largest difference of a number."""

    n_rows: int
    furthest: float


def compare(
    ours: dict[str, NDArray[Any]], theirs: dict[str, NDArray[Any]], tolerance: float, *, told: Callable[[int], str]
) -> Compared:
    """Compare the columns of two predictions row by row.

    Parameters
    ----------
    theirs : dict
        The columns to compare.
    told : function
        What a person calls a row.

    Raises
    ------
    FitError
        With the first row that differs by more than `tolerance`.
    """
    furthest, n_rows = 0.0, 0
    for name, other in theirs.items():
        mine = ours[name]
        n_rows = len(mine)
        if mine.dtype.kind in "if" and other.dtype.kind in "if":
            distance = np.abs(mine.astype(float) - other.astype(float))
            furthest = max(furthest, float(np.nanmax(distance, initial=0.0)))
            wrong = np.flatnonzero(~(distance <= tolerance))
        else:
            wrong = np.flatnonzero(mine.astype(str) != other.astype(str))
        if len(wrong):
            row = int(wrong[0])
            raise FitError(
                f"The export says otherwise than predict on {count_of(len(wrong), 'row')}: {name} is {other[row]} and "
                f"not {mine[row]} for {told(row)}.",
                where=f"{param('tolerance')} is {format_exact(tolerance)}.",
                remedy="Nothing is written. Export in another format.",
            )
    return Compared(n_rows=n_rows, furthest=furthest)
