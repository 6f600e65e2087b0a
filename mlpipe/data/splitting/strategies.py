"""The ways of dividing rows. Each gives a part to every row (`ASIDE` for none) and says what it decided."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.duplicate_rows import row_numbers
from mlpipe.data.schema import Role
from mlpipe.data.splitting.allocation import (
    TEST,
    TRAIN,
    VALID,
    Sizes,
    cut_in_order,
    deal_groups,
    deal_units,
    wanted_sizes,
)
from mlpipe.data.splitting.iterative import deal_labels
from mlpipe.errors import DataError
from mlpipe.words.lists import count_of, either, listed
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from numpy.typing import NDArray

    from mlpipe.params import SplitParams

ASIDE = -1
_STEP = 1 << 14
_MORE_ROWS = "Give more rows or fewer parts."
_PART_NAMES = {"train": TRAIN, "training": TRAIN, "valid": VALID, "validation": VALID, "val": VALID, "test": TEST,
               "testing": TEST}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Rows to divide, and what is known of each.

    Parameters
    ----------
    rows : ndarray of shape (n,)
        Their numbers in the file, ascending.
    strata : ndarray of shape (n,)
        The class of each, from 0; all 0 for a quantity; of labels, their combination.
    labels : ndarray of shape (n, n_labels) or None
        Which labels each has, where it may have several.
    same_as : ndarray of shape (n,)
        Rows with the same number stay together.
    valid, test : float
        Shares of the rows.
    """

    rows: NDArray[np.integer]
    strata: NDArray[np.integer]
    labels: NDArray[np.int64] | None
    same_as: NDArray[np.integer]
    group: pa.ChunkedArray | None
    time: pa.ChunkedArray | None
    part: pa.ChunkedArray | None
    ids: tuple[pa.ChunkedArray, ...]
    valid: float
    test: float
    split_column: str
    seed: int

    @property
    def wanted(self) -> Sizes:
        """Rows wanted in each part."""
        return wanted_sizes(len(self.rows), valid=self.valid, test=self.test)

    def group_codes(self) -> NDArray[np.integer]:
        """The group of each row from 0; a row without one is a group of its own, with those identical to it."""
        assert self.group is not None
        named, _ = _coded(self.group)
        pa.default_memory_pool().release_unused()  # of many groups their names took more than all that follows
        if named.min(initial=0) >= 0:
            return named
        keys = np.where(named >= 0, named, len(self.rows) + self.same_as)
        return pd.factorize(keys)[0].astype(np.int64)

    def check_enough(self, n_units: int, of_what: str, remedy: str) -> None:
        """Raise `DataError` where there are fewer units than parts."""
        n_parts = self.wanted.n_parts
        if n_units < n_parts:
            raise DataError(f"Too few {of_what} for {n_parts} parts: {count_of(n_units)}.", remedy=remedy)


Dealt = tuple["NDArray[np.int8]", list[str]]


def _coded(column: pa.ChunkedArray) -> tuple[NDArray[np.int32], pa.Array]:
    """Numbers from 0 for the values in the order in which they come, -1 for none; and the values."""
    chunks = column.dictionary_encode().chunks
    codes = [np.asarray(pc.fill_null(chunk.indices, -1)) for chunk in chunks]
    return np.concatenate([np.empty(0, np.int32), *codes]), chunks[-1].dictionary if chunks else pa.array([])


def by_chance(problem: Problem) -> Dealt:
    """At random, identical rows together."""
    return _deal(problem, np.zeros(len(problem.rows), np.int8)), []


def by_class(problem: Problem) -> Dealt:
    """At random within each class, or with every label in proportion; identical rows together."""
    if problem.labels is None:
        return _deal(problem, problem.strata), []
    units, leaders = _units(problem.same_as)
    problem.check_enough(len(leaders), "rows with a target", _MORE_ROWS)
    wanted, sizes = problem.wanted, np.bincount(units)
    shares = np.array([len(units) - wanted.valid - wanted.test, wanted.valid, wanted.test]) / len(units)
    labels = problem.labels[leaders] * sizes[:, None]
    return deal_labels(labels, sizes, shares.tolist(), np.random.default_rng(problem.seed))[units], []


def _deal(problem: Problem, strata: NDArray[np.integer]) -> NDArray[np.int8]:
    rng = np.random.default_rng(problem.seed)
    if np.array_equal(problem.same_as, problem.rows):  # every row by itself, and nothing as long as the table
        problem.check_enough(len(strata), "rows with a target", _MORE_ROWS)
        return deal_units(np.ones(len(strata), np.int8), strata, problem.wanted, rng)
    units, leaders = _units(problem.same_as)
    together = " that differ" if len(leaders) < len(units) else ""
    problem.check_enough(len(leaders), f"rows with a target{together}", _MORE_ROWS)
    return deal_units(np.bincount(units).astype(np.int32), strata[leaders], problem.wanted, rng).take(units)


