"""One column, block after block: read under a hypothesis that every further cell may refute."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.canonical import canonical_cells
from mlpipe.data.inference.cells import as_cells, counts_of, only, present_cells, rows_where, trim
from mlpipe.data.inference.coercion import SHOWN, BadCell, without_markers
from mlpipe.data.inference.column_format import (
    ColumnFormat,
    demanded_kind,
    empty_format,
    nearly_all,
    number_format,
    number_missing,
    propose_format,
    with_hidden,
    word_format,
)
from mlpipe.data.inference.dates.date_forms import ISO
from mlpipe.data.inference.dates.date_orders import Orders, disordered, is_doubtful
from mlpipe.data.inference.dates.dates import as_long_as_days, has_order, parse_dates
from mlpipe.data.inference.dates.times import parse_times
from mlpipe.data.inference.numbers.numbers import FIRST_INEXACT, TOO_LONG, code_reason, parse_numbers
from mlpipe.data.inference.numbers.thousands import FileMarks, Groups
from mlpipe.data.inference.odd_cells import FewCodes, MixedColumn, OddCells, Place, coercion_remark, wrong_kind
from mlpipe.data.schema import Kind, Role

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.data.asked import Asked
    from mlpipe.data.inference.numbers.numbers import NumberFormat
    from mlpipe.params import ReadParams

_SAMPLED = 200


class ColumnScan:
    """What is known of a column so far.

    Parameters
    ----------
    file : FileMarks
        What is known of the file's marks; one for all columns and all passes.
    form : ColumnFormat, optional
        What an earlier pass over the file suggests.
    tried : tuple of ColumnFormat
        What earlier passes refuted.

    Attributes
    ----------
    odd : OddCells
        What does not fit the column as it is read.
    """

    def __init__(
        self, name: str, asked: Asked | None, *, read: ReadParams, file: FileMarks,
        form: ColumnFormat | None = None, tried: tuple[ColumnFormat, ...] = (),
    ) -> None:  # fmt: skip
        self.name = name
        self.form = form
        self.bad: list[BadCell] = []
        self.n_bad = self._n_hidden = 0
        self.markers: Counter[str] = Counter()
        self._asked, self._demanded = asked, demanded_kind(asked)
        self._read, self._file, self._decimal, self._tried = read, file, file.decimal, tried
        self.coerced = name in read.coerce and self._demanded is not Kind.STRING
        self._present = 0
        self._codes = ""
        self.odd = OddCells(listed=self.coerced)
        self._odd_cells: list[pa.ChunkedArray] = []
        self._samples: list[pa.ChunkedArray] = []
        self._whole, self._digits, self._largest = True, True, 0.0
        self._orders: Orders | None = None
        self._groups = Groups()
        self._few_codes = FewCodes()

    @property
    def wanted(self) -> str:
        """What the parser is to hand over (see `parse_block`): numbers where plain ones are expected."""
        form = self.form
        plain = (
            form is not None and form.number is not None and form.kind is Kind.NUMBER and form.number.plain
            and form.number.decimal == self._decimal and not self.markers
            and self._read.thousands is None
        )  # fmt: skip
        if not plain:
            return "string"
        if self._groups.open and not self._digits:
            return "string"  # 1.250 may be 1250
        return "integer" if self._digits else "number"

    def feed(self, cells: pa.ChunkedArray, place: Place) -> pa.ChunkedArray:
        """Type the next cells: float64, timestamps, or strings as written; null where missing, odd or bad.

        Cells come as strings, or as numbers where those were `wanted`.
        """
        self.odd.last.clear()
        if cells.type != pa.string():
            self._present += len(cells) - cells.null_count
            return self._measured(pc.cast(cells, pa.float64(), safe=False), integer=cells.type == pa.int64())
        cells, n_hidden = canonical_cells(as_cells(cells))
        self._n_hidden += n_hidden
        if self.form is not None and self.form.kind is Kind.STRING:
            self._sample(cells)
            return self._words(cells, place)
        present = self._missing_out(cells)
        if present.null_count == len(present):
            return cells
        proposed = self.form is None
        if self.form is None:
            self.form = self._propose(present)
        self._present += len(present) - present.null_count
        self._sample(cells)
        if self.form.kind is Kind.NUMBER:
            return self._numbers(present, place, first=proposed)
        if self.form.kind is Kind.DATETIME or self.form.kind.of_time:
            return self._dates(present, place)
        return self._words(cells, place)

    def _words(self, cells: pa.ChunkedArray, place: Place) -> pa.ChunkedArray:
        if self.form is not None and self.form.codes:
            self._few_codes.add(cells, place.lines)
        return cells

    def _missing_out(self, cells: pa.ChunkedArray) -> pa.ChunkedArray:
        """What is present of the cells if they are numbers or dates."""
        if self.form is not None and self.form.date == ISO and not self._read.na_values and as_long_as_days(cells):
            return cells  # as long as a day, and so neither blank nor a marker
        present = present_cells(cells, number_missing(self._read))
        if present.null_count:
            gone = trim(cells.filter(pc.is_null(present)))
            self.markers.update(counts_of(gone.filter(pc.not_equal(gone, ""))))
        return present

    def _sample(self, cells: pa.ChunkedArray) -> None:
        """Keep a few cells of each block, and of the first one more."""
        most = _SAMPLED if self._samples else 1000
        step = max(1, len(cells) // most)
        self._samples.append(cells.take(pa.array(np.arange(0, len(cells), step)[:most])))

    def revised(self) -> ColumnFormat | None:
        """Another hypothesis for one more pass; None where this one holds, or nothing better is in sight.

        Raises
        ------
        DataError
            Where cells of a column whose kind was asked for cannot be read.
        """
        if self.form is None or self._demanded is Kind.STRING:
            return None
        if self._codes and self._demanded is None and not self.coerced:
            return word_format(self._read, codes=True, note=self._codes)
        if self.form.kind is Kind.STRING:
            return self._late_numbers()
        return self._regrouped() or self._another()

    def _regrouped(self) -> ColumnFormat | None:
        """The same numbers with thousands where the first cells seemed to have decimals."""
        form = self._open_number
        if form is None or form.thousands or not self._groups.are_thousands(self._file, money=bool(form.currency)):
            return None
        return number_format(replace(form, thousands=form.decimal), self._read, self._decimal)

    @property
    def _open_number(self) -> NumberFormat | None:
        """How numbers are written, unless their marks were given."""
        given = self._read.decimal is not None or self._read.thousands is not None
        return None if given or self.form is None else self.form.number

    def _another(self) -> ColumnFormat | None:
        assert self.form is not None
        if self._orders is not None and self._orders.contradiction:
            return disordered(self.name, self._orders.contradiction, self._read, demanded=self._demanded is not None)
        if self.odd.n or is_doubtful(self.form, n_bad=self.n_bad, n_cells=self._present):
            found = self._propose()
            if found != self.form and found not in self._tried and found.kind is not Kind.STRING:
                return found
        return self._spoilt() if self.odd.n and not self.coerced else None

    def _spoilt(self) -> ColumnFormat:
        """Words, and what they spoil where nearly all cells are numbers or dates."""
        assert self.form is not None
        if self._asked is not None and (self._demanded is not None or self._asked.role is Role.TIME):
            raise wrong_kind(self.name, self.odd, asked=self._asked)
        common = tuple(self.odd.common)
        fitting = pc.count_distinct(self._sampled()).as_py() - len(common)
        if not nearly_all(self._present, self.odd.n, n_values=fitting, n_kinds=len(common)):
            return word_format(self._read)
        mixed = MixedColumn(self.name, self.form.kind, self._present, self.odd.n, common)
        return replace(word_format(self._read), mixed=mixed, remarks=(mixed.remark(),))

    def settled(self) -> ColumnFormat:
        """How the column is written, once all of the file has been read under a hypothesis that holds."""
        return with_hidden(self._settled(), self._n_hidden)

    def _settled(self) -> ColumnFormat:
        if self.form is None:
            return empty_format(self._asked, read=self._read, decimal=self._decimal)
        if self._demanded is Kind.STRING:
            return self._propose()
        # A later day past the 12th settles what the first cells left open.
        note = "" if self._orders is not None and not self._orders.open else self.form.note
        integer = self.form.kind is Kind.NUMBER and self._whole and self._largest < FIRST_INEXACT
        form = self._open_number
        told = [*self.form.remarks, *(() if form is None else self._groups.remarks(form, self._file))]
        told += self._orders.remarks() if self._orders is not None and note else ()
        told += self._few_codes.remarks()
        told += [coercion_remark(self.odd, self._present)] if self.coerced and self.odd.n else []
        return replace(self.form, integer=integer, note=note, remarks=tuple(told), coerced=self.coerced)

    def _numbers(self, present: pa.ChunkedArray, place: Place, *, first: bool) -> pa.ChunkedArray:
        assert self.form is not None
        assert self.form.number is not None
        values = parse_numbers(present, self.form.number)
        # 5.0 is whole, and yet none that the parser takes for an integer.
        self._digits = self._digits and not pc.any(pc.match_substring_regex(present, "[^0-9-]")).as_py()
        if self._demanded is None and not self._codes and not first:
            self._codes = code_reason(present, values)
        if values.null_count > present.null_count:
            self.odd.add(present, rows_where(pc.and_(pc.is_valid(present), pc.is_null(values))), place.lines)
        self._groups.add(only(present, pc.is_valid(values)), self._file, form=self.form.number)
        values = without_markers(values, self.form.missing, self.form.number)
        endless = pc.is_inf(values)
        if pc.any(endless).as_py():
            self._note_bad(present, rows_where(endless), place, "infinite")
            values = pc.if_else(endless, pa.scalar(None, pa.float64()), values)
        return self._measured(values)

    def _measured(self, values: pa.ChunkedArray, *, integer: bool = False) -> pa.ChunkedArray:
        if self._whole and len(values) > values.null_count:
            if not integer:
                self._whole = bool(pc.all(pc.equal(values, pc.floor(values))).as_py())
            ends = pc.min_max(values).as_py()
            self._largest = max(self._largest, -ends["min"], ends["max"])
            if integer:
                self._groups.add_whole(len(values) - values.null_count, self._largest)
            if integer and self._largest >= FIRST_INEXACT and self._demanded is None:
                self._codes = TOO_LONG
        return values

    def _dates(self, present: pa.ChunkedArray, place: Place) -> pa.ChunkedArray:
        assert self.form is not None
        assert self.form.date is not None
        dates = (parse_times if self.form.kind.of_time else parse_dates)(present, self.form.date)
        if dates.values.null_count > present.null_count:
            reason = "no such time" if self.form.kind.of_time else "no such date"
            self._note_bad(present, rows_where(dates.unreal), place, reason)
            self.odd.add(present, rows_where(dates.strange), place.lines)
        if has_order(self.form.date):
            self._orders = self._orders or Orders(self.form.date)
            self._orders.add(present, dates.values, place.lines)
        return dates.values

    def _note_bad(self, present: pa.ChunkedArray, rows: NDArray[np.int64], place: Place, reason: str) -> None:
        if self.coerced:
            self.odd.add(present, rows, place.lines)
            return
        self.n_bad += len(rows)
        self._odd_cells.append(present.take(pa.array(rows[:SHOWN])))
        self.bad += (
            BadCell(row=place.first_row + row, column=self.name, value=present[row].as_py(), reason=reason)
            for row in rows[: max(0, SHOWN - len(self.bad))].tolist()
        )

    def _sampled(self) -> pa.ChunkedArray:
        """What is present of some cells, and what is odd of all."""
        sampled = pa.chunked_array([c for part in self._samples for c in part.chunks], pa.string())
        parts = (present_cells(sampled, number_missing(self._read)), *self._odd_cells)
        return pa.chunked_array([*(c for part in parts for c in part.chunks), self.odd.cells()], pa.string())

    def _propose(self, cells: pa.ChunkedArray | None = None) -> ColumnFormat:
        cells = self._sampled() if cells is None else cells
        return propose_format(cells, self._asked, read=self._read, decimal=self._decimal, coerced=self.coerced)

    def _late_numbers(self) -> ColumnFormat | None:
        """Words by the first cells that a sample of all cells shows to be numbers or dates."""
        if self.form is None or self.form.codes or self._tried or len(self._samples) < 2 or self._asked is not None:
            return None
        found = self._propose()
        return found if found.kind is not Kind.STRING and not found.codes else None
