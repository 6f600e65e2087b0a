"""Putting a finished folder in its place so that a reader finds the old one whole or the new one whole."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from mlpipe.artifacts.store import disk
from mlpipe.artifacts.store.leftovers import discard, folder_lock, temporary_sibling

if TYPE_CHECKING:
    from pathlib import Path

# What a move answers when another run was quicker, or when a rename finds something to exchange with instead: the
# target is there (a folder with content, a file), or is there no more.
_RETRY = (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR, errno.ENOENT)
_ATTEMPTS = 20


def put_in_place(built: Path, out: Path) -> None:
    """Move the folder `built` to `out`; what stood there, if anything, stands at `built` afterwards.

    One move where the system can exchange names; elsewhere renames, which `recover` finishes if they are cut.
    """
    for attempt in range(_ATTEMPTS):
        for move in (disk.rename, _replace):
            try:
                move(built, out)
            except OSError as error:
                if error.errno not in _RETRY or attempt == _ATTEMPTS - 1:
                    raise
            else:
                return


def _replace(built: Path, out: Path) -> None:
    try:
        disk.exchange(built, out)
    except disk.ExchangeUnsupportedError:
        _rename_twice(built, out)


def recover(out: Path) -> None:
    """Finish renames that were cut: bring the old folder back if `out` is missing, else delete it.

    Costs one look where there is nothing to do. A run between its renames holds the parent, so this waits.
    """
    aside = _aside(out)
    if not os.path.lexists(aside):
        return
    spare = temporary_sibling(out)
    with folder_lock(out.parent):
        _bring_back(out)
        if os.path.lexists(aside):
            disk.rename(aside, spare)
    discard(spare)


def is_there(out: Path) -> bool:
    """Whether `out` exists, looked at when no run is between its renames."""
    with folder_lock(out.parent):
        _bring_back(out)
        return os.path.lexists(out)


def _rename_twice(built: Path, out: Path) -> None:
    recover(out)
    aside = _aside(out)
    with folder_lock(out.parent):
        disk.rename(out, aside)
        try:
            disk.rename(built, out)
        except OSError:
            _bring_back(out)
            raise
        disk.rename(aside, built)


def _bring_back(out: Path) -> None:
    aside = _aside(out)
    if os.path.lexists(aside) and not os.path.lexists(out):
        disk.rename(aside, out)


def _aside(out: Path) -> Path:
    return out.with_name(f".{out.name}.mlpipe-old")
