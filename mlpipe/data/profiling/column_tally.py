"""What holds for all cells of a column, however many there are, in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.cell_hashes import hash_cells
from mlpipe.data.inference.cells import present_cells
from mlpipe.data.inference.coercion import coerce
from mlpipe.data.inference.dates.dates import TIMESTAMP
from mlpipe.data.missing_markers import NUMBER_MISSING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mlpipe.data.schema import Column

MOST_VALUES = 20_000
"""Distinct values that are counted one by one; beyond, a sketch tells how many there are."""
_THINNING = 8
"""Of so many distinct values one, chosen by its hash, goes to the sketch: it takes them singly, which is slow."""
_SKETCH_BITS = 14
_MOST_HELD = 6 * MOST_VALUES
"""Values of single blocks that may wait to be added up."""


class Moments:
    """The ends, the mean and the spread of numbers, merged block by block (Chan, Golub and LeVeque 1983)."""

    def __init__(self) -> None:
        self.n = 0
        self.mean = self._squares = 0.0
        self.low, self.high = np.inf, -np.inf

    @property
    def std(self) -> float | None:
        """The spread with n - 1 below; None for a single number."""
        return float(np.sqrt(self._squares / (self.n - 1))) if self.n > 1 else None

    def add(self, numbers: NDArray[np.float64]) -> None:
        """Take the next numbers."""
        if not len(numbers):
            return
        n = len(numbers)
        mean = float(numbers.mean())
        step = mean - self.mean
        total = self.n + n
        self._squares += float(((numbers - mean) ** 2).sum()) + step * step * self.n * n / total
        self.mean += step * n / total
        self.n = total
        self.low, self.high = min(self.low, float(numbers.min())), max(self.high, float(numbers.max()))


@dataclass(frozen=True, kw_only=True)
class ColumnTotals:
    """Facts about all cells of a column.

    Parameters
    ----------
    approximate : bool
        Whether `distinct` comes from a sketch (a standard error of about 1 %).
    moments : Moments
        Of numbers, and of dates in microseconds; of no number for words.
    values, counts : pyarrow.Array and ndarray, or None
        Every distinct value with the number of its cells, where they were few enough to be counted.
    """

    missing: int
    distinct: int
    approximate: bool
    moments: Moments
    values: pa.Array | None = None
    counts: NDArray[np.int64] | None = None


@dataclass(frozen=True, kw_only=True)
class TableTotals:
    """What is known of all rows where no more than a sample of them is held.

    Parameters
    ----------
    repeated_rows : int or None
        Rows that repeat an earlier one; None where there were too many to tell.
    columns : mapping
        Facts by column.
    """

    n_rows: int
    repeated_rows: int | None
    columns: Mapping[str, ColumnTotals]


class Tally:
    """Counts the cells of one column, block after block: typed ones, or words as written."""

    def __init__(self) -> None:
        self._n = 0
        self._gone = 0
        self._parts: list[pa.Table] = []
        self._held = 0
        self._sketch: Any = None
        self._moments = Moments()

    def add(self, cells: pa.Array) -> None:
        """Count the next cells; words come as codes into their distinct values (see `compact`)."""
        self._n += len(cells)
        if not pa.types.is_dictionary(cells.type):
            self._moments.add(as_numbers(cells))
        self._count(cells)

    def totals(self, column: Column, *, decimal: str) -> ColumnTotals:
        """The facts, told by the column as it turned out to be."""
        if self._sketch is not None:
            return self._sketched()
        self._merge()
        counted = self._parts[0]
        typed = coerce(pa.table({column.name: counted["value"]}), [column], decimal=decimal).table[column.name]
        found = _summed(pa.table({"value": typed, "count": counted["count"]})).filter(pc.field("value").is_valid())
        counts = np.asarray(found["count"], dtype=np.int64)
        return ColumnTotals(
            missing=self._n - int(counts.sum()), distinct=len(counts), approximate=False,
            moments=self._moments, values=found["value"].combine_chunks(), counts=counts,
        )  # fmt: skip

    def _count(self, cells: pa.Array) -> None:
        counted = _counted(cells)
        if self._sketch is not None:
            self._skim(counted)
            return
        self._parts.append(counted)
        self._held += counted.num_rows
        if self._held > _MOST_HELD:
            self._merge()
            if self._held > MOST_VALUES:
                self._give_up()

    def _merge(self) -> None:
        # Blocks without a value came as strings, before it was known what the column holds.
        kinds = [part["value"].type for part in self._parts if part["value"].type != pa.string()]
        kind = kinds[0] if kinds else pa.string()
        same = [
            part if part["value"].type == kind
            else pa.table({"value": pa.nulls(part.num_rows, kind), "count": part["count"]})
            for part in self._parts
        ]  # fmt: skip
        self._parts = [_summed(pa.concat_tables(same))]
        self._held = self._parts[0].num_rows

    def _give_up(self) -> None:
        """Too many values to count: from here on a sketch estimates their number."""
        from datasketches import hll_sketch

        self._sketch = hll_sketch(_SKETCH_BITS)
        self._skim(self._parts[0])
        self._parts = []

    def _skim(self, counted: pa.Table) -> None:
        gone = np.asarray(pc.is_null(_missing(counted["value"])))
        self._gone += int(np.asarray(counted["count"])[gone].sum())
        self._feed(counted["value"].combine_chunks())

    def _feed(self, values: pa.Array) -> None:
        hashes = hash_cells(compact(values.drop_null()))
        for found in hashes[hashes % _THINNING == 0].tolist():
            self._sketch.update(found)

    def _sketched(self) -> ColumnTotals:
        distinct = round(self._sketch.get_estimate() * _THINNING)
        present = self._n - self._gone
        return ColumnTotals(
            missing=self._gone, distinct=min(distinct, present), approximate=True, moments=self._moments
        )  # fmt: skip


def as_numbers(cells: pa.Array | pa.ChunkedArray) -> NDArray[np.float64]:
    """The numbers, or dates as microseconds, that are there."""
    present = cells.drop_null()
    present = pc.cast(present, pa.int64()) if present.type == TIMESTAMP else present
    return np.asarray(pc.cast(present, pa.float64(), safe=False), dtype=np.float64)


def compact(cells: pa.Array | pa.ChunkedArray) -> pa.Array:
    """In one piece, words as codes into their distinct values: what they cost is then paid once for each of these."""
    whole = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
    return whole.dictionary_encode() if pa.types.is_string(whole.type) else whole


def _counted(cells: pa.Array) -> pa.Table:
    """Distinct values with the number of their cells."""
    if pa.types.is_dictionary(cells.type):
        n = len(cells.dictionary)
        counts = np.bincount(np.asarray(pc.fill_null(cells.indices, n)), minlength=n + 1)
        values = pa.concat_arrays([cells.dictionary, pa.nulls(1, pa.string())])
        return pa.table({"value": values, "count": counts})
    pairs = pc.value_counts(cells)
    return pa.table({"value": pairs.field("values"), "count": pairs.field("counts")})


def _missing(cells: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Null where missing, were the column one of numbers."""
    return present_cells(cells, NUMBER_MISSING) if cells.type == pa.string() else cells


def _summed(counted: pa.Table) -> pa.Table:
    """Equal values together, their counts added up."""
    encoded = counted["value"].combine_chunks().dictionary_encode(null_encoding="encode")
    # Sums of counts are whole, and exact as floats up to 2^53.
    counts = np.bincount(np.asarray(encoded.indices), weights=np.asarray(counted["count"]))
    return pa.table({"value": encoded.dictionary, "count": counts.astype(np.int64)})
