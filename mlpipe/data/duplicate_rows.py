"""Rows that say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.schema import FEATURE_ROLES, Column, Role

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

_UNSEEN = frozenset({Role.ID, Role.IGNORE})


def compared_columns(columns: Sequence[Column]) -> tuple[str, ...]:
    """Columns in which identical rows agree: neither ids nor ignored ones; none where there is no feature at all."""
    if not any(column.role in FEATURE_ROLES for column in columns):
        return ()
    return tuple(column.name for column in columns if column.role not in _UNSEEN)


def identical_rows(table: pa.Table, names: Collection[str]) -> NDArray[np.int64]:
    """For each row the number of the first row that equals it in all of `names` (its own, if it is the first).

    Missing equals missing. Exact: groups of equal rows are refined column by column.

    Examples
    --------
    >>> identical_rows(pa.table({"a": [1, 2, 1], "b": ["x", "x", "x"]}), ["a", "b"])
    array([0, 1, 0])
    """
    first = np.arange(table.num_rows, dtype=np.int64)
    if not names:
        return first
    alike = first  # rows that still equal some other row
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


def _is_words(column: pa.ChunkedArray) -> bool:
    return bool(pa.types.is_string(column.type) or pa.types.is_large_string(column.type))


def _codes(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Numbers from 0 that are equal where the cells are."""
    if _is_words(column):
        chunks = [np.asarray(pc.fill_null(chunk.indices, -1)) for chunk in column.dictionary_encode().chunks]
        return np.concatenate([np.empty(0, np.int64), *chunks]).astype(np.int64) + 1
    codes: NDArray[np.int64] = pd.factorize(column.to_numpy(), use_na_sentinel=False)[0].astype(np.int64)
    return codes
