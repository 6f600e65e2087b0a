"""A header held against its first rows: names of rows, columns without a name, headers that are too short or long."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.column_names import ROW_NAME
from mlpipe.data.reading.errors import at_line, no_name
from mlpipe.data.reading.header.checks import only_words
from mlpipe.data.reading.normalise import blank_records
from mlpipe.data.reading.raw import Doubt
from mlpipe.data.reading.records import CR, LF, count_fields, index_records
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.data.reading.fields import Rules
    from mlpipe.data.reading.header.names import Header
    from mlpipe.data.reading.records import TextBlock
    from mlpipe.errors import DataError

_LOOKED_AT = 1000
_LIKELY = 10
"""Rows among which the line of names is looked for where the first line cannot be it."""


@dataclass(frozen=True, kw_only=True)
class FirstRows:
    """The rows of a block that are not blank.

    Parameters
    ----------
    which : ndarray of int
        Their records.
    counts : ndarray of int
        How many fields each of them has.
    known : bool
        Whether the table's columns are known from an earlier file: names of rows are then to be ignored.
    """

    block: TextBlock
    rules: Rules
    which: NDArray[np.int64]
    counts: NDArray[np.int64]
    file: str
    known: bool

    @classmethod
    def of(cls, block: TextBlock, rules: Rules, *, file: str, known: bool) -> FirstRows:
        """Find and count them."""
        which = np.flatnonzero(~blank_records(block))
        counts = count_fields(block.data, index_records(block.data, rules, final=True), rules)[which]
        return cls(block=block, rules=rules, which=which, counts=counts, file=file, known=known)

    def cells(self) -> list[list[bytes]]:
        """The cells of the first of them."""
        return [self.rules.split(self.block.record(int(i))) for i in self.which[:_LOOKED_AT]]

    def line(self, row: int) -> int:
        """The physical line in which a row begins."""
        return self.block.after(int(self.which[row])).first_line

    def text(self, row: int) -> str:
        """A row as it is written."""
        return self.block.record(int(self.which[row])).decode("utf-8").rstrip("\r\n")

    def end_with_delimiter(self) -> bool:
        """Whether the last field of each of them is empty."""
        letters = np.frombuffer(self.block.data, np.uint8)
        line_end = self.block.ends[self.which] - 1
        last = line_end - 1
        last -= (letters[line_end] == LF) & (letters[last] == CR)
        return bool(np.all(letters[last] == ord(self.rules.delimiter)))

    def begin_with_quote(self) -> bool:
        """Whether the first field of each of them is quoted."""
        letters = np.frombuffer(self.block.data, np.uint8)
        return bool(np.all(letters[self.block.starts[self.which]] == ord('"')))


def fit_header(header: Header, rows: FirstRows, *, quoted: Sequence[bool] = (), least: int = 1) -> Header:
    """The header as its first rows want it.

    A delimiter that ends every row makes an unnamed column; a first column without a name that tells the rows apart
    names them.

    Parameters
    ----------
    rows : FirstRows
        At least one.
    quoted : sequence of bool
        Which fields of the header are enclosed in quotes.
    least : int
        How many rows it takes to find the header wrong.

    Raises
    ------
    DataError
        Where no row has as many fields as the header, but all have equally many, or a column without a name has values.
    """
    found = int(rows.counts[0])
    if found == header.n_fields or not np.all(rows.counts == found):
        return _with_row_names(header, rows)
    told = f"The header has {count_of(header.n_fields, 'field')}, each row {found}"
    if found == header.n_fields + 1 and rows.end_with_delimiter() and not _lost_delimiter(quoted, rows):
        header = replace(header, unnamed=(*header.unnamed, header.n_fields))
        return replace(_with_row_names(header, rows), doubt=Doubt("MLP501", f"{told}, the last of them empty."))
    if found == header.n_fields + 1 and _may_lead(rows) and _name_rows([row[0] for row in rows.cells()], least=2):
        doubt = Doubt("MLP501", f"{told}, the first of which is taken for the row's name.")
        return replace(_named(replace(header, unnamed=(0, *(i + 1 for i in header.unnamed)))), doubt=doubt)
    if found < header.n_fields and (unnamed := _unnamed_without_surplus(header, found)) is not None:
        doubt = Doubt("MLP501", f"{told}: what the header has more is empty.")
        return replace(_with_row_names(replace(header, unnamed=unnamed), rows), doubt=doubt)
    return header if len(rows.which) < least else _refuse(header, rows, found)


def _unnamed_without_surplus(header: Header, found: int) -> tuple[int, ...] | None:
    """Which columns have no name once what the header has more is left out: its end, or all that has no name."""
    if set(range(found, header.n_fields)) <= set(header.unnamed):
        return tuple(i for i in header.unnamed if i < found)
    return () if len(header.names) == found else None


def _lost_delimiter(quoted: Sequence[bool], rows: FirstRows) -> bool:
    """Whether the header quotes the columns that every row quotes, but only if two of its names have grown together."""
    written = [rows.rules.wrapped(rows.block.record(int(i))) for i in rows.which[:_LOOKED_AT]]
    always = tuple(map(all, zip(*written, strict=True)))
    if not any(quoted) or (*quoted, False) == always:
        return False
    return any((*quoted[:at], one, *quoted[at:]) == always for at, one in enumerate(quoted))


def _may_lead(rows: FirstRows) -> bool:
    """Whether rows may begin with their name: R quotes it, and with blanks or tabs a delimiter is seldom lost."""
    return rows.rules.delimiter == "\t" or rows.begin_with_quote()


def _name_rows(cells: list[bytes], *, least: int) -> bool:
    """Whether the cells of a column number or name the rows: no two alike, or counted on from some start."""
    if len(cells) < least or not all(map(bytes.strip, cells)):
        return False
    if len(set(cells)) == len(cells):
        return True
    if not all(map(bytes.isdigit, cells)):
        return False
    return all(int(b) in {int(a) + 1, int(cells[0])} for a, b in pairwise(cells)) and len(set(cells)) > 1


def _with_row_names(header: Header, rows: FirstRows) -> Header:
    """The header with a name for the rows' names, if there are any; other columns without a name hold nothing."""
    right = np.flatnonzero(rows.counts == header.n_fields)[:_LOOKED_AT].tolist()
    if not header.unnamed or not right:
        return header
    cells = [rows.rules.split(rows.block.record(int(rows.which[row]))) for row in right]
    held = {at: row for row in reversed(range(len(cells))) for at in header.unnamed if cells[row][at].strip()}
    first = [row[0] for row in cells]
    if (set(held) == {0} or (0 in held and rows.known)) and (rows.known or _name_rows(first, least=2)):
        return _named(header)
    if held and not rows.known and len(right) == min(len(rows.which), _LOOKED_AT):
        row, at = min((row, at) for at, row in held.items())
        raise no_name(
            rows.file, rows.line(row), rows.text(row), position=at, value=cells[row][at].decode("utf-8"),
            likely=next((rows.line(i) for i, line in enumerate(cells[:_LIKELY]) if only_words(line)), None),
        )  # fmt: skip
    return header


def _named(header: Header) -> Header:
    name, number = ROW_NAME, 2
    while name in header.names:
        name, number = f"{ROW_NAME}.{number}", number + 1
    return replace(header, names=(name, *header.names), unnamed=header.unnamed[1:])


def _refuse(header: Header, rows: FirstRows, found: int) -> Header:
    error: DataError = at_line(
        rows.file, rows.line(0), rows.text(0),
        f"All rows have {count_of(found, 'field')}, the header has {header.n_fields}.",
        remedy=ways("Correct the header: has it lost a delimiter, or do the rows begin with names of their own?")
        + ways(f"Or give {param('delimiter')}", f"; a file without a header needs {param('header', False)}"),
    )  # fmt: skip
    raise error
