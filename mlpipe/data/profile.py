"""What `inspect` says of a table: its columns in numbers, and its findings."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from mlpipe.data.column_checks import check_column
from mlpipe.data.findings import Finding
from mlpipe.data.level_checks import check_levels
from mlpipe.data.number_checks import check_numbers
from mlpipe.data.order_checks import check_order
from mlpipe.data.profile_columns import Cells, ColumnProfile, summarise_column
from mlpipe.data.table_checks import check_contradictions, check_duplicated_columns, check_rows
from mlpipe.data.target_checks import check_leakage, check_sum, check_target, score_columns
from mlpipe.errors import UnknownNameError
from mlpipe.task import Task

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from mlpipe.data.coercion import BadCell
    from mlpipe.data.schema import Column


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A table described.

    Parameters
    ----------
    duplicate_rows : int
        Rows that repeat an earlier row in every column.
    findings : tuple of Finding
        In order of their codes, then of the columns in the file.
    """

    rows: int
    duplicate_rows: int
    target: str | None
    task: Task | None
    columns: tuple[ColumnProfile, ...]
    findings: tuple[Finding, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)

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
    table: pa.Table,
    columns: Sequence[Column],
    *,
    target: str | None = None,
    task: Task | None = None,
    markers: Mapping[str, Mapping[str, int]] | None = None,
    bad: Sequence[BadCell] = (),
    seed: int = 0,
) -> Profile:
    """Describe a typed table.

    Parameters
    ----------
    table : pyarrow.Table
        Typed by `coerce`; null is missing.
    columns : sequence of Column
        One for each column of `table`, in its order.
    target, task : str or None, Task or None
        Without a task, the target is described but nothing is measured against it.
    markers : mapping, optional
        Per column, the cells that were read as missing, as written, with their counts (see `count_markers`).
    bad : sequence of BadCell
        Cells that could not be read, as `coerce` lists them.
    seed : int
        Deals the rows to the folds of the leakage scores.
    """
    by_name = {column.name: Cells(column, table[column.name]) for column in columns}
    if target is not None and target not in by_name:
        raise UnknownNameError("column", target, by_name)
    all_cells = list(by_name.values())
    target_cells = by_name[target] if target is not None else None
    scores: dict[str, float] = {}
    if target_cells is not None and task is not None and target_cells.distinct > 1:
        scores = score_columns(all_cells, target_cells, task, seed=seed)
    duplicate_rows, findings = check_rows(all_cells, table.num_rows)
    for cells in all_cells:
        unreadable = [cell for cell in bad if cell.column == cells.name]
        findings.extend(check_column(cells, markers=(markers or {}).get(cells.name, {}), bad=unreadable))
        findings.extend(check_levels(cells))
    findings.extend(check_numbers(all_cells))
    findings.extend(check_duplicated_columns(all_cells))
    findings.extend(check_order(all_cells, target_cells, task))
    if target_cells is not None:
        findings.extend(_check_against(target_cells, all_cells, task, scores))
    position = {name: number for number, name in enumerate(by_name)}
    findings.sort(key=lambda finding: (finding.code, position.get(finding.column or "", -1)))
    return Profile(
        rows=table.num_rows,
        duplicate_rows=duplicate_rows,
        target=target,
        task=task,
        columns=tuple(summarise_column(cells, target_score=scores.get(cells.name)) for cells in all_cells),
        findings=tuple(findings),
    )


def _check_against(
    target: Cells, columns: Sequence[Cells], task: Task | None, scores: Mapping[str, float]
) -> Iterator[Finding]:
    yield from check_target(target, task)
    if task is None:
        return
    yield from check_leakage(columns, target, scores, task)
    if task.is_classification:
        yield from check_contradictions(columns, target)
    else:
        yield from check_sum(columns, target)


def count_markers(found: Mapping[str, Mapping[str, int]], columns: Sequence[Column]) -> dict[str, dict[str, int]]:
    """Of the cells that may stand for missing ones, those that each column's schema reads so."""
    counted = {
        column.name: {cell: n for cell, n in found.get(column.name, {}).items() if cell in column.missing}
        for column in columns
    }
    return {name: counts for name, counts in counted.items() if counts}
