"""What each column is for, judged by the rows that a model may learn from, and by no others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.column_names import ROW_NAME
from mlpipe.data.inference.cells import present_cells
from mlpipe.data.inference.column_format import ColumnFormat
from mlpipe.data.inference.numbers.number_parts import MIXED_UNITS
from mlpipe.data.roles.cell_facts import FEW_VALUES, NumberFacts, WordFacts, each_once, number_facts, word_facts
from mlpipe.data.roles.chosen_rows import ChosenRows
from mlpipe.data.roles.sparse_ids import is_sparse_id, may_be_sparse_ids
from mlpipe.data.schema import FEATURE_ROLES, Column, Kind, Role
from mlpipe.data.spellings import truth_labels
from mlpipe.errors import DataError
from mlpipe.words.lists import count_of, listed, quoted
from mlpipe.words.numbers import format_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from mlpipe.data.asked import Asked
    from mlpipe.data.columns import Columns

_FEW_ROWS = 20
_MOST_SHARED = 0.1
_TEXT_LETTERS = 12
_UNMARKED = frozenset({Role.ID, Role.IGNORE})  # nothing but a blank cell is missing there
_SURE_REPEATS = 20
"""Repeats to be expected among numbers drawn at random from which on it says something that there are none."""
COUNTER = "counts the rows"
DIFFERENT = "different in every row"
SPELLINGS = " spellings"
_SPELT = frozenset({Role.TARGET, Role.LABELS, Role.GROUP, Role.NUMERIC, Role.CATEGORICAL, Role.BOOLEAN})
"""Roles in which one value is one however it is written; ids and texts are kept as they came."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Fit:
    """A column's cells in the rows to learn from."""

    name: str
    form: ColumnFormat
    rows: ChosenRows
    n_file: int

    @cached_property
    def facts(self) -> NumberFacts | WordFacts:
        """Of typed cells as they are, of words without what means no value."""
        cells = ((block.column(0), numbers) for block, numbers in self.rows.numbered([self.name]))
        first = next(cells)
        if first[0].type == pa.string():
            return word_facts((words for words, _ in chain([first], cells)), self.form.missing)
        return number_facts(chain([first], cells), whole=self.form.integer)

    @property
    def is_missing(self) -> bool:
        """Whether there is no value."""
        return self.facts.n_missing == self.facts.n_cells

    def values(self) -> Iterator[NDArray[np.float64]]:
        """Numbers, none of them missing, block by block."""
        return (block.column(0).to_numpy() for block in self.rows.blocks([self.name]))


