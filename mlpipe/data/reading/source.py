"""Where a table comes from: a file, packed or not, or standard input, as one stream of bytes."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import shlex
import sys
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, Self, cast

import pyarrow as pa

from mlpipe.data.reading.errors import damaged_file, too_many_bytes
from mlpipe.data.reading.origin import DAMAGE, GZIP, PIECE, Origin, Part, Readable, unreadable
from mlpipe.errors import UsageError, nearest
from mlpipe.words.sources import readable_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

STDIN = "-"
_MOST_TIMES = 100
_LEAST_CAP = 1_000_000_000


class Source:
    """A stream of bytes, unpacked, that can be looked into before it is read.

    Parameters
    ----------
    origin : Origin
        The bytes as they lie on disk.
    name : str
        For messages.
    max_bytes : int or None
        What a packed stream may unpack to; by default `unpacked_cap`.

    Raises
    ------
    DataError
        Where the bytes say that they unpack to more.
    """

    def __init__(self, origin: Origin, *, name: str, max_bytes: int | None) -> None:
        self.name = name
        self._origin = origin
        self._format = _packing(origin.peek(10))
        self._unpacked, self._asked_cap = 0, max_bytes
        if self._format and origin.unpacks_beyond(self._cap, _UNPACKED[self._format]):
            raise too_many_bytes(name, self._cap)
        self._stream: Readable = origin
        if self._format:
            self._stream = _UNPACKED[self._format](io.BufferedReader(origin, PIECE))
        self._ahead = b""
        self._ended = False

    @property
    def packed(self) -> bool:
        """Whether the bytes on disk are compressed."""
        return bool(self._format)

    @property
    def in_place(self) -> bool:
        """Whether the bytes lie in a file as they are read, so that `part` finds them."""
        return not self.packed and self._origin.share is not None

    @property
    def share(self) -> float | None:
        """How much of the bytes on disk has been read, in [0, 1]; None for a pipe."""
        return self._origin.share

    @property
    def size(self) -> int:
        """Bytes on disk; of a pipe those that have come."""
        return self._origin.size

    @property
    def _cap(self) -> int:
        return unpacked_cap(self._asked_cap, self.size)

    def peek(self, size: int) -> bytes:
        """The next `size` bytes (fewer at the end) without taking them."""
        if len(self._ahead) < size:
            self._ahead += self._fill(size - len(self._ahead))
        return self._ahead[:size]

    def read(self, size: int) -> bytes:
        """Exactly `size` bytes, fewer at the end of the stream.

        Raises
        ------
        DataError
            Where packed bytes are damaged, or unpack to more than allowed.
        """
        taken, self._ahead = self._ahead[:size], self._ahead[size:]
        return taken + self._fill(size - len(taken)) if len(taken) < size else taken

    def part(self, start: int, stop: int) -> Part:
        """The bytes from one position in the file to another."""
        return self._origin.part(start, stop)

    def sha256(self) -> str:
        """Digest of the bytes as they lie on disk, all of which are read; "" where not hashed.

        To be asked for before closing, and then again whenever wanted.
        """
        if self._origin.digest is None:
            return ""
        while not self._origin.closed and self._origin.read(PIECE):
            pass
        return self._origin.digest.hexdigest()

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()
        self._origin.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _fill(self, size: int) -> bytes:
        pieces = []
        while size > 0 and not self._ended:
            piece = self._read_piece(size)
            self._ended = not piece
            pieces.append(piece)
            size -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _read_piece(self, size: int) -> bytes:
        if not self._format:
            return self._stream.read(size)
        try:
            piece = self._stream.read(min(size, self._cap - self._unpacked + 1))
        except DAMAGE as error:
            raise damaged_file(self.name, self._format, str(error) or type(error).__name__) from error
        self._unpacked += len(piece)
        if self._unpacked > self._cap:
            raise too_many_bytes(self.name, self._cap)
        return piece


def unpacked_cap(max_bytes: int | None, packed: int) -> int:
    """What packed bytes may unpack to: as asked, else a multiple of their number that real tables stay below."""
    return max(_LEAST_CAP, _MOST_TIMES * packed) if max_bytes is None else max_bytes


def open_source(source: str, *, max_bytes: int | None, hashed: bool = False, stdin: IO[bytes] | None = None) -> Source:
    """Open a path or "-" for reading.

    Parameters
    ----------
    stdin : binary file, optional
        What to read for "-"; by default standard input.
    hashed : bool
        Whether `Source.sha256` will be asked for.

    Raises
    ------
    UsageError
        Where there is nothing to read.
    """
    if source == STDIN:
        name = "standard input"
        origin = Origin(stdin or standard_input(), name=name, owned=False, hashed=hashed)
    else:
        name = readable_name(source)
        origin = Origin(_open_path(source), name=name, owned=True, hashed=hashed)
    try:
        return Source(origin, name=name, max_bytes=max_bytes)
    except BaseException:
        origin.close()
        raise


def standard_input() -> IO[bytes]:
    """What is piped in.

    Raises
    ------
    UsageError
        Where nothing is connected.
    """
    if sys.stdin is None:
        raise UsageError("There is no standard input to read.", remedy="Give the path of a file instead of '-'.")
    return sys.stdin.buffer


def spare_file() -> BinaryIO:
    """A nameless file to keep something in for a while; in memory where no folder can be written to."""
    try:
        return cast("BinaryIO", tempfile.TemporaryFile())
    except OSError:
        return io.BytesIO()


def _open_path(source: str) -> io.FileIO:
    path = Path(source)
    try:
        if source and path.is_dir():
            raise UsageError(f"{source!r} is a folder, not a table.", remedy="Give the path of a CSV or Parquet file.")
        return path.open("rb", buffering=0)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError) as error:
        raise _no_file(source, path) from error
    except OSError as error:
        raise unreadable(source, error) from error


def _no_file(source: str, path: Path) -> UsageError:
    if "://" in source:
        return UsageError(
            f"{source} is a URL, and mlpipe fetches nothing.",
            remedy=f"Fetch it to a file first: curl {shlex.quote(source)} > table.csv",
        )
    folder = path.parent
    try:
        names = [entry.name for entry in folder.iterdir() if entry.is_file()]
    except (OSError, ValueError):
        names = []
    near = ", ".join(_named(name) for name in nearest(path.name, names))
    return UsageError(
        f"There is no file {_named(source)}.", where=f"Folder: {folder}",
        remedy=f"Did you mean {near}?" if near else "Check the path.",
    )  # fmt: skip


def _named(path: str) -> str:
    return repr(path) if path.isprintable() else f"'{readable_name(path)}'"


def _packing(head: bytes) -> str:
    """The name of the packing, "" for none; the bytes tell, not the file's name."""
    if head.startswith(GZIP + b"\x08"):
        return "gzip"
    if head.startswith(b"BZh") and head[4:10] == b"1AY&SY":
        return "bzip2"
    if head.startswith(b"\xfd7zXZ\x00"):
        return "xz"
    return "zstd" if head.startswith(b"\x28\xb5\x2f\xfd") else ""


_UNPACKED: dict[str, Callable[[IO[bytes]], Readable]] = {
    "gzip": lambda packed: gzip.GzipFile(fileobj=packed),
    "bzip2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
    "zstd": lambda packed: pa.CompressedInputStream(pa.PythonFile(packed, "r"), "zstd"),
}
