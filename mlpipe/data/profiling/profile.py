"""What `inspect` says of a table: its columns in numbers, and its findings."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Self, assert_never

import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.cells import trim
from mlpipe.data.profiling.check_columns import check_column
from mlpipe.data.profiling.check_levels import check_levels
from mlpipe.data.profiling.check_numbers import check_numbers
from mlpipe.data.profiling.check_rows import (
    check_contradictions,
    check_duplicated_columns,
    check_order,
    count_repeated,
    tell_repeated,
)
from mlpipe.data.profiling.check_target import check_leakage, check_sum, check_target, score_columns
from mlpipe.data.profiling.column_profile import Cells, ColumnProfile, summarise_column
from mlpipe.data.profiling.findings import Finding
from mlpipe.data.profiling.several import SeveralTargets
from mlpipe.errors import UnknownNameError
from mlpipe.task import Task, one_at_a_time
from mlpipe.words.lists import count_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlpipe.data.inference.coercion import BadCell
    from mlpipe.data.profiling.column_tally import TableTotals
    from mlpipe.data.schema import Column

_ALL_ALIKE = frozenset({"MLP101", "MLP102", "MLP305"})


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A table described.

    Parameters
    ----------
    duplicate_rows : int
        Rows that repeat an earlier row in every column.
    findings : tuple of Finding
        In order of their codes, then of the columns in the file.
    sampled_rows : int or None
        Of a table too large to be held: rows of the uniform sample in which the findings were looked for. What is
        said of the columns counts all rows, unless it is marked as approximate.
    several : SeveralTargets or None
        How several targets go together, where more than one is to be predicted.
    """

    rows: int
    duplicate_rows: int
    target: str | None
    task: Task | None
    columns: tuple[ColumnProfile, ...]
    findings: tuple[Finding, ...]
    sampled_rows: int | None = None
    several: SeveralTargets | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        document = {**asdict(self), "findings": [finding.to_json() for finding in self.findings]}
        if self.several is None:
            del document["several"]
        return document

    def with_told(self, told: Iterable[Finding]) -> Self:
        """With what reading the table showed, in the place of what its cells seem to show."""
        told = tuple(told)
        over = {(one.code, one.column) for one in told}
        kept = (one for one in self.findings if (one.code, one.column) not in over)
        position = {column.name: number for number, column in enumerate(self.columns)}
        found = sorted((*kept, *told), key=lambda one: (one.code, position.get(one.column or "", -1)))
        return replace(self, findings=tuple(found))

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_json`; a field that an older mlpipe did not write has its default.

        Raises
        ------
        ValueError
            For what is no profile.
        """
        from pydantic import TypeAdapter

        return TypeAdapter(cls).validate_python(data)


def profile_table(
    all_cells: Sequence[Cells],
    *,
    target: str | None = None,
    task: Task | None = None,
    markers: Mapping[str, Mapping[str, int]] | None = None,
    bad: Sequence[BadCell] = (),
    totals: TableTotals | None = None,
    seed: int = 0,
) -> Profile:
    """Describe a typed table.

    Parameters
    ----------
    all_cells : sequence of Cells
        All columns: of the table, or of a sample of its rows.
    target, task : str or None, Task or None
        Without a task, the target is described but nothing is measured against it.
    markers : mapping, optional
        Per column, the cells that were read as missing, as written, with their counts (see `count_markers`).
    bad : sequence of BadCell
        Cells that could not be read, as `coerce` lists them.
    totals : TableTotals, optional
        What is known of all rows, if `all_cells` are those of a sample.
    seed : int
        Deals the rows to the folds of the leakage scores.
    """
    by_name = {cells.name: cells for cells in all_cells}
    if target is not None and target not in by_name:
        raise UnknownNameError("column", target, by_name)
    target_cells = None if target is None else by_name[target]
    n_held = all_cells[0].n_rows
    n_rows = n_held if totals is None else totals.n_rows
    repeated = count_repeated(all_cells) if totals is None else totals.repeated_rows or 0
    scores = {} if target_cells is None or task is None else score_columns(all_cells, target_cells, task, seed=seed)
    findings = [
        *_check_each(all_cells, markers or {}, bad),
        *check_numbers(all_cells),
        *check_duplicated_columns(all_cells),
        *check_order(all_cells, target_cells, task),
        *_check_against(target_cells, all_cells, task, scores),
    ]
    if totals is not None:
        findings = list(_mark_sampled(findings, totals, n_held))
    if repeated:
        findings.append(tell_repeated(repeated, n_rows))
    position = {name: number for number, name in enumerate(by_name)}
    facts = {} if totals is None else totals.columns
    return Profile(
        rows=n_rows,
        duplicate_rows=repeated,
        target=target,
        task=task,
        columns=tuple(
            summarise_column(cells, target_score=scores.get(cells.name), totals=facts.get(cells.name))
            for cells in all_cells
        ),
        findings=tuple(sorted(findings, key=lambda found: (found.code, position.get(found.column or "", -1)))),
        sampled_rows=None if totals is None else n_held,
    )


def _check_each(
    columns: Sequence[Cells], markers: Mapping[str, Mapping[str, int]], bad: Sequence[BadCell]
) -> Iterator[Finding]:
    for cells in columns:
        unreadable = [cell for cell in bad if cell.column == cells.name]
        yield from check_column(cells, markers=markers.get(cells.name, {}), bad=unreadable)
        yield from check_levels(cells)


def _check_against(
    target: Cells | None, columns: Sequence[Cells], task: Task | None, scores: Mapping[str, float]
) -> Iterator[Finding]:
    if target is None:
        return
    yield from check_target(target, task)
    if task is None:
        return
    yield from check_leakage(columns, target, scores, task)
    match task:
        case Task.BINARY | Task.MULTICLASS:
            yield from check_contradictions(columns, target)
        case Task.REGRESSION:
            yield from check_sum(columns, target)
        case Task.CLUSTERING:
            pass
        case Task.MULTILABEL | Task.MULTIOUTPUT:
            raise one_at_a_time(task)
        case _:
            assert_never(task)


def _mark_sampled(findings: Sequence[Finding], totals: TableTotals, n_sampled: int) -> Iterator[Finding]:
    """Findings of a sample as such, without those about constant columns that all rows refute."""
    for finding in findings:
        facts = totals.columns.get(finding.column or "")
        if finding.code not in _ALL_ALIKE or facts is None or facts.distinct <= 1:
            yield replace(finding, message=f"In a sample of {count_of(n_sampled)} rows: {finding.message}")


def count_markers(
    typed: pa.Table, scanned: Mapping[str, Mapping[str, int]], columns: Sequence[Column]
) -> dict[str, dict[str, int]]:
    """Count the cells that each column's schema reads as missing, blank ones aside.

    Parameters
    ----------
    typed : pyarrow.Table
        Words as written.
    scanned : mapping
        Such cells of columns that were numbers or dates by the time `scan_table` had read them.
    """
    counted = {}
    for column in columns:
        found = dict(scanned.get(column.name, {}))
        if typed[column.name].type == pa.string() and column.missing:
            trimmed = trim(typed[column.name])
            marked = trimmed.filter(pc.is_in(trimmed, pa.array(column.missing, pa.string())))
            found = {pair["values"]: pair["counts"] for pair in pc.value_counts(marked).to_pylist() if pair["values"]}
        counted[column.name] = {cell: n for cell, n in found.items() if cell in column.missing}
    return {name: counts for name, counts in counted.items() if counts}
