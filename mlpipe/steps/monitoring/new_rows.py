"""New rows as a model reads them: a uniform sample of any number of files, in memory that does not grow with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.column_names import resolve_names
from mlpipe.data.inference.coercion import coerce, without_marks
from mlpipe.data.reading.parse import parse_block
from mlpipe.data.reading.reader import open_raw
from mlpipe.data.schema import Column, Kind, Role
from mlpipe.errors import DataError, UsageError
from mlpipe.params import ReadParams
from mlpipe.steps.inputs import source_input
from mlpipe.words.lists import listed
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlpipe.artifacts.models import Model
    from mlpipe.artifacts.store.manifest import Input
    from mlpipe.data.reading.reader import RawBlocks
    from mlpipe.params.trust import DriftParams

MOST_ROWS = 100_000
"""Rows that are compared; of more, a uniform sample is."""
_SLACK = 1.25
_BLOCK_ROWS = 65_536
FILE = "file of the row"


@dataclass(frozen=True, kw_only=True)
class NewRows:
    """What is compared.

    Parameters
    ----------
    table : pa.Table
        Typed rows, all of the files or a uniform sample of them; column `FILE` holds the number of the row's file.
    n_rows : int
        Rows of all files, those before `since` left aside.
    n_before : int
        Rows that were left aside.
    unread : dict
        Cells of each column that cannot be read; they are missing in `table`.
    names : tuple of str
        The files.
    inputs : tuple of Input
    absent : tuple of str
        Columns of training that some file lacks, and that the model does without.
    """

    table: pa.Table
    n_rows: int
    n_before: int
    unread: dict[str, int]
    names: tuple[str, ...]
    inputs: tuple[Input, ...]
    absent: tuple[str, ...]


def draw_new_rows(model: Model, files: Sequence[str], params: DriftParams) -> NewRows:
    """Read the files once, block by block, and keep what the comparison needs.

    Raises
    ------
    DataError
        Where a file lacks a column that the model needs, or there is no row at all.
    """
    opened = [_open(name, model, params) for name in files]
    try:
        columns, absent = _columns(model, opened, params)
        sample = _Sample(seed=params.seed)
        unread = dict.fromkeys((column.name for column in columns), 0)
        inputs: list[Input] = []
        n_before = 0
        for number, blocks in enumerate(opened):
            for cells in _cells(blocks, columns):
                coerced = coerce(cells, without_marks(columns, blocks.plain), decimal=blocks.dialect.decimal)
                for name, n in coerced.unread.items():
                    unread[name] += n
                recent = _since(coerced.table, params)
                n_before += coerced.table.num_rows - recent.num_rows
                sample.add(recent.append_column(FILE, pa.array(np.full(recent.num_rows, number))))
            inputs.append(source_input("data", files[number], blocks.facts().sha256))
    finally:
        for blocks in opened:
            blocks.close()
    if not sample.n_rows:
        where = f"since {params.since}" if n_before else listed(files)
        raise DataError("There are no rows to compare.", where=where, remedy="Give a table with rows in it.")
    return NewRows(
        table=sample.table(),
        n_rows=sample.n_rows,
        n_before=n_before,
        unread=unread,
        names=tuple(blocks.name for blocks in opened),
        inputs=tuple(inputs),
        absent=absent,
    )


def _open(name: str, model: Model, params: DriftParams) -> RawBlocks:
    blocks = open_raw(
        name,
        ReadParams(max_bytes=params.max_bytes),
        dialect=model.context.schema.dialect,
        batch_rows=_BLOCK_ROWS,
        hashed=True,
    )
    model.fitted.check_columns(blocks.header, where=blocks.name, repeated=blocks.repeated, scored=True)
    return blocks


def _columns(model: Model, opened: Sequence[RawBlocks], params: DriftParams) -> tuple[list[Column], tuple[str, ...]]:
    """The columns to read: features, target and time, where every file has them."""
    everywhere = set.intersection(*(set(blocks.header) for blocks in opened))
    features = model.context.schema.features
    wanted = [*features, *model.context.schema.with_role(Role.TARGET, Role.WEIGHT)]
    if params.time is not None:
        wanted.append(_time_column(model, params.time, tuple(everywhere)))
    columns = {column.name: column for column in wanted if column.name in everywhere}
    absent = tuple(column.name for column in features if column.name not in everywhere)
    return list(columns.values()), absent


def _time_column(model: Model, name: str, header: tuple[str, ...]) -> Column:
    (found,) = resolve_names((name,), header, parameter="time")
    known = next((column for column in model.context.schema.columns if column.name == found), None)
    if known is None or known.kind is not Kind.DATETIME:
        raise UsageError(
            f"{found!r} is no column of dates of the training rows.",
            where=param("time", name),
            remedy="Name a column that split took for dates, or give a file for each period.",
        )
    return known


def _cells(blocks: RawBlocks, columns: Sequence[Column]) -> Iterator[pa.Table]:
    types = dict.fromkeys((column.name for column in columns), "string")
    for block in blocks:
        yield parse_block(block, blocks.header, types=types, decimal=blocks.dialect.decimal)


def _since(table: pa.Table, params: DriftParams) -> pa.Table:
    if params.since is None or params.time is None:
        return table
    column = table[params.time]
    try:
        first = pa.scalar(np.datetime64(params.since, "us").item(), column.type)
    except (ValueError, pa.ArrowInvalid) as error:
        raise UsageError(
            f"{param('since', params.since)} is no date.", remedy=f"Write it as in {param('since', '2024-06-30')}."
        ) from error
    return table.filter(pc.fill_null(pc.greater_equal(column, first), fill_value=False))


class _Sample:
    """Rows of the lowest of random numbers, one drawn for each row in turn: the same however blocks are cut."""

    def __init__(self, *, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._parts: list[pa.Table] = []
        self._drawn: list[np.ndarray[tuple[int], np.dtype[np.float64]]] = []
        self.n_rows = 0

    def add(self, rows: pa.Table) -> None:
        """Take some rows."""
        self.n_rows += rows.num_rows
        self._parts.append(rows)
        self._drawn.append(self._rng.random(rows.num_rows))
        if sum(map(len, self._drawn)) > _SLACK * MOST_ROWS:
            self._thin()

    def table(self) -> pa.Table:
        """The rows that were kept, in the order in which they came."""
        if sum(map(len, self._drawn)) > MOST_ROWS:
            self._thin()
        return pa.concat_tables(self._parts).combine_chunks()

    def _thin(self) -> None:
        drawn = np.concatenate(self._drawn)
        kept = np.sort(np.argpartition(drawn, MOST_ROWS - 1)[:MOST_ROWS])
        self._parts = [pa.concat_tables(self._parts).take(pa.array(kept)).combine_chunks()]
        self._drawn = [drawn[kept]]
