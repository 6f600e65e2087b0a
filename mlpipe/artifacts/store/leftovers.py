"""Locks that vanish with their process, and what a killed run leaves behind.

What is being built or read holds a `flock` on its own descriptor. The kernel drops it however the process ends, so a
leftover that can be locked has no owner, and no lock ever needs removing by hand.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import time
from typing import TYPE_CHECKING

from mlpipe.artifacts.store import disk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Seconds to wait for a lock that others hold for two renames.
_PATIENCE = 2.0


def temporary_sibling(out: Path) -> Path:
    """A fresh hidden name beside `out`: on its file system, so that one rename puts it in place."""
    return out.with_name(f".{out.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")


def held(path: Path) -> int | None:
    """Open and lock what was just created at `path`; `None` if a sweeping run deleted it in that moment."""
    try:
        handle = os.open(path, disk.READ_FILE)
    except FileNotFoundError:
        return None
    try:
        _lock(handle)
    except BlockingIOError:
        os.close(handle)
        return None
    except OSError:
        return handle  # no locks on this file system: then no other run can lock it either, and none sweeps it
    if is_same(handle, path):
        return handle
    os.close(handle)
    return None


def _lock(handle: int, *, shared: bool = False) -> None:
    """Lock for writing, at once or not at all; or, `shared`, for reading, as soon as no writer holds it."""
    try:
        import fcntl
    except ImportError as error:
        raise OSError(errno.ENOTSUP, "this system has no such locks") from error
    fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_same(handle: int, path: Path) -> bool:
    """Whether the open `handle` is what now stands at `path`."""
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except FileNotFoundError:
        return False


def discard(path: Path) -> None:
    """Delete what is ours at `path`, unless someone still reads it; then a later run sweeps it."""
    _discard(path, without_locks=True)


def sweep(out: Path) -> None:
    """Delete what killed runs left beside `out`; errors are left for the next run."""
    pattern = re.compile(rf"\.{re.escape(out.name)}\.\d+-[0-9a-f]{{8}}\.tmp")
    with contextlib.suppress(OSError):
        for path in out.parent.iterdir():
            if pattern.fullmatch(path.name):
                _discard(path, without_locks=False)


def _discard(path: Path, *, without_locks: bool) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(path, disk.READ_FILE)
        try:
            if _is_free(handle, without_locks=without_locks):
                disk.remove(path)
        finally:
            os.close(handle)


def _is_free(handle: int, *, without_locks: bool) -> bool:
    try:
        _lock(handle)
    except BlockingIOError:
        return False
    except OSError:
        return without_locks
    return True


@contextlib.contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Hold a folder for the moment of a move; where it cannot be locked, go on without.

    Bounded, because the folder may itself be an artifact that someone, perhaps this process, reads for long.
    """
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            handle = os.open(folder, disk.READ_FILE)
            stack.callback(os.close, handle)
            _lock_soon(handle)
        yield


def _lock_soon(handle: int) -> None:
    give_up = time.monotonic() + _PATIENCE
    while time.monotonic() < give_up:
        try:
            _lock(handle)
        except BlockingIOError:
            time.sleep(0.001)
        else:
            return


def lock_for_writing(handle: int) -> None:
    """Show other runs that what `handle` refers to has an owner."""
    with contextlib.suppress(OSError):
        _lock(handle)


def lock_for_reading(handle: int) -> None:
    """Keep what `handle` refers to from being deleted until it is closed; waits for the moment of a move."""
    with contextlib.suppress(OSError):
        _lock(handle, shared=True)
