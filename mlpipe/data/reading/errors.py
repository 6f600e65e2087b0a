"""What can go wrong while a table is read: files, bytes, quotes, fields and names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SHOWN = 60
"""Characters of a line that a message quotes."""


def shorten(text: str) -> str:
    """A line as a message quotes it.

    Examples
    --------
    >>> shorten("a,b")
    "'a,b'"
    """
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")


def _place(file: str, line: int) -> str:
    return f"{file}, line {line}"


class NoFileError(UsageError):
    """A path where nothing lies."""

    def __init__(self, path: str, *, folder: str, near: Sequence[str]) -> None:
        self.path = path
        self.near = list(near)
        remedy = "Check the path."
        if near:
            remedy = f"Did you mean {', '.join(repr(name) for name in near)}?"
        super().__init__(f"There is no file {path!r}.", where=f"Folder: {folder}", remedy=remedy)


class NotAFileError(UsageError):
    """A path where something else than a file lies."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"{path!r} is a folder, not a table.", remedy="Give the path of a CSV or Parquet file.")


class UnreadableFileError(UsageError):
    """The system does not let us read."""

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        super().__init__(
            f"{path!r} cannot be read: {reason}.", remedy="Check the path and its permissions (ls -l), then run again."
        )


class ReadOptionError(UsageError):
    """An option of reading that no file can have."""

    def __init__(self, option: str, value: str, problem: str, *, remedy: str) -> None:
        self.option = option
        self.value = value
        super().__init__(f"{option} {value!r}: {problem}.", remedy=remedy)


class NotATableError(DataError):
    """A file of another kind under the name of a table."""

    def __init__(self, file: str, kind: str, *, remedy: str) -> None:
        self.file = file
        self.kind = kind
        super().__init__(f"{file} is no table: it seems to be {kind}.", remedy=remedy)


class EmptyFileError(DataError):
    """No byte, or nothing but blank lines and comments."""

    def __init__(self, file: str) -> None:
        self.file = file
        super().__init__(f"{file} is empty.", remedy="Give a table with a header line and at least one row.")


class NoRowsError(DataError):
    """A header and nothing under it."""

    def __init__(self, file: str, header: Sequence[str]) -> None:
        self.file = file
        self.header = list(header)
        super().__init__(
            f"{file} has a header ({len(header)} columns) but 0 rows.",
            remedy="Give a table with at least one row; with --no-header the first line is a row.",
        )


class TooManyBytesError(DataError):
    """A compressed file that unpacks to more than allowed."""

    def __init__(self, file: str, limit: int) -> None:
        self.file = file
        self.limit = limit
        super().__init__(
            f"{file} unpacks to more than {limit:,} bytes.",
            remedy="If that is right, allow more with --max-bytes.",
        )


class DamagedFileError(DataError):
    """A compressed or Parquet file that cannot be unpacked."""

    def __init__(self, file: str, format_name: str, reason: str) -> None:
        self.file = file
        super().__init__(
            f"{file} is damaged or cut short: its {format_name} data cannot be unpacked ({reason}).",
            remedy="Fetch or write the file again.",
        )


class EncodingUnclearError(DataError):
    """Neither Unicode nor plausibly Chinese or Western: guessing would garble every word."""

    def __init__(self, file: str) -> None:
        self.file = file
        super().__init__(
            f"The encoding of {file} is unclear: it is not UTF-8, and no other fits well.",
            remedy="Give it, such as --encoding gb18030, big5, shift_jis, euc_kr, cp1251 or cp1252.",
        )


class BadBytesError(DataError):
    """Bytes that mean nothing in the file's encoding."""

    def __init__(self, file: str, line: int, text: str, *, encoding: str, shown: str, suggested: Sequence[str]) -> None:
        self.file = file
        self.line = line
        self.encoding = encoding
        super().__init__(
            f"Line {line} is not valid {encoding}: {shown}.",
            where=f"{_place(file, line)}: {shorten(text)}",
            remedy=f"Correct the line, or give the file's encoding: --encoding {' or '.join(suggested)}.",
        )


class NulByteError(DataError):
    """A NUL character, which no text has."""

    def __init__(self, file: str, line: int, text: str) -> None:
        self.file = file
        self.line = line
        super().__init__(
            f"There is a NUL byte in line {line}.",
            where=f"{_place(file, line)}: {shorten(text)}",
            remedy="The file is damaged or no text. If it is UTF-16, give --encoding utf-16.",
        )


