"""Findings about the target: classes, missing values, and columns that give it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.findings import Finding, build_finding, count_of, percent, shorten
from mlpipe.data.leakage import MIN_CLASS, SUSPECT, score_column, score_target
from mlpipe.data.schema import FEATURE_ROLES, Kind
from mlpipe.task import Task

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.profile_columns import Cells

IMBALANCE = 0.2
"""Smallest over largest class below which accuracy flatters."""
MAX_TERMS = 200
"""Columns up to which a sum is searched: the work grows with their square."""
EXACT = 1e-9
"""Share of the target's variance that may stay unexplained by an exact sum, for rounding."""

_MEASURES = {
    Task.BINARY: "area under the ROC curve",
    Task.MULTICLASS: "balanced accuracy",
    Task.REGRESSION: "squared rank correlation",
}


def check_target(target: Cells, task: Task | None) -> Iterator[Finding]:
    """Find what is wrong with the target itself."""
    if target.missing:
        share = percent(target.missing / target.n_rows)
        message = f"{count_of(target.missing, 'row')} of {target.n_rows:,} ({share}) have no target."
        yield build_finding("MLP303", message, column=target.name)
    if target.distinct <= 1:
        held = f"All rows hold {shorten(target.values[0])}." if target.distinct else "No row has a target."
        yield build_finding("MLP305", held, column=target.name)
    elif task is not None and task.is_classification:
        yield from _check_classes(target)


def _check_classes(target: Cells) -> Iterator[Finding]:
    order = np.argsort(target.counts, kind="stable")
    smallest, largest = (int(target.counts[position]) for position in (order[0], order[-1]))
    if smallest / largest < IMBALANCE:
        rare, common = (shorten(target.values[position]) for position in (order[0], order[-1]))
        shares = percent(smallest / target.n_present), percent(largest / target.n_present)
        message = f"{rare} has {smallest:,} rows ({shares[0]}), {common} {largest:,} ({shares[1]})."
        yield build_finding("MLP301", message, column=target.name)
    few = [position for position in order if target.counts[position] < MIN_CLASS]
    if few:
        listed = ", ".join(f"{shorten(target.values[p])} ({target.counts[p]})" for p in few[:8])
        more = f" and {len(few) - 8} more" if len(few) > 8 else ""
        message = f"{count_of(len(few), 'class', 'classes')} below {MIN_CLASS} rows: {listed}{more}."
        yield build_finding("MLP302", message, column=target.name)


def score_columns(columns: Sequence[Cells], target: Cells, task: Task, *, seed: int) -> dict[str, float]:
    """Score each feature alone against the target; empty where the rows are too few."""
    prepared = score_target(target, task, seed=seed)
    if prepared is None:
        return {}
    features = (cells for cells in columns if cells is not target and cells.column.role in FEATURE_ROLES)
    return {cells.name: score_column(cells, prepared) for cells in features if cells.n_present}


def check_leakage(scores: Mapping[str, float], task: Task) -> Iterator[Finding]:
    """Find the columns that alone predict the target almost perfectly."""
    for name, score in scores.items():
        if score >= SUSPECT:
            message = f"Alone predicts the target almost perfectly ({_MEASURES[task]} {score:.3f})."
            yield build_finding("MLP304", message, column=name)


def check_sum(columns: Sequence[Cells], target: Cells) -> Iterator[Finding]:
    """Find a numeric target that is an exact weighted sum of numeric columns."""
    terms = [
        cells
        for cells in columns
        if cells is not target and cells.column.kind is Kind.NUMBER and cells.column.role in FEATURE_ROLES
    ]
    if target.column.kind is not Kind.NUMBER or not 2 <= len(terms) <= MAX_TERMS:
        return
    weights = _fit_sum(np.column_stack([cells.numbers for cells in terms]), target.numbers)
    if weights is None:
        return
    parts = [cells.name for cells, weight in zip(terms, weights, strict=True) if weight > 1e-6]
    if len(parts) >= 2:
        listed = ", ".join(repr(name) for name in parts)
        message = f"Is an exact weighted sum of {listed}."
        yield build_finding("MLP306", message, column=target.name, value=",".join(parts))


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
