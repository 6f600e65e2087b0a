"""Findings about values as they are written: spellings, garbled letters, stand-in dates, near-constants, codes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.profiling.findings import Finding, build_finding
from mlpipe.data.schema import FEATURE_ROLES, Kind, Role
from mlpipe.words.lists import count_of, listed, quoted
from mlpipe.words.numbers import TENTH, format_number, format_share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlpipe.data.profiling.column_profile import Cells

NEARLY_ALL = 0.995
"""Of fewer than 200 cells, no value stands in so many without standing in all."""
MOST_SPELLINGS = 20_000
MIN_CODES = 20
LARGEST_CODE = 0.1
STAND_INS = tuple(
    dt.date(*day) for day in ((1900, 1, 1), (1970, 1, 1), (1899, 12, 30), (1753, 1, 1), (2099, 12, 31), (9999, 12, 31))
)
# What UTF-8 leaves when read as Latin-1 or Windows-1252: a lead byte's letter, then a sign that no word has there.
_GARBLED = (
    "\ufffd|[\u00c2\u00c3][\u0080-\u00bf\u2018-\u203a\u20ac\u2122]|\u00e2\u20ac[\u0080-\u00bf\u2018-\u203a\u0153\u2122]"
)
_CODE = r"^[A-Za-z]{0,6}[-_#/]?\d{2,}[-_/]?[A-Za-z\d]*$"


def check_levels(cells: Cells) -> Iterator[Finding]:
    """Find what is odd about the values of one column."""
    if cells.distinct < 2 or cells.column.role is Role.IGNORE:
        return
    if cells.column.kind is Kind.DATETIME:
        yield from _check_stand_ins(cells)
    elif cells.column.kind is Kind.STRING:
        yield from _check_garbled(cells)
        if cells.column.role in (Role.CATEGORICAL, Role.BOOLEAN, Role.TARGET):
            yield from _check_spellings(cells)
        if cells.column.role is Role.CATEGORICAL:
            yield from _check_codes(cells)
    if cells.column.role in FEATURE_ROLES:
        yield from _check_nearly_constant(cells)


def _check_spellings(cells: Cells) -> Iterator[Finding]:
    if cells.distinct > MOST_SPELLINGS:
        return
    alike: dict[str, list[str]] = {}
    for value in cells.values:
        alike.setdefault(" ".join(value.split()).casefold(), []).append(value)
    groups = [group for group in alike.values() if len(group) > 1]
    # Codes in which case carries the meaning (a, A, b, B) are no misspellings: there it is words that are expected.
    groups = [group for group in groups if len(group[0]) > 2]
    if groups:
        spellings = [" and ".join(quoted(value) for value in group[:3]) for group in groups]
        message = f"{count_of(len(groups), 'level')} written in several ways: {listed(spellings, 3, joint='; ')}."
        yield build_finding("MLP118", message, column=cells.name)


def _check_garbled(cells: Cells) -> Iterator[Finding]:
    garbled = np.asarray(pc.match_substring_regex(cells.encoded.dictionary, _GARBLED), dtype=bool)
    if garbled.any():
        first = quoted(cells.values[int(np.flatnonzero(garbled)[0])])
        message = f"{count_of(int(cells.counts[garbled].sum()), 'cell')} with garbled letters, such as {first}."
        yield build_finding("MLP119", message, column=cells.name)


def _check_stand_ins(cells: Cells) -> Iterator[Finding]:
    days = pc.cast(cells.array, pa.date32(), safe=False).drop_null()
    ends = pc.min_max(days).as_py()
    for end in dict.fromkeys(ends.values()):
        if end not in STAND_INS:
            continue
        rest = days.filter(pc.not_equal(days, pa.scalar(end)))
        others = pc.min_max(rest).as_py()
        nearest = others["min"] if end == ends["min"] else others["max"]
        if nearest is not None and len(rest) >= MIN_CODES and abs(nearest - end) >= others["max"] - others["min"]:
            n = count_of(len(days) - len(rest), "cell")
            message = f"{n} on {end}, {count_of(abs(nearest - end).days)} days away from all others."
            yield build_finding("MLP120", message, column=cells.name, value=str(end))


def _check_nearly_constant(cells: Cells) -> Iterator[Finding]:
    most = int(cells.counts.max())
    if most >= NEARLY_ALL * cells.n_present:
        value = quoted(cells.values[int(cells.counts.argmax())])
        share = format_share(most / cells.n_present)
        message = f"{value} in {count_of(most)} of {count_of(cells.n_present, 'cell')} ({share})."
        yield build_finding("MLP121", message, column=cells.name)


def _check_codes(cells: Cells) -> Iterator[Finding]:
    if cells.distinct < MIN_CODES or cells.n_present < 2 * cells.distinct:
        return
    if cells.counts.max() > LARGEST_CODE * cells.n_present:
        return
    if pc.all(pc.match_substring_regex(cells.encoded.dictionary, _CODE)).as_py():
        each, first = format_number(cells.n_present / cells.distinct, TENTH), quoted(cells.values[0])
        message = f"{count_of(cells.distinct)} codes, {each} rows each on average, such as {first}."
        yield build_finding("MLP122", message, column=cells.name)
