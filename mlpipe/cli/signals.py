"""Signals that ask the program to end: they unwind it, so that temporary files go, and are not swallowed on the way.

An exception that a handler raises inside a library may be caught there, by a bare `except` or in a callback of compiled
code. The handler therefore comes back until the program has ended, and ends it by force when that does not help.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import FrameType

PATIENCE = 5.0
"""Seconds that unwinding has before the handler comes back."""
MOST = 4
"""Times that the program is asked; then it is ended as it stands, and the next run sweeps what it left."""
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_asked: list[int] = []


def end_on_signals() -> None:
    """Let Ctrl-C, SIGTERM and SIGHUP end the program, now and for good."""
    for name in _NAMES:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, _end)
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, _again)


def ended() -> None:
    """Let nothing come back: the program has unwound."""
    _asked.clear()
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 0)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    _asked.append(number)
    if len(_asked) > MOST:
        os._exit(128 + number)
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + number)


def _again(_number: int, frame: FrameType | None) -> None:
    if _asked:
        _end(_asked[-1], frame)
