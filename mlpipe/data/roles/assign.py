"""What each column is for, judged by the rows that a model may learn from, and by no others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.column_names import ROW_NAME
from mlpipe.data.inference.canonical import are_whole, find_truth
from mlpipe.data.inference.cells import present_cells
from mlpipe.data.inference.column_format import ColumnFormat
from mlpipe.data.inference.numbers.number_parts import MIXED_UNITS
from mlpipe.data.roles.chosen_rows import ChosenRows
from mlpipe.data.roles.sparse_ids import is_sparse_id
from mlpipe.data.schema import FEATURE_ROLES, Column, Kind, Role
from mlpipe.errors import DataError
from mlpipe.words.lists import count_of, listed
from mlpipe.words.numbers import format_cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mlpipe.data.asked import Asked
    from mlpipe.data.duplicate_rows import Columns

_FEW_ROWS = 20
_FEW_VALUES = 20
_SAMPLED = 1 << 16
_MOST_SHARED = 0.1
_TEXT_LETTERS = 12
_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_UNMARKED = frozenset({Role.ID, Role.IGNORE})  # nothing but a blank cell is missing there
_SURE_REPEATS = 20
"""Repeats to be expected among numbers drawn at random from which on it says something that there are none."""
_NAMED_ROWS = (Role.ID, "names the rows")
COUNTER = "counts the rows"
DIFFERENT = "different in every row"
SPELLINGS = " spellings"
_SPELT = frozenset({Role.TARGET, Role.LABELS, Role.GROUP, Role.NUMERIC, Role.CATEGORICAL, Role.BOOLEAN})
"""Roles in which one value is one however it is written; ids and texts are kept as they came."""


@dataclass(frozen=True, kw_only=True)
class _Fit:
    """A column's cells in the rows to learn from."""

    cells: pa.ChunkedArray
    rows: ChosenRows
    n_file: int

    def present(self, form: ColumnFormat) -> pa.ChunkedArray:
        """Typed cells as they are, words without what means no value."""
        words = self.cells.type == pa.string()
        return present_cells(self.cells, form.missing) if words else self.cells


def assign_roles(
    raw: Columns,
    formats: Mapping[str, ColumnFormat],
    asked: Mapping[str, Asked],
    *,
    fit_rows: NDArray[np.int64] | None = None,
    sampled: tuple[NDArray[np.int64], int] | None = None,
) -> tuple[Column, ...]:
    """Give every column its role and pin how it is read.

    Parameters
    ----------
    raw : pyarrow.Table or ColumnStore
        Typed cells, words as written (see `CellSink`).
    formats : mapping
        From `scan_table`.
    asked : mapping
        From `ask_roles`; what is in it is not guessed.
    fit_rows : ndarray of shape (n_fit_rows,), optional
        Rows to judge by, ascending; without them, all.
    sampled : (ndarray, int), optional
        Where `raw` is a sample of the file's rows: their numbers, and how many rows the file has.

    Raises
    ------
    DataError
        A column was asked to be boolean and is not.
    """
    numbers, n_file = sampled or (None, raw.num_rows)
    chosen = ChosenRows(raw, fit_rows, numbers)
    columns = []
    for name in raw.column_names:
        fit = _Fit(cells=chosen[name], rows=chosen, n_file=n_file)
        if name in asked:
            found = _by_wish(name, fit, formats[name], asked[name])
        else:
            found = _NAMED_ROWS if name == ROW_NAME else _by_cells(name, fit, formats[name])
        columns.append(_with_spellings(_pin(name, formats[name], found), fit, formats[name]))
    return _keep_a_feature(tuple(columns), formats)


def _by_wish(name: str, fit: _Fit, form: ColumnFormat, asked: Asked) -> tuple[Role, str]:
    notes = [f"given by {asked.because}", form.note if form.kind is not Kind.STRING else ""]
    present = fit.present(form)
    if asked.role is Role.BOOLEAN and len(values := pc.unique(present.drop_null()).to_pylist()) > 2:
        told = f"{count_of(len(values), 'different value')}: {listed(map(repr, sorted(values)))}"
        raise DataError(
            f"Column {name!r} cannot be boolean: it has {told}.",
            remedy="Make it categorical.",
        )
    if asked.role in FEATURE_ROLES and present.null_count == len(present):
        notes.append("no value in the training rows")
    return asked.role, ", ".join(note for note in notes if note)


