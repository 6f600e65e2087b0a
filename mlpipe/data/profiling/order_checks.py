"""Findings about the order of the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.profiling.findings import Finding, build_finding, count_of
from mlpipe.data.schema import Kind, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlpipe.data.profiling.column_profile import Cells
    from mlpipe.task import Task

MIN_ORDERED = 20
"""Rows, or distinct dates, below which an order may be chance."""


def check_order(columns: Sequence[Cells], target: Cells | None, task: Task | None) -> Iterator[Finding]:
    """Find rows sorted by a date, or by the target."""
    for cells in columns:
        if cells.column.kind is Kind.DATETIME and cells.column.role is not Role.IGNORE and _never_falls(cells):
            message = "The rows stand in order of this column."
            yield build_finding("MLP204", message, column=cells.name)
    if target is not None and task is not None:
        yield from _check_target(target, task)


def _check_target(target: Cells, task: Task) -> Iterator[Finding]:
    if task.is_classification:
        codes = target.codes[target.codes >= 0]
        runs = 1 + int(np.count_nonzero(np.diff(codes)))
        if len(codes) >= MIN_ORDERED and runs == target.distinct > 1 and 2 * target.distinct <= len(codes):
            message = f"Each of {count_of(target.distinct, 'class', 'classes')} stands in one run of rows."
            yield build_finding("MLP203", message, column=target.name)
    elif _never_falls(target) or _never_falls(target, sign=-1):
        yield build_finding("MLP203", "The rows are sorted by it.", column=target.name)


def _never_falls(cells: Cells, *, sign: int = 1) -> bool:
    if cells.distinct < MIN_ORDERED:
        return False
    numbers = sign * cells.numbers
    return bool((np.diff(numbers[~np.isnan(numbers)]) >= 0).all())
