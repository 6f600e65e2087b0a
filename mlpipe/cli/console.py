"""What a person sees: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import os
import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mlpipe.cli.colours import COLOURS, MOODS, coloured, is_coloured
from mlpipe.words.parameters import as_options
from mlpipe.words.progress import silent
from mlpipe.words.sources import readable_name
from mlpipe.words.widths import beside, cut, display_width, printable, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from mlpipe.words.progress import Tell

WIDTH = 80
UNBROKEN = 1_000_000
"""Columns where nobody's eyes need lines to end: in a pipe they are whole, so that `grep` finds what they say."""
WIDEST = 120
"""Lines are no longer than this on any terminal: eyes lose the way back."""
LEAST_NAME = 10
LEAST_PROSE = 16
"""Columns that the first and the last column of a table keep on a narrow terminal."""


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
        self._line: Tell = silent

    def result(self, lines: Sequence[str], document: dict[str, Any]) -> None:
        """Show a result: `lines` to a person, `document` to a program."""
        if self.as_json:
            self.out(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2))
        else:
            self.out("\n".join(lines))

    def out(self, text: str) -> None:
        """Write to stdout, falling back to plain letters where the terminal's encoding lacks one."""
        _write(sys.stdout, text)

    def markdown(self, text: str) -> None:
        """Show Markdown: laid out on a terminal, as it stands in a pipe."""
        if not sys.stdout.isatty():
            self.out(text.rstrip("\n"))
            return
        from rich.console import Console as RichConsole
        from rich.markdown import Markdown

        shown = RichConsole(width=self.width, no_color=not is_coloured(sys.stdout))
        shown.print(Markdown(text, code_theme="ansi_dark", hyperlinks=False))

    @property
    def is_terminal(self) -> bool:
        """Whether a person reads stdout."""
        return terminal_room() is not None

    @property
    def width(self) -> int:
        """Columns for a line on stdout: the terminal's, and no end where there is none."""
        room = terminal_room()
        return UNBROKEN if room is None else max(WIDTH // 2, min(WIDEST, room))

    def paint(self, text: str, severity: str) -> str:
        """Colour a word by what it says, where stdout takes colours."""
        if self.as_json or severity not in COLOURS or not is_coloured(sys.stdout):
            return text
        return coloured(text, severity)

    def verdict(self, text: str, mood: str, *, before: str = "", after: str = "") -> list[str]:
        """What is to be thought of it all, in the colour of its page: better, worse, or anything between.

        What stands before it or after it shares its line where there is room.
        """
        colour = MOODS.get(mood, "warning")
        if display_width("   ".join(filter(None, (before, text, after)))) <= self.width:
            return ["   ".join(filter(None, (before, self.paint(text, colour), after)))]
        shown = [self.paint(line, colour) for line in wrap(text, self.width, indent=2)]
        return [*([before] if before else []), *shown, *([after] if after else [])]

    def note(self, text: str) -> None:
        """Say something that a person should know."""
        if not self.quiet:
            _write(sys.stderr, wrapped(text, sys.stderr))

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
    def working(self, what: str, *, rows_shown: bool = False) -> Iterator[Tell]:
        """Show on a terminal what is being done, how far it is and how long it takes.

        Gives a function that takes the share that is done, in [0, 1] or `None`, and what is being done.

        Parameters
        ----------
        rows_shown : bool
            Rows go to stdout meanwhile: where that is a terminal, they show the progress themselves.
        """
        unseen = self.quiet or self.as_json or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb"
        if unseen or (rows_shown and sys.stdout.isatty()):
            yield silent
            return
        from mlpipe.cli.progress import shown_line

        with shown_line(what) as line:
            self._line = line.tell
            yield line.tell
            self._line = silent

    def tell(self, share: float | None, what: str) -> None:
        """Tell the line that `working` shows just now, if any, how far the work is."""
        self._line(share, what)


def _write(stream: Any, text: str) -> None:
    try:
        stream.write(text + "\n")
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write((text + "\n").encode(encoding, errors="replace").decode(encoding))


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), best: int | None = None
) -> list[str]:
    """Lay out rows in columns; columns in `right` are right-aligned, and row `best` is coloured. Nothing is ever cut.

    On a terminal that is too narrow, the words of the last column go on below; where that is not enough, long names of
    the first stand on a line of their own, and else each row becomes a block of lines.

    Examples
    --------
    >>> table(("metric", "value"), [("accuracy", "0.97")], right=(1,))
    ['metric    value', 'accuracy   0.97']
    """
    cells = [[printable(cell) for cell in row] for row in (header, *rows)]
    room = terminal_room() or UNBROKEN
    widths = _fitting(cells, right, room)
    laid = _blocks(cells, room) if widths is None else [[*_laid_out(row, widths, right, room)] for row in cells]
    if best is not None and is_coloured(sys.stdout):
        laid[best + 1] = [coloured(line, "best") for line in laid[best + 1]]
    return [line for lines in laid for line in lines]


