"""First lines that are rows, and rows that are headers: taking one for the other would be wrong in silence."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from mlpipe.data.missing_markers import NUMBER_MISSING
from mlpipe.data.reading.errors import at_line, repeated_header
from mlpipe.data.reading.header.names import first_line
from mlpipe.data.reading.records import count_lines
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mlpipe.data.reading.dialect_fit import Fit
    from mlpipe.errors import DataError

NUMBER = re.compile(rb"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?")
_DATE = re.compile(rb"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?:[ T]\d[\d:.]*)?")
_RULE = re.compile(rb"(?=.{3}):?[-=]{2,}:?")
_WHOLE = re.compile(rb"\d+")
_CODE = re.compile(rb"(?=.*[A-Za-z])(?=.*\d.*\d.*\d)[A-Za-z0-9/_.-]{5,}")
_DIGIT, _LETTER = re.compile(rb"\d"), re.compile(rb"[A-Za-z]")
_VALUE = re.compile(rb"[+-]?[$]?[.,]?\d[\d.,:/+-]*(?:[ T]\d[\d:.,]*)?(?:[eE][+-]?\d+)?%?")
"""A number, a date or a time."""
_MISSING = frozenset(marker.encode() for marker in NUMBER_MISSING)
_ENOUGH = 3
"""Rows beneath that it takes to tell."""
_OFTEN = 0.02
_UNIT_ROW = 4
"""Words for each value, as `0/1`, in a line of units under the names."""
_TRIED = 20
_AS_ROW = param("header", True)


def check_first_rows(fit: Fit, body: bytes, *, name: str, line: int) -> None:
    """Refuse a header that is none.

    Raises
    ------
    DataError
        Where the first line is a row, or a row is like a header.
    """
    if looks_like_row(fit.rows):
        raise at_line(
            name, line, shown_line(body),
            f"Line {line}, from which the columns' names come, looks like a row of values.",
            remedy=ways("If it is one, write the columns' names above it", f"give {param('header', False)}")
            + ways(f"If these are the names, give {_AS_ROW}"),
        )  # fmt: skip
    doubts: tuple[tuple[int | None, Callable[[str, int, str], DataError]], ...] = (
        (repeated_at(fit.rows), repeated_header),
        (enclosed_by_others(fit.rows), _other_quotes),
        (second_header(fit.rows), _second_header),
    )
    for row, error in doubts:
        if row is not None:
            at = fit.bounds[row][0]
            raise error(name, line + count_lines(body[:at]), shown_line(body[at : at + 1000]))


def shown_line(body: bytes) -> str:
    """The first line as text."""
    return first_line(body).decode("utf-8", "ignore").rstrip("\r\n")


def _other_quotes(file: str, line: int, text: str) -> DataError:
    return at_line(
        file, line, text, f"Line {line} has its cells in apostrophes, other lines have not.",
        remedy=ways("Correct the line", f"; with {_AS_ROW} the apostrophes are read as letters"),
    )  # fmt: skip


def _second_header(file: str, line: int, text: str) -> DataError:
    return at_line(
        file, line, text,
        f"Line {line} looks like part of a header: it has words or dashes where others have values.",
        remedy=ways(
            "Leave one line of names and one table in the file",
            f"; {param('skip_lines', line - 1)} drops what stands above it",
            f"; with {_AS_ROW} the line is read as a row",
        ),
    )  # fmt: skip


def looks_like_row(rows: Sequence[Sequence[bytes]]) -> bool:
    """Whether the first of these rows is one like the others.

    A date or a code stands in it where all others have the like. Or its numbers stand where all others have numbers
    and nowhere else, and beside that there is a number such as 5.1 or -1, a number twice, a word that is common in its
    own column, a number from which its column counts on, or plain numbers, each among those of its column. Years and
    numbers in equal steps, or beside words in rising order, may be names.

    Examples
    --------
    >>> looks_like_row([(b"5.1", b"a"), (b"4.9", b"b"), (b"4.7", b"a"), (b"4.6", b"b")])
    True
    >>> looks_like_row([(b"2019", b"2020"), (b"4.9", b"3"), (b"4.7", b"3"), (b"4.6", b"3")])
    False
    """
    if len(rows) < 2:
        return False
    names, rest = [cell.strip() for cell in rows[0]], rows[1:]
    if any(len(row) != len(names) for row in rest[:50]) or not any(names):
        return False
    rest = [row for row in rest if len(row) == len(names)]
    return _is_dated(names, rest) or (len(rest) >= _ENOUGH and _fits_columns(names, rest))


def _fits_columns(names: Sequence[bytes], rest: Sequence[Sequence[bytes]]) -> bool:
    columns = [[cell.strip() for cell in column] for column in zip(*rest, strict=False)]
    pairs = [(name, column) for name, column in zip(names, columns, strict=True) if name not in _MISSING]
    if any(_is_code(name) and all(_shape(name) == _shape(cell) for cell in column) for name, column in pairs):
        return True
    if not all(_is_number(name) == _all_numbers(column) for name, column in pairs):
        return False
    words = [
        column.count(name) >= max(2, _OFTEN * len(column)) for name, column in pairs if not _is_number(name)
    ]  # fmt: skip
    return any(words) or _numbers_are_values(pairs, len(names))


def _numbers_are_values(pairs: Sequence[tuple[bytes, Sequence[bytes]]], n_names: int) -> bool:
    """Whether numbers that stand above numbers are more of them, and no names."""
    numbers = [name for name, _ in pairs if _is_number(name)]
    if any(not _WHOLE.fullmatch(number) for number in numbers) or len(set(numbers)) < len(numbers):
        return True
    if any(_counts_on(name, column) for name, column in pairs):
        return True
    whole = [int(number) for number in numbers]
    if len(whole) < 2 or _may_be_named(whole) or (len(whole) < n_names and whole == sorted(whole)):
        return False
    return all(_is_among(name, column) for name, column in pairs if _is_number(name))


def _counts_on(name: bytes, column: Sequence[bytes]) -> bool:
    """Whether a column of whole numbers goes on in the equal steps that begin with its name."""
    if not all(map(_WHOLE.fullmatch, (name, *column[:_TRIED]))):
        return False
    steps = {int(b) - int(a) for a, b in pairwise((name, *column[:_TRIED]))}
    return len(steps) == 1 and steps <= {-1, 1, 10}


def _may_be_named(numbers: Sequence[int]) -> bool:
    """Whether columns may have such names: years, or numbers in equal steps, and of two in a round one."""
    steps = {b - a for a, b in pairwise(numbers)}
    even = len(steps) == 1 and (len(numbers) > 2 or steps <= {1, 2, 5, 10, 100})
    return even or all(1800 <= number <= 2100 for number in numbers)


def _is_among(number: bytes, column: Sequence[bytes]) -> bool:
    """Whether a number lies between those of a column, or has as many digits as all of them."""
    cells = [cell for cell in column if _is_number(cell)]
    values = [float(cell.replace(b",", b".")) for cell in cells]
    return min(values) <= int(number) <= max(values) or {len(cell) for cell in cells} == {len(number)}


def _is_number(cell: bytes) -> bool:
    return NUMBER.fullmatch(cell) is not None


def _is_code(name: bytes) -> bool:
    """Whether a cell is letters and digits of which only values are made: `AB-1234`."""
    return _CODE.fullmatch(name) is not None


def _shape(cell: bytes) -> bytes:
    return _DIGIT.sub(b"9", _LETTER.sub(b"a", cell))


def _is_dated(names: Sequence[bytes], rows: Sequence[Sequence[bytes]]) -> bool:
    """Whether a date stands above nothing but dates; no name is one."""
    dated = [position for position, name in enumerate(names) if _DATE.fullmatch(name)]
    return any(all(_DATE.fullmatch(row[position].strip()) for row in rows) for position in dated)


def _all_numbers(column: Sequence[bytes]) -> bool:
    present = [cell for cell in column if cell not in _MISSING]
    return bool(present) and sum(map(_is_number, present)) >= 0.9 * len(present)


def repeated_at(rows: Sequence[Sequence[bytes]]) -> int | None:
    """Which of the rows is the first one again, word for word, as where tables were joined; numbers aside."""
    first = rows[0] if rows else ()
    if not names_alone(first):
        return None
    found = [i for i, row in enumerate(rows[1:], start=1) if row == first]
    return found[0] if 0 < len(found) * 10 < len(rows) * 3 else None


def names_alone(cells: Sequence[bytes]) -> bool:
    """Whether no row of a table can have these cells: each is a name, and there are several."""
    return len(cells) > 1 and all(cell.strip() and not NUMBER.fullmatch(cell.strip()) for cell in cells)


def only_words(cells: Sequence[bytes]) -> bool:
    """Whether a row may be a header: words in all of its cells."""
    stripped = [cell.strip() for cell in cells]
    return all(stripped) and not any(cell in _MISSING or _VALUE.fullmatch(cell) for cell in stripped)


def second_header(rows: Sequence[Sequence[bytes]]) -> int | None:
    """Which of the rows is a header like the first: under it, or that of another table further down.

    It is a rule of dashes, as in Markdown. Or all its cells are words, no two alike and none that stands elsewhere in
    its column, and of the columns that hold numbers or dates otherwise it has words in two or more. Right under the
    names, some of its cells may be empty.

    Examples
    --------
    >>> second_header([(b"x", b"y"), (b"kg", b"cm"), (b"1", b"2"), (b"3", b"4"), (b"5", b"6"), (b"7", b"8")])
    1
    """
    width = len(rows[0]) if rows else 0
    rest = {i: [cell.strip() for cell in row] for i, row in enumerate(rows) if i and len(row) == width}
    if width < 2:
        return None
    if 1 in rest and any(rest[1]) and all(map(_RULE.fullmatch, filter(None, rest[1]))):
        return 1
    if len(rest) <= _ENOUGH or sum(map(_some_values, zip(*rest.values(), strict=True))) < 2:
        return None
    worded = [i for i, row in rest.items() if _may_be_header(row, under_names=i == 1)][:_TRIED]
    return next((i for i in worded if _is_header(rest, i)), None)


def _may_be_header(row: Sequence[bytes], *, under_names: bool) -> bool:
    words = [cell for cell in row if cell]
    if len(words) < len(row) and not under_names:
        return False
    values = (cell for cell in words if cell in _MISSING or _VALUE.fullmatch(cell))
    most = len(words) // _UNIT_ROW if under_names else 0
    return _at_most(values, most) and len(set(words)) == len(words)


def _is_header(rows: Mapping[int, Sequence[bytes]], at: int) -> bool:
    """Whether a row of words stands among rows with values, those above it or, at the top, those below."""
    others = [row for i, row in rows.items() if (i > at if at <= _ENOUGH else i < at)]
    if not others:  # rows of another width stand there
        return False
    valued = [_all_values(column) for column in zip(*others, strict=True)]
    changed = sum(is_valued and bool(cell) for is_valued, cell in zip(valued, rows[at], strict=True))
    if changed < 2:
        return False
    columns = zip(*rows.values(), strict=True)
    return all(column.count(cell) == 1 for cell, column in zip(rows[at], columns, strict=True) if cell)


def has_values(rows: Sequence[Sequence[bytes]]) -> bool:
    """Whether some column of the rows of usual width is numbers or dates throughout."""
    width = Counter(map(len, rows)).most_common(1)[0][0]
    return any(
        map(_all_values, zip(*([cell.strip() for cell in row] for row in rows if len(row) == width), strict=True))
    )


def _all_values(column: Sequence[bytes]) -> bool:
    present = [cell for cell in column if cell and cell not in _MISSING]
    others = (cell for cell in present if not _VALUE.fullmatch(cell))
    return len(present) >= _ENOUGH and _at_most(others, max(len(present) // 10, 1))


def _some_values(column: Iterable[bytes]) -> bool:
    """Whether as many cells as it takes to tell are values."""
    return not _at_most((cell for cell in column if _VALUE.fullmatch(cell) and cell not in _MISSING), _ENOUGH - 1)


def _at_most(found: Iterator[bytes], n: int) -> bool:
    """Whether there are no more than so many; what lies behind is not asked for."""
    return next(islice(found, n, None), None) is None


def enclosed_by_others(rows: Sequence[Sequence[bytes]]) -> int | None:
    """Which row has all its cells in apostrophes while nearly no other has one: its quotes are of another kind."""
    found = [i for i, row in enumerate(rows) if _in_apostrophes(row)]
    if not found or len(rows) <= _ENOUGH:
        return None
    few = sum(any(len(cell) > 1 and cell[:1] == cell[-1:] == b"'" for cell in row) for row in rows)
    return found[0] if few <= max(1, len(rows) // 20) else None


def _in_apostrophes(row: Sequence[bytes]) -> bool:
    wrapped = all(len(cell) > 1 and cell[:1] == cell[-1:] == b"'" for cell in row if cell)
    return wrapped and sum(map(bool, row)) > 1