def _by_cells(name: str, fit: _Fit, form: ColumnFormat) -> tuple[Role, str]:
    if form.empty:
        return Role.IGNORE, "no value in any row"
    cells = fit.present(form)
    if cells.null_count == len(cells):
        return Role.IGNORE, "no value in the training rows"
    if form.kind is Kind.DATETIME:
        return Role.DATETIME, _joined("dates", form.note, "constant" if len(pc.unique(cells.drop_null())) == 1 else "")
    if form.kind.of_time:
        what = "times of day" if form.kind is Kind.TIME else "durations"
        return Role.NUMERIC, _joined(what, form.note, "constant" if len(pc.unique(cells.drop_null())) == 1 else "")
    if form.kind is Kind.NUMBER:
        return _number_role(name, fit, cells, form)
    return _word_role(fit, cells, form)


def _number_role(name: str, fit: _Fit, values: pa.ChunkedArray, form: ColumnFormat) -> tuple[Role, str]:
    lowest, highest = pc.min_max(values).as_py().values()
    if lowest == highest:
        return Role.NUMERIC, _joined("numbers", form.note, "constant")
    if not form.integer:
        return Role.NUMERIC, _joined("numbers", form.note)
    if form.number is not None and not form.number.plain:
        return Role.NUMERIC, _joined("whole numbers", form.note)  # quantities, which never count rows
    if _is_counter(np.asarray(values), fit, (lowest, highest)):
        return Role.ID, COUNTER
    if not values.null_count and len(values) >= _FEW_ROWS and is_sparse_id(name, np.asarray(values)):
        return Role.ID, f"{DIFFERENT}, such as {format_cell(lowest)}"
    few = ""
    if pc.count_distinct(values.slice(0, _SAMPLED)).as_py() <= _FEW_VALUES:
        distinct = pc.count_distinct(values).as_py()
        few = f"{distinct} different values" if distinct <= _FEW_VALUES else ""
    return Role.NUMERIC, _joined("whole numbers", few, form.note)


def _is_counter(values: NDArray[np.float64], fit: _Fit, ends: tuple[float, float]) -> bool:
    """Whether whole numbers count rows: each once, all within a range as long as the file.

    A sample of a counter has gaps, so the range is compared with the rows of the file, not of the sample. Few rows out
    of many could fall into such a range without a repeat by chance: then the numbers must follow the order of the rows.
    """
    if len(values) < _FEW_ROWS or not np.isfinite(values).all():
        return False
    if np.ptp(values - fit.rows.numbers) == 0:
        return True
    span = ends[1] - ends[0] + 1
    n_pairs = len(values) ** 2 / 2
    few = 2 * len(values) < fit.n_file and n_pairs < _SURE_REPEATS * span
    if span > fit.n_file or few:
        return False
    return int(np.bincount((values - ends[0]).astype(np.int64)).max()) == 1


def _word_role(fit: _Fit, cells: pa.ChunkedArray, form: ColumnFormat) -> tuple[Role, str]:
    counts = pc.value_counts(cells.drop_null())
    levels, times = counts.field("values"), np.asarray(counts.field("counts"))
    if len(levels) == 1:
        return Role.CATEGORICAL, _joined("words", form.note, "constant")
    truth = find_truth(cells)
    if truth and all(truth):
        return Role.BOOLEAN, " or ".join(sorted(truth, reverse=True))
    words = _mean(pc.count_substring_regex(levels, r"[^\s\x{3000}]+"), times)
    letters = _mean(pc.count_substring_regex(levels, _UNSPACED), times)  # of scripts that put no blanks
    one_word = letters < _TEXT_LETTERS and not pc.any(pc.match_substring_regex(levels, r"\s")).as_py()
    measured = any(remark.code == MIXED_UNITS for remark in form.remarks)
    if (form.codes or one_word) and not measured and _tells_rows_apart(len(levels), cells, fit):
        return Role.ID, _joined(form.note or "one word", DIFFERENT)
    if _is_text(levels, times, words, letters):
        return Role.TEXT, f"free text, {count_of(round(words), 'word')} on average" if words >= 2 else "free text"
    return Role.CATEGORICAL, _joined(form.note, count_of(len(levels), "different value"))


