"""How strongly columns go together, on one scale for numbers and categories.

Numbers enter by their ranks: outliers and skew, which raw files are full of, then do not decide, and a curve that
only rises counts as fully related. All three measures agree where they meet: for a number and a category of two
levels, the correlation ratio of ranks is the absolute rank correlation with the levels written 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.cluster.hierarchy import leaves_list, linkage

from mlpipe.metrics.ranking import average_ranks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]

MOST_ROWS = 20_000
"""Rows that are measured, dealt at random: an association is then known to about ± 0.02."""
MOST_LEVELS = 30
"""Levels of a category that are told apart; the rarer ones count as one."""
MIN_PAIRS = 5
"""Rows that a pair of columns needs."""


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A column to relate: numbers (NaN where missing) or codes of levels (-1 where missing), one for each row."""

    values: Floats | Codes
    is_number: bool


@dataclass(frozen=True, kw_only=True)
class Associations:
    """Strengths of all pairs.

    Parameters
    ----------
    strength : ndarray of shape (n, n)
        In [-1, 1]; NaN where undefined (a constant column, too few rows that have both) and on the diagonal.
    signed : ndarray of bool, shape (n, n)
        Where the sign means something: between two numbers.
    """

    strength: Floats
    signed: NDArray[np.bool_]


def associate(variables: Sequence[Variable], *, seed: int = 0) -> Associations:
    """Measure every pair over the rows that have both.

    Two numbers: rank correlation (Spearman 1904), ranks taken once in each column. Two categories: Cramér's V
    corrected for bias (Bergsma 2013). A number and a category: correlation ratio of the ranks, corrected for bias
    (Kelley 1935), the square root of the share of the ranks' variance that the levels explain.
    """
    size = len(variables)
    rows = _dealt(len(variables[0].values) if size else 0, seed)
    numbers = np.array([k for k, v in enumerate(variables) if v.is_number], dtype=np.int64)
    levels = {k: _frequent(v.values[rows].astype(np.int64)) for k, v in enumerate(variables) if not v.is_number}
    ranks = _ranks([variables[k].values[rows].astype(np.float64) for k in numbers])
    strength = np.full((size, size), np.nan)
    if len(numbers):
        strength[np.ix_(numbers, numbers)] = _rank_correlations(ranks)
    parts = _moments(ranks) if len(numbers) else None
    for k, codes in levels.items():
        if parts is not None:
            strength[k, numbers] = strength[numbers, k] = _ratios(codes, parts)
        for other in (other for other in levels if other < k):
            strength[k, other] = strength[other, k] = cramers_v(codes, levels[other])
    np.fill_diagonal(strength, np.nan)
    is_number = np.array([v.is_number for v in variables], dtype=bool)
    return Associations(strength=strength, signed=is_number[:, None] & is_number[None, :])


def _dealt(n_rows: int, seed: int) -> Codes:
    if n_rows <= MOST_ROWS:
        return np.arange(n_rows)
    return np.sort(np.random.default_rng(seed).choice(n_rows, MOST_ROWS, replace=False))


def _ranks(columns: Sequence[Floats]) -> Floats:
    """Average ranks scaled to [0, 1], one column each; NaN where missing."""
    ranked = [average_ranks(column) for column in columns]
    return np.array([r / max(np.nanmax(r, initial=1.0), 1.0) for r in ranked]).T if ranked else np.empty((0, 0))


def _frequent(codes: Codes) -> Codes:
    """Codes from 0 on, the levels beyond the most frequent as one; -1 where missing."""
    sizes = np.bincount(codes[codes >= 0], minlength=1)
    renamed = np.full(len(sizes) + 1, MOST_LEVELS - 1, dtype=np.int64)
    kept = np.argsort(-sizes, kind="stable")[: MOST_LEVELS if len(sizes) <= MOST_LEVELS else MOST_LEVELS - 1]
    renamed[kept] = np.arange(len(kept))
    renamed[-1] = -1
    return renamed[codes]


