"""Rows that say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.cell_hashes import hash_cells
from mlpipe.data.columns import blocks_of
from mlpipe.data.schema import FEATURE_ROLES, Column, Role

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.columns import Columns

_MANY_ROWS = 1 << 20
"""From so many rows on their hashes are compared first: 8 bytes a row, whatever their columns hold."""
_PART_BITS = 4
_STEP = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no bit is lost
_NO_HASHES = np.empty(0, dtype=np.uint64)
_UNSEEN = frozenset({Role.ID, Role.IGNORE, Role.LABELS})


def compared_columns(columns: Sequence[Column]) -> tuple[str, ...]:
    """Columns in which identical rows agree: no ids, reference labels or ignored ones; none without any feature."""
    if not any(column.role in FEATURE_ROLES for column in columns):
        return ()
    return tuple(column.name for column in columns if column.role not in _UNSEEN)


def row_numbers(n_rows: int) -> NDArray[np.integer]:
    """Numbers of rows from 0 on, in as few bytes as will do."""
    return np.arange(n_rows, dtype=np.int32 if n_rows < 2**31 else np.int64)


def identical_rows(table: Columns, names: Collection[str]) -> NDArray[np.integer]:
    """For each row the number of the first row that equals it in all of `names` (its own, if it is the first).

    Missing equals missing. Exact: groups of equal rows are refined column by column; of many rows only those are
    looked at whose hashes stand twice.

    Examples
    --------
    >>> identical_rows(pa.table({"a": [1, 2, 1], "b": ["x", "x", "x"]}), ["a", "b"]).tolist()
    [0, 1, 0]
    """
    first = row_numbers(table.num_rows)
    if not names:
        return first
    alike: NDArray[np.integer] = first  # rows that still equal some other row
    if table.num_rows > _MANY_ROWS:
        alike = np.flatnonzero(_stand_twice(_hashes(table, names))).astype(first.dtype)
    groups = np.zeros(len(alike), dtype=np.int64)
    for name in _numbers_first(table, names):
        if not len(alike):
            return first
        codes = _codes(table, name, alike)
        groups = pd.factorize(groups * (codes.max(initial=0) + 1) + codes)[0].astype(np.int64)
        shared = np.bincount(groups, minlength=1)[groups] > 1
        alike, groups = alike[shared], groups[shared]
    _, leaders, members = np.unique(groups, return_index=True, return_inverse=True)
    first[alike] = alike[leaders[members]]
    return first


def count_repeated(blocks: Iterable[pa.Table], names: Collection[str], n_rows: int) -> int:
    """How many rows equal an earlier one in all of `names`, where a table comes in blocks.

    By hashes of 64 bits, 8 bytes a row: of 10^8 rows one may be counted in vain once in 3,000 tables.

    Examples
    --------
    >>> count_repeated([pa.table({"a": [1, 2]}), pa.table({"a": [2, 2]})], ["a"], 4)
    2
    """
    if not names:
        return 0
    hashes = np.empty(n_rows, dtype=np.uint64)
    start = 0
    for block in blocks:
        hashes[start : start + block.num_rows] = _hashes(block, names)
        start += block.num_rows
    hashes.sort()
    return int(np.count_nonzero(hashes[1:] == hashes[:-1]))


def repeated_rows(table: pa.Table, known: pa.Table, names: Collection[str]) -> tuple[NDArray[np.bool_], float]:
    """Which rows of a table equal a row of `known` in all of `names`, and what share would do so by chance.

    The chance that a row which was not drawn yet equals one that was is the share of rows that have a twin among
    those drawn [1]_.

    References
    ----------
    .. [1] I. J. Good, "The Population Frequencies of Species and the Estimation of Population Parameters", 1953.

    Examples
    --------
    >>> repeated_rows(pa.table({"a": [4, 1]}), pa.table({"a": [1, 2, 3, 3]}), ["a"])
    (array([False,  True]), 0.5)
    """
    both = pa.concat_tables([known.select(names), table.select(names)], promote_options="permissive")
    first = identical_rows(both, names)
    old, new = first[: known.num_rows], first[known.num_rows :]
    single = int(np.count_nonzero(np.bincount(old, minlength=1) == 1))
    return new < known.num_rows, 1 - single / max(len(old), 1)


def _hashes(table: Columns, names: Collection[str]) -> NDArray[np.uint64]:
    """A number for each row, the same for rows that are equal."""
    hashes, start = np.zeros(table.num_rows, dtype=np.uint64), 0
    for block in blocks_of(table, list(names)):
        place = hashes[start : start + block.num_rows]
        for column in block.columns:
            place *= _STEP
            place ^= np.concatenate([_NO_HASHES, *map(hash_cells, column.chunks)])
        start += block.num_rows
    return hashes


def _stand_twice(hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which numbers stand more than once: in turns, a sixteenth of all each, so that it takes little memory."""
    found = np.zeros(len(hashes), dtype=bool)
    for part in range(1 << _PART_BITS):
        places = np.flatnonzero(hashes >> np.uint64(64 - _PART_BITS) == part)
        order = np.argsort(hashes[places])
        ascending = hashes[places[order]]
        same = ascending[1:] == ascending[:-1]
        found[places[order[1:][same]]] = True
        found[places[order[:-1][same]]] = True
    return found


def _numbers_first(table: Columns, names: Collection[str]) -> list[str]:
    """The columns, those of words last: numbers tell most rows apart, and fast."""
    types = next(blocks_of(table, list(names))).schema
    return sorted(names, key=lambda name: _is_words(types.field(name)))


def _is_words(column: pa.Field) -> bool:
    return bool(pa.types.is_string(column.type) or pa.types.is_large_string(column.type))


def _codes(table: Columns, name: str, rows: NDArray[np.integer]) -> NDArray[np.int64]:
    """Numbers from 0 that are equal where the cells of these rows are."""
    start, cells = 0, []
    for block in blocks_of(table, [name]):
        end = start + block.num_rows
        wanted = rows[np.searchsorted(rows, start) : np.searchsorted(rows, end)] - start
        part = block.column(0) if len(wanted) == block.num_rows else block.column(0).take(pa.array(wanted))
        cells += part.dictionary_encode().chunks if _is_words(block.schema[0]) else part.chunks
        start = end
    column = pa.chunked_array(cells)
    if not pa.types.is_dictionary(column.type):
        codes: NDArray[np.int64] = pd.factorize(column.to_numpy(), use_na_sentinel=False)[0].astype(np.int64)
        return codes
    chunks = [np.asarray(pc.fill_null(chunk.indices, -1)) for chunk in column.unify_dictionaries().chunks]
    return np.concatenate([np.empty(0, np.int64), *chunks]).astype(np.int64) + 1