def terminal_room() -> int | None:
    """Columns of the terminal that stdout is; `None` for a pipe or a file."""
    return shutil.get_terminal_size((WIDTH, 24)).columns if sys.stdout.isatty() else None


def shortened(text: str, width: int) -> str:
    """A text of any length cut in its middle for a terminal; as it is for a pipe or a file."""
    return text if terminal_room() is None else cut(text, width)


def wrapped(text: str, stream: TextIO, *, indent: int = 2) -> str:
    """A text broken between words where a terminal's line ends; as it is for a pipe or a file.

    A line that names a path alone stays whole, so that it can be copied. Bytes of it that are no UTF-8 are shown so.
    """
    text = readable_name(text)
    if not stream.isatty():
        return text
    room = shutil.get_terminal_size((WIDTH, 24)).columns
    lines = ([line] if _names_path(line) else wrap(line, room, indent=indent) for line in text.split("\n"))
    return "\n".join(part.rstrip() for parts in lines for part in parts)


def _names_path(line: str) -> bool:
    *before, last = line.split() or [""]
    return "/" in last and not before[1:]


def _fitting(cells: Sequence[Sequence[str]], right: Sequence[int], room: int) -> list[int] | None:
    """Widths with which a table keeps within the room: as they are, else with less for the last column or the first."""
    first, *between, last = (max(map(display_width, column)) for column in zip(*cells, strict=True))
    least_last = last if len(between) + 1 in right else min(last, LEAST_PROSE)
    left = room - sum(between) - 2 * (len(between) + 1)
    for name in (first, min(first, LEAST_NAME)):
        if left - name >= least_last:
            return [name, *between, min(last, left - name)]
    return None


def _laid_out(row: Sequence[str], widths: Sequence[int], right: Sequence[int], room: int) -> Iterator[str]:
    """The lines of a row: a long name before the others, the words of the last cell below each other."""
    first, *cells = row
    if display_width(first) > widths[0]:
        yield from wrap(first, room, indent=2)
        first = ""
    *before, last = (_pad(cell, widths[i], right=i in right) for i, cell in enumerate([first, *cells]))
    label = "".join(f"{cell}  " for cell in before)
    if len(before) in right:
        yield (label + last).rstrip()
    else:
        yield from (line.rstrip() for line in beside(label, last, display_width(label) + widths[-1]))


def _blocks(cells: Sequence[Sequence[str]], room: int) -> list[list[str]]:
    """A row as lines of its own, a cell each behind the name of its column; none for the header."""
    header, *rows = cells
    names = [_pad(name, max(map(display_width, header)) + 2, right=False) for name in header]
    blocks = [
        [line for name, cell in zip(names, row, strict=True) if cell for line in beside(name, cell, room)]
        for row in rows
    ]
    return [[], *blocks[:1], *(["", *block] for block in blocks[1:])]


def _pad(text: str, width: int, *, right: bool) -> str:
    blank = " " * (width - display_width(text))
    return blank + text if right else text + blank
