"""What a person sees: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import os
import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mlpipe.words.parameters import as_options
from mlpipe.words.widths import cut, display_width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

WIDTH = 80
WIDEST = 120
"""Lines are no longer than this on any terminal: eyes lose the way back."""
COLOURS = {"error": "31", "warning": "33"}


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

    def markdown(self, text: str) -> None:
        """Show Markdown: laid out on a terminal, as it stands in a pipe."""
        if not sys.stdout.isatty():
            self.out(text.rstrip("\n"))
            return
        from rich.console import Console as RichConsole
        from rich.markdown import Markdown

        shown = RichConsole(width=self.width, no_color=os.environ.get("TERM") == "dumb" or None)
        shown.print(Markdown(text, code_theme="ansi_dark", hyperlinks=False))

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
    def working(self, what: str) -> Iterator[Callable[..., None] | None]:
        """Show on a terminal that `what` is being done, how long it takes, and how far it is where that is told.

        Gives a function that takes the share that is done, in [0, 1], and what is being done; None where nobody looks.
        """
        if self.quiet or self.as_json or not sys.stderr.isatty():
            yield None
            return
        from rich.console import Console as RichConsole
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
        with Progress(*columns, console=RichConsole(stderr=True), transient=True) as progress:
            task = progress.add_task(what, total=None)
            yield lambda share, now=what: progress.update(task, total=1.0, completed=share, description=now)


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


def _pad(text: str, width: int, *, right: bool) -> str:
    blank = " " * (width - display_width(text))
    return blank + text if right else text + blank
