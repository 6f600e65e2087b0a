"""The line on a terminal that says what is being done, how far it is, and how long it may still take."""

from __future__ import annotations

import shutil
import sys
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING

from mlpipe.words.numbers import format_share
from mlpipe.words.widths import cut_end, display_width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.text import Text

BEGAN = perf_counter()
"""When the program began, its imports aside that come before this one."""
TELLING_SHARE = 0.03
TELLING_SECONDS = 1.0
"""How much must have been done before it foretells the rest."""
_TICKS = 8
_LEAST_ROOM = 20


class Line:
    """What is being done, and since when.

    Parameters
    ----------
    clock : callable
        Seconds that never go back.

    Examples
    --------
    >>> seconds = iter([0.0, 3.0])
    >>> line = Line("split", clock=lambda: next(seconds))
    >>> line.tell(0.5, "reading t.csv")
    >>> line.words(60)
    'split  reading t.csv  50 %  0:03 left'
    """

    def __init__(self, name: str, *, clock: Callable[[], float] = perf_counter) -> None:
        self._name = name
        self._clock = clock
        self._began = clock()
        self._what = ""
        self._share: float | None = None
        self._since = (self._began, 0.0)

    def tell(self, share: float | None, what: str) -> None:
        """Take note of how far the work is."""
        if share is None:
            self._since = (self._clock(), 0.0)
        elif self._share is not None and share < self._share:  # it is gone through again
            self._since = (self._clock(), share)
        self._what, self._share = what, share

    def words(self, width: int) -> str:
        """The line in at most `width` columns: what is being done gives way to how far and how long."""
        if not self._name and not self._what:
            return ""
        far = "  ".join(filter(None, (self._far(), self._time())))
        what = "  ".join(filter(None, (self._name, self._what)))
        room = width - display_width(far) - 2
        return f"{cut_end(what, max(room, _LEAST_ROOM))}  {far}"

    def _far(self) -> str:
        return "" if self._share is None else format_share(min(self._share, 1.0))

    def _time(self) -> str:
        now = self._clock()
        if self._share is not None:
            since, begun = self._since
            gone, done = now - since, self._share - begun
            if self._share < 1 and done >= TELLING_SHARE and gone >= TELLING_SECONDS:
                return f"{minutes(gone * (1 - self._share) / done)} left"
        return minutes(now - self._began)

    def __rich__(self) -> Text:
        """What rich draws."""
        from rich.text import Text

        width = shutil.get_terminal_size().columns - 1
        return Text(self.words(width), no_wrap=True, overflow="crop")


def minutes(seconds: float) -> str:
    """A duration as a clock shows it.

    Examples
    --------
    >>> minutes(72), minutes(3700)
    ('1:12', '1:01:40')
    """
    whole, second = divmod(round(seconds), 60)
    hour, minute = divmod(whole, 60)
    return f"{hour}:{minute:02d}:{second:02d}" if hour else f"{minute}:{second:02d}"


@contextmanager
def shown_line(name: str) -> Iterator[Line]:
    """Show a line on stderr until the work is done; then it is gone."""
    from rich.console import Console
    from rich.live import Live

    line = Line(name)
    live = Live(
        get_renderable=line.__rich__, console=Console(file=sys.stderr), transient=True,
        refresh_per_second=_TICKS, redirect_stdout=False, redirect_stderr=False,
    )  # fmt: skip
    with live:
        yield line
