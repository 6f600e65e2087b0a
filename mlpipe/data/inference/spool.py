"""Bytes put aside: a file without a name, which is gone when it is closed or the process ends."""

from __future__ import annotations

import tempfile
from typing import IO, NamedTuple

from mlpipe.errors import UsageError
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import param

HELD_BYTES = 64 << 20
"""What may be held in memory, unless another measure is given."""
LEAST_MEMORY = 550_000_000
"""What the program, its blocks of rows and the three files that it writes need: 513 MB were measured."""
BEFORE_WRITING = 350_000_000
"""What it needs of that while nothing is written yet: 320 MB were measured."""
_STEP = 50_000_000
"""Sums of memory are told in such steps."""


class Place(NamedTuple):
    """Where something was put."""

    start: int
    size: int


class Spool:
    """Takes what memory is not to hold, as long as there is room for it on disk.

    Parameters
    ----------
    folders : tuple of str
        Where the file may lie, the best place first; after them, wherever the system keeps such files.
    held : int
        Bytes that may be held in memory before.
    """

    def __init__(self, folders: tuple[str, ...] = (), *, held: int = HELD_BYTES) -> None:
        self._folders, self._free = folders, held
        self._file: IO[bytes] | None = None
        self._end = 0
        self._full = False

    def may_hold(self, size: int) -> bool:
        """Whether so many more bytes may be held; if so, they are counted as held."""
        if size > self._free:
            return False
        self._free -= size
        return True

    def put(self, data: memoryview | bytes) -> Place | None:
        """Put bytes aside; None where there is no room for them."""
        if self._full:
            return None
        try:
            self._file = self._file or _opened(self._folders)
            self._file.seek(self._end)
            self._file.write(data)
            self._file.flush()
        except OSError:
            self._full = True
            return None
        place = Place(self._end, len(data))
        self._end += len(data)
        return place

    def get(self, place: Place) -> bytes:
        """What was put there."""
        assert self._file is not None
        self._file.seek(place.start)
        return self._file.read(place.size)

    def close(self) -> None:
        """Forget everything."""
        if self._file is not None:
            self._file.close()


def held_bytes(memory: int | None) -> int:
    """What may be held where so many bytes may be used in all: the rest is for the program and for what it works on.

    Raises
    ------
    UsageError
        Where the program alone needs as much.
    """
    if memory is None:
        return HELD_BYTES
    if memory < LEAST_MEMORY:
        raise too_little(memory, "the program itself needs", LEAST_MEMORY)
    return min(HELD_BYTES, memory // 16)


def check_memory(memory: int | None, row_bytes: int, n_rows: int) -> None:
    """Check that as much memory may be used as a table of so many rows needs, each of which takes so many bytes.

    Raises
    ------
    UsageError
        With the smallest sum that will do.
    """
    needed = max(LEAST_MEMORY, BEFORE_WRITING + row_bytes * n_rows)
    if memory is not None and memory < needed:
        raise too_little(memory, f"{count_of(n_rows, 'row')} need, however they are streamed", needed)


def too_little(memory: int, than: str, needed: int) -> UsageError:
    """That so many bytes are less than what is needed, with the sum that will do."""
    least = f"{-(-needed // _STEP) * _STEP // 1_000_000}MB"
    return UsageError(
        f"{param('memory', str(memory))} is less than {than}.", remedy=f"Give {param('memory', least)} or more."
    )


def _opened(folders: tuple[str, ...]) -> IO[bytes]:
    for folder in folders:
        try:
            return tempfile.TemporaryFile(dir=folder)
        except OSError:
            continue
    return tempfile.TemporaryFile()
