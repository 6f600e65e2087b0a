"""A source that can be read again from the start, standard input too."""

from __future__ import annotations

import tempfile
from typing import IO, TYPE_CHECKING, Self, cast

from mlpipe.data.reading.reader import RawBlocks, open_raw
from mlpipe.data.reading.source import STDIN, standard_input

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from mlpipe.params import ReadParams

    Watch = Callable[[float], None]

_IN_MEMORY = 32 << 20


class Rereadable:
    """Opens a source as often as needed; what comes through a pipe is kept on disk once it outgrows memory.

    Parameters
    ----------
    source : str
        A path, or "-" for standard input.
    watch : function, optional
        Is told, block by block, how much has been read, in [0, 1].
    """

    def __init__(self, source: str, params: ReadParams, *, watch: Watch | None = None) -> None:
        self._source, self._params = source, params
        self.watch = watch
        self._kept: _Kept | None = None

    def open(self, *, block_bytes: int) -> RawBlocks:
        """The blocks of the table, from the first on."""
        stdin = None
        if self._source == STDIN:
            self._kept = self._kept or _Kept(standard_input())
            self._kept.rewind()
            stdin = cast("IO[bytes]", self._kept)
        return open_raw(
            self._source, self._params, block_bytes=block_bytes, hashed=True, stdin=stdin
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._kept is not None:
            self._kept.drop()


class _Kept:
    """A pipe whose bytes are kept while they are read."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._copy = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - `drop` closes it

    def rewind(self) -> None:
        """Start again."""
        self._copy.seek(0)

    def read1(self, size: int = -1) -> bytes:
        """What was read before, then what the pipe has."""
        piece = self._copy.read(size)
        if piece:
            return piece
        piece = cast("bytes", self._pipe.read1(size) if hasattr(self._pipe, "read1") else self._pipe.read(size))
        self._copy.write(piece)
        return piece

    def drop(self) -> None:
        """Forget the copy."""
        self._copy.close()
