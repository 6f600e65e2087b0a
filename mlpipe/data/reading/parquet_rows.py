"""The rows of a Parquet file as the strings that a CSV file would hold."""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from mlpipe.data.reading.errors import damaged_file, no_rows, not_a_table, too_many_bytes
from mlpipe.data.reading.header.names import build_header
from mlpipe.data.reading.raw import FileFacts, RawBlock, Span
from mlpipe.data.reading.records import count_lines
from mlpipe.data.reading.source import STDIN, unpacked_cap
from mlpipe.data.schema import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlpipe.data.reading.bad_rows import Rejects
    from mlpipe.data.reading.source import Source
    from mlpipe.errors import DataError
    from mlpipe.params import ReadParams

_MAGIC = b"PAR1"
_BATCH_ROWS = 1 << 16
_WORDS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)


def is_parquet(source: Source) -> bool:
    """Whether the bytes are those of a Parquet file."""
    return source.peek(len(_MAGIC)) == _MAGIC


class ParquetRows:
    """Rows of a Parquet file, each value written as CSV would hold it; null is the empty cell.

    Parameters
    ----------
    path : str
        The file; a pipe will not do.
    source : Source
        The same file, for its digest.
    known : bool
        Whether the columns that matter are known (see `build_header`).
    """

    def __init__(self, path: str, source: Source, params: ReadParams, *, known: bool = False) -> None:
        self.name = source.name
        self.rejects: Rejects | None = None  # every row can be read
        self.dialect = Dialect()
        self.has_spans = True
        self._read = 0
        self._source = source
        if path == STDIN or source.packed:
            raise not_a_table(
                self.name, "a Parquet file in a pipe or packed once more", remedy="Give the path of the plain file."
            )
        self._opened = Path(path).open("rb")  # noqa: SIM115 - `close` does; Arrow opens no name that is not UTF-8
        try:
            words = _words_of(self._opened)
            # Buffered beforehand, all that was read of the file would stay in memory.
            self._file = pq.ParquetFile(self._opened, read_dictionary=words, pre_buffer=False)
        except (pa.ArrowException, OSError) as error:
            self._opened.close()
            raise self._damaged(error) from error
        try:
            self._check(params, known=known)
        except BaseException:
            self._file.close()
            self._opened.close()
            raise

    def blocks(self, batch_rows: int | None) -> Iterator[RawBlock]:
        """The rows in order; to be gone through once."""
        try:
            metadata = self._file.metadata
            yield from self._batches(batch_rows, range(metadata.num_row_groups), first_row=0, n_rows=metadata.num_rows)
            self._source.sha256()
        finally:
            self.close()

    def spans(self) -> Iterator[Span]:
        """The row groups, none of which is read."""
        first_row = 0
        for group in range(self._file.num_row_groups):
            n_rows = self._file.metadata.row_group(group).num_rows
            yield Span(start=group, stop=group + 1, first_line=first_row + 1, first_row=first_row, n_rows=n_rows)
            first_row += n_rows

    def part(self, span: Span, batch_rows: int | None) -> Iterator[RawBlock]:
        """The rows of a span that this object, or another of the same file, has found."""
        yield from self._batches(batch_rows, range(span.start, span.stop), first_row=span.first_row, n_rows=span.n_rows)

    @property
    def share(self) -> float | None:
        """How much of the source has been read, in [0, 1]; None where that cannot be known."""
        return float(self._read / self._file.metadata.num_rows)

    def facts(self) -> FileFacts:
        """What is known of the file, once all blocks are read."""
        return FileFacts(
            name=self.name, dialect=self.dialect, sha256=self._source.sha256(), dropped_columns=self.header.dropped,
            repeated=self.header.repeated, plain=self.plain,
        )  # fmt: skip

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        self._opened.close()
        self._source.close()

    def _batches(
        self, batch_rows: int | None, groups: Sequence[int], *, first_row: int, n_rows: int
    ) -> Iterator[RawBlock]:
        end, unpacked = first_row + n_rows, 0
        try:
            for batch in self._file.iter_batches(min(batch_rows or _BATCH_ROWS, _BATCH_ROWS), row_groups=groups):
                if batch.num_rows:
                    unpacked += sum(map(_unpacked_bytes, batch.columns))
                    if unpacked > self._cap:
                        raise too_many_bytes(self.name, self._cap)
                    yield self._raw(batch, first_row)
                first_row += batch.num_rows
                self._read = first_row
        except (pa.ArrowException, OSError) as error:
            raise self._damaged(error) from error
        if first_row != end:
            raise damaged_file(self.name, "Parquet", "it holds fewer rows than it says")

    def _check(self, params: ReadParams, *, known: bool) -> None:
        schema = self._file.schema_arrow
        self.header = build_header(schema.names, file=self.name, line=1, known=known)
        for column in schema:
            if pa.types.is_nested(column.type):
                raise not_a_table(
                    self.name, f"one with nested columns ({column.name!r} is {column.type})",
                    remedy="Flatten or drop the column.",
                )  # fmt: skip
        numbers = {place for place, column in enumerate(schema) if _holds_numbers(column.type)}
        self.plain = self.header.names_at(numbers)
        metadata = self._file.metadata
        if not metadata.num_rows or not schema.names:
            raise no_rows(self.name, self.header.names)
        self._cap = unpacked_cap(params.max_bytes, self._source.size)
        encoded = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
        if max(encoded, metadata.num_rows * sum(map(_width, schema))) > self._cap:
            raise too_many_bytes(self.name, self._cap)

    def _damaged(self, error: Exception) -> DataError:
        return damaged_file(self.name, "Parquet", str(error).splitlines()[0])

    def _raw(self, batch: pa.RecordBatch, first_row: int) -> RawBlock:
        names = [str(position) for position in range(batch.num_columns)]
        strings = pa.table([pc.fill_null(as_strings(column), "") for column in batch.columns], names=names)
        written = io.BytesIO()
        options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="all_valid")
        pyarrow.csv.write_csv(strings, written, options)
        data = written.getvalue()
        return RawBlock(
            data=data, first_row=first_row, first_line=first_row + 1, n_rows=batch.num_rows, n_lines=count_lines(data),
            n_fields=self.header.n_fields, delimiter=",", quoted=True, name=self.name, unnamed=self.header.unnamed,
            by_row=True,
        )  # fmt: skip


