"""Trying something in a process of its own first, so that what kills a process kills that one."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 20.0
_MOST_BYTES = 2_000


def why_it_fails(task: Callable[[], object], *, seconds: float = SECONDS, here: bool = False) -> str:
    """Run `task` in a copy of this process; "" where it ends well, else why not.

    Where a process cannot be copied safely (other threads, other systems than Linux) it is run in this one, as it is
    with `here`: errors are told all the same. Where the copy does not answer in time, nothing is known or said.
    """
    if here or sys.platform != "linux" or threading.active_count() > 1:
        return _told(task)
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python 3.12 warns where libraries have threads of their own
        child = os.fork()
    if child == 0:
        os.close(reader)
        _answer(task, writer)
    os.close(writer)
    told: str | None = None
    try:
        told = _read(reader, seconds)
    finally:
        os.close(reader)
        if told is None:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    if told is None:
        return ""
    if os.WIFSIGNALED(status):
        return f"it ended the process that tried it ({signal.Signals(os.WTERMSIG(status)).name})"
    return told


def _told(task: Callable[[], object]) -> str:
    """Run the task here; "" where it ends well, else its error on one line."""
    try:
        task()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # whatever a library raises
        return f"{type(error).__name__}: {' '.join(str(error).split())}"
    return ""


def _answer(task: Callable[[], object], writer: int) -> None:
    """In the child: run the task and write why it fails; never returns."""
    code = 1
    try:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        told = _told(task)
        code = 0
        os.write(writer, told.encode(errors="replace")[:_MOST_BYTES])
    except BaseException as error:  # whatever it is, the parent is told and goes on
        with contextlib.suppress(OSError):
            os.write(writer, f"{type(error).__name__}: {error}".encode()[:_MOST_BYTES])
    finally:
        os._exit(code)


def _read(reader: int, seconds: float) -> str | None:
    """What the child says, to the end; None where it takes too long."""
    told = b""
    while True:
        ready, _, _ = select.select([reader], [], [], seconds)
        if not ready:
            return None
        piece = os.read(reader, _MOST_BYTES)
        if not piece:
            return told.decode(errors="replace")
        told += piece
