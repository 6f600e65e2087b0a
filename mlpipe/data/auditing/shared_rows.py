"""Rows that stand in both parts: the same in all columns, or in all but one feature.

Rows are known by sums of a hash for each cell, so that a row without one column is a subtraction: a million rows of
twenty columns take a sort for each column. How often chance makes such pairs is what training rows show among
themselves: a table of few distinct rows is no leak.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.auditing.pair import AuditFinding, Pair, found
from mlpipe.data.schema import Role
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]

BEYOND_CHANCE = 3.0
"""Standard deviations by which more rows are shared than chance makes."""
_GAP = np.float64(np.nan).view(np.uint64)
"""What a missing cell is hashed as, whatever its column holds."""
LEAST_FEATURES = 3
"""Features from which rows that differ in one of them are near: of two, half of the row would differ."""


def find_shared_rows(pair: Pair) -> Iterator[AuditFinding]:
    """Find rows of the test part that the training part has too."""
    if not pair.features or not pair.test.num_rows or not pair.train.num_rows:
        return
    old, new = (_hashes(table, pair) for table in (pair.train, pair.test))
    sums = [sum(side.values(), np.zeros(len(next(iter(side.values()))), np.uint64)) for side in (old, new)]
    same, chance = _shared(*sums)
    yield from _told(pair, same, chance, codes=("MLP511", "MLP523"), what="in all columns")
    if len(pair.features) < LEAST_FEATURES:
        return
    near, near_chance = np.zeros_like(same), 0.0
    for column in pair.features:
        hits, share = _shared(sums[0] - old[column.name], sums[1] - new[column.name])
        near |= hits
        near_chance += share
    # That no training row nearly equals another one does not make it impossible: Laplace's rule of succession.
    chance = min((near_chance * len(sums[0]) + 1) / (len(sums[0]) + 1), 1.0)
    yield from _told(pair, near & ~same, chance, codes=("MLP512", "MLP523"), what="in all columns but one")


def _told(
    pair: Pair, hits: NDArray[np.bool_], chance: float, *, codes: tuple[str, str], what: str
) -> Iterator[AuditFinding]:
    n, expected = int(hits.sum()), chance * len(hits)
    if not n:
        return
    sure = n > expected + BEYOND_CHANCE * np.sqrt(expected * (1 - chance))
    rows = pair.keys(np.flatnonzero(hits))
    share = format_share(n / len(hits))
    message = f"{count_of(n)} of {count_of(len(hits), 'test row')} ({share}) equal a training row {what}"
    if not sure:
        message += ", as many as among training rows themselves"
    yield found(codes[0] if sure else codes[1], f"{message}.", figure=n, rows=rows if sure else ())


def _shared(old: Hashes, new: Hashes) -> tuple[NDArray[np.bool_], float]:
    """Which new rows stand among the old, and what share of the old has a twin there."""
    ordered = np.sort(old)
    place = np.minimum(np.searchsorted(ordered, new), len(ordered) - 1)
    twin = np.zeros(len(ordered), dtype=bool)
    equal = ordered[1:] == ordered[:-1]
    twin[1:] |= equal
    twin[:-1] |= equal
    return ordered[place] == new, float(twin.mean())


def _hashes(table: pa.Table, pair: Pair) -> dict[str, Hashes]:
    """A hash of each cell, by column, salted by the column's place; equal for equal values."""
    made = {}
    for place, name in enumerate(pair.compared):
        salt = np.uint64(place * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF)
        made[name] = _mixed(_of_cells(table[name]) ^ salt)
    return made


def _of_cells(cells: pa.ChunkedArray) -> Hashes:
    if pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type):
        coded = cells.combine_chunks().dictionary_encode()
        of_levels = pd.util.hash_array(np.array(coded.dictionary.to_pylist(), dtype=object), categorize=False)
        padded = np.append(of_levels, _GAP)  # missing cells take the last
        found_hashes: Hashes = padded[np.asarray(pc.fill_null(coded.indices, len(of_levels)))]
        return found_hashes
    if pa.types.is_null(cells.type):
        return np.full(len(cells), _GAP)
    numbers = cells if not pa.types.is_timestamp(cells.type) else pc.cast(cells, pa.int64())
    values = pc.cast(numbers, pa.float64(), safe=False).to_numpy() + 0.0  # -0.0 is 0.0
    bits: Hashes = np.where(np.isnan(values), np.float64(np.nan), values).view(np.uint64)
    return bits


def _mixed(numbers: Hashes) -> Hashes:
    """Bits spread by the finaliser of SplitMix64 (Steele, Lea and Flood 2014)."""
    mixed = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


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
