"""Rows that stand in both parts: the same in all columns, or in all but one feature.

Rows are known by sums of a hash for each cell, so that a row without one column is a subtraction: a million rows of
twenty columns take a sort for each column. How often chance makes such pairs is what training rows show among
themselves: a table of few distinct rows is no leak.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.stats import hypergeom

from mlpipe.data.auditing.pair import AuditFinding, Pair, found
from mlpipe.data.cell_hashes import hash_cells, mixed
from mlpipe.data.schema import Role
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Hashes = NDArray[np.uint64]

CHANCE = 0.001
"""Share of the parts drawn at random that may be said to share rows."""
LEAST_FEATURES = 3
"""Features from which rows that differ in one of them are near: of two, half of the row would differ."""


def find_shared_rows(pair: Pair) -> Iterator[AuditFinding]:
    """Find rows of the test part that the training part has too."""
    if not pair.features or not pair.test.num_rows or not pair.train.num_rows:
        return
    places = {name: place for place, name in enumerate(pair.compared)}
    old, new = (
        sum((_hashes(table, *column) for column in places.items()), np.zeros(table.num_rows, np.uint64))
        for table in (pair.train, pair.test)
    )
    same, twins = _shared(old, new)
    yield from _told(pair, same, twins, "MLP511", what="in all columns")
    if len(pair.features) < LEAST_FEATURES:
        return
    _, distinct = np.unique(old, return_index=True)
    near, twins = np.zeros_like(same), np.zeros(len(distinct), dtype=bool)
    for column in pair.features:
        less = [_hashes(table, column.name, places[column.name]) for table in (pair.train, pair.test)]
        hits, alike = _shared((old - less[0])[distinct], new - less[1])
        near |= hits
        twins |= alike
    yield from _told(pair, near & ~same, twins, "MLP512", what="in all columns but one")


def _told(pair: Pair, hits: Flags, twins: Flags, code: str, *, what: str) -> Iterator[AuditFinding]:
    if not hits.any():
        return
    n = int(hits.sum())
    sure = _is_beyond_chance(hits, twins, exact=code == "MLP511")
    rows = pair.keys(np.flatnonzero(hits)) if sure else ()
    share = format_share(n / len(hits))
    message = f"{count_of(n)} of {count_of(len(hits), 'test row')} ({share}) equal a training row {what}"
    if not sure:
        message += ", as many as among training rows themselves"
    yield found(code if sure else "MLP523", f"{message}.", figure=n, rows=rows)


def _is_beyond_chance(hits: Flags, twins: Flags, *, exact: bool) -> bool:
    """Whether test rows equal a training row more often than training rows equal each other: Fisher's exact test.

    Where no training row has a copy, a single one in the test part is none of chance.
    """
    if exact and not twins.any():
        return True
    n_hits, n_twins = int(hits.sum()), int(twins.sum())
    return float(hypergeom.sf(n_hits - 1, len(hits) + len(twins), n_hits + n_twins, len(hits))) < CHANCE


def _shared(old: Hashes, new: Hashes) -> tuple[Flags, Flags]:
    """Which new rows stand among the old, and which of the old have a twin there."""
    order = np.argsort(old)
    ordered = old[order]
    equal = ordered[1:] == ordered[:-1]
    twins = np.zeros(len(old), dtype=bool)
    twins[order[1:][equal]] = True
    twins[order[:-1][equal]] = True
    place = np.minimum(np.searchsorted(ordered, new), len(ordered) - 1)
    return ordered[place] == new, twins


def _hashes(table: pa.Table, name: str, place: int) -> Hashes:
    """A hash of each cell of a column, salted by the column's place; equal for equal values."""
    salt = np.uint64(place * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF)
    return mixed(hash_cells(table[name].combine_chunks()) ^ salt)


def find_shared_ids(pair: Pair) -> Iterator[AuditFinding]:
    """Find ids and groups on both sides."""
    for column in pair.with_role(Role.ID, Role.GROUP):
        old, new = pair.train[column.name], pair.test[column.name]
        if old.type != new.type or (column.role is Role.ID and _counts(old) and _counts(new)):
            continue
        hits = np.asarray(pc.is_in(new, pc.unique(old.combine_chunks()).drop_null()))
        if hits.any():
            n = int(pc.count_distinct(new.filter(pa.array(hits))).as_py())
            noun = "id" if column.role is Role.ID else "group"
            message = f"{count_of(n, noun)} on both sides, in {count_of(int(hits.sum()), 'test row')}."
            code = "MLP513" if column.role is Role.ID else "MLP514"
            yield found(code, message, column=column.name, figure=n, rows=pair.keys(np.flatnonzero(hits)))


def _counts(ids: pa.ChunkedArray) -> bool:
    """Whether ids count the rows of their file: then equal ones say nothing of the rows."""
    try:
        numbers = np.asarray(pc.cast(ids, pa.float64()))
    except pa.ArrowInvalid:
        return False
    return len(numbers) > 1 and bool((np.abs(np.diff(numbers)) == 1).all())