def _rank_correlations(ranks: Floats) -> Floats:
    """Pearson correlations of columns of ranks, each over the rows that have both; shape (n_columns, n_columns)."""
    there = ~np.isnan(ranks)
    mask = there.astype(np.float64)
    x = np.where(there, ranks - 0.5, 0.0)
    n, sums, squares = mask.T @ mask, x.T @ mask, (x**2).T @ mask
    with np.errstate(divide="ignore", invalid="ignore"):
        covariance = x.T @ x - sums * sums.T / n
        variance = squares - sums**2 / n
        scale = np.sqrt(np.where(variance > 1e-9 * n, variance, np.nan))
        found: Floats = np.where(n >= MIN_PAIRS, covariance / (scale * scale.T), np.nan)
    return np.clip(found, -1.0, 1.0)


def cramers_v(first: Codes, second: Codes) -> float:
    """Cramér's V of two codings, corrected for bias; NaN where one does not vary.

    References
    ----------
    W. Bergsma, A bias-correction for Cramér's V and Tschuprow's T, J. Korean Stat. Soc. 42 (2013) 323-328.

    Examples
    --------
    >>> cramers_v(np.array([0, 0, 0, 1, 1, 1]), np.array([1, 1, 1, 0, 0, 0]))
    1.0
    """
    both = (first >= 0) & (second >= 0)
    a, b = first[both], second[both]
    n, width = len(a), int(b.max(initial=0)) + 1
    counts = np.bincount(a * width + b, minlength=(int(a.max(initial=0)) + 1) * width).reshape(-1, width)
    table = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0].astype(np.float64)
    r, c = table.shape
    if n < MIN_PAIRS or min(r, c) < 2:
        return float("nan")
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    phi2 = float(((table - expected) ** 2 / expected).sum()) / n
    phi2 = max(0.0, phi2 - (r - 1) * (c - 1) / (n - 1))
    rows, columns = r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)
    smaller = min(rows, columns) - 1
    return min(1.0, float(np.sqrt(phi2 / smaller))) if smaller > 1e-9 else float("nan")


def _moments(ranks: Floats) -> Floats:
    """Presence, rank and square of it, side by side: what is added up within levels."""
    there = ~np.isnan(ranks)
    x = np.where(there, ranks - 0.5, 0.0)
    return np.hstack([there, x, x**2])


def _ratios(codes: Codes, moments: Floats) -> Floats:
    """Correlation ratio of each column of ranks with the levels, corrected for bias; shape (n_columns,).

    References
    ----------
    T. L. Kelley, An unbiased correlation ratio measure, PNAS 21 (1935) 554-559.
    """
    rows = np.flatnonzero(codes >= 0)
    # One entry a row: a hundred columns against fifty categories would take seconds as full matrices.
    member = sparse.csr_array(
        (np.ones(len(rows)), (codes[rows], rows)), shape=(int(codes.max(initial=0)) + 1, len(codes))
    )
    sizes, sums, squares = np.hsplit(member @ moments, 3)
    n, n_levels = sizes.sum(axis=0), (sizes > 0).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = sums.sum(axis=0) ** 2 / n
        total = squares.sum(axis=0) - centre
        between = np.where(sizes > 0, sums**2 / sizes, 0.0).sum(axis=0) - centre
        unexplained = (1 - between / total) * (n - 1) / (n - n_levels)
        defined = (n >= MIN_PAIRS) & (n_levels >= 2) & (n > n_levels) & (total > 1e-9 * n)
        found: Floats = np.where(defined, np.sqrt(np.clip(1 - unexplained, 0.0, 1.0)), np.nan)
    return found


def order_by_blocks(strength: Floats) -> list[int]:
    """An order in which columns that go together stand together: leaves of average linkage, ordered optimally.

    References
    ----------
    Z. Bar-Joseph et al., Fast optimal leaf ordering for hierarchical clustering, Bioinformatics 17 (2001) S22-S29.
    """
    if len(strength) < 3:
        return list(range(len(strength)))
    distance = 1 - np.abs(np.nan_to_num(strength))
    upper = distance[np.triu_indices(len(distance), 1)]
    return [int(k) for k in leaves_list(linkage(upper, "average", optimal_ordering=True))]


def strongest(strength: Floats, limit: int) -> list[int]:
    """The columns with the strongest single association, in their own order."""
    best = np.nan_to_num(np.abs(strength)).max(axis=1, initial=0.0)
    return sorted(int(k) for k in np.argsort(-best, kind="stable")[:limit])
