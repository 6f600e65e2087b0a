"""Findings about the target: classes, missing values, and columns that give it away."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import numpy as np

from mlpipe.data.profiling.findings import Finding, build_finding
from mlpipe.data.profiling.leakage import MIN_CLASS, SUSPECT, score_target
from mlpipe.data.profiling.leakage import score_columns as scores_alone
from mlpipe.data.schema import FEATURE_ROLES
from mlpipe.target.cells import joined_by
from mlpipe.task import Task, no_target, one_at_a_time
from mlpipe.words.lists import count_of, listed, quoted
from mlpipe.words.numbers import THOUSANDTH, format_number, format_share

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.profiling.column_profile import Cells

IMBALANCE = 0.2
"""Smallest over largest class below which accuracy flatters."""
MAX_TERMS = 200
"""Columns up to which a sum is searched: the work grows with their square."""
EXACT = 1e-6
"""Share of the target's variance that an exact sum may leave unexplained, for cells rounded to a few digits."""
LEAST_WEIGHT = 3e-3
"""Share of the target's spread below which a term only fits rounding."""
COPY = 0.95
"""Mean share of a class that its own level of a column holds, where the column has one level for each class."""
MIN_MEANS = 5
"""Distinct values that a column of group means must have: few could be the means by chance."""
CLOSE = 1e-3
"""How far, in standard deviations of the target, a group mean may be rounded."""


def check_target(target: Cells, task: Task | None) -> Iterator[Finding]:
    """Find what is wrong with the target itself."""
    if target.missing:
        share = format_share(target.missing / target.n_rows)
        message = f"{count_of(target.missing, 'row')} of {count_of(target.n_rows)} ({share}) have no target."
        yield build_finding("MLP303", message, column=target.name)
    if target.distinct <= 1:
        held = f"All rows hold {quoted(target.values[0])}." if target.distinct else "No row has a target."
        yield build_finding("MLP305", held, column=target.name)
    elif task is not None and task.is_classification:
        yield from check_guess(target, task)
        yield from _check_classes(target)


def check_guess(target: Cells, task: Task) -> Iterator[Finding]:
    """Find numbers that are taken for classes, though they may count something, and tags that are."""
    if task is Task.MULTICLASS and target.column.kind.numeric:
        message = f"Its {count_of(target.distinct, 'whole number')} are taken for classes, without order or distance."
        yield build_finding("MLP307", message, column=target.name)
    elif task is Task.MULTICLASS and (mark := joined_by(target.values)):
        shown = quoted(next(word for word in target.values if mark in word))
        message = f"Many of its {count_of(target.distinct, 'class', 'classes')} join others, such as {shown}."
        yield build_finding("MLP308", message, column=target.name, value=mark)


def _check_classes(target: Cells) -> Iterator[Finding]:
    order = np.argsort(target.counts, kind="stable")
    smallest, largest = (int(target.counts[position]) for position in (order[0], order[-1]))
    if smallest / largest < IMBALANCE:
        rare, common = (quoted(target.values[position]) for position in (order[0], order[-1]))
        shares = format_share(smallest / target.n_present), format_share(largest / target.n_present)
        counted = count_of(smallest, "row"), count_of(largest, "row")
        message = f"{rare} has {counted[0]} ({shares[0]}), and {common} has {counted[1]} ({shares[1]})."
        yield build_finding("MLP301", message, column=target.name)
    few = [position for position in order if target.counts[position] < MIN_CLASS]
    if few:
        told = listed((f"{quoted(target.values[p])} ({count_of(target.counts[p])})" for p in few), 8)
        message = f"{count_of(len(few), 'class', 'classes')} below {MIN_CLASS} rows: {told}."
        yield build_finding("MLP302", message, column=target.name)


def score_columns(columns: Sequence[Cells], target: Cells, task: Task, *, seed: int) -> dict[str, float]:
    """Score each feature alone against the target; empty where the rows are too few."""
    prepared = score_target(target, task, seed=seed)
    if prepared is None:
        return {}
    features = [cells for cells in columns if cells is not target and cells.column.role in FEATURE_ROLES]
    return scores_alone(features, prepared)


def check_leakage(
    columns: Sequence[Cells], target: Cells, scores: Mapping[str, float], task: Task
) -> Iterator[Finding]:
    """Find the columns that give the target away: each alone predicts it, spells it again, or averages it."""
    for cells in columns:
        if cells.name not in scores:
            continue
        score = scores[cells.name]
        if score >= SUSPECT:
            shown = "1" if score > 1 - EXACT else format_number(float(np.floor(score * 1e4)) / 1e4, THOUSANDTH / 10)
            message = f"Alone predicts the target almost perfectly: {_measure_of(task)} {shown}"
        elif task.is_classification and (agreement := _spells_target(cells, target)) >= COPY:
            shown = format_number(agreement, THOUSANDTH)
            message = f"Looks like a copy of the target with slips: balanced accuracy {shown}"
        elif _has_mean(task) and _averages_target(cells, target):
            message = f"Each of its {count_of(cells.distinct)} values is the mean target of its rows,"
        else:
            continue
        rows = count_of(int(_both(cells, target).sum()), "filled cell")
        yield build_finding("MLP304", f"{message} over {rows}.", column=cells.name)


def _both(cells: Cells, target: Cells) -> NDArray[np.bool_]:
    """Rows in which both columns have a value."""
    return (cells.codes >= 0) & (target.codes >= 0)


