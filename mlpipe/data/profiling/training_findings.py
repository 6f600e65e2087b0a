"""What a profile would say of the training rows, where it changes the result: told when the rows are divided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.profiling.check_numbers import find_marker
from mlpipe.data.profiling.check_rows import check_order
from mlpipe.data.profiling.check_target import check_guess, check_leakage, check_sum, score_columns
from mlpipe.data.profiling.column_profile import cells_of
from mlpipe.errors import DataError
from mlpipe.task import Task
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from mlpipe.data.profiling.column_profile import Cells
    from mlpipe.data.profiling.findings import Finding
    from mlpipe.data.schema import Column

_MOST_TOLD = 5
_MOST_CELLS = 1_000_000
_LEAST_ROWS = 5_000
_TOLD = ("MLP307", "MLP308", "MLP204", "MLP304", "MLP306")
"""The codes that are told, the most important first."""


def training_findings(
    train: pa.Table, columns: Sequence[Column], *, target: str, task: Task, seed: int, as_numbers: bool = False
) -> tuple[Finding, ...]:
    """Find what may make the result another one than was meant, the gravest first.

    Parameters
    ----------
    train : pyarrow.Table
        The training rows that `rows_looked_at` chose, typed by `coerce`, in the order of the file.
    target : str
        The column to predict.
    as_numbers : bool
        Every number of the target is one, as somebody said.

    Raises
    ------
    DataError
        Where a value of the target stands for a missing one.
    """
    held = {cells.name: cells for cells in cells_of(train, columns)}
    if task is Task.REGRESSION and not as_numbers:
        _check_marker(list(held.values()), target)
    found = list(_look_at(list(held.values()), held[target], task, seed))
    return tuple(sorted((f for f in found if f.code in _TOLD), key=lambda finding: _TOLD.index(finding.code)))


def _check_marker(columns: Sequence[Cells], target: str) -> None:
    marker = find_marker(columns, target)
    if marker is not None:
        value, n_cells = marker
        raise DataError(
            f"{value} stands {count_of(n_cells)} times among the training rows of the target {target!r}, far from all "
            "other values: it seems to mean that there is none.",
            remedy=ways(
                f"Give {param('na_values', value)}", f"{param('numeric', target)} if it is a number to predict"
            ),
        )


def tell(findings: Iterable[Finding]) -> Iterator[str]:
    """A sentence for each of the first few, and how many more there are."""
    told = [finding.sentence for finding in findings]
    yield from told[:_MOST_TOLD]
    if len(told) > _MOST_TOLD:
        yield f"{count_of(len(told) - _MOST_TOLD)} more with mlpipe inspect"


def rows_looked_at(n_rows: int, n_columns: int) -> NDArray[np.int64]:
    """Which training rows are looked at: all, or of many an even sample."""
    most = max(_LEAST_ROWS, _MOST_CELLS // max(1, n_columns))
    return np.arange(n_rows) if n_rows <= most else np.linspace(0, n_rows - 1, most).astype(np.int64)


def _look_at(columns: Sequence[Cells], target: Cells, task: Task, seed: int) -> Iterator[Finding]:
    yield from check_guess(target, task)
    yield from check_order(columns, target, task)
    yield from check_leakage(columns, target, score_columns(columns, target, task, seed=seed), task)
    if task is Task.REGRESSION:
        yield from check_sum(columns, target)
