"""Pairs of columns that no longer go together as they did: a classifier of all columns misses one pair among many.

Ranks are taken on each side by itself, so that columns which move and stay tied do not show here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from mlpipe.metrics.ranking import average_ranks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Matrix = NDArray[np.float32]

MOST_ROWS = 2_000
MOST_COLUMNS = 300
"""Of more rows or columns so many, drawn at random, are held against each other: pairs are the square of columns."""
LEAST_ROWS = 30
"""Rows in which both columns of a pair are there, on either side."""
SHUFFLES = 199
CHANCE = 0.005
"""Idle comparisons that may be sure, in 100: one more than the shuffles makes it."""
_NEARLY_ONE = 0.99
_SPREAD = 1.06
"""Variance of Fisher's transform of a rank correlation, times rows less three (Fieller, Hartley and Pearson 1957)."""


@dataclass(frozen=True, kw_only=True)
class Relation:
    """The pair of columns whose rank correlation changed most, for what chance allows.

    Parameters
    ----------
    names : (str, str)
    was, now : float
        Spearman's correlation of the old and of the new rows.
    p_value : float
        The chance of so large a change in any pair where nothing moved.
    """

    names: tuple[str, str]
    was: float
    now: float
    p_value: float


def compare_relations(old: Floats, new: Floats, names: Sequence[str], *, seed: int) -> Relation | None:
    """Find the pair that changed most; None where no pair has enough rows on both sides.

    Parameters
    ----------
    old, new : ndarray of shape (n_rows, n_columns)
        Numbers, NaN where missing.

    Notes
    -----
    Fisher's transforms of Spearman's correlations are compared. Where their largest difference is sure by normal tails
    and Bonferroni's correction, it is held against the largest of all pairs when rows are dealt out to the sides anew
    [1]_: ties and rare levels have other tails.

    References
    ----------
    .. [1] P. Westfall and S. Young, "Resampling-Based Multiple Testing", 1993.
    """
    rng = np.random.default_rng(seed)
    sides = [_drawn(side, rng) for side in (old, new)]
    chosen = np.flatnonzero([_varies(sides[0][:, i]) and _varies(sides[1][:, i]) for i in range(len(names))])
    if len(chosen) > MOST_COLUMNS:
        chosen = np.sort(rng.choice(chosen, MOST_COLUMNS, replace=False))
    if len(chosen) < 2 or min(map(len, sides)) < LEAST_ROWS:
        return None
    scores = [_scores(side[:, chosen]) for side in sides]
    sums = [_Sums.of(side) for side in scores]
    moved = _moved(*sums)
    place = int(moved.argmax())
    if not moved.flat[place]:
        return None
    first, second = divmod(place, len(chosen))
    was, now = (float(side.correlations[first, second]) for side in sums)
    p_value = min(1.0, float(2 * ndtr(-moved.flat[place]) * len(chosen) * (len(chosen) - 1) / 2))
    if p_value <= CHANCE:
        p_value = _by_dealing(scores, float(moved.flat[place]), rng)
    return Relation(names=(names[chosen[first]], names[chosen[second]]), was=was, now=now, p_value=p_value)


@dataclass(frozen=True, kw_only=True)
class _Sums:
    """Sums of products of scores, and rows that have both, for each pair of columns."""

    products: Matrix
    rows: Matrix

    @classmethod
    def of(cls, scores: Matrix) -> _Sums:
        there = (~np.isnan(scores)).astype(np.float32)
        filled = np.nan_to_num(scores, nan=0.0)
        return cls(products=filled.T @ filled, rows=there.T @ there)

    def less(self, part: _Sums) -> _Sums:
        return _Sums(products=self.products - part.products, rows=self.rows - part.rows)

    @property
    def correlations(self) -> Matrix:
        clipped: Matrix = np.clip(self.products / np.maximum(self.rows, 1), -_NEARLY_ONE, _NEARLY_ONE)
        return clipped


def _moved(old: _Sums, new: _Sums) -> Matrix:
    """Standardised changes of correlations; 0 on the diagonal and where there are too few rows."""
    spread = np.sqrt(_SPREAD * (1 / np.maximum(old.rows - 3, 1) + 1 / np.maximum(new.rows - 3, 1)))
    moved: Matrix = np.abs(np.arctanh(new.correlations) - np.arctanh(old.correlations)) / spread
    moved[np.minimum(old.rows, new.rows) < LEAST_ROWS] = 0
    np.fill_diagonal(moved, 0)
    return moved


def _by_dealing(scores: Sequence[Matrix], largest: float, rng: np.random.Generator) -> float:
    """The share of deals whose largest change is as large, and 1 in so many; the first such deal ends it."""
    both = np.concatenate(scores)
    whole = _Sums.of(both)
    n_new = len(scores[1])
    for dealt in range(SHUFFLES):
        part = _Sums.of(both[rng.permutation(len(both))[:n_new]])
        if _moved(whole.less(part), part).max() >= largest:
            return 2 / (dealt + 2)
    return 1 / (SHUFFLES + 1)


def _scores(side: Floats) -> Matrix:
    """Ranks of each column with a mean of 0 and a deviation of 1."""
    ranks = np.column_stack([average_ranks(column) for column in side.T])
    centred: Matrix = ((ranks - np.nanmean(ranks, axis=0)) / np.nanstd(ranks, axis=0)).astype(np.float32)
    return centred


def _varies(column: Floats) -> bool:
    there = column[~np.isnan(column)]
    return len(there) > 1 and bool((there != there[0]).any())


def _drawn(rows: Floats, rng: np.random.Generator) -> Floats:
    return rows if len(rows) <= MOST_ROWS else rows[np.sort(rng.choice(len(rows), MOST_ROWS, replace=False))]
