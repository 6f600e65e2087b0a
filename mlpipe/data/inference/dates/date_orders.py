"""Whether day, month and year of a column's dates could change places: what its cells prove, and whether they agree."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.cells import rows_where
from mlpipe.data.inference.column_format import ColumnFormat, most_odd, word_format
from mlpipe.data.inference.dates.date_forms import COMPACT
from mlpipe.data.inference.dates.date_guess import first_part, order_words
from mlpipe.data.inference.dates.dates import has_order, other_orders, parse_dates
from mlpipe.data.inference.odd_cells import OddCell
from mlpipe.data.inference.remarks import Remark
from mlpipe.data.schema import Kind
from mlpipe.errors import DataError
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from mlpipe.params import ReadParams


class Orders:
    """What the cells of a column say of the orders that its format could have.

    Parameters
    ----------
    form : str
        The format by which the column is read.
    """

    def __init__(self, form: str) -> None:
        self._form = form
        self._others = other_orders(form)
        self._against: dict[str, OddCell] = {}
        self._only: dict[str, OddCell] = {}
        self._first = ""

    def add(self, cells: pa.ChunkedArray, values: pa.ChunkedArray, lines: NDArray[np.int64]) -> None:
        """Look at more cells, read as `values`; each other order is tried until a cell speaks against it."""
        if not self._first and len(known := cells.drop_null()):
            self._first = known[0].as_py()
        unreal = values.null_count > cells.null_count
        for form in self._others:
            if form in self._against and (form in self._only or not unreal):
                continue
            others = parse_dates(cells, form).values
            self._note(self._against, form, cells, pc.and_(pc.is_valid(values), pc.is_null(others)), lines)
            self._note(self._only, form, cells, pc.and_(pc.is_null(values), pc.is_valid(others)), lines)

    @staticmethod
    def _note(
        kept: dict[str, OddCell], form: str, cells: pa.ChunkedArray, mask: pa.ChunkedArray, lines: NDArray[np.int64]
    ) -> None:
        rows = rows_where(mask)
        if len(rows):
            kept.setdefault(form, OddCell(cells[rows[0]].as_py(), 1, int(lines[rows[0]])))

    @property
    def open(self) -> tuple[str, ...]:
        """Orders that read all cells too."""
        return tuple(form for form in self._others if form not in self._against) if self._first else ()

    @property
    def contradiction(self) -> tuple[OddCell, OddCell] | None:
        """A cell that only the order at hand reads, and one that only another reads."""
        both = [form for form in self._others if form in self._against and form in self._only]
        return (self._against[both[0]], self._only[both[0]]) if both else None

    def remarks(self) -> Iterator[Remark]:
        """What should be said of an order that the cells leave open."""
        if self.open:
            other = self.open[0]
            days = [parse_dates(_one(self._first), form).values[0].as_py() for form in (self._form, other)]
            read, may = (day.date().isoformat() for day in days)
            message = (
                f"{self._first!r} is read as {read}, with the {order_words(self._form)}, and may mean {may}: all cells "
                "fit both orders."
            )
            yield Remark("MLP116", message, first_part(other))


def _one(cell: str) -> pa.ChunkedArray:
    return pa.chunked_array([[cell]], pa.string())


def is_doubtful(form: ColumnFormat, *, n_bad: int, n_cells: int) -> bool:
    """Whether cells that are no day or time may mean that the column is written in another way.

    The 25th month is either no date at all, or a day that stands in front; many 25th hours make durations; whole
    numbers that are no days are numbers.
    """
    if form.kind is Kind.TIME:
        return n_bad > most_odd(n_cells)
    return bool(n_bad and form.date and (has_order(form.date) or form.date == COMPACT))


def disordered(name: str, cells: tuple[OddCell, OddCell], read: ReadParams, *, demanded: bool) -> ColumnFormat:
    """Words, where dates in two orders are no error."""
    if demanded:
        raise contrary_orders(name, cells)
    return replace(word_format(read), two_orders=cells, remarks=(Remark("MLP140", f"It {_told(cells)}."),))


def _told(cells: tuple[OddCell, OddCell]) -> str:
    return f"writes day and month in two orders: {cells[0]} and {cells[1]}"


def contrary_orders(name: str, cells: tuple[OddCell, OddCell]) -> DataError:
    """Dates in two orders: those that fit both are read wrongly whichever is taken."""
    return DataError(
        f"Column {name!r} {_told(cells)}, so that no date that fits both can be told.",
        remedy=ways(
            "Write the dates one way, such as 2024-12-31",
            f"{param('categorical', name)} to keep the column as words",
            param("drop", name),
        ),
    )
