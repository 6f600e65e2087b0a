"""Columns of new rows beside those of the training rows: one comparison for each, of the kind that fits it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.schema import Kind, Role
from mlpipe.metrics.drift.distances import Moved, compare_levels, compare_numbers, missing_p_value, unseen_p_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.schema import Column

    Floats = NDArray[np.float64]

MOST_LEVELS = 200
"""Levels that are compared one by one; the rarer ones count as one."""
_OTHER = "(other levels)"
_FREQUENT = 20
"""Cells from which on a level is one of its own to a classifier."""


@dataclass(frozen=True, kw_only=True)
class ColumnDrift:
    """How one column of the new rows differs from the training rows.

    Parameters
    ----------
    rows, missing : (int, int)
        Rows, and those without a value: of training, then new.
    moved : Moved
        Distances between the values.
    missing_p, unseen_p : float
        The chance of such missing shares, and of so many cells of unseen levels.
    unseen : int
        New cells that hold a level which no training row has.
    unseen_levels : tuple of (str, int)
        The most frequent of them.
    old, new : ndarray
        Numbers to draw (microseconds since 1970 for dates, letters for text), or empty.
    levels : tuple of (str, int, int)
        Levels with their rows, of training and new, most frequent first.
    """

    name: str
    role: Role
    kind: Kind
    rows: tuple[int, int]
    missing: tuple[int, int]
    moved: Moved
    missing_p: float
    unseen_p: float = 1.0
    unseen: int = 0
    unseen_levels: tuple[tuple[str, int], ...] = ()
    old: Floats = field(default_factory=lambda: np.empty(0), repr=False)
    new: Floats = field(default_factory=lambda: np.empty(0), repr=False)
    levels: tuple[tuple[str, int, int], ...] = field(default=(), repr=False)

    @property
    def missing_shares(self) -> tuple[float, float]:
        """Shares without a value, of training and new."""
        return self.missing[0] / max(self.rows[0], 1), self.missing[1] / max(self.rows[1], 1)

    @property
    def unseen_share(self) -> float:
        """Share of the new cells that hold an unseen level."""
        return self.unseen / max(self.rows[1] - self.missing[1], 1)

    @property
    def worst(self) -> float:
        """What columns are ordered by: the larger of the index and the changes in shares."""
        psi = self.moved.distances.get("psi")
        beyond = psi.value - psi.high if psi is not None else 0.0
        shares = self.missing_shares
        return max(beyond, abs(shares[0] - shares[1]), self.unseen_share)


def compare_columns(old: pa.Table, new: pa.Table, columns: Sequence[Column], *, seed: int) -> tuple[ColumnDrift, ...]:
    """Compare typed tables column by column; `new` has all of `columns`."""
    return tuple(compare_column(old[c.name], new[c.name], c, seed=(seed, i)) for i, c in enumerate(columns))


def compare_column(old: pa.ChunkedArray, new: pa.ChunkedArray, column: Column, *, seed: tuple[int, int]) -> ColumnDrift:
    """Compare one column."""
    rows, missing = (len(old), len(new)), (old.null_count, new.null_count)
    rng = np.random.default_rng(seed)
    facts = {
        "name": column.name,
        "role": column.role,
        "kind": column.kind,
        "rows": rows,
        "missing": missing,
        "missing_p": missing_p_value(missing, rows) if all(rows) else 1.0,
    }
    if column.role is Role.TEXT:
        lengths = [as_numbers(pc.utf8_length(cells)) for cells in (old, new)]
        return _of_numbers(lengths, rng, facts)
    if column.kind is Kind.STRING:
        return _of_levels(old, new, rng, facts)
    return _of_numbers([as_numbers(old), as_numbers(new)], rng, facts)


def as_numbers(cells: pa.ChunkedArray) -> Floats:
    """Numbers with NaN where missing; moments in microseconds since 1970."""
    if pa.types.is_timestamp(cells.type):
        cells = pc.cast(pc.cast(cells, pa.timestamp("us", cells.type.tz)), pa.int64())
    numbers: Floats = pc.cast(cells, pa.float64(), safe=False).to_numpy().astype(np.float64)
    return numbers


def as_matrix(old: pa.Table, new: Iterable[pa.Table], columns: Sequence[Column]) -> list[Floats]:
    """Tables as numbers for a classifier: levels by their place among frequent ones, text by its length.

    Levels are counted in `old` and the first of `new` together, and the rare ones are one: a level that stands on one
    side alone, as most of very many do, would tell that side by its name.

    Returns
    -------
    list of ndarray of shape (n_rows, n_columns)
        Of `old`, then of each of `new`.
    """
    tables = [old, *new]
    made = [np.empty((table.num_rows, len(columns))) for table in tables]
    for place, column in enumerate(columns):
        cells = [table[column.name] for table in tables]
        if column.role is Role.TEXT:
            cells = [pc.utf8_length(side) for side in cells]
        elif column.kind is Kind.STRING:
            both = sum((_counted(side) for side in cells[:2]), Counter[str]())
            known = pa.array([level for level, n in both.most_common() if n >= _FREQUENT], pa.string())
            cells = [
                pc.if_else(side.is_valid(), pc.fill_null(pc.index_in(side, known), len(known)), None) for side in cells
            ]
        for matrix, side in zip(made, cells, strict=True):
            matrix[:, place] = as_numbers(side)
    return made


def _of_numbers(sides: list[Floats], rng: np.random.Generator, facts: dict[str, object]) -> ColumnDrift:
    old, new = sides
    return ColumnDrift(moved=compare_numbers(old, new, rng=rng), old=old, new=new, **facts)  # type: ignore[arg-type]


def _of_levels(
    old: pa.ChunkedArray, new: pa.ChunkedArray, rng: np.random.Generator, facts: dict[str, object]
) -> ColumnDrift:
    was, now = _counted(old), _counted(new)
    strange = [(level, n) for level, n in now.most_common() if level not in was]
    unseen = sum(n for _, n in strange)
    singles = sum(1 for n in was.values() if n == 1)
    both = was + now
    kept = _told_one_by_one(both)
    levels = [(level, was[level], now[level]) for level in kept]
    rest = both.total() - sum(both[level] for level in kept)
    if rest:
        others = was.total() - sum(was[level] for level in kept)
        levels.append((_OTHER, others, rest - others))
    counts = np.array([(a, b) for _, a, b in levels], dtype=np.int64).reshape(-1, 2)
    return ColumnDrift(
        moved=compare_levels(counts[:, 0], counts[:, 1], rng=rng),
        unseen=unseen,
        unseen_p=unseen_p_value(singles, unseen, (was.total(), now.total())) if unseen and was else 1.0,
        unseen_levels=tuple(strange[:5]),
        levels=tuple(levels),
        **facts,  # type: ignore[arg-type]
    )


def _told_one_by_one(both: Counter[str]) -> list[str]:
    """The frequent levels, most frequent first: by the cells of both sides, and all or none of those with as many.

    Were either side asked alone, or names where cells are as many, that side would seem to have moved.
    """
    ordered = sorted(both, key=lambda level: (-both[level], level))
    if len(ordered) <= MOST_LEVELS:
        return ordered
    least = both[ordered[MOST_LEVELS]]
    return [level for level in ordered if both[level] > least]


def _counted(cells: pa.ChunkedArray) -> Counter[str]:
    """Levels with their cells, in the order of their names: the same whatever the order of the rows."""
    counted = pc.value_counts(cells.combine_chunks()).to_pylist()
    pairs = sorted((pair["values"], pair["counts"]) for pair in counted if pair["values"] is not None)
    return Counter(dict(pairs))
