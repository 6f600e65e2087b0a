"""What a person sees: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mlpipe.words.parameters import as_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

WIDTH = 80
WIDEST = 120
"""Lines are no longer than this on any terminal: eyes lose the way back."""
COLOURS = {"error": "31", "warning": "33"}
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Letters from a file that would move the cursor, colour the terminal or turn the line round."""


class Console:
    """Writes results, notes and hints.

    Parameters
    ----------
    as_json : bool
        The result is one JSON document instead of a table.
    quiet : bool
        Nothing but the result and errors.
    verbose : bool
        Details too.
    """

    def __init__(self, *, as_json: bool = False, quiet: bool = False, verbose: bool = False) -> None:
        self.as_json = as_json
        self.quiet = quiet
        self.verbose = verbose

    def result(self, lines: Sequence[str], document: dict[str, Any]) -> None:
        """Show a result: `lines` to a person, `document` to a program."""
        if self.as_json:
            self.out(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2))
        else:
            self.out("\n".join(lines))

    def out(self, text: str) -> None:
        """Write to stdout, falling back to plain letters where the terminal's encoding lacks one."""
        _write(sys.stdout, text)

    @property
    def width(self) -> int:
        """Columns for a line on stdout: the terminal's, or 80 where there is none."""
        if not sys.stdout.isatty():
            return WIDTH
        return max(WIDTH // 2, min(WIDEST, shutil.get_terminal_size((WIDTH, 24)).columns))

    def paint(self, text: str, severity: str) -> str:
        """Colour a word by how grave it is: on a terminal alone, and not against `NO_COLOR`."""
        plain = (
            self.as_json or not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        )
        if plain or severity not in COLOURS:
            return text
        return f"\x1b[{COLOURS[severity]}m{text}\x1b[0m"

    def note(self, text: str) -> None:
        """Say something that a person should know."""
        if not self.quiet:
            _write(sys.stderr, text)

    def notes(self, texts: Sequence[str]) -> None:
        """Say several things, each once, with its mark."""
        for text in dict.fromkeys(texts):
            self.note(f"note: {as_options(text)}")

    def hint(self, text: str) -> None:
        """Name the next command; only to a person at a terminal."""
        if not self.as_json and sys.stderr.isatty():
            self.note(f"next: {text}")

    def detail(self, text: str) -> None:
        """Say something with `--verbose` alone."""
        if self.verbose:
            self.note(text)

    @contextmanager
    def working(self, what: str) -> Iterator[Callable[[float], None] | None]:
        """Show on a terminal that `what` is being done, how long it takes, and how far it is where that is told.

        Gives a function that takes the share that is done, in [0, 1]; None where nobody looks.
        """
        if self.quiet or self.as_json or not sys.stderr.isatty():
            yield None
            return
        from rich.console import Console as RichConsole
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
        with Progress(*columns, console=RichConsole(stderr=True), transient=True) as progress:
            task = progress.add_task(what, total=None)
            yield lambda share: progress.update(task, total=1.0, completed=share)


def _write(stream: Any, text: str) -> None:
    try:
        stream.write(text + "\n")
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write((text + "\n").encode(encoding, errors="replace").decode(encoding))


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), width: int = 24
) -> list[str]:
    """Lay out rows in columns: cells over `width` are cut in the middle, columns in `right` are right-aligned.

    Examples
    --------
    >>> table(("metric", "value"), [("accuracy", "0.97")], right=(1,))
    ['metric    value', 'accuracy   0.97']
    """
    cells = [[cut(cell, width) for cell in row] for row in (header, *rows)]
    widths = [max(display_width(row[i]) for row in cells) for i in range(len(header))]
    lines = []
    for row in cells:
        padded = [_pad(cell, widths[i], right=i in right) for i, cell in enumerate(row)]
        lines.append("  ".join(padded).rstrip())
    return lines


def display_width(text: str) -> int:
    """Columns that a text takes on a terminal; loaded when asked, as all of `data` is."""
    from mlpipe.words.widths import display_width as measure

    return measure(text)


def _pad(text: str, width: int, *, right: bool) -> str:
    blank = " " * (width - display_width(text))
    return blank + text if right else text + blank


def cut(text: str, width: int) -> str:
    """Shorten a text in its middle to at most `width` columns.

    Examples
    --------
    >>> cut("a_rather_long_column_name", 12)
    'a_rath…_name'
    """
    text = printable(text)
    if display_width(text) <= width:
        return text
    head, tail = "", ""
    for left, right in zip(text, reversed(text), strict=True):
        if display_width(head + left + tail) + 1 > width:
            break
        head += left
        if display_width(head + right + tail) + 1 > width:
            break
        tail = right + tail
    return f"{head}…{tail}"


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
    >>> wrap("MLP101 warn  age: all cells are equal", 24, indent=13)
    ['MLP101 warn  age: all', '             cells are', '             equal']
    """
    lines, line, room = [], "", width
    for word in printable(text).split(" "):
        if line and display_width(f"{line} {word}") > room:
            lines.append(line)
            line, room = word, width - indent
        else:
            line = f"{line} {word}" if line or lines else word
        while display_width(line) > room:
            head = _head(line, room)
            lines.append(head)
            line, room = line[len(head) :], width - indent
    first, *rest = [*lines, line]
    return [first, *(" " * indent + other for other in rest)]


def _head(text: str, width: int) -> str:
    """As many letters as fit, one at least."""
    taken = 0
    for position, letter in enumerate(text):
        taken += display_width(letter)
        if taken > width and position:
            return text[:position]
    return text


def number(value: float | None, digits: int = 3) -> str:
    """A number for reading: `digits` after the point for small ones, none for large ones, `-` for none.

    Examples
    --------
    >>> number(0.97412), number(51234.56), number(None)
    ('0.974', '51,235', '-')
    """
    if value is None:
        return "-"
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:.1f}"
    return f"{value:.{digits}f}"
