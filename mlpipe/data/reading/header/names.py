"""What stands above the rows: lines that are no part of the table, and the line of names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.reading.dialect_fit import ALONE, CANDIDATES, filled_records
from mlpipe.data.reading.errors import at_line
from mlpipe.data.reading.fields import QuoteFaultError, Rules
from mlpipe.data.reading.records import count_fields, index_records
from mlpipe.data.spellings import canonical_text
from mlpipe.errors import DataError
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from mlpipe.data.reading.dialect_fit import Fit
    from mlpipe.data.reading.raw import Doubt

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)?")
_SEP_LINE = re.compile(rb'"?sep=([,;|\t ])"?(?:\r\n|\r|\n)', re.IGNORECASE)
_NUMBER = re.compile(rb"[ \t]*[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:[eE][+-]?\d+)?[ \t]*")
_MOST_PROSE = 60
_MOST_COLUMNS = 1_000_000


def first_line(body: bytes) -> bytes:
    """The first physical line with its end."""
    match = _LINE.match(body)
    return match[0] if match else b""


def comments_before(text: bytes, comment: str) -> tuple[str | None, bytes, bytes]:
    """The delimiter that a spreadsheet wrote in a first line `sep=;`, the lines to skip, and the rest."""
    sep = _SEP_LINE.match(text)
    start = sep.end() if sep else 0
    mark = re.escape(comment.encode()) if comment else b"(?!)"
    match = re.compile(rb"(?:[ \t]*(?:%b[^\r\n]*)?(?:\r\n|\r|\n))*" % mark).match(text, start)
    end = match.end() if match else start
    return (sep[1].decode() if sep else None), text[:end], text[end:]


def lines_before(text: bytes, n_lines: int) -> int:
    """Where the text goes on behind so many lines."""
    at = 0
    for _ in range(n_lines):
        match = _LINE.match(text, at)
        at = match.end() if match else at
    return at


def check_width(record: bytes, delimiter: str, *, file: str, line: int) -> None:
    """Refuse a first record of more fields than any table has.

    Raises
    ------
    DataError
    """
    n_fields = record.count(delimiter.encode()) + 1
    if n_fields > _MOST_COLUMNS:
        raise DataError(
            f"Line {line} has {count_of(n_fields)} fields.", where=f"{file}, line {line}",
            remedy="Is this a CSV file, and does each row stand on a line of its own?",
        )  # fmt: skip


def header_in_comment(skipped: bytes, body: bytes, fit: Fit) -> int:
    """1 where the line above the table is its header with a `#` in front, else 0.

    It then has as many names as there are fields; there are numbers below it, and none in it.
    """
    lines = skipped.splitlines()
    if not lines or not lines[-1].lstrip().startswith(b"#") or fit.delimiter == ALONE:
        return 0
    names = fit.rules.split(lines[-1])
    first = fit.rules.split(first_line(body))
    if len(names) != len(first) or len(names) < 2:
        return 0
    return int(any(map(_NUMBER.fullmatch, first)) and not any(map(_NUMBER.fullmatch, names)))


def prose_before(body: bytes, delimiters: tuple[str, ...] = CANDIDATES, *, whole: bool) -> int:
    """Length of the lines of prose before the header; 0 where there are none, or where they may be rows.

    The lines below agree on their number of fields, the first of them can be a header, and none above has as
    many: each is one field, or an empty line sets them apart.
    """
    found = [(n_fields, end) for one in delimiters for n_fields, end in [_prose(body, one, whole=whole)] if end]
    return max(found)[1] if found else 0


def _prose(body: bytes, delimiter: str, *, whole: bool) -> tuple[int, int]:
    rules = Rules(delimiter=delimiter)
    data = body if not whole or body.endswith((b"\n", b"\r")) else body + b"\n"
    try:
        records = index_records(data, rules, final=whole)
    except QuoteFaultError:
        return 0, 0
    starts, ends = records.starts, records.ends
    filled = filled_records(data, records)
    counts = count_fields(data, records, rules)[filled]
    others = np.flatnonzero(counts != counts[-1]) if len(counts) else counts
    if not len(others) or others[-1] >= _MOST_PROSE or counts[-1] < 2:
        return 0, 0
    first = int(others[-1]) + 1
    apart = filled[first] > filled[first - 1] + 1
    enough = len(filled) - first >= (2 if apart else 3)
    rows = [rules.split(data[starts[i] : ends[i]]) for i in filled[first + 1 : first + 200]]
    plain = apart or (bool(np.all(counts[:first] == 1)) and _has_numbers(rows))
    names = rules.split(data[starts[filled[first]] : ends[filled[first]]])
    if not enough or not plain or np.any(counts[:first] >= counts[-1]) or not _may_be_names(names):
        return 0, 0
    return int(counts[-1]), int(starts[filled[first]])


def padded_before(fit: Fit) -> int:
    """Length of title lines that were padded to the width of the table, as spreadsheets do: `Title,,`.

    Each has one filled cell at most; the line below can be a header, and some column below that is numbers.
    """
    rows = fit.rows[:_MOST_PROSE]
    titles = next((i for i, row in enumerate(rows) if sum(map(bool, map(bytes.strip, row))) > 1), 0)
    if not titles or fit.agree < 1 or fit.n_fields < 3 or not _may_be_names(list(rows[titles])):
        return 0
    if len(fit.rows) < titles + 3 or not _has_numbers([list(row) for row in fit.rows[titles + 1 :]]):
        return 0
    return fit.bounds[titles][0]


def _has_numbers(rows: list[list[bytes]]) -> bool:
    """Whether some column is numbers throughout: one-column prose with commas in it has none."""
    return any(all(_NUMBER.fullmatch(cell) for cell in column) for column in zip(*rows, strict=False))


def _may_be_names(names: list[bytes]) -> bool:
    return all(name.strip() and not _NUMBER.fullmatch(name) for name in names) and len(set(names)) == len(names)


@dataclass(frozen=True, kw_only=True)
class Header:
    """Names of the columns.

    Parameters
    ----------
    names : tuple of str
        Of the columns that have one, in file order.
    unnamed : tuple of int
        Zero-based positions of columns without a name, which must be without values.
    doubt : Doubt or None
        How the header differs from the rows though it can be read.
    repeated : tuple of str
        Names that several columns have, of which all but the first were numbered without being asked for.
    """

    names: tuple[str, ...]
    unnamed: tuple[int, ...] = ()
    doubt: Doubt | None = None
    repeated: tuple[str, ...] = ()

    @property
    def n_fields(self) -> int:
        """Fields of every row."""
        return len(self.names) + len(self.unnamed)

    def names_at(self, positions: Collection[int]) -> frozenset[str]:
        """Names of the columns at these positions, which those without a name count in."""
        named = (position for position in range(self.n_fields) if position not in self.unnamed)
        return frozenset(name for name, place in zip(self.names, named, strict=True) if place in positions)

    @property
    def dropped(self) -> tuple[str, ...]:
        """What to call the unnamed columns."""
        return tuple(f"column {position + 1}" for position in self.unnamed)


def positional_header(n_fields: int) -> Header:
    """Names of a table without a header line: `0`, `1` and so on."""
    return Header(names=tuple(map(str, range(n_fields))))


def build_header(fields: Sequence[str], *, file: str, line: int, rename: bool = False, known: bool = False) -> Header:
    """Names composed, without invisible characters and the blanks around them.

    Parameters
    ----------
    rename : bool
        Whether the second `a` becomes `a.2`, and a third column without a name `column 3`.
    known : bool
        Whether the columns that matter are known: of others, repeated names are numbered too.

    Raises
    ------
    DataError
        Where several columns have one name.

    Examples
    --------
    >>> build_header(["a", " b", ""], file="t.csv", line=1)
    Header(names=('a', 'b'), unnamed=(2,), doubt=None, repeated=())
    """
    names = [canonical_text(field).strip() for field in fields]
    if rename:
        names = _numbered(names)
    places: dict[str, list[int]] = {}
    for position, name in enumerate(names, start=1):
        if name:
            places.setdefault(name, []).append(position)
    duplicates = {name: positions for name, positions in places.items() if len(positions) > 1}
    if duplicates and not known:
        raise _duplicate_names(file, line, ",".join(fields), duplicates)
    unnamed = tuple(position for position, name in enumerate(names) if not name)
    numbered = tuple(filter(None, _numbered(names, unnamed=False)))
    return Header(names=numbered, unnamed=unnamed, repeated=tuple(duplicates))


def _duplicate_names(file: str, line: int, text: str, duplicates: Mapping[str, Sequence[int]]) -> DataError:
    listed = "; ".join(
        f"{name!r} (columns {', '.join(map(str, positions[:8]))})" for name, positions in list(duplicates.items())[:8]
    )
    return at_line(
        file, line, text, f"The header names several columns alike: {listed}.",
        remedy=ways(
            "Give each column a name of its own",
            f"{param('rename_duplicates', True)} to number them",
            f"{param('header', False)} if this is a row of values",
        ),
    )  # fmt: skip


def _numbered(names: Sequence[str], *, unnamed: bool = True) -> list[str]:
    """Every name once, and no new one that was there already; what has none gets one too, if that is wanted."""
    taken, seen, found = set(names), set(), []
    for position, name in enumerate(names, start=1):
        if not name and not unnamed:
            found.append("")
            continue
        wanted = new = name or f"column {position}"
        number = 2
        while new in seen or (new in taken and new != name):
            new = f"{wanted}.{number}"
            number += 1
        seen.add(new)
        found.append(new)
    return found
