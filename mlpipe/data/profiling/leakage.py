"""How well one column alone predicts the target: the measure behind "suspected leakage".

Every rule is cross-fitted where it learns anything, so that a column of many levels (an id, a name) does not
look like a leak merely because it tells the rows apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

import numpy as np

from mlpipe.data.schema import Kind
from mlpipe.metrics.ranking import areas_by_ranks, scaled_ranks
from mlpipe.task import Task, one_at_a_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.data.profiling.column_profile import Cells

SUSPECT = 0.99
FOLDS = 5
BINS = 64
BIN_ROWS = 20
"""Rows a bin should hold at least, where there are too few for `BINS`."""
MIN_CLASS = 10
"""Two columns of ten and ten shuffled members part perfectly once in 90,000: below that, chance looks like a leak."""
MIN_SUPPORT = 5
"""A level says something about the target from so many training rows on."""
MAX_CELLS = 8_000_000
"""Bound on levels times classes, for memory; rarer levels beyond it count as unknown."""

_MOST_TOGETHER = 1 << 20
"""Cells of several columns that are scored at once: of few rows most of the time goes into calls."""


@dataclass(frozen=True, kw_only=True)
class ScoredTarget:
    """The target as numbers, and which rows take part.

    Parameters
    ----------
    n_classes : int
        0 for a quantity.
    rows : ndarray of int64
        Rows that have a target (and, for classes, one with at least `MIN_CLASS` members).
    y : ndarray of float64, shape (len(rows),)
        Class codes from 0 on, or the ranks of a quantity scaled to [0, 1].
    folds : ndarray of int64, shape (len(rows),)
        The fold of each row.
    """

    n_classes: int
    rows: NDArray[np.int64]
    y: NDArray[np.float64]
    folds: NDArray[np.int64]


def score_target(cells: Cells, task: Task, *, seed: int) -> ScoredTarget | None:
    """Prepare the target, or return None where the rows are too few to measure anything."""
    match task:
        case Task.BINARY | Task.MULTICLASS:
            rows, y, n_classes = _large_classes(cells)
            enough = n_classes >= 2
        case Task.REGRESSION:
            rows, n_classes = np.flatnonzero(~np.isnan(cells.numbers)), 0
            y = scaled_ranks(cells.numbers[rows])
            enough = len(rows) >= 2 * MIN_CLASS and cells.distinct >= 2
        case Task.CLUSTERING:
            return None
        case Task.MULTILABEL | Task.MULTIOUTPUT:
            raise one_at_a_time(task)
        case _:
            assert_never(task)
    if not enough:
        return None
    folds = np.random.default_rng(seed).permutation(len(rows)) % FOLDS
    return ScoredTarget(n_classes=n_classes, rows=rows, y=y, folds=folds)


def _large_classes(cells: Cells) -> tuple[NDArray[np.int64], NDArray[np.float64], int]:
    """Rows of classes with enough members, the classes' codes from 0 on, and how many they are."""
    large = np.flatnonzero(cells.counts >= MIN_CLASS)
    rank_of_class = np.full(cells.distinct + 1, -1, dtype=np.int64)
    rank_of_class[large] = np.arange(len(large))
    classes = rank_of_class[cells.codes]
    rows = np.flatnonzero(classes >= 0)
    return rows, classes[rows].astype(np.float64), len(large)


