"""The same comparison for each file, or for each period of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from mlpipe.data.drift.columns import ColumnDrift, compare_columns
from mlpipe.steps.monitoring.new_rows import FILE, NewRows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.schema import Column

MOST_PERIODS = 30
LEAST_ROWS = 20
"""Rows below which a period is not compared."""
_UNITS = ("D", "W", "M", "Y")


@dataclass(frozen=True, kw_only=True)
class Batch:
    """The rows of one file or period beside the training rows."""

    name: str
    n_rows: int
    columns: tuple[ColumnDrift, ...]


def compare_batches(
    old: pa.Table, new: NewRows, columns: Sequence[Column], *, time: str | None, seed: int
) -> tuple[Batch, ...]:
    """Compare each file where there are several, or each period by a column of dates; nothing where there is one."""
    batches = [(name, rows) for name, rows in _batches(new, time) if rows.sum() >= LEAST_ROWS]
    if len(batches) < 2:
        return ()
    return tuple(
        Batch(
            name=name,
            n_rows=int(rows.sum()),
            columns=compare_columns(old, new.table.filter(pa.array(rows)), columns, seed=seed),
        )
        for name, rows in batches
    )


def _batches(new: NewRows, time: str | None) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    if len(new.names) > 1:
        files = new.table[FILE].to_numpy()
        yield from ((name, files == number) for number, name in enumerate(new.names))
    elif time is not None:
        moments = new.table[time].to_numpy().astype("datetime64[us]")
        there = moments[~np.isnat(moments)]
        if len(there):
            yield from _periods(moments, there.min(), there.max())


def _periods(
    moments: NDArray[np.datetime64], first: np.datetime64, last: np.datetime64
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Days, weeks, months or years: the finest of which there are few."""
    for unit in _UNITS:
        start, stop = first.astype(f"datetime64[{unit}]"), last.astype(f"datetime64[{unit}]")
        if int((stop - start).astype(np.int64)) < MOST_PERIODS or unit == "Y":
            cut = moments.astype(f"datetime64[{unit}]")
            yield from ((str(period), cut == period) for period in np.arange(start, stop + 1))
            return