def _words_of(file: IO[bytes]) -> list[str]:
    """Columns of words: read as numbers for words that are held once each, for one may stand in any number of rows.

    By the schema alone: of a damaged file Arrow cannot be asked how a column is stored without the process ending.
    """
    return [field.name for field in pq.read_schema(file) if any(kind(field.type) for kind in _WORDS)]


def _holds_numbers(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _width(field: pa.Field) -> int:
    """Bytes that a cell takes at least, once unpacked; a byte stands for many."""
    try:
        return max(1, int(field.type.bit_width) // 8)
    except ValueError:
        return 1


def _unpacked_bytes(column: pa.Array) -> int:
    """Bytes that cells take once their words are written out."""
    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = pc.binary_length(column.dictionary).take(column.indices)
    return int(pc.sum(lengths).as_py() or 0)


def as_strings(column: pa.Array) -> pa.Array:
    """The values as text: shortest digits that read back as the same number, ISO dates, `True` and `False`.

    These are pandas' words, so that a DataFrame is one table whether it was written as Parquet or as CSV.

    Examples
    --------
    >>> as_strings(pa.array([0.1, 2.0, None])).to_pylist()
    ['0.1', '2', None]
    >>> as_strings(pa.array([True, None, False])).to_pylist()
    ['True', None, 'False']
    """
    if pa.types.is_timestamp(column.type):
        text = pc.replace_substring_regex(pc.cast(column, pa.string()), r"\.0+(Z|[+-]\d{4})?$", r"\1")
        return pc.replace_substring_regex(text, r"([+-]\d{2})(\d{2})$", r"\1:\2")
    if pa.types.is_duration(column.type):
        return pc.if_else(pc.is_valid(column), pa.array(column.to_pandas().astype(str), pa.string()), None)
    if pa.types.is_boolean(column.type):
        return pc.if_else(column, "True", "False")
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    return pc.cast(column, pa.string())
