"""One column in numbers: counts, quantiles, top values, dates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.schema import Column, Kind, Role
from mlpipe.words.numbers import format_cell

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.data.profiling.column_tally import ColumnTotals

TOP_VALUES = 10
EXAMPLES = 3
QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
MOST_LEVELS = 200


@dataclass(frozen=True, kw_only=True)
class NumberSummary:
    """Moments and quantiles of the cells that are there; `std` (n - 1 below) is None for a single cell."""

    min: float
    q05: float
    q25: float
    median: float
    q75: float
    q95: float
    max: float
    mean: float
    std: float | None


@dataclass(frozen=True, kw_only=True)
class DateSummary:
    """The first and the last day or moment, in ISO 8601."""

    min: str
    max: str


@dataclass(frozen=True, kw_only=True)
class ValueCount:
    """A value and in how many cells it stands."""

    value: str
    count: int


@dataclass(frozen=True, kw_only=True)
class ColumnProfile:
    """What a column holds.

    Parameters
    ----------
    distinct : int
        Distinct values, missing not counted.
    distinct_approximate, quantiles_approximate : bool
        Whether `distinct` is an estimate, and whether the quantiles are those of a sample of the rows.
    numbers, dates : NumberSummary or None, DateSummary or None
        For columns of that kind that hold anything.
    top : tuple of ValueCount
        The most frequent values of a text column, ties in alphabetical order.
    examples : tuple of str
        The first distinct values in file order.
    target_score : float or None
        How well this column alone predicts the target, in [0, 1] (see `leakage`).
    integer : bool
        All numbers are whole.
    levels : tuple of ValueCount
        All values of a text column that has at most `MOST_LEVELS`, ordered as `top`; empty where it has more.
    """

    name: str
    role: Role
    kind: Kind
    missing: int
    distinct: int
    numbers: NumberSummary | None
    dates: DateSummary | None
    top: tuple[ValueCount, ...]
    examples: tuple[str, ...]
    target_score: float | None = None
    integer: bool = False
    levels: tuple[ValueCount, ...] = ()
    distinct_approximate: bool = False
    quantiles_approximate: bool = False


class Cells:
    """The cells of one column, with what several checks need computed once."""

    def __init__(self, column: Column, cells: pa.ChunkedArray) -> None:
        self.column = column
        self.array = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
        self.n_rows = len(self.array)
        self.missing = int(self.array.null_count)

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name

    @property
    def n_present(self) -> int:
        """Cells that are not missing."""
        return self.n_rows - self.missing

    @cached_property
    def encoded(self) -> pa.DictionaryArray:
        """Codes into the distinct values, in order of first appearance; null where missing."""
        return self.array.dictionary_encode()

    @cached_property
    def values(self) -> list[Any]:
        """The distinct values in order of first appearance."""
        found: list[Any] = self.encoded.dictionary.to_pylist()
        return found

    @cached_property
    def codes(self) -> NDArray[np.int64]:
        """Position of each cell in `values`; -1 where missing."""
        filled = pc.fill_null(self.encoded.indices, -1)
        return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=np.int64)

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """In how many cells each of `values` stands."""
        return np.bincount(self.codes[self.codes >= 0], minlength=self.distinct)

    @cached_property
    def distinct(self) -> int:
        """Exact number of distinct values."""
        return len(self.encoded.dictionary)

    @cached_property
    def numbers(self) -> NDArray[np.float64]:
        """Numbers, or dates as microseconds, one for each row; NaN where missing."""
        cells = self.array.cast(pa.int64()) if self.column.kind is Kind.DATETIME else self.array
        return np.asarray(pc.cast(cells, pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)

    @cached_property
    def ordered(self) -> NDArray[np.float64]:
        """The numbers that are there, sorted."""
        return np.sort(self.numbers[~np.isnan(self.numbers)])


def cells_of(table: pa.Table, columns: Sequence[Column]) -> tuple[Cells, ...]:
    """The columns of a table typed by `coerce`."""
    return tuple(Cells(column, table[column.name]) for column in columns)


def summarise_column(
    cells: Cells, *, target_score: float | None = None, totals: ColumnTotals | None = None
) -> ColumnProfile:
    """Describe one column.

    Parameters
    ----------
    totals : ColumnTotals, optional
        Facts about all cells of the column, where `cells` are those of a sample of the rows.
    """
    column = cells.column
    full = cells.n_present > 0
    found = ColumnProfile(
        name=column.name,
        role=column.role,
        kind=column.kind,
        missing=cells.missing,
        distinct=cells.distinct,
        numbers=_summarise_numbers(cells) if full and column.kind.numeric else None,
        dates=_summarise_dates(cells) if full and column.kind is Kind.DATETIME else None,
        top=_top_values(cells.encoded.dictionary, cells.counts, TOP_VALUES) if column.kind is Kind.STRING else (),
        examples=tuple(as_text(value) for value in cells.encoded.dictionary[:EXAMPLES].to_pylist()),
        target_score=target_score,
        integer=column.integer,
        levels=_top_values(cells.encoded.dictionary, cells.counts, MOST_LEVELS) if _has_levels(cells) else (),
    )
    return found if totals is None else _with_totals(found, totals)


def _has_levels(cells: Cells) -> bool:
    return cells.column.kind is Kind.STRING and cells.distinct <= MOST_LEVELS


def _summarise_numbers(cells: Cells) -> NumberSummary:
    ordered = cells.ordered
    # Scaled by the largest cell first: sums of squares of numbers near 1e300 would overflow.
    scale = max(abs(float(ordered[0])), abs(float(ordered[-1]))) or 1.0
    mean = float((ordered / scale).mean()) * scale
    std = float((ordered / scale).std(ddof=1)) * scale if len(ordered) > 1 else None
    quantiles = dict(zip(QUANTILES, np.quantile(ordered, list(QUANTILES.values())).tolist(), strict=True))
    return NumberSummary(
        min=float(ordered[0]),
        **quantiles,
        max=float(ordered[-1]),
        mean=mean,
        std=std,
    )


def _with_totals(found: ColumnProfile, totals: ColumnTotals) -> ColumnProfile:
    """A column described by a sample of its cells, put right by what is known of all of them."""
    found = replace(
        found, missing=totals.missing, distinct=totals.distinct, distinct_approximate=totals.approximate,
        quantiles_approximate=found.numbers is not None and totals.values is None,
    )  # fmt: skip
    moments = totals.moments
    if found.numbers is not None and moments.n:
        quantiles = {} if totals.values is None else _counted_quantiles(totals)
        numbers = replace(
            found.numbers, min=moments.low, max=moments.high, mean=moments.mean, std=moments.std, **quantiles
        )
        found = replace(found, numbers=numbers)
    if found.dates is not None and moments.n:
        ends = pa.array([int(moments.low), int(moments.high)]).cast(pa.timestamp("us")).to_pylist()
        found = replace(found, dates=DateSummary(min=as_text(ends[0]), max=as_text(ends[1])))
    if found.kind is Kind.STRING and totals.values is not None and totals.counts is not None:
        ordered = _top_values(totals.values, totals.counts, MOST_LEVELS)
        found = replace(found, top=ordered[:TOP_VALUES], levels=ordered if totals.distinct <= MOST_LEVELS else ())
    return found


def _counted_quantiles(totals: ColumnTotals) -> dict[str, float]:
    """Quantiles as of all cells, interpolated as numpy does."""
    assert totals.values is not None
    assert totals.counts is not None
    values = np.asarray(totals.values, dtype=np.float64)
    order = np.argsort(values)
    ends = np.cumsum(totals.counts[order])
    places = np.array(list(QUANTILES.values())) * (ends[-1] - 1)
    below, above = (values[order][np.searchsorted(ends, at(places), side="right")] for at in (np.floor, np.ceil))
    found = below + (above - below) * (places - np.floor(places))
    return dict(zip(QUANTILES, found.tolist(), strict=True))


def _summarise_dates(cells: Cells) -> DateSummary:
    ends = pc.min_max(cells.array).as_py()
    return DateSummary(min=as_text(ends["min"]), max=as_text(ends["max"]))


def _top_values(values: pa.Array, counts: NDArray[np.int64], most: int) -> tuple[ValueCount, ...]:
    counted = pa.table({"value": values, "count": counts})
    best = pc.select_k_unstable(counted, k=most, sort_keys=[("count", "descending"), ("value", "ascending")])
    return tuple(ValueCount(value=row["value"], count=row["count"]) for row in counted.take(best).to_pylist())


def as_text(value: str | int | float | dt.datetime) -> str:
    """A value as a person writes it: ISO 8601 for dates, without the hour at midnight."""
    if isinstance(value, str | float | int):
        return format_cell(value)
    midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
    return value.date().isoformat() if midnight else value.isoformat()
