"""Which character sets the fields apart: the one under which the lines agree on their number of fields."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from mlpipe.data.reading.dialect_fit import ALONE, CANDIDATES, Marks, fit_delimiter
from mlpipe.data.reading.errors import at_line
from mlpipe.data.reading.header.checks import NUMBER, has_values, shown_line
from mlpipe.data.reading.header.names import first_line
from mlpipe.data.reading.records import count_lines
from mlpipe.errors import UsageError
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from mlpipe.data.reading.dialect_fit import Fit
    from mlpipe.data.schema import Dialect

_RARE = ("\x1e", "\x1f", "\x01", "~", "^", ":")
_ENCLOSED = re.compile(rb'(?:^|(?<=[ \t\r\n]))"(?:[^"]|"")*"(?=[ \t\r\n])')
_LONG = re.compile(rb"[^\w\s\"'()\[\]{}<>.,-]{2,4}")
_WIDE = tuple(mark.encode() for mark in "，；｜")  # noqa: RUF001 - delimiters of Chinese keyboards
_AGREE = 0.8
_ENOUGH = 4
"""Lines that agree on their fields to a line, from which on they are no prose."""
_INSIST = param("header", True)


def choose_delimiter(body: bytes, marks: Marks, *, header: bool, whole: bool, pinned: Dialect | None) -> Fit:
    """The delimiter of a table, from its header line on.

    A character that the header does not have sets nothing apart; without a header, half of the lines must agree.
    """
    quotes = {pinned.delimiter: pinned.quote} if pinned is not None else {}
    found = [one for one in CANDIDATES if one.encode() in body]
    fits = [fit_delimiter(body, one, marks, whole=whole, likely=quotes.get(one, '"')) for one in found]
    fits = [fit for fit in fits if fit.n_fields > 1 and (header or fit.agree >= 0.5)]
    best = max(fits, key=lambda fit: (fit.agree, fit.mode_share), default=None)
    if pinned is not None:
        best = next((fit for fit in fits if fit.delimiter == pinned.delimiter and _as_good(fit, best)), best)
    if best is None or best.agree < 1:
        blanks = fit_delimiter(body, " ", marks, whole=whole)
        wanted = pinned is not None and pinned.delimiter == " "
        # Without three columns or with a line that disagrees, words are likelier than columns.
        fits_well = blanks.agree == 1 or (
            best is None and ((blanks.n_fields > 2 and blanks.agree >= 0.8) or _names_rows(blanks))
        )
        if blanks.n_fields > 1 and fits_well and (wanted or _looks_aligned(body, blanks)):
            return blanks
    return best or _choose_rare(body, marks, whole=whole)


def _names_rows(fit: Fit) -> bool:
    """Whether every line has one field more than the first, as where R writes names of rows."""
    return len(fit.rows) > 2 and all(len(row) == fit.n_fields + 1 for row in fit.rows[1:])


def _choose_rare(body: bytes, marks: Marks, *, whole: bool) -> Fit:
    """A character that seldom delimits, where all of three lines or more agree on it; else a table of one column."""
    for rare in _RARE:
        if rare.encode() in body.split(b"\n", 1)[0]:
            fit = fit_delimiter(body, rare, marks, whole=whole)
            if fit.n_fields > 1 and fit.agree == 1 and len(fit.rows) > 2:
                return fit
    crowded = any(candidate.encode() in body for candidate in CANDIDATES)
    return fit_delimiter(body, ALONE if crowded else ",", marks, whole=whole)


def _as_good(fit: Fit, best: Fit | None) -> bool:
    return best is None or fit.agree >= best.agree


def _looks_aligned(body: bytes, fit: Fit) -> bool:
    """Whether blanks set columns apart, rather than words.

    Some stand in rows, or half of the cells are numbers, or there are as many cells in quotes as rows below.
    """
    if b"  " in body or b"\t" in body:
        return True
    if fit.rules.quoted and len(_ENCLOSED.findall(body)) >= len(fit.rows) - 1:
        return True
    cells = [cell for row in fit.rows[1:] for cell in row]
    return 2 * sum(NUMBER.fullmatch(cell) is not None for cell in cells) >= len(cells) > 0


def check_delimiter(delimiter: str | None) -> str | None:
    """The one character that is meant; `tab`, `space` and a backslash with a `t` are understood.

    Raises
    ------
    UsageError
    """
    if delimiter is None:
        return None
    meant = {"\\t": "\t", "tab": "\t", "TAB": "\t", "space": " "}.get(delimiter, delimiter)
    if len(meant) != 1 or not meant.isascii() or meant in '"\r\n\0':
        raise UsageError(
            f"{param('delimiter')} {delimiter!r}: a delimiter is one ASCII character.",
            remedy="Give one such as ',' ';' '|' or 'tab'; a blank stands for runs of blanks.",
        )
    return meant


def check_set_apart(fit: Fit, body: bytes, *, name: str, line: int) -> None:
    """Refuse fields that no single character sets apart.

    Raises
    ------
    DataError
        Where that are several characters at once, or the fields' places alone.
    """
    delimiter = _long_delimiter(body)
    if delimiter and (
        fit.n_fields == 1 or (fit.delimiter in delimiter and delimiter[0] == delimiter[-1] != fit.delimiter)
    ):
        raise at_line(
            name, line, shown_line(body),
            f"The fields seem to be set apart by {delimiter!r}, which is not one ASCII character.",
            remedy="Write the file with one character between its fields, such as a comma or a tab.",
        )  # fmt: skip
    if fit.n_fields == 1 and _is_spaced(body):
        raise at_line(
            name, line, shown_line(body), "The fields seem to be set apart by blanks, but some hold blanks themselves.",
            remedy=ways(
                "Put such cells in quotes",
                "write the file with another delimiter, such as a comma or a tab",
                f"; with {_INSIST} it is read as one column",
            ),
        )  # fmt: skip
    if fit.n_fields == 1 and _is_padded(body):
        raise at_line(
            name, line, shown_line(body),
            "All lines are equally long and padded: this seems to be a file of fixed width.",
            remedy=ways("Convert it to CSV", f"; with {_INSIST} it is read as one column"),
        )  # fmt: skip


def check_header_has_delimiter(fit: Fit, body: bytes, *, name: str, line: int, whole: bool) -> None:
    """Refuse one column where lines under the first are rows of several.

    Raises
    ------
    DataError
    """
    if fit.n_fields > 1:
        return
    head, text = first_line(body), shown_line(body)
    for delimiter in CANDIDATES:
        if delimiter.encode() not in body:
            continue
        if (
            len(fit.rows) > 2
            and len({row[0].count(delimiter.encode()) for row in fit.rows} - {0}) == 1
            and (head.startswith(b'"') and all(delimiter.encode() in row[0] for row in fit.rows))
        ):
            raise at_line(
                name, line, text, f"Every row is one quoted cell, with {delimiter!r} equally often in each.",
                remedy=ways("Take the quotes round whole rows away", f"give {_INSIST} if it is one column of text"),
            )  # fmt: skip
        below = fit_delimiter(body[len(head) :], delimiter, Marks(), whole=whole)
        # Prose agrees seldom, and has no columns of numbers.
        found = Counter(map(len, below.rows)).most_common(1)[0][0] if below.rows else 0
        first = next((i for i, row in enumerate(below.rows) if len(row) == found), 0)
        plain = [len(row) for row in below.rows[first:]] == [found] * max(_ENOUGH, len(below.rows) - first)
        if found > 2 and below.mode_share >= _AGREE and (plain or has_values(below.rows)):
            above = line + count_lines(body[len(head) : len(head) + below.bounds[first][0]])
            raise at_line(
                name, line, text,
                f"Line {line} is one field, but most lines are {found} fields set apart by {delimiter!r}.",
                remedy=ways(
                    f"Line {above + 1} looks like the header: give {param('skip_lines', above)}",
                    "take out what stands above it",
                    f"; or {_INSIST} if the file is one column of text",
                ),
            )  # fmt: skip


def _is_spaced(body: bytes) -> bool:
    """Whether every line, the first as well, has a cell in quotes between blanks, and more beside it."""
    lines = [line + b"\n" for line in body.splitlines()[:200] if line.strip()][:-1]
    bare = [_ENCLOSED.sub(b"", line) for line in lines]
    return len(lines) > 2 and all(rest != line and rest.strip() for rest, line in zip(bare, lines, strict=True))


def _is_padded(body: bytes) -> bool:
    """Whether lines are equally long, and each has blanks in rows."""
    lines = [line for line in body.splitlines()[:200] if line.strip()][:-1] or [b""]
    return len(lines) > 1 and len(set(map(len, lines))) == 1 and all(b"  " in line for line in lines)


def _long_delimiter(body: bytes) -> str:
    """Punctuation of several characters that stands equally often in every line."""
    lines = [line for line in body.splitlines()[:200] if line.strip()]
    mark: bytes
    for mark in dict.fromkeys([*_WIDE, *_LONG.findall(lines[0])]) if lines else ():
        if mark not in lines[0]:
            continue
        if len(lines) > 2 and len({line.count(mark) for line in lines[:-1]}) == 1:
            return mark.decode("utf-8", "ignore")
    return ""
