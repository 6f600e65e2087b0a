"""A typed table whose cells all have a value, or an error that names the first that has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mlpipe.data.inference.coercion import BadCell
    from mlpipe.data.inference.stored_table import Lines

T_co = TypeVar("T_co", covariant=True)


class _Coerced(Protocol[T_co]):
    """A typed table, in memory or not, and what did not fit."""

    @property
    def table(self) -> T_co: ...
    @property
    def bad(self) -> tuple[BadCell, ...]: ...
    @property
    def n_bad(self) -> int: ...


def readable(coerced: _Coerced[T_co], file: str, lines: Lines | NDArray[np.int64]) -> T_co:
    """The typed table, or an error that names the first cell that has no value."""
    if coerced.bad:
        cell = coerced.bad[0]
        remedy = ways(
            "Correct it",
            f"call it missing: {param('na_values', cell.value)}",
            f"; or keep words: {param('categorical', cell.column)}",
        )
        raise cell.error(file=file, line=int(lines[cell.row]), remedy=remedy, n_bad=coerced.n_bad)
    return coerced.table
