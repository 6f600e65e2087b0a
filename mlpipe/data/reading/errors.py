"""Errors of reading: how they point at a line, and the causes that more than one module meets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.errors import DataError
from mlpipe.words.lists import count_of, quoted
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN = 60
"""Characters of a line that a message quotes."""


def at_line(file: str, line: int, text: str, what: str, *, remedy: str) -> DataError:
    """An error with a line to show for it."""
    return DataError(what, where=f"{file}, line {line}: {quoted(text, SHOWN)}", remedy=remedy)


def not_a_table(file: str, kind: str, *, remedy: str) -> DataError:
    """A file of another kind under the name of a table."""
    return DataError(f"{file} is no table: it seems to be {kind}.", remedy=remedy)


def empty_file(file: str) -> DataError:
    """No byte, or nothing but blank lines and comments."""
    return DataError(f"{file} is empty.", remedy="Give a table with a header line and at least one row.")


class NoRowsError(DataError):
    """A header and nothing under it.

    Parameters
    ----------
    header : sequence of str
        The names.
    """

    def __init__(self, what: str, header: Sequence[str], *, remedy: str) -> None:
        super().__init__(what, remedy=remedy)
        self.header = tuple(header)


def no_rows(file: str, header: Sequence[str]) -> NoRowsError:
    """A header and nothing under it."""
    return NoRowsError(
        f"{file} has a header ({count_of(len(header), 'column')}) but 0 rows.",
        header,
        remedy=ways("Give a table with at least one row", f"; with {param('header', False)} the first line is a row"),
    )


def too_many_bytes(file: str, limit: int) -> DataError:
    """A file that unpacks to more than allowed."""
    return DataError(
        f"{file} unpacks to more than {count_of(limit)} bytes.",
        remedy=ways("Unpack it first", f"; if that is right, allow more with {param('max_bytes')}"),
    )


def damaged_file(file: str, format_name: str, reason: str) -> DataError:
    """A compressed or Parquet file that cannot be unpacked."""
    return DataError(
        f"{file} is damaged or cut short: its {format_name} data cannot be unpacked ({reason}).",
        remedy="Fetch or write the file again.",
    )


def changed_file(file: str, line: int) -> DataError:
    """Other rows than were counted before."""
    return DataError(
        f"{file} was changed while it was read: other rows stand behind line {line}.",
        remedy="Run again once nothing writes to the file.",
    )


def no_name(file: str, line: int, text: str, *, position: int, value: str, likely: int | None = None) -> DataError:
    """A column without a name that holds values; `likely` is the line that looks like the header."""
    others = ("remove the column", f"give {param('rename_duplicates', True)}")
    if likely is None:
        remedy = ways("Name it in the header", *others)
    else:
        skip = f"Line {likely} looks like the header: give {param('skip_lines', likely - 1)}"
        remedy = ways(skip, "; else name it in the header", *others)
    return at_line(
        file, line, text,
        f"Column {position + 1} has no name in the header, but holds values such as {quoted(value, SHOWN)}.",
        remedy=remedy,
    )  # fmt: skip


def repeated_header(file: str, line: int, text: str) -> DataError:
    """A header that stands again among the rows."""
    return at_line(
        file, line, text, f"The header stands again in line {line}: these are several tables in one file.",
        remedy=ways("Divide the file", "remove the line", f"; with {param('header', True)} it is read as a row"),
    )  # fmt: skip