def _measure_of(task: Task) -> str:
    """What a column alone is scored by (see `leakage.score_columns`)."""
    match task:
        case Task.BINARY:
            return "area under the ROC curve"
        case Task.MULTICLASS:
            return "balanced accuracy"
        case Task.REGRESSION:
            return "squared rank correlation"
        case Task.CLUSTERING:
            raise no_target(task)
        case Task.MULTILABEL | Task.MULTIOUTPUT:
            raise one_at_a_time(task)
        case _:
            assert_never(task)


def _has_mean(task: Task) -> bool:
    """Whether a group of rows has a mean target: a share of two classes, or a mean of numbers."""
    match task:
        case Task.BINARY | Task.REGRESSION:
            return True
        case Task.MULTICLASS:
            return False
        case Task.CLUSTERING:
            raise no_target(task)
        case Task.MULTILABEL | Task.MULTIOUTPUT:
            raise one_at_a_time(task)
        case _:
            assert_never(task)


def _spells_target(cells: Cells, target: Cells) -> float:
    """How well a column that has one level for each class names the classes; 0 for any other column."""
    n_classes = target.distinct
    if cells.distinct != n_classes:
        return 0.0
    both = _both(cells, target)
    pairs = np.bincount(target.codes[both] * n_classes + cells.codes[both], minlength=n_classes**2)
    table = pairs.reshape(n_classes, n_classes)
    if table.sum(axis=1).min() < MIN_CLASS or len(set(table.argmax(axis=1))) < n_classes:
        return 0.0
    return float((table.max(axis=1) / table.sum(axis=1)).mean())


def _averages_target(cells: Cells, target: Cells) -> bool:
    """Whether each value is the mean of the target in its rows: a target encoding made from these very rows."""
    if not cells.column.kind.numeric or not MIN_MEANS <= cells.distinct <= cells.n_present / 2:
        return False
    y = target.numbers if target.column.kind.numeric else np.where(target.codes < 0, np.nan, target.codes)
    both = (cells.codes >= 0) & ~np.isnan(y)
    if not both.any():
        return False
    codes, y = cells.codes[both], y[both]
    sizes = np.bincount(codes, minlength=cells.distinct)
    means = np.bincount(codes, weights=y, minlength=cells.distinct) / np.maximum(sizes, 1)
    values = np.asarray(cells.values, dtype=np.float64)
    with np.errstate(over="ignore", invalid="ignore"):  # of numbers near 1e308 there is none, and nothing is close
        spread = CLOSE * float(y.std())
    sides = (means, 1 - means) if target.distinct == 2 else (means,)
    return any(bool((np.abs(side - values)[sizes > 0] <= spread).all()) for side in sides)


def check_sum(columns: Sequence[Cells], target: Cells) -> Iterator[Finding]:
    """Find a numeric target that is an exact weighted sum, or product of powers, of numeric columns."""
    y = target.numbers
    terms = [cells for cells in columns if _may_be_term(cells, target)]
    if not target.column.kind.numeric or not 2 <= len(terms) <= MAX_TERMS:
        return
    parts = _parts(terms, np.column_stack([cells.numbers for cells in terms]), y)
    made = "weighted sum"
    factors = [cells for cells in terms if cells.ordered[0] > 0]
    if not parts and len(factors) >= 2 and target.n_present and target.ordered[0] > 0:
        made = "product or quotient"
        parts = _parts(factors, np.log(np.column_stack([cells.numbers for cells in factors])), np.log(y))
    if parts:
        message = f"Is an exact {made} of {', '.join(map(repr, parts))} over {count_of(target.n_present, 'row')}."
        yield build_finding("MLP306", message, column=target.name, value=",".join(parts))


def _may_be_term(cells: Cells, target: Cells) -> bool:
    """Numbers, and not the target in another unit: that needs no second term, and its score says so."""
    if cells is target or not cells.column.kind.numeric or cells.column.role not in FEATURE_ROLES:
        return False
    both = ~np.isnan(cells.numbers) & ~np.isnan(target.numbers)
    x, y = cells.numbers[both], target.numbers[both]
    if len(x) < 2 or x.min() == x.max() or y.min() == y.max():
        return False
    with np.errstate(over="ignore", invalid="ignore"):  # of numbers near 1e308 there is none
        return bool(np.corrcoef(x, y)[0, 1] ** 2 < 1 - EXACT)


def _parts(terms: Sequence[Cells], X: NDArray[np.float64], y: NDArray[np.float64]) -> list[str]:
    """Names of the terms that matter in an exact sum; none where none fits."""
    weights = _fit_sum(X, y)
    if weights is None:
        return []
    names = [cells.name for cells, weight in zip(terms, weights, strict=True) if weight > LEAST_WEIGHT]
    return names if len(names) >= 2 else []


def _fit_sum(X: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Weights, each as a share of the target's spread, or None where no sum fits."""
    whole = ~np.isnan(X).any(axis=1) & ~np.isnan(y)
    X, y = X[whole], y[whole]
    if len(y) < 5 * X.shape[1] + MIN_CLASS:
        return None
    spread = X.std(axis=0)
    varied = spread > 0
    centred = np.zeros_like(X)
    centred[:, varied] = (X[:, varied] - X[:, varied].mean(axis=0)) / spread[varied]
    scaled = (y - y.mean()) / (y.std() or 1.0)
    weights, *_ = np.linalg.lstsq(centred, scaled, rcond=1e-10)
    unexplained = float(((scaled - centred @ weights) ** 2).mean())
    return np.abs(weights) if unexplained < EXACT else None
