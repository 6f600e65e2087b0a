"""How much room letters take where all have one width, and texts that keep within it."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Letters from a file that would move the cursor, colour the terminal or turn the line round."""
_BLANK = re.compile(" (?!%)")
"""Where a line may end: a number keeps its per cent."""


def display_width(text: str) -> int:
    """Columns that a text takes: East Asian wide letters and emoji take two, marks upon letters none.

    Examples
    --------
    >>> display_width("age"), display_width("年龄")
    (3, 4)
    """
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # its tables of letters take time to load

    return cell_len(text)


def cut(text: str, width: int) -> str:
    """Shorten a text in its middle, where names of one family differ least, to at most `width` columns.

    Examples
    --------
    >>> cut("a_rather_long_column_name", 12), cut("a very long name of a class", 15)
    ('a_rath…_name', 'a very…a class')
    """
    text = printable(text)
    if display_width(text) <= width:
        return text
    start = head(text, width // 2)
    end = _fit(_letters(text)[::-1], width - 1 - display_width(start))
    return f"{start.rstrip()}…{''.join(end[::-1]).lstrip()}"


def cut_end(text: str, width: int) -> str:
    """Shorten a text at its end to at most `width` columns.

    Examples
    --------
    >>> cut_end("north-east", 6)
    'north…'
    """
    text = printable(text)
    if display_width(text) <= width:
        return text
    return head(text, width - 1).rstrip() + "…"


def head(text: str, width: int) -> str:
    """As many letters from the start as take at most `width` columns.

    Examples
    --------
    >>> head("年龄", 3)
    '年'
    """
    return "".join(_fit(_letters(text), width))


def printable(text: str) -> str:
    r"""A text on one line, without letters that would command the terminal.

    Examples
    --------
    >>> printable("two\nlines"), printable("red\x1b[31m")
    ('two lines', 'red�[31m')
    """
    text = " ".join(text.split()) if "\n" in text or "\t" in text or "\r" in text else text
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def wrap(text: str, width: int, *, indent: int = 0) -> list[str]:
    """Break a text between words into lines of at most `width` columns, all but the first indented.

    Examples
    --------
    >>> wrap("all cells are equal, 100 %", 21, indent=2)
    ['all cells are equal,', '  100 %']
    """
    lines, line, room = [], "", width
    for word in _BLANK.split(printable(text)):
        if line and display_width(f"{line} {word}") > room:
            lines.append(line)
            line, room = word, width - indent
        else:
            line = f"{line} {word}" if line or lines else word
        while display_width(line) > room:
            begun = head(line, room) or _letters(line)[0]
            if begun == line:
                break
            lines.append(begun)
            line, room = line[len(begun) :], width - indent
    first, *rest = [*lines, line]
    return [first, *(" " * indent + other for other in rest)]


def beside(label: str, text: str, width: int) -> list[str]:
    """A text broken into lines of at most `width` columns that all begin where the label ends.

    Examples
    --------
    >>> beside("MLP101 warn  ", "age: all cells are equal", 24)
    ['MLP101 warn  age: all', '             cells are', '             equal']
    """
    indent = display_width(label)
    first, *rest = wrap(text, width - indent)
    return [label + first, *(" " * indent + line for line in rest)]


def listed_within(parts: Iterable[str], width: int, *, rest: str = "…") -> str:
    """Parts with commas between, as many as `width` columns hold but one at least, and how it goes on.

    Parameters
    ----------
    rest : str
        What stands for the others; `{}` in it becomes their number.

    Examples
    --------
    >>> listed_within(["north", "south", "east"], 17, rest="and {} more")
    'north, and 2 more'
    """
    parts = list(parts)
    fitting = sum(used <= width for used in accumulate(display_width(part) + len(", ") for part in parts))
    for n in range(min(len(parts), fitting + 1), 1, -1):
        text = _go_on(parts, n, rest)
        if display_width(text) <= width:
            return text
    return _go_on(parts, 1, rest)


def _go_on(parts: list[str], n: int, rest: str) -> str:
    left = len(parts) - n
    return ", ".join([*parts[:n], rest.format(left)] if left > 0 else parts)


def _letters(text: str) -> list[str]:
    """What is drawn as one letter each: a mark stays with the letter that it stands upon."""
    if text.isascii():
        return list(text)
    from rich.cells import chop_cells

    return [piece for piece in chop_cells(text, 1) if piece] or [text]


def _fit(letters: list[str], width: int) -> list[str]:
    """As many of the first letters as fit."""
    taken = accumulate(map(display_width, letters))
    return letters[: sum(used <= width for used in taken)]
