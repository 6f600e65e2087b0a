"""Rows that are left out: counted, the first of them kept, all of them written down where that is asked for.

Beside `source.py` the one place here that knows a path: what is left out is known while reading, and may be much.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from mlpipe.errors import UsageError

if TYPE_CHECKING:
    from mlpipe.params import ReadParams

_KEPT = 5
_MOST_WAITING = 100_000


class Rejected(NamedTuple):
    """A row that was left out, with the physical line in which it begins."""

    line: int
    reason: str
    row: str


class Rejects:
    """What `--on-bad-row skip` leaves out.

    Parameters
    ----------
    path : str, optional
        A CSV file with the columns `line`, `reason` and `row`, the row as it came.

    Attributes
    ----------
    count : int
        Rows left out so far.
    """

    def __init__(self, path: str | None = None) -> None:
        self.count = 0
        self._first: list[Rejected] = []
        self._waiting: list[Rejected] = []
        self._file: IO[str] | None = None
        self._writer: Any = None
        if path is not None:
            self._file = _open_new(path)
            self._writer = csv.writer(self._file, lineterminator="\n")
            self._writer.writerow(Rejected._fields)

    def add(self, line: int, reason: str, row: bytes) -> None:
        """Leave out one row; line ends behind it are no part of it."""
        rejected = Rejected(line, reason, row.replace(b"\0", b"\\0").decode("utf-8", "replace").rstrip("\r\n"))
        self.count += 1
        self._waiting.append(rejected)
        if len(self._waiting) > _MOST_WAITING:
            self.settle(line)

    @property
    def first(self) -> list[Rejected]:
        """The first few rows that were left out."""
        return (self._first + sorted(self._waiting))[:_KEPT]

    def settle(self, line: int) -> None:
        """Write down, in order, what was left out before a line: nothing is to follow from there."""
        due = sorted(one for one in self._waiting if one.line < line)
        self._waiting = [one for one in self._waiting if one.line >= line]
        self._first = (self._first + due)[:_KEPT]
        if self._writer is not None:
            self._writer.writerows(due)

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None and not self._file.closed:
            self.settle(sys.maxsize)
            self._file.close()


def _open_new(path: str) -> IO[str]:
    try:
        return Path(path).open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(
            f"--rejects {path!r} cannot be written: {error.strerror}.", remedy="Give a file in a folder that exists."
        ) from error


def rejects_for(params: ReadParams) -> Rejects | None:
    """Where rows may be left out, what takes them."""
    return Rejects(params.rejects) if params.on_bad_row == "skip" else None
