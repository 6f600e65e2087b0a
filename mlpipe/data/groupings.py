"""Columns as levels and bins: the slices of a table that a person can name."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.schema import Column, Kind, Role
from mlpipe.metrics.judging.slices import Grouping
from mlpipe.target.cells import label_of
from mlpipe.words.numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

N_BINS = 4
MOST_LEVELS = 30
"""Levels of one column that are looked at, the most frequent first."""
_FEW_VALUES = 8
MISSING = "(missing)"
_SLICED = frozenset({Role.NUMERIC, Role.CATEGORICAL, Role.BOOLEAN, Role.DATETIME, Role.TIME, Role.GROUP})


def is_sliced(column: Column) -> bool:
    """Whether rows are looked at by this column unasked: by words and numbers, not by ids and texts."""
    return column.role in _SLICED


def groupings(table: pa.Table, columns: Iterable[Column], *, n_bins: int = N_BINS) -> tuple[Grouping, ...]:
    """Divide the rows by each column: words by levels, numbers and dates by equal shares of the rows, gaps apart."""
    return tuple(group_rows(table[column.name], column, n_bins=n_bins) for column in columns)


def group_rows(values: pa.ChunkedArray, column: Column, *, n_bins: int = N_BINS) -> Grouping:
    """Divide rows by one column.

    Examples
    --------
    >>> size = Column(name="size", role=Role.NUMERIC, kind=Kind.NUMBER)
    >>> group_rows(pa.chunked_array([[1.0, 2.0, None]]), size).levels
    ('1', '2', '(missing)')
    """
    present = np.asarray(pc.is_valid(values))
    known = values.drop_null()
    distinct = pc.unique(known)
    if not len(known):
        levels: tuple[str, ...] = ()
        codes = np.empty(0, dtype=np.int64)
    elif column.kind is Kind.STRING or len(distinct) <= _FEW_VALUES:
        levels, codes = _by_level(known, in_order=column.kind is not Kind.STRING)
    else:
        levels, codes = _by_share(known, column.kind, n_bins)
    all_codes = np.full(len(values), -1, dtype=np.int64)
    all_codes[present] = codes
    if not present.all():
        all_codes[~present] = len(levels)
        levels = (*levels, MISSING)
    return Grouping(column=column.name, levels=levels, codes=all_codes)


def _by_level(known: pa.ChunkedArray, *, in_order: bool) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    encoded = known.combine_chunks().dictionary_encode()
    cells, codes = encoded.dictionary.to_pylist(), np.asarray(encoded.indices).astype(np.int64)
    counts = np.bincount(codes, minlength=len(cells))
    order = sorted(range(len(cells)), key=cells.__getitem__) if in_order else np.argsort(-counts, kind="stable")
    kept = list(order)[:MOST_LEVELS]
    place = np.full(len(cells), -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    return tuple(label_of(cells[k]) for k in kept), place[codes]


def _by_share(known: pa.ChunkedArray, kind: Kind, n_bins: int) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    if kind is Kind.DATETIME:
        known = known.cast(pa.int64())
    numbers = known.to_numpy().astype(np.float64)
    edges = np.unique(np.quantile(numbers, np.linspace(0, 1, n_bins + 1)[1:-1], method="inverted_cdf"))
    edges = edges[edges < numbers.max()]
    told = [_told(edge, kind) for edge in edges.tolist()]
    codes = np.searchsorted(edges, numbers, side="left").astype(np.int64)
    if not told:
        return (_told(float(numbers.max()), kind),), codes
    middle = [f"over {low} to {high}" for low, high in pairwise(told)]
    return (f"up to {told[0]}", *middle, f"over {told[-1]}"), codes


def _told(value: float, kind: Kind) -> str:
    if kind is Kind.DATETIME:
        return str(np.datetime64(round(value), "us").astype("datetime64[D]"))
    return format_number(value, digits=4)