def assign_roles(
    raw: Columns,
    formats: Mapping[str, ColumnFormat],
    asked: Mapping[str, Asked],
    *,
    fit_rows: NDArray[np.bool_] | None = None,
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
    fit_rows : ndarray of bool, shape (n_rows,), optional
        Which rows to judge by; without them, all.
    sampled : (ndarray, int), optional
        Where `raw` is a sample of the file's rows: their numbers, and how many rows the file has.

    Raises
    ------
    DataError
        A column was asked to be boolean and is not.
    """
    numbers, n_file = sampled or (None, raw.num_rows)
    rows = ChosenRows(raw, fit_rows, numbers)
    columns = []
    for name in raw.column_names:
        fit = _Fit(name=name, form=formats[name], rows=rows, n_file=n_file)
        found = _by_wish(fit, asked[name]) if name in asked else _by_cells(fit)
        columns.append(_with_spellings(_pin(name, fit.form, found), fit))
    return _keep_a_feature(tuple(columns), formats)


def _by_wish(fit: _Fit, asked: Asked) -> tuple[Role, str]:
    notes = [f"given by {asked.because}", fit.form.note if fit.form.kind is not Kind.STRING else ""]
    if asked.role is Role.BOOLEAN and isinstance(fit.facts, WordFacts) and fit.facts.n_levels > 2:
        values = pc.unique(present_cells(fit.rows[fit.name], fit.form.missing).drop_null()).to_pylist()
        told = f"{count_of(len(values), 'different value')}: {listed(map(repr, sorted(values)))}"
        raise DataError(
            f"Column {fit.name!r} cannot be boolean: it has {told}.",
            remedy="Make it categorical.",
        )
    if asked.role in FEATURE_ROLES and fit.is_missing:
        notes.append("no value in the training rows")
    return asked.role, ", ".join(note for note in notes if note)


def _by_cells(fit: _Fit) -> tuple[Role, str]:
    form = fit.form
    if fit.name == ROW_NAME:
        return Role.ID, "names the rows"
    if form.empty or fit.is_missing:
        return Role.IGNORE, f"no value in {'any row' if form.empty else 'the training rows'}"
    facts = fit.facts
    if isinstance(facts, WordFacts):
        return _word_role(fit, facts)
    constant = "constant" if facts.low == facts.high else ""
    if form.kind is Kind.DATETIME:
        return Role.DATETIME, _joined("dates", form.note, constant)
    if form.kind.of_time:
        what = "times of day" if form.kind is Kind.TIME else "durations"
        return Role.NUMERIC, _joined(what, form.note, constant)
    return _number_role(fit, facts)


def _number_role(fit: _Fit, facts: NumberFacts) -> tuple[Role, str]:
    form = fit.form
    if facts.low == facts.high:
        return Role.NUMERIC, _joined("numbers", form.note, "constant")
    if not form.integer:
        return Role.NUMERIC, _joined("numbers", form.note)
    if form.number is not None and not form.number.plain:
        return Role.NUMERIC, _joined("whole numbers", form.note)  # quantities, which never count rows
    if facts.n_cells >= _FEW_ROWS and not facts.n_missing:
        if _is_counter(fit, facts):
            return Role.ID, COUNTER
        if _is_sparse_id(fit, facts):
            return Role.ID, f"{DIFFERENT}, such as {format_cell(facts.low)}"
    few = f"{facts.few} different values" if facts.few is not None else ""
    return Role.NUMERIC, _joined("whole numbers", few, form.note)


def _is_counter(fit: _Fit, facts: NumberFacts) -> bool:
    """Whether whole numbers count rows: each once, all within a range as long as the file.

    A sample of a counter has gaps, so the range is compared with the rows of the file, not of the sample. Few rows out
    of many could fall into such a range without a repeat by chance: then the numbers must follow the order of the rows.
    """
    if facts.step is not None:
        return True
    span = facts.high - facts.low + 1
    n_pairs = facts.n_cells**2 / 2
    few = 2 * facts.n_cells < fit.n_file and n_pairs < _SURE_REPEATS * span
    if facts.repeats or span > fit.n_file or few:
        return False
    return each_once(fit.values(), facts.low, facts.high)


def _is_sparse_id(fit: _Fit, facts: NumberFacts) -> bool:
    if facts.repeats or not may_be_sparse_ids(fit.name, facts.low, facts.high):
        return False
    values, start = np.empty(facts.n_cells), 0
    for found in fit.values():
        values[start : start + len(found)] = found
        start += len(found)
    return is_sparse_id(fit.name, values)


def _word_role(fit: _Fit, facts: WordFacts) -> tuple[Role, str]:
    form = fit.form
    if facts.n_levels == 1:
        return Role.CATEGORICAL, _joined("words", form.note, "constant")
    truth = truth_labels(facts.counts)
    if truth and all(truth):
        return Role.BOOLEAN, " or ".join(sorted(truth, reverse=True))
    one_word = facts.n_unspaced < _TEXT_LETTERS and not facts.blanks
    measured = any(remark.code == MIXED_UNITS for remark in form.remarks)
    if (form.codes or one_word) and not measured and _tells_rows_apart(facts, fit.rows):
        return Role.ID, _joined(form.note or "one word", f"{DIFFERENT}, such as {quoted(facts.first)}")
    if _is_text(facts):
        words = facts.n_words
        return Role.TEXT, f"free text, {count_of(round(words), 'word')} on average" if words >= 2 else "free text"
    return Role.CATEGORICAL, _joined(form.note, count_of(facts.n_levels, "different value"))


def _tells_rows_apart(facts: WordFacts, rows: ChosenRows) -> bool:
    """Whether a column differs wherever rows differ at all."""
    shared = facts.n_cells - facts.n_levels
    if facts.n_cells < _FEW_ROWS or facts.n_missing or shared > _MOST_SHARED * facts.n_cells:
        return False
    return not shared or shared == rows.n_repeated


def _is_text(facts: WordFacts) -> bool:
    """Whether words are sentences rather than names of levels."""
    n_rows, n_levels = facts.n_cells - facts.n_missing, facts.n_levels
    various = (n_levels > 50 and n_levels > n_rows / 2) or n_levels == n_rows >= _FEW_ROWS
    if various and (facts.n_words >= 3 or facts.n_unspaced >= _TEXT_LETTERS):
        return True
    long = facts.n_letters >= 40 and (facts.n_words >= 2 or facts.n_unspaced >= _TEXT_LETTERS)
    return (facts.n_words >= 6 or long) and n_levels > FEW_VALUES


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


def _with_spellings(column: Column, fit: _Fit) -> Column:
    """The column with what its cells settle: which words are one value."""
    if column.role not in _SPELT:
        return column
    facts = fit.facts
    if isinstance(facts, NumberFacts):
        truth: tuple[str, ...] = ("1", "0") if fit.form.integer and (facts.low, facts.high) == (0, 1) else ()
        return replace(column, truth=truth, whole=column.kind is Kind.STRING and fit.form.integer)
    if column.kind is not Kind.STRING:
        return column
    truth, n_spellings = truth_labels(facts.counts), len(facts.counts)
    reason = _joined(column.reason, f"{n_spellings}{SPELLINGS}" if truth and n_spellings > 2 else "")
    return replace(column, truth=truth, whole=facts.whole, reason=reason)


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
