"""Typed tables and matrices as Parquet: the same content gives the same bytes."""

from __future__ import annotations

import csv
import io
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray


_GROUP_ROWS = 1_000_000
_GROUP_CELLS = 1 << 22
MATRIX_ROWS = 2**16
"""Rows of a matrix that are turned into columns and written at a time."""


class RowGroups:
    """Writes a table that comes in pieces, a group of rows at a time; how it was cut does not show in the bytes."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._file = path.open("wb")  # a name that is not UTF-8 opens here, but not in Arrow
        self._writer = pq.ParquetWriter(self._file, schema, compression="zstd")
        self._schema = schema
        self._most = min(_GROUP_ROWS, max(MATRIX_ROWS, _GROUP_CELLS // max(1, len(schema))))
        self._waiting: list[pa.Table] = []
        self._n_waiting = 0

    def add(self, rows: pa.Table) -> None:
        """Take the next rows."""
        while rows.num_rows:
            piece = rows.slice(0, self._most - self._n_waiting)
            self._waiting.append(piece)
            self._n_waiting += piece.num_rows
            rows = rows.slice(piece.num_rows)
            if self._n_waiting == self._most:
                self._write()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and self._n_waiting:
                self._write()
        finally:
            self._writer.close()
            self._file.close()

    def _write(self) -> None:
        pieces = [[column for rows in self._waiting for column in rows[name].chunks] for name in self._schema.names]
        self._waiting, self._n_waiting = [], 0
        # A column's pieces go once they are joined.
        columns = [pa.chunked_array(pieces.pop(0), field.type).combine_chunks() for field in self._schema]
        self._writer.write_table(pa.table(columns, schema=self._schema), row_group_size=self._most)
        del columns
        pa.default_memory_pool().release_unused()


def parse_parquet(data: bytes) -> pa.Table:
    """Read a table from the bytes of a verified file."""
    # `pq.read_table` lets go of the bytes in a thread of its own, which aborts a program that ends meanwhile.
    return pq.ParquetFile(pa.BufferReader(data)).read(use_threads=False)


class BlockTable:
    """A table in a verified Parquet file, read block by block.

    Parameters
    ----------
    file : binary file
        Closed with the table.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        # Buffered beforehand, all that was read of the file would stay in memory.
        self._parquet = pq.ParquetFile(file, pre_buffer=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parquet.close()
        self._file.close()

    @property
    def n_rows(self) -> int:
        """All rows."""
        return int(self._parquet.metadata.num_rows)

    @property
    def n_bytes(self) -> int:
        """What the columns take unpacked."""
        groups = (self._parquet.metadata.row_group(i) for i in range(self._parquet.num_row_groups))
        return sum(int(group.total_byte_size) for group in groups)

    def blocks(
        self, names: Sequence[str] | None = None, *, n_rows: int = MATRIX_ROWS, kept: NDArray[np.bool_] | None = None
    ) -> Iterator[pa.Table]:
        """Columns in blocks of so many rows, the last one shorter; at least one block.

        Parameters
        ----------
        kept : ndarray of bool, of length `self.n_rows`, optional
            Rows that count; all without it.
        """
        waiting: list[pa.Table] = []
        start, given = 0, False
        for batch in self._parquet.iter_batches(n_rows, columns=names, use_threads=False):
            end = start + batch.num_rows
            rows = pa.Table.from_batches([batch])
            waiting.append(rows if kept is None else rows.filter(pa.array(kept[start:end])))
            start = end
            while (held := sum(table.num_rows for table in waiting)) >= n_rows:
                rows = pa.concat_tables(waiting)
                yield rows.slice(0, n_rows).combine_chunks()
                given = True
                waiting = [rows.slice(n_rows)] if held > n_rows else []
        empty = self._parquet.schema_arrow.empty_table()
        rest = pa.concat_tables([empty if names is None else empty.select(list(names)), *waiting])
        if rest.num_rows or not given:
            yield rest.combine_chunks()

    def rows(self, chosen: NDArray[np.int64], names: Sequence[str] | None = None) -> pa.Table:
        """Some rows, by their numbers in ascending order."""
        found, start = [], 0
        for block in self.blocks(names):
            end = start + block.num_rows
            here = chosen[np.searchsorted(chosen, start) : np.searchsorted(chosen, end)]
            found.append(block.take(pa.array(here - start)))
            start = end
        return pa.concat_tables(found).combine_chunks()

    def first(self, n_rows: int) -> pa.Table:
        """The first rows."""
        return next(self.blocks(n_rows=n_rows))

    def group(self, place: int) -> pa.Table:
        """One group of rows, as it was written."""
        return self._parquet.read_row_group(place, use_threads=False)


def write_matrix(X: NDArray[np.float64], names: Sequence[str], extra: dict[str, NDArray[Any]], path: Path) -> None:
    """Write features as columns, then `extra` ones (target, flags): never the whole matrix a second time in memory.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features)
    names : sequence of str, of length n_features
    extra : dict of ndarray of shape (n_rows,)
    """
    starts = range(0, max(len(X), 1), MATRIX_ROWS)
    slices = (slice(start, start + MATRIX_ROWS) for start in starts)
    write_matrix_blocks(((X[rows], {name: v[rows] for name, v in extra.items()}) for rows in slices), names, path)


def write_matrix_blocks(
    blocks: Iterable[tuple[NDArray[np.float64], Mapping[str, NDArray[Any]]]], names: Sequence[str], path: Path
) -> None:
    """Write a matrix that comes in blocks of `MATRIX_ROWS` rows, each with its `extra` columns; at least one block."""
    following = iter(blocks)
    first = next(following)
    types = [pa.float64()] * len(names) + [_type(values) for values in first[1].values()]
    schema = pa.schema(list(zip([*names, *first[1]], types, strict=True)))
    with path.open("wb") as file, pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for X, extra in chain([first], following):
            columns = [*np.asfortranarray(X).T, *extra.values()]
            writer.write_table(pa.table([pa.array(c, t) for c, t in zip(columns, types, strict=True)], schema=schema))


def _type(values: NDArray[Any]) -> pa.DataType:
    """Labels are text, and NaN stays a number (a missing one is a null already)."""
    return pa.string() if values.dtype.kind in "UO" else pa.from_numpy_dtype(values.dtype)


def write_npz(arrays: dict[str, NDArray[Any]], path: Path) -> None:
    """Write arrays by name; the same arrays give the same bytes."""
    with path.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def sparse_arrays(X: sparse.csr_matrix) -> dict[str, NDArray[Any]]:
    """A sparse matrix as `scipy.sparse.load_npz` reads it."""
    return {
        "format": np.array(b"csr"),
        "shape": np.array(X.shape),
        "data": X.data,
        "indices": X.indices,
        "indptr": X.indptr,
    }


def parse_npz(data: bytes) -> dict[str, NDArray[Any]]:
    """Read the arrays of a verified file; none of them can run code."""
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def arrays_matrix(arrays: dict[str, NDArray[Any]]) -> sparse.csr_matrix:
    """Inverse of `sparse_arrays`."""
    return sparse.csr_matrix((arrays["data"], arrays["indices"], arrays["indptr"]), shape=tuple(arrays["shape"]))


def table_matrix(table: pa.Table, n_features: int) -> NDArray[np.float64]:
    """The first `n_features` columns as a matrix of shape (n_rows, n_features)."""
    X = np.empty((table.num_rows, n_features))
    for i in range(n_features):
        X[:, i] = table.column(i).to_numpy()
    return X


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write what `render_csv` renders, row by row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def render_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A small table as CSV; `None` becomes an empty cell, floats keep every digit."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
