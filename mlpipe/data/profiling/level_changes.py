"""Changes of the levels of one column between two tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import chi2_contingency

from mlpipe.data.profiling.findings import Finding, build_finding, count_of, percent, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.profiling.column_profile import ColumnProfile

MOVED = 0.1
MOVED_TARGET = 0.05
CHANCE = 1e-4
_SHOWN = 5


def compare_levels(new: ColumnProfile, old: ColumnProfile, *, is_target: bool = False) -> Iterator[Finding]:
    """Compare the levels of two columns that list them whole."""
    now = {level.value: level.count for level in new.levels}
    was = {level.value: level.count for level in old.levels}
    if added := [value for value in now if value not in was]:
        cells = count_of(sum(now[value] for value in added), "cell")
        yield build_finding("MLP411", f"{_listed(added)}, in {cells}.", column=new.name)
    if gone := [value for value in was if value not in now]:
        yield build_finding("MLP412", f"{_listed(gone)} no more.", column=new.name)
    counts = np.array([[level.get(value, 0) for value in {**now, **was}] for level in (now, was)])
    shares = counts / counts.sum(axis=1, keepdims=True)
    moved = float(np.abs(shares[0] - shares[1]).sum()) / 2
    if moved >= (MOVED_TARGET if is_target else MOVED) and _beyond_chance(counts):
        message = _describe(list({**now, **was}), shares)
        yield build_finding("MLP416" if is_target else "MLP413", message, column=new.name)


def _beyond_chance(counts: NDArray[np.int64]) -> bool:
    """Chi-squared over the levels, those that are too rare for it taken together."""
    expected = counts.sum(axis=0) * counts.sum(axis=1).min() / counts.sum()
    rare = expected < 5
    merged = np.column_stack([counts[:, ~rare], counts[:, rare].sum(axis=1)]) if rare.any() else counts
    merged = merged[:, merged.sum(axis=0) > 0]
    return merged.shape[1] > 1 and bool(chi2_contingency(merged).pvalue < CHANCE)


def _describe(values: Sequence[str], shares: NDArray[np.float64]) -> str:
    order = np.argsort(-np.abs(shares[0] - shares[1]), kind="stable")[:3]
    return "; ".join(f"{shorten(values[i])} {percent(shares[0, i])}, was {percent(shares[1, i])}" for i in order) + "."


def _listed(values: Sequence[str]) -> str:
    more = f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
    return ", ".join(shorten(value) for value in values[:_SHOWN]) + more
