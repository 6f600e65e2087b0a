"""Findings about one column, whatever it holds: emptiness, identity, types, missing values, dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.profiling.findings import Finding, build_finding
from mlpipe.data.schema import FEATURE_ROLES, Kind, Role
from mlpipe.words.lists import count_of, quoted
from mlpipe.words.numbers import format_cell, format_number, format_share

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.inference.coercion import BadCell
    from mlpipe.data.profiling.column_profile import Cells

MIN_ROWS = 20
"""Below this many rows, distinct values and empty cells say little about a column."""
MANY_MISSING = 0.3
MANY_LEVELS = 50
NUMBER_SHARE = 0.8
"""Share of a text column's cells that read as numbers from which the others look like strays."""
MIN_NUMBERS = 10
"""Distinct numbers below which text that reads as numbers is codes of levels: 1, 2, 3+ are no mixture."""
# Currency before or after, thousands marks, a percent sign: what a person would read as a number.
_DIGITS = r"(\d{1,3}([ ,.']\d{3})+([.,]\d+)?|\d+([.,]\d*)?|[.,]\d+)([eE][-+]?\d+)?"
NUMBER_PATTERN = rf"^\s*[-+]?\s*[$€£¥]?\s*[-+]?{_DIGITS}\s*[%$€£¥]?\s*$"


def check_column(cells: Cells, *, markers: Mapping[str, int], bad: Sequence[BadCell]) -> Iterator[Finding]:
    """Find what a person should know about one column.

    Parameters
    ----------
    markers : mapping
        Cells read as missing, as written, with how often each stands in this column.
    bad : sequence of BadCell
        Cells of this column that could not be read.
    """
    if bad:
        first = f"{quoted(bad[0].value)} in row {bad[0].row} (from 0) is {bad[0].reason}"
        yield build_finding(
            "MLP109", f"{count_of(len(bad), 'cell')} unreadable: {first}.", column=cells.name, value=bad[0].value
        )
    if markers:
        listed = ", ".join(f"{quoted(marker)} ({count_of(n)})" for marker, n in sorted(markers.items()))
        yield build_finding("MLP110", f"Read as missing: {listed}.", column=cells.name)
    if cells.distinct <= 1:
        yield from _check_constant(cells)
        return
    yield from _check_missing(cells)
    yield from _check_identity(cells)
    if cells.column.kind is Kind.STRING:
        yield from _check_text(cells)
    elif cells.column.kind is Kind.NUMBER:
        yield from _check_signs(cells)


def _check_constant(cells: Cells) -> Iterator[Finding]:
    # A constant target has a finding of its own, and an empty table says nothing about its columns.
    if cells.column.role is Role.TARGET or not cells.n_rows:
        return
    if not cells.n_present:
        yield build_finding("MLP102", f"All {count_of(cells.n_rows, 'cell')} are missing.", column=cells.name)
    elif cells.n_rows > 1:
        beside = f" beside {count_of(cells.missing, 'missing cell')}" if cells.missing else ""
        only = quoted(cells.values[0])
        yield build_finding(
            "MLP101", f"{count_of(cells.n_present, 'cell')} all hold {only}{beside}.", column=cells.name
        )


def _check_missing(cells: Cells) -> Iterator[Finding]:
    if cells.column.role is Role.TARGET or cells.n_rows < MIN_ROWS:
        return
    share = cells.missing / cells.n_rows
    if share >= MANY_MISSING:
        message = f"{count_of(cells.missing, 'cell')} of {count_of(cells.n_rows)} are missing ({format_share(share)})."
        yield build_finding("MLP111", message, column=cells.name)