def score_columns(columns: Sequence[Cells], target: ScoredTarget) -> dict[str, float]:
    """Score each column that holds anything, in [0, 1].

    Two classes: area under the ROC curve. More classes: balanced accuracy. A quantity: squared correlation of
    ranks, or the share of the ranks' variance that level means explain. Numbers are tried as they stand and by
    quantile bins, with missing cells a bin of their own; the better counts.
    """
    filled = [cells for cells in columns if cells.n_present]
    together = [cells for cells in filled if _may_join(cells, target)]
    step = max(1, _MOST_TOGETHER // max(1, len(target.rows)))
    batches = [together[start : start + step] for start in range(0, len(together), step)]
    batches += [[cells] for cells in filled if not _may_join(cells, target)]
    scores: dict[str, float] = {}
    for batch in batches:
        scores.update(zip([cells.name for cells in batch], _score(batch, target).tolist(), strict=True))
    return {cells.name: scores[cells.name] for cells in filled}


def _may_join(cells: Cells, target: ScoredTarget) -> bool:
    """Whether a column can be scored beside others: with many classes each takes a table of its own."""
    return target.n_classes <= 2 and not cells.missing and cells.column.kind is not Kind.STRING


def _score(columns: Sequence[Cells], target: ScoredTarget) -> NDArray[np.float64]:
    """Scores of one column, or of several of numbers none of which is missing."""
    most = max(BINS, MAX_CELLS // max(target.n_classes, 1))
    levels = np.stack([_merge_rare(_levels(cells)[target.rows], max_levels=most) for cells in columns])
    learned = _score_levels(levels, target)
    if columns[0].column.kind is Kind.STRING or target.n_classes > 2:
        return learned
    numbers = np.stack([cells.numbers[target.rows] for cells in columns])
    return np.maximum(learned, _score_ranks(numbers, target))


def _score_ranks(numbers: NDArray[np.float64], target: ScoredTarget) -> NDArray[np.float64]:
    present = ~np.isnan(numbers[0])  # of several columns, all
    y, X = target.y[present], numbers[:, present]
    if not target.n_classes:
        return np.array([_correlation(x, y) for x in X])
    positive = y == 1
    if min(positive.sum(), (~positive).sum()) < MIN_CLASS:
        return np.full(len(X), 0.5)
    areas = areas_by_ranks(X, positive)
    return np.maximum(areas, 1 - areas)


def _correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    if len(x) < 2 * MIN_CLASS or x.min() == x.max() or y.min() == y.max():
        return 0.0
    # Both sides ranked afresh: rows without a number here leave gaps in the target's ranks.
    return float(np.corrcoef(scaled_ranks(x), scaled_ranks(y))[0, 1] ** 2)


def _levels(cells: Cells) -> NDArray[np.int64]:
    """Levels from 1 on, 0 where missing; numbers of many values by quantile bins."""
    n_bins = min(BINS, max(2, cells.n_present // BIN_ROWS))
    if cells.column.kind is Kind.STRING or cells.distinct <= n_bins:
        return cells.codes + 1
    edges = np.unique(cells.ordered[(np.arange(1, n_bins) * len(cells.ordered)) // n_bins])
    numbers = cells.numbers
    bins = np.searchsorted(edges, numbers, side="right") + 1
    return np.where(np.isnan(numbers), 0, bins).astype(np.int64)


def _score_levels(levels: NDArray[np.int64], target: ScoredTarget) -> NDArray[np.float64]:
    """Scores of columns of levels, of shape (n_columns, n_rows)."""
    predicted = _cross_fit(levels, target)
    if target.n_classes > 2:
        right = predicted == target.y
        recalls = np.column_stack([right[:, target.y == c].mean(axis=1) for c in range(target.n_classes)])
        balanced: NDArray[np.float64] = recalls.mean(axis=1)
        return balanced
    if target.n_classes == 2:
        return areas_by_ranks(predicted, target.y == 1)
    unexplained = ((target.y - predicted) ** 2).sum(axis=1)
    explained: NDArray[np.float64] = 1 - unexplained / float(((target.y - target.y.mean()) ** 2).sum())
    return explained.clip(0.0)


def _merge_rare(levels: NDArray[np.int64], *, max_levels: int) -> NDArray[np.int64]:
    """Number the levels that could ever have support from 1 on, all others 0."""
    sizes = np.bincount(levels)
    kept = np.flatnonzero(sizes >= MIN_SUPPORT)
    if len(kept) > max_levels:
        kept = np.sort(kept[np.argsort(-sizes[kept], kind="stable")[:max_levels]])
    numbered = np.zeros(len(sizes), dtype=np.int64)
    numbered[kept] = np.arange(1, len(kept) + 1)
    return numbered[levels]


def _cross_fit(levels: NDArray[np.int64], target: ScoredTarget) -> NDArray[np.float64]:
    """Predict each row from the other folds' rows of its level: mean, or the class most typical of the level."""
    predicted = np.empty(levels.shape, dtype=np.float64)
    n_levels = int(levels.max(initial=0)) + 1
    numbered = levels + n_levels * np.arange(len(levels))[:, None]  # no level is that of two columns
    known = np.tile(np.arange(n_levels) > 0, len(levels))
    for fold in range(FOLDS):
        inside = target.folds == fold
        fitted, y = numbered[:, ~inside].ravel(), target.y[~inside]
        support = np.bincount(fitted, minlength=len(known))
        if target.n_classes > 2:
            rule = _typical_class(fitted, np.tile(y, len(levels)), len(known), target.n_classes)
            unknown = -1.0
        else:
            rule = np.bincount(fitted, weights=np.tile(y, len(levels)), minlength=len(known)) / np.maximum(support, 1)
            unknown = float(y.mean())
        predicted[:, inside] = np.where(known & (support >= MIN_SUPPORT), rule, unknown)[numbered[:, inside]]
    return predicted


def _typical_class(
    levels: NDArray[np.int64], y: NDArray[np.float64], n_levels: int, n_classes: int
) -> NDArray[np.float64]:
    """The class whose members fall into a level most often, for their number: maximises balanced accuracy."""
    table = np.bincount(levels * n_classes + y.astype(np.int64), minlength=n_levels * n_classes)
    table = table.reshape(n_levels, n_classes)
    typical: NDArray[np.float64] = (table / np.maximum(table.sum(axis=0), 1)).argmax(axis=1).astype(np.float64)
    return typical
