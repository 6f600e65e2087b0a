"""A file's bytes as they lie on disk, or as they come through a pipe."""

from __future__ import annotations

import hashlib
import io
import lzma
import os
import zlib
from functools import partial
from typing import IO, TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from mlpipe.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

PIECE = 1 << 20
GZIP = b"\x1f\x8b"
_START = 1 << 16
"""Packed bytes from which on their ratio is taken for that of the file."""
_LEAST_GZIP = 18


class Readable(Protocol):
    """A stream of unpacked bytes."""

    def read(self, size: int, /) -> bytes: ...  # noqa: D102 - as of any file
    def close(self) -> None: ...  # noqa: D102


DAMAGE = (OSError, EOFError, zlib.error, lzma.LZMAError, pa.ArrowInvalid)
"""What unpacking damaged bytes raises."""


class Origin(io.RawIOBase):
    """A file's bytes as they lie, hashed while they are read."""

    def __init__(self, file: IO[bytes], *, name: str, owned: bool, hashed: bool) -> None:
        super().__init__()
        self._file = file
        # Of a pipe only what is there: between two pieces Python sees signals, while it waits for many it may miss one.
        self._read = partial(_read_some, file) if hasattr(file, "read1") else file.read
        self._name = name
        self._owned = owned
        self.digest = hashlib.sha256() if hashed else None
        self._ahead = b""
        self._taken = 0
        self._size = os.fstat(file.fileno()).st_size if owned else 0

    @property
    def share(self) -> float | None:
        """How much has been read, in [0, 1]; None where that cannot be known."""
        return min(1.0, self._taken / self._size) if self._size else None

    @property
    def size(self) -> int:
        """Bytes in all; of a pipe those that have come."""
        return self._size or self._taken

    def _told_size(self) -> int:
        """What a gzip file says that its last part unpacks to, modulo 2^32; 0 for other files."""
        if self._size < _LEAST_GZIP or os.pread(self._file.fileno(), 2, 0) != GZIP:
            return 0
        return int.from_bytes(os.pread(self._file.fileno(), 4, self._size - 4), "little")

    def unpacks_beyond(self, cap: int, unpack: Callable[[IO[bytes]], Readable]) -> bool:
        """Whether a file holds more than it may: unpacked and forgotten, which is sooner done than read as rows.

        That is done where a gzip file says so of itself, or while so many bytes for each packed one make too many
        of the whole file. A pipe is not looked into.
        """
        if not self._owned:
            return False
        told = self._told_size() > cap
        place, n_bytes = self._file.seek(0, io.SEEK_CUR), 0
        self._file.seek(0)
        try:
            with os.fdopen(os.dup(self._file.fileno()), "rb", buffering=0) as packed:  # which a stream may close
                stream = unpack(packed)
                while n_bytes <= cap and (piece := stream.read(PIECE)):
                    n_bytes += len(piece)
                    taken = self._file.seek(0, io.SEEK_CUR)
                    if not told and taken >= _START and n_bytes * self._size <= cap * taken:
                        return False
        except DAMAGE:
            return False
        finally:
            self._file.seek(place)
        return n_bytes > cap

    def peek(self, size: int) -> bytes:
        """The first bytes, without taking them."""
        while len(self._ahead) < size and (piece := self._take(size - len(self._ahead))):
            self._ahead += piece
        return self._ahead[:size]

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # what BufferedReader hands us
        """Fill `buffer` from the file."""
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, none at the end."""
        if self._ahead:
            size = len(self._ahead) if size < 0 else size
            piece, self._ahead = self._ahead[:size], self._ahead[size:]
            return piece
        return self._take(size)

    def part(self, start: int, stop: int) -> Part:
        """The bytes from one position to another, whatever else is read."""
        return Part(self._file.fileno(), start, stop, name=self._name)

    def close(self) -> None:
        """Close the file, unless it is standard input, which is not ours."""
        if self._owned:
            self._file.close()
        super().close()

    def _take(self, size: int) -> bytes:
        try:
            piece = self._read(size) or b""
        except OSError as error:
            raise unreadable(self._name, error) from error
        self._taken += len(piece)
        if self.digest is not None:
            self.digest.update(piece)
        return piece


class Part:
    """Some bytes of an open file, read beside whoever else reads it.

    Parameters
    ----------
    start, stop : int
        Positions of the first byte and behind the last; the file may end before.
    """

    def __init__(self, file: int, start: int, stop: int, *, name: str) -> None:
        self.name = name
        self._file, self._at, self._stop = file, start, stop

    def read(self, size: int) -> bytes:
        """At most `size` bytes, none at the end."""
        try:
            piece = os.pread(self._file, min(size, self._stop - self._at), self._at)
        except OSError as error:
            raise unreadable(self.name, error) from error
        self._at += len(piece)
        return piece


def _read_some(file: Any, size: int) -> bytes:
    piece: bytes = file.read1(min(size, PIECE) if size >= 0 else size)
    return piece


def unreadable(name: str, error: OSError) -> UsageError:
    """A file that the system does not let us read."""
    return UsageError(
        f"{name!r} cannot be read: {error.strerror or error}.",
        remedy="Check the path and its permissions (ls -l), then run again.",
    )
