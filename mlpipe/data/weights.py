"""Sample weights: how much each row counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.errors import DataError
from mlpipe.words.lists import count_of, either
from mlpipe.words.numbers import format_cell

if TYPE_CHECKING:
    from typing import Protocol

    from numpy.typing import NDArray

    from mlpipe.data.schema import Column

    class Lines(Protocol):
        """Lines by row."""

        def __getitem__(self, row: int) -> Any: ...


def check_weights(values: pa.ChunkedArray | pa.Array, column: Column, *, lines: Lines) -> NDArray[np.float64]:
    """Weights as float64.

    Parameters
    ----------
    values : pyarrow.ChunkedArray of shape (n_rows,)
        Typed by `coerce`.
    lines : sequence of length n_rows
        Where each row starts in the file, for the message.

    Raises
    ------
    DataError
        A weight is missing or negative.
    """
    weights = np.asarray(pc.fill_null(pc.cast(values, pa.float64()), np.nan), dtype=np.float64)
    bad = np.flatnonzero(~(weights >= 0))
    if len(bad):
        row = int(bad[0])
        shown = "" if np.isnan(weights[row]) else format_cell(float(weights[row]))
        odd = f"{count_of(len(bad), 'weight')} {either(len(bad), 'is', 'are')}"
        raise DataError(
            f"Column {column.name!r} cannot weigh the rows: {odd} missing or negative, "
            f"first {shown!r} (line {lines[row]}).",
            remedy="Give every row a weight of 0 or more.",
        )
    return weights


def tell_zero_weights(weights: NDArray[np.float64], name: str) -> tuple[str, ...]:
    """How many rows count for nothing; empty where all count."""
    zero = int(np.count_nonzero(weights == 0))
    told = f"{count_of(zero)} of {count_of(len(weights), 'row')} {either(zero, 'weighs', 'weigh')} 0"
    return (f"{name}: {told}: taught and scored they count for nothing",) if zero else ()