def _check_identity(cells: Cells) -> Iterator[Finding]:
    if cells.column.role is Role.TARGET or cells.distinct < max(cells.n_rows, MIN_ROWS):
        return
    counter = _as_numbers(cells)
    if counter is not None and _counts_rows(counter):
        first, last = (format_cell(counter[row]) for row in (0, -1))
        message = f"Counts the rows from {first} to {last} in file order: it says where a row stands, not what it is."
        yield build_finding("MLP104", message, column=cells.name)
    elif _looks_like_id(cells):
        message = f"All {count_of(cells.n_rows)} values differ: they name the rows."
        yield build_finding("MLP103", message, column=cells.name)


def _as_numbers(cells: Cells) -> NDArray[np.float64] | None:
    """The cells as numbers, ids of digits too: those are kept as text."""
    if cells.column.kind.numeric:
        return cells.numbers
    if cells.column.kind is Kind.STRING and pc.all(pc.match_substring_regex(cells.array, r"^\d{1,15}$")).as_py():
        return np.asarray(pc.cast(cells.array, pa.float64()), dtype=np.float64)
    return None


def _counts_rows(numbers: NDArray[np.float64]) -> bool:
    steps = np.diff(numbers)
    return bool((steps == steps[0]).all()) and abs(float(steps[0])) == 1


def _looks_like_id(cells: Cells) -> bool:
    """All values differ already: so they do among measurements and sentences, which are no ids."""
    if cells.column.role is Role.ID:
        return True
    if cells.column.role not in FEATURE_ROLES or cells.column.kind in (Kind.DATETIME, Kind.TIME, Kind.DURATION):
        return False
    if cells.column.kind is Kind.STRING:
        return not bool(pc.any(pc.match_substring_regex(cells.encoded.dictionary, r"\s\S+\s")).as_py())
    # Whole numbers that fill their range without a repeat are numbered, not measured.
    whole = bool((cells.ordered == np.floor(cells.ordered)).all())
    return whole and cells.ordered[-1] - cells.ordered[0] < 2 * cells.n_rows


def _check_text(cells: Cells) -> Iterator[Finding]:
    if cells.column.role not in FEATURE_ROLES:
        return
    numeric = np.asarray(pc.match_substring_regex(cells.encoded.dictionary, NUMBER_PATTERN), dtype=bool)
    if numeric.sum() >= MIN_NUMBERS:
        yield from _check_numbers_in_text(cells, numeric)
    if cells.column.role is Role.CATEGORICAL and cells.distinct > MANY_LEVELS:
        message = f"{count_of(cells.distinct)} levels in {count_of(cells.n_present, 'row')}."
        yield build_finding("MLP114", message, column=cells.name)


def _check_numbers_in_text(cells: Cells, numeric: NDArray[np.bool_]) -> Iterator[Finding]:
    if numeric.all():
        message = f"All {count_of(cells.distinct)} distinct values are numbers, kept as text."
        yield build_finding("MLP107", message, column=cells.name)
    elif cells.counts[numeric].sum() >= NUMBER_SHARE * cells.n_present:
        yield _mixed_types(cells, numeric)


def _mixed_types(cells: Cells, numeric: NDArray[np.bool_]) -> Finding:
    words = np.flatnonzero(~numeric)
    words = words[np.argsort(-cells.counts[words], kind="stable")]
    texts = cells.encoded.dictionary.take(pa.array(words[:3])).to_pylist()
    n_words = int(cells.counts[words].sum())
    listed = ", ".join(quoted(text) for text in texts)
    more = ", …" if len(words) > len(texts) else ""
    message = (
        f"{count_of(n_words, 'cell')} of {count_of(cells.n_present)} are no numbers, all others are: {listed}{more}."
    )
    return build_finding("MLP106", message, column=cells.name, value=texts[0])


def _check_signs(cells: Cells) -> Iterator[Finding]:
    taken_out = cells.column.symbols + cells.column.thousands + cells.column.unit
    if taken_out:
        most = format_number(cells.ordered[-1], digits=15)
        message = f"Read as numbers after taking out {quoted(taken_out)}, up to {most}."
        yield build_finding("MLP108", message, column=cells.name)