class UnclosedQuoteError(DataError):
    """A quoted field without an end."""

    def __init__(self, file: str, line: int, text: str) -> None:
        self.file = file
        self.line = line
        super().__init__(
            f"The quote opened in line {line} is never closed.",
            where=f"{_place(file, line)}: {shorten(text)}",
            remedy='Close it; a quote inside a quoted field is written twice ("").',
        )


class BrokenQuoteError(DataError):
    """Letters between the closing quote of a field and the next delimiter."""

    def __init__(self, file: str, line: int, text: str, after: str) -> None:
        self.file = file
        self.line = line
        super().__init__(
            f"The quoted field opened in line {line} is closed, but then comes {shorten(after)}.",
            where=f"{_place(file, line)}: {shorten(text)}",
            remedy='A quote inside a quoted field is written twice (""); one that opens a field must close it.',
        )


class RecordTooLongError(DataError):
    """A record without an end in sight."""

    def __init__(self, file: str, line: int, limit: int) -> None:
        self.file = file
        self.line = line
        super().__init__(
            f"The row that starts in line {line} is longer than {limit:,} bytes.",
            where=_place(file, line),
            remedy="Is this a CSV file, and are its quotes closed?",
        )


class DuplicateNamesError(DataError):
    """A header that gives one name to several columns."""

    def __init__(self, file: str, line: int, text: str, duplicates: Mapping[str, Sequence[int]]) -> None:
        self.file = file
        self.duplicates = {name: list(positions) for name, positions in duplicates.items()}
        listed = "; ".join(
            f"{name!r} (columns {', '.join(map(str, positions[:8]))})"
            for name, positions in list(duplicates.items())[:8]
        )
        super().__init__(
            f"The header names several columns alike: {listed}.",
            where=f"{_place(file, line)}: {shorten(text)}",
            remedy="Give each column a name of its own, or --rename-duplicates to number them.",
        )


class TooManyColumnsError(DataError):
    """A first line of so many fields that it can be no row of a table."""

    def __init__(self, file: str, line: int, found: int) -> None:
        self.file = file
        self.found = found
        super().__init__(
            f"Line {line} has {found:,} fields.",
            where=_place(file, line),
            remedy="Is this a CSV file, and does each row stand on a line of its own?",
        )


class EmptyNameError(DataError):
    """A column with values but without a name."""

    def __init__(self, file: str, position: int, *, line: int, text: str, value: str) -> None:
        self.file = file
        self.line = line
        self.position = position
        super().__init__(
            f"Column {position} has no name in the header, but holds values such as {shorten(value)}.",
            where=f"{_place(file, line)}: {shorten(text)}",
            remedy="Name it in the header, or remove the column, or give --rename-duplicates.",
        )


class RaggedRowError(DataError):
    """A row with more or fewer fields than the header."""

    def __init__(self, file: str, line: int, text: str, *, expected: int, found: int) -> None:
        self.file = file
        self.line = line
        self.expected = expected
        self.found = found
        super().__init__(
            f"Line {line} has {fields_of(found)}, but {expected} are expected.",
            where=f"{_place(file, line)}: {shorten(text)}",
            remedy=f"If it is a comment, give --comment {text[0]!r}; else correct the line, or give --on-bad-row skip."
            if text[:1] in {"#", "%"}
            else "Correct the line (quote fields that hold the delimiter), or give --delimiter, --skip-lines for"
            " lines above the table, or --on-bad-row skip.",
        )


class AllRowsRaggedError(DataError):
    """A header that does not belong to its rows."""

    def __init__(self, file: str, line: int, text: str, *, expected: int, found: int) -> None:
        self.file = file
        self.expected = expected
        self.found = found
        super().__init__(
            f"All rows have {fields_of(found)}, the header has {expected}.",
            where=f"{_place(file, line)}: {shorten(text)}",
            remedy="Correct the header, or give --delimiter; a file without a header needs --no-header.",
        )


class UnreadableBlockError(DataError):
    """Rows that the two readers, ours and the parser's, do not take apart alike; never to be passed over."""

    def __init__(self, file: str, line: int, text: str, reason: str) -> None:
        self.file = file
        self.line = line
        super().__init__(
            f"The rows from line {line} on cannot be taken apart: {reason}.",
            where=f"{_place(file, line)}: {shorten(text)}",
            remedy="Look for unusual quotes or line ends there.",
        )


def fields_of(count: int) -> str:
    """So many fields, in words."""
    return f"{count} field" if count == 1 else f"{count} fields"
