"""Rows that say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.schema import FEATURE_ROLES, Column, Role

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

_MANY_ROWS = 1 << 20
"""From so many rows on their hashes are compared first: 8 bytes a row, whatever their columns hold."""
_STEP = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no bit is lost
_UNSEEN = frozenset({Role.ID, Role.IGNORE, Role.LABELS})


def compared_columns(columns: Sequence[Column]) -> tuple[str, ...]:
    """Columns in which identical rows agree: no ids, reference labels or ignored ones; none without any feature."""
    if not any(column.role in FEATURE_ROLES for column in columns):
        return ()
    return tuple(column.name for column in columns if column.role not in _UNSEEN)


class Columns(Protocol):
    """What can be asked for a column: a `pyarrow.Table`, or one that is on disk."""

    @property
    def column_names(self) -> list[str]:
        """In order."""

    @property
    def num_rows(self) -> int:
        """Of every column."""

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        """One column."""


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
        alike = _rows_that_stand_twice(_hashes(table, names))
        if not len(alike):
            return first
    groups = np.zeros(len(alike), dtype=np.int64)
    for name in sorted(names, key=lambda name: _is_words(table[name])):  # numbers tell most rows apart, and fast
        codes = _codes(table[name] if len(alike) == table.num_rows else table[name].take(pa.array(alike)))
        groups = pd.factorize(groups * (codes.max(initial=0) + 1) + codes)[0].astype(np.int64)
        shared = np.bincount(groups, minlength=1)[groups] > 1
        alike, groups = alike[shared], groups[shared]
        if not len(alike):
            return first
    _, leaders, members = np.unique(groups, return_index=True, return_inverse=True)
    first[alike] = alike[leaders[members]]
    return first


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
    hashes = np.zeros(table.num_rows, dtype=np.uint64)
    for name in names:
        start = 0
        for chunk in table[name].chunks:
            place = hashes[start : start + len(chunk)]
            place *= _STEP
            place ^= _cell_hashes(chunk)
            start += len(chunk)
    return hashes


def _cell_hashes(chunk: pa.Array) -> NDArray[np.uint64]:
    if _is_words(chunk):
        encoded = pc.fill_null(chunk, "\0").dictionary_encode()
        words = np.asarray(encoded.dictionary.to_numpy(zero_copy_only=False), dtype=object)
        return _numbers_for(words).take(np.asarray(encoded.indices))
    if pa.types.is_temporal(chunk.type):
        chunk = pc.cast(chunk, pa.int64())
    values = np.asarray(pc.fill_null(pc.cast(chunk, pa.float64(), safe=False), np.nan)) + 0.0  # one zero of two
    values[np.isnan(values)] = np.nan
    return _numbers_for(values)


def _numbers_for(values: NDArray[Any]) -> NDArray[np.uint64]:
    numbers: NDArray[np.uint64] = pd.util.hash_array(values)
    return numbers


def _rows_that_stand_twice(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    order = np.argsort(hashes)
    ascending = hashes[order]
    same = ascending[1:] == ascending[:-1]
    twice = np.concatenate([same, [False]]) | np.concatenate([[False], same])
    rows: NDArray[np.int64] = np.sort(order[twice])
    return rows


def _is_words(column: pa.Array | pa.ChunkedArray) -> bool:
    return bool(pa.types.is_string(column.type) or pa.types.is_large_string(column.type))


def _codes(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Numbers from 0 that are equal where the cells are."""
    if _is_words(column):
        chunks = [np.asarray(pc.fill_null(chunk.indices, -1)) for chunk in column.dictionary_encode().chunks]
        return np.concatenate([np.empty(0, np.int64), *chunks]).astype(np.int64) + 1
    codes: NDArray[np.int64] = pd.factorize(column.to_numpy(), use_na_sentinel=False)[0].astype(np.int64)
    return codes