def _tells_rows_apart(n_levels: int, cells: pa.ChunkedArray, fit: _Fit) -> bool:
    """Whether a column differs wherever rows differ at all."""
    shared = len(cells) - n_levels
    if len(cells) < _FEW_ROWS or cells.null_count or shared > _MOST_SHARED * len(cells):
        return False
    return not shared or shared == fit.rows.n_repeated


def _is_text(levels: pa.Array, times: NDArray[np.int64], words: float, letters: float) -> bool:
    """Whether words are sentences rather than names of levels."""
    rows = int(times.sum())
    various = (len(levels) > 50 and len(levels) > rows / 2) or len(levels) == rows >= _FEW_ROWS
    if various and (words >= 3 or letters >= _TEXT_LETTERS):
        return True
    long = _mean(pc.utf8_length(levels), times) >= 40 and (words >= 2 or letters >= _TEXT_LETTERS)
    return (words >= 6 or long) and len(levels) > _FEW_VALUES


def _mean(per_level: pa.Array, times: NDArray[np.int64]) -> float:
    return float(np.average(np.asarray(per_level), weights=times))


def _pin(name: str, form: ColumnFormat, found: tuple[Role, str]) -> Column:
    role, reason = found
    as_words = role in (Role.ID, Role.GROUP, Role.IGNORE, Role.CATEGORICAL, Role.TEXT, Role.BOOLEAN)
    if as_words or form.number is None:
        kind = Kind.STRING if as_words else form.kind
        date = None if kind is Kind.STRING else form.date
        missing = () if role in _UNMARKED else form.missing
        return Column(
            name=name,
            role=role,
            kind=kind,
            datetime_format=date,
            missing=missing,
            reason=reason,
            coerced=form.coerced and kind is not Kind.STRING,
        )
    return Column(
        name=name,
        role=role,
        kind=Kind.NUMBER,
        integer=form.integer,
        decimal=form.number.decimal if form.own_decimal else "",
        thousands=form.number.thousands,
        symbols=" ".join(form.number.symbols),
        unit=form.number.unit,
        missing=form.missing,
        coerced=form.coerced,
        reason=reason,
    )


def _with_spellings(column: Column, fit: _Fit, form: ColumnFormat) -> Column:
    """The column with what its cells settle: which words are one value."""
    if column.role not in _SPELT:
        return column
    cells = fit.present(form)
    if cells.type != pa.string():
        number = pc.min_max(cells).as_py()
        truth: tuple[str, ...] = ("1", "0") if form.integer and (number["min"], number["max"]) == (0, 1) else ()
        return replace(column, truth=truth, whole=column.kind is Kind.STRING and form.integer)
    if column.kind is not Kind.STRING:
        return column
    truth = find_truth(cells)
    n_spellings = len(pc.unique(cells.drop_null())) if truth else 0
    reason = _joined(column.reason, f"{n_spellings}{SPELLINGS}" if n_spellings > 2 else "")
    return replace(column, truth=truth, whole=are_whole(cells), reason=reason)


def _keep_a_feature(columns: tuple[Column, ...], formats: Mapping[str, ColumnFormat]) -> tuple[Column, ...]:
    """Where counters are all there is to learn from, they are numbers."""
    if any(column.role in FEATURE_ROLES for column in columns):
        return columns
    reason = f"{COUNTER}, but there is no other feature"
    return tuple(
        _pin(column.name, formats[column.name], (Role.NUMERIC, reason))
        if column.role is Role.ID and column.reason == COUNTER
        else column
        for column in columns
    )


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
