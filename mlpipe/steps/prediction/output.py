"""Where predictions go: a CSV or Parquet file that appears whole, or standard output."""

from __future__ import annotations

import csv
import io
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from mlpipe.artifacts.store.single_file import write_file_atomic
from mlpipe.data.reading.source import spare_file
from mlpipe.errors import UsageError
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future

    from mlpipe.steps.prediction.blocks import Reject

SUFFIXES = (".csv", ".parquet")


class Sink(Protocol):
    """Takes tables with equal columns, in order."""

    n_rows: int

    def write(self, table: pa.Table) -> None:
        """Write the rows of a table."""


class CsvSink:
    """Writes CSV with a header, quoting only where needed.

    Parameters
    ----------
    file : binary file
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.n_rows = 0
        self._started = False

    def write(self, table: pa.Table) -> None:
        """Write the rows; the first table also writes the header."""
        if not self._started:
            header = io.StringIO()
            csv.writer(header, lineterminator="\n").writerow(table.column_names)
            self.file.write(header.getvalue().encode())
            self._started = True
        self.file.write(_csv_rows(table))
        self.n_rows += table.num_rows


def _csv_rows(table: pa.Table) -> bytes:
    """Rows as CSV. Arrow's writer is ten times faster than pandas' but quotes every text, or none and refuses."""
    buffer = pa.BufferOutputStream()
    try:
        pa_csv.write_csv(table, buffer, pa_csv.WriteOptions(include_header=False, quoting_style="none"))
    except pa.ArrowInvalid:
        buffer = pa.BufferOutputStream()
        pa_csv.write_csv(table, buffer, pa_csv.WriteOptions(include_header=False, quoting_style="needed"))
    written: bytes = buffer.getvalue().to_pybytes()
    return written


class ParquetSink:
    """Writes one Parquet file."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.n_rows = 0
        self._writer: pq.ParquetWriter | None = None

    def write(self, table: pa.Table) -> None:
        """Write the rows as a row group."""
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.file, table.schema, compression="zstd")
        self._writer.write_table(table)
        self.n_rows += table.num_rows

    def close(self) -> None:
        """Write the footer."""
        if self._writer is not None:
            self._writer.close()


class Behind:
    """Writes one table while the next is worked on: Arrow's writer leaves Python free to go on.

    At most one table waits, so memory stays bounded; an error of writing is raised by the next `write`, or at the end.
    """

    def __init__(self, sink: Sink, thread: ThreadPoolExecutor) -> None:
        self.sink = sink
        self._thread = thread
        self._pending: Future[None] | None = None

    def write(self, table: pa.Table) -> None:
        """Write the rows of a table, soon."""
        self.finish()
        self._pending = self._thread.submit(self.sink.write, table)

    def finish(self) -> None:
        """Wait for what is being written."""
        if self._pending is not None:
            self._pending.result()
            self._pending = None


@contextmanager
def write_behind(sink: Sink) -> Iterator[Behind]:
    """Write to `sink` from a thread of its own; all is written when the block ends well."""
    with ThreadPoolExecutor(1) as thread:
        behind = Behind(sink, thread)
        yield behind
        behind.finish()


@contextmanager
def open_output(out: str, *, held_back: bool) -> Iterator[Sink]:
    """Open where predictions go; a file appears only when the block ends well.

    Parameters
    ----------
    held_back : bool
        Standard output gets nothing before the block ends well either.
    """
    if out == "-":
        yield from _stdout(held_back=held_back)
        return
    path = Path(out)
    if path.suffix not in SUFFIXES and (path.is_file() or not path.exists()):  # pipes and devices have any name
        raise UsageError(
            f"{param('out', str(out))} is neither .csv nor .parquet.", remedy="Name the file predictions.csv, say."
        )
    with write_file_atomic(path) as file:
        if path.suffix == ".parquet":
            parquet = ParquetSink(file)
            yield parquet
            parquet.close()
        else:
            yield CsvSink(file)


def _stdout(*, held_back: bool) -> Iterator[Sink]:
    if not held_back:
        yield CsvSink(sys.stdout.buffer)
        return
    with spare_file() as spool:
        yield CsvSink(spool)
        spool.seek(0)
        shutil.copyfileobj(spool, sys.stdout.buffer, 1 << 20)
        sys.stdout.buffer.flush()


class RejectsFile:
    """The rows that were not predicted: `line`, `reason`, then the row as it came."""

    def __init__(self, file: BinaryIO | None, header: Sequence[str]) -> None:
        self.n_rows = 0
        self._text = None if file is None else io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        self._write_row(("line", "reason", *header))

    @classmethod
    @contextmanager
    def opened(cls, path: str | None, header: Sequence[str]) -> Iterator[RejectsFile]:
        """Open the file, or only count where there is no path."""
        with ExitStack() as stack:
            file = None if path is None else stack.enter_context(write_file_atomic(Path(path)))
            rejects = cls(file, header)
            yield rejects
            rejects._detach()

    def write(self, rejects: Sequence[Reject]) -> None:
        """Write some rejected rows."""
        for reject in rejects:
            self._write_row((reject.line, reject.reason, *reject.cells))
        self.n_rows += len(rejects)

    def _write_row(self, row: Sequence[object]) -> None:
        if self._text is not None:
            csv.writer(self._text, lineterminator="\n").writerow(row)

    def _detach(self) -> None:
        """Leave closing to whoever opened the file."""
        if self._text is not None:
            self._text.flush()
            self._text.detach()
