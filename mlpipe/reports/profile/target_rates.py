"""How the target goes with each column: its rate or its mean for every level and bin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from mlpipe.data.groupings import group_rows, is_sliced
from mlpipe.data.positive_class import choose_positive
from mlpipe.data.targets import LARGEST
from mlpipe.metrics.describing.level_means import level_means
from mlpipe.plots.text import quote, shorten
from mlpipe.reports.profile.sections import RateRow, TargetRates
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_cell, format_number, format_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.data.profiling.column_profile import Cells
    from mlpipe.data.profiling.profile import Profile

    Floats = NDArray[np.float64]

BINS = 5
MOST_LEVELS = 9
MOST_CLASSES = 30


def target_rates(profile: Profile, cells: Sequence[Cells]) -> dict[str, TargetRates]:
    """By column; nothing without a task, and for columns that no person would divide the rows by."""
    target = next((c for c in cells if c.name == profile.target), None)
    if target is None or profile.task is None or not target.n_present:
        return {}
    known = np.flatnonzero(target.codes >= 0)
    values, classes = _values(profile, target, known)
    if values is None:
        return {}
    found = {}
    for column in cells:
        if column.name != target.name and is_sliced(column.column) and column.distinct > 1:
            found[column.name] = _rates(column, target.name, values, known, classes)
    return found


def _values(profile: Profile, target: Cells, known: NDArray[np.int64]) -> tuple[Floats | None, tuple[str, ...]]:
    """What is averaged, of shape (n_rows, n_values): a number, whether it is the positive class, or each class."""
    assert profile.task is not None
    if not profile.task.is_classification:
        return _numbers(target, known), ()
    labels = tuple(format_cell(value) for value in target.values)
    if len(labels) > MOST_CLASSES:
        return None, ()
    flags = np.eye(len(labels))[target.codes[known]]
    if len(labels) > 2:
        return flags, labels
    counts = dict(zip(labels, target.counts.tolist(), strict=True))
    place = labels.index(choose_positive(counts).label)
    return flags[:, [place]], (labels[place],)


def _numbers(target: Cells, known: NDArray[np.int64]) -> Floats | None:
    """Those of a numeric target, unless they are too large to be averaged; no model can learn them then either."""
    numbers: Floats = target.numbers[known][:, None]
    return numbers if target.column.kind.numeric and np.abs(numbers).max() <= LARGEST else None


def _rates(
    column: Cells, target: str, values: Floats, known: NDArray[np.int64], classes: tuple[str, ...]
) -> TargetRates:
    grouping = group_rows(pa.chunked_array([column.array]).take(pa.array(known)), column.column, n_bins=BINS)
    means, counts = level_means(grouping.codes, values, len(grouping.levels))
    overall = values.mean(axis=0)
    # Of several classes the one that the column tells apart most.
    moved = np.nansum(counts[:, None] * (means - overall) ** 2, axis=0)
    place = int(moved.argmax())
    mean, middle = means[:, place], float(overall[place])
    of = f"Share of {quote(classes[place])}" if classes else f"Mean {shorten(target, 28)}"
    filled = [k for k in range(len(grouping.levels)) if counts[k]][:MOST_LEVELS]
    least = min(0.0, middle, *(float(mean[k]) for k in filled))
    reach = (max(middle, *(float(mean[k]) for k in filled)) - least) or 1.0

    def width(value: float) -> float:
        return round(100 * (value - least) / reach, 1)

    def told(value: float) -> str:
        return format_share(value) if classes else format_number(value)

    rows = tuple(
        RateRow(
            text=shorten(grouping.levels[k], 40) or "(blank)", value=told(float(mean[k])), width=width(float(mean[k])),
            count=count_of(int(counts[k])),
        )
        for k in filled
    )  # fmt: skip
    return TargetRates(title=f"{of}; of all rows {told(middle)}", rows=rows, overall=width(middle))