def _units(same_as: NDArray[np.integer]) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Numbers from 0 for rows that stay together, in the order of their first rows, and the places of these."""
    places = row_numbers(len(same_as))
    first = np.empty(int(same_as.max(initial=-1)) + 1, dtype=places.dtype)
    first[same_as[::-1]] = places[::-1]  # of several places the last one written stays: the first row
    leads = first[same_as] == places
    return (np.cumsum(leads, dtype=places.dtype) - 1)[first[same_as]], places[leads]


def by_group(problem: Problem) -> Dealt:
    """Whole groups at random, classes in proportion as far as the groups allow."""
    assert problem.group is not None
    units = problem.group_codes()
    problem.check_enough(
        int(units.max(initial=-1)) + 1, "groups", "Each part needs a group: use another column or fewer parts."
    )
    alone = problem.group.null_count
    notes = (
        [f"{count_of(alone, 'row')} {either(alone, 'has', 'have')} no group: each is one of its own"] if alone else []
    )
    rng = np.random.default_rng(problem.seed)
    return deal_groups(units, problem.strata, problem.wanted, rng)[units], notes


def by_time(problem: Problem) -> Dealt:
    """The newest rows test, the next newest validate; rows of the same time stay together."""
    assert problem.time is not None
    known = np.asarray(pc.is_valid(problem.time))
    found = pc.cast(problem.time.drop_null(), pa.int64()).to_numpy()
    times, n_rows = np.unique(found, return_counts=True)
    remedy = f"Each part needs one of its own: use another {param('strategy')}."
    problem.check_enough(len(times), "points in time", remedy)
    of_time = cut_in_order(n_rows[::-1], problem.wanted)[::-1]
    dealt = np.full(len(problem.rows), TRAIN, dtype=np.int8)
    pieces = np.array_split(found, 1 + len(found) // _STEP)
    dealt[known] = np.concatenate([of_time[np.searchsorted(times, piece)] for piece in pieces])
    unknown = int(np.count_nonzero(~known))
    return dealt, [
        f"{count_of(unknown, 'row')} {either(unknown, 'has', 'have')} no time: kept for training"
    ] if unknown else []


def by_hash(problem: Problem) -> Dealt:
    """By the id alone, so that a row stays on its side while the file grows.

    Identical rows under several ids may fall on several sides: those that would not join the first are set aside.
    """
    salt = str(problem.seed).encode()
    cells = zip(*map(_texts, problem.ids), strict=True)
    places = np.fromiter((_place(texts, salt) for texts in cells), np.float64, len(problem.rows))
    dealt = np.full(len(places), TRAIN, dtype=np.int8)
    dealt[places < problem.test + problem.valid] = VALID
    dealt[places < problem.test] = TEST
    straying = _apart(dealt, problem)
    dealt[straying] = ASIDE
    n = int(np.count_nonzero(straying))
    return dealt, [f"{count_of(n, 'row')} identical to a row of another part: set aside"] if n else []


def _texts(column: pa.ChunkedArray) -> Iterator[str]:
    """Cell by cell: all of them at once as Python objects would take more memory than the table."""
    for start in range(0, len(column), _STEP):
        yield from pc.fill_null(column.slice(start, _STEP), "").to_pylist()


def _place(cells: tuple[str, ...], salt: bytes) -> float:
    """A number in [0, 1) that depends on the id and the seed alone."""
    text = b"".join(len(part).to_bytes(8, "little") + part for part in (cell.encode() for cell in cells))
    return (int.from_bytes(blake2b(text, digest_size=8, key=salt).digest(), "little") >> 11) / 2**53


def by_column(problem: Problem) -> Dealt:
    """As the data says, even where identical rows are in several parts."""
    assert problem.part is not None
    codes, words = _coded(problem.part)
    parts = [_PART_NAMES.get(word.strip().lower(), ASIDE) for word in words.to_pylist()]
    dealt = np.array([*parts, ASIDE], dtype=np.int8)[codes]
    strange = dealt == ASIDE
    if strange.any():
        written = pc.unique(pc.fill_null(problem.part, "").filter(pa.array(strange))).to_pylist()
        n_rows = int(strange.sum())
        raise DataError(
            f"Column {problem.split_column!r} should name the part of each row, but in {count_of(n_rows, 'row')} "
            f"it is {listed(map(repr, written))}.",
            remedy="Write train, valid or test in every row.",
        )
    apart = int(np.count_nonzero(_apart(dealt, problem)))
    rows = f"{count_of(apart, 'row')} {either(apart, 'is', 'are')}"
    return dealt, [f"{rows} identical to a row of another part, as the split column says"] if apart else []


def _apart(dealt: NDArray[np.int8], problem: Problem) -> NDArray[np.bool_]:
    """Rows in another part than the first that is identical."""
    if np.array_equal(problem.same_as, problem.rows):
        return np.zeros(len(dealt), dtype=bool)
    units, leaders = _units(problem.same_as)
    apart: NDArray[np.bool_] = dealt != dealt[leaders][units]
    return apart


STRATEGIES: dict[str, Callable[[Problem], Dealt]] = {
    "random": by_chance,
    "stratified": by_class,
    "group": by_group,
    "time": by_time,
    "hash": by_hash,
    "column": by_column,
}
_ROW_BYTES = {"random": 24, "stratified": 24, "group": 120, "time": 72, "hash": 64, "column": 44}
"""What dividing takes in memory for each row where none is a copy, measured: by group and by time where each row has
its own, by ids of 36 letters."""
_COPY_BYTES = 16
"""What it takes more for each row where rows that are copies stay together."""


def bytes_a_row(params: SplitParams, roles: Collection[Role | None], *, copies: bool) -> int:
    """What dividing takes in memory for each row of a table in which these roles were asked for.

    Parameters
    ----------
    copies : bool
        Whether some rows are copies of others.
    """
    strategy = params.strategy
    if strategy == "auto":
        strategy = "column" if params.split_column else "time" if Role.TIME in roles else "random"
    if Role.GROUP in roles and strategy in {"random", "stratified", "time"}:
        strategy = "group"
    return _ROW_BYTES.get(strategy, 0) + (_COPY_BYTES if copies and params.duplicates == "together" else 0)
