"""Files whose beginning does not say how they are to be read."""

from __future__ import annotations

from mlpipe.data.reading.errors import shorten
from mlpipe.errors import DataError


class _LayoutError(DataError):
    """A doubt with a line to show for it."""

    def __init__(self, file: str, line: int, text: str, *, problem: str, remedy: str) -> None:
        self.file = file
        self.line = line
        super().__init__(problem, where=f"{file}, line {line}: {shorten(text)}", remedy=remedy)


class HeaderIsRowError(_LayoutError):
    """A first line that is plainly a row."""

    def __init__(self, file: str, line: int, text: str) -> None:
        super().__init__(
            file, line, text, problem=f"Line {line}, from which the columns' names come, looks like a row of values.",
            remedy="Give --no-header if it is one, or --header if these are the names.",
        )  # fmt: skip


class RepeatedHeaderError(_LayoutError):
    """A header that stands again among the rows."""

    def __init__(self, file: str, line: int, text: str) -> None:
        super().__init__(
            file, line, text, problem=f"The header stands again in line {line}: these are several tables in one file.",
            remedy="Divide the file, or remove the line; with --header it is read as a row.",
        )  # fmt: skip


class StrayLineEndError(_LayoutError):
    """A mark that ends lines elsewhere, in a file whose lines end otherwise."""

    def __init__(self, file: str, line: int, text: str) -> None:
        super().__init__(
            file, line, text, problem=f"Line {line} ends in a bare CR, other lines do not.",
            remedy="Give --line-end mixed if a row ends there, or --line-end lf (crlf) if it is part of a cell.",
        )  # fmt: skip


class FixedWidthError(_LayoutError):
    """Columns that are set apart by their places alone."""

    def __init__(self, file: str, line: int, text: str) -> None:
        super().__init__(
            file, line, text, problem="All lines are equally long and padded: this seems to be a file of fixed width.",
            remedy="Convert it to CSV; with --header it is read as one column.",
        )  # fmt: skip


class LongDelimiterError(_LayoutError):
    """Fields set apart by several characters at once."""

    def __init__(self, file: str, line: int, text: str, *, delimiter: str) -> None:
        self.delimiter = delimiter
        super().__init__(
            file, line, text,
            problem=f"The fields seem to be set apart by {delimiter!r}, which is not one ASCII character.",
            remedy="Write the file with one character between its fields, such as a comma or a tab.",
        )  # fmt: skip


class SecondHeaderError(_LayoutError):
    """A row of words among rows of values."""

    def __init__(self, file: str, line: int, text: str) -> None:
        super().__init__(
            file, line, text,
            problem=f"Line {line} looks like part of a header: it has words or dashes where others have values.",
            remedy="Leave one line of names (--skip-lines drops lines from the top) and one table in the file;"
            " with --header the line is read as a row.",
        )  # fmt: skip


class OtherQuotesError(_LayoutError):
    """A row whose cells are enclosed by another quote than all others."""

    def __init__(self, file: str, line: int, text: str) -> None:
        super().__init__(
            file, line, text, problem=f"Line {line} has its cells in apostrophes, other lines have not.",
            remedy="Correct the line; with --header the apostrophes are read as letters.",
        )  # fmt: skip


class QuotedRowsError(_LayoutError):
    """Rows each of which is enclosed in quotes as a whole."""

    def __init__(self, file: str, line: int, text: str, *, delimiter: str) -> None:
        self.delimiter = delimiter
        super().__init__(
            file, line, text, problem=f"Every row is one quoted cell, with {delimiter!r} equally often in each.",
            remedy="Take the quotes round whole rows away, or give --header if it is one column of text.",
        )  # fmt: skip


class HeaderApartError(_LayoutError):
    """A first line without the delimiter that the others have."""

    def __init__(self, file: str, line: int, text: str, *, delimiter: str, found: int) -> None:
        self.delimiter = delimiter
        self.found = found
        super().__init__(
            file, line, text,
            problem=f"Line {line} is one field, but most lines are {found} fields set apart by {delimiter!r}.",
            remedy="Give --skip-lines for lines above the header, or --header if the file is one column of text.",
        )  # fmt: skip
