"""Findings about rows, their order, and columns beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import numpy as np

from mlpipe.data.profiling.findings import Finding, build_finding
from mlpipe.data.schema import FEATURE_ROLES, Kind, Role
from mlpipe.metrics.ranking import scaled_ranks
from mlpipe.task import Task, one_at_a_time
from mlpipe.words.lists import count_of, either
from mlpipe.words.numbers import format_share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.profiling.column_profile import Cells

_MIN_ORDERED = 20
"""Rows, or distinct dates, below which an order may be chance."""
_NEARLY_ORDERED = 0.98
"""Squared correlation of ranks from which on dates go with the rows."""
_TELLING_CELLS = 20
_TELLING_REPEATS = 2
"""Cells for each distinct value below which two columns go together by chance, as all do where every cell differs."""


def _number_rows(columns: Sequence[Cells], n_rows: int) -> NDArray[np.int64]:
    """Give equal rows the same number, counted from 0 up.

    Columns are folded in one by one: the pair (number so far, this column's code) is numbered afresh, so that
    numbers stay below `n_rows` and nothing rests on hashes.
    """
    numbers = np.zeros(n_rows, dtype=np.int64)
    for cells in sorted(columns, key=lambda cells: -cells.distinct):
        if numbers.max(initial=0) == n_rows - 1:
            return numbers  # all rows differ already
        paired = numbers * (cells.distinct + 1) + (cells.codes + 1)
        numbers = np.unique(paired, return_inverse=True)[1]
    return numbers


def count_repeated(columns: Sequence[Cells]) -> int:
    """Rows that repeat an earlier one in every column."""
    n_rows = columns[0].n_rows
    return n_rows - 1 - int(_number_rows(columns, n_rows).max()) if n_rows else 0


def tell_repeated(repeated: int, n_rows: int) -> Finding:
    """Word how many rows repeat an earlier one."""
    verb = either(repeated, "repeats", "repeat")
    message = f"{count_of(repeated, 'row')} ({format_share(repeated / n_rows)}) {verb} an earlier row in every column."
    return build_finding("MLP201", message)


def check_contradictions(columns: Sequence[Cells], target: Cells) -> Iterator[Finding]:
    """Find rows that agree in all features but not in their class."""
    features = [cells for cells in columns if cells.column.role in FEATURE_ROLES and cells is not target]
    labelled = target.codes >= 0
    if not features or not labelled.any():
        return
    groups = _number_rows(features, target.n_rows)[labelled]
    classes = target.codes[labelled]
    lowest = np.full(groups.max() + 1, target.distinct, dtype=np.int64)
    highest = np.full(groups.max() + 1, -1, dtype=np.int64)
    np.minimum.at(lowest, groups, classes)
    np.maximum.at(highest, groups, classes)
    contradicting = int((lowest != highest)[groups].sum())
    if contradicting:
        share = format_share(contradicting / len(groups))
        message = f"{count_of(contradicting, 'row')} ({share}) agree in all features with a row of another class."
        yield build_finding("MLP202", message)


def check_duplicated_columns(columns: Sequence[Cells]) -> Iterator[Finding]:
    """Find columns that hold the same as an earlier one, cell by cell, or say the same in other words."""
    earlier: dict[tuple[object, ...], list[Cells]] = {}
    single: list[Cells] = []
    for cells in columns:
        if cells.distinct < 2:
            continue  # constant columns have a finding of their own
        candidates = earlier.setdefault(_fingerprint(cells), [])
        twin = next((other for other in candidates if other.array.equals(cells.array)), None)
        if twin is None:
            candidates.append(cells)
            single.append(cells)
            continue
        # The copy is what to drop, unless it is the target itself.
        copy, kept = (twin, cells) if cells.column.role is Role.TARGET else (cells, twin)
        yield build_finding("MLP105", f"Holds the same as {kept.name!r} in every row.", column=copy.name)
    yield from _check_recoded(single)


def _check_recoded(columns: Sequence[Cells]) -> Iterator[Finding]:
    """Find features whose values go one to one with those of an earlier one: a code beside its name, two units."""
    earlier: dict[tuple[object, ...], list[Cells]] = {}
    for cells in columns:
        if cells.column.role not in FEATURE_ROLES or not _tells(cells):
            continue
        candidates = earlier.setdefault((cells.missing, cells.counts.tobytes()), [])
        twin = next((other for other in candidates if np.array_equal(other.codes, cells.codes)), None)
        if twin is None:
            candidates.append(cells)
        else:
            message = f"Says the same as {twin.name!r} in other words: each value always goes with the same one there."
            yield build_finding("MLP105", message, column=cells.name)


def _tells(cells: Cells) -> bool:
    return cells.n_present >= max(_TELLING_CELLS, _TELLING_REPEATS * cells.distinct)


def _fingerprint(cells: Cells) -> tuple[object, ...]:
    """What equal columns share and few others do: cheap enough for thousands of columns."""
    positions = np.linspace(0, cells.n_rows - 1, num=min(cells.n_rows, 16)).astype(np.int64)
    sample = tuple(cells.array.take(positions).to_pylist())
    return (str(cells.array.type), cells.missing, cells.distinct, sample)


def check_order(columns: Sequence[Cells], target: Cells | None, task: Task | None) -> Iterator[Finding]:
    """Find rows sorted by a date, or by the target."""
    for cells in columns:
        if cells.column.kind is Kind.DATETIME and cells.column.role is not Role.IGNORE and (order := _order_of(cells)):
            yield build_finding("MLP204", f"The rows stand {order} of this column.", column=cells.name)
    if target is not None and task is not None:
        yield from _check_target_order(target, task)


def _order_of(dates: Cells) -> str:
    """How the rows are ordered by dates, in words; "" where they are not."""
    if _never_falls(dates):
        return "in order"
    if _never_falls(dates, sign=-1):
        return "in falling order"
    there = ~np.isnan(dates.numbers)
    if dates.distinct < _MIN_ORDERED:
        return ""
    ranks = scaled_ranks(dates.numbers[there])
    return "nearly in order" if np.corrcoef(ranks, np.flatnonzero(there))[0, 1] ** 2 >= _NEARLY_ORDERED else ""


def _check_target_order(target: Cells, task: Task) -> Iterator[Finding]:
    match task:
        case Task.BINARY | Task.MULTICLASS:
            if _stands_in_runs(target):
                message = f"Each of {count_of(target.distinct, 'class', 'classes')} stands in one run of rows."
                yield build_finding("MLP203", message, column=target.name)
        case Task.REGRESSION:
            if _never_falls(target) or _never_falls(target, sign=-1):
                yield build_finding("MLP203", "The rows are sorted by it.", column=target.name)
        case Task.CLUSTERING:
            pass
        case Task.MULTILABEL | Task.MULTIOUTPUT:
            raise one_at_a_time(task)
        case _:
            assert_never(task)


def _stands_in_runs(target: Cells) -> bool:
    codes = target.codes[target.codes >= 0]
    runs = 1 + int(np.count_nonzero(np.diff(codes)))
    return len(codes) >= _MIN_ORDERED and runs == target.distinct > 1 and 2 * target.distinct <= len(codes)


def _never_falls(cells: Cells, *, sign: int = 1) -> bool:
    if cells.distinct < _MIN_ORDERED:
        return False
    numbers = sign * cells.numbers
    known = numbers[~np.isnan(numbers)]
    return bool((known[1:] >= known[:-1]).all())
