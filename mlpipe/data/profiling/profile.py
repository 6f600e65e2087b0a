"""What `inspect` says of a table: its columns in numbers, and its findings."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Self

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
    check_rows,
    tell_repeated,
)
from mlpipe.data.profiling.check_target import check_leakage, check_sum, check_target, score_columns
from mlpipe.data.profiling.column_profile import Cells, ColumnProfile, summarise_column
from mlpipe.data.profiling.findings import Finding
from mlpipe.errors import UnknownNameError
from mlpipe.task import Task

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlpipe.data.inference.coercion import BadCell
    from mlpipe.data.profiling.column_tally import Whole
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
    """

    rows: int
    duplicate_rows: int
    target: str | None
    task: Task | None
    columns: tuple[ColumnProfile, ...]
    findings: tuple[Finding, ...]
    sampled_rows: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {**asdict(self), "findings": [finding.to_json() for finding in self.findings]}

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


@dataclass(frozen=True, kw_only=True)
class WholeTable:
    """What is known of all rows where `Cells` are those of a sample.

    Parameters
    ----------
    repeated_rows : int or None
        Rows that repeat an earlier one; None where there were too many to tell.
    columns : mapping
        Facts by column.
    """

    n_rows: int
    repeated_rows: int | None
    columns: Mapping[str, Whole]


def profile_table(
    all_cells: Sequence[Cells],
    *,
    target: str | None = None,
    task: Task | None = None,
    markers: Mapping[str, Mapping[str, int]] | None = None,
    bad: Sequence[BadCell] = (),
    whole: WholeTable | None = None,
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
    whole : WholeTable, optional
        What is known of all rows, if `all_cells` are those of a sample.
    seed : int
        Deals the rows to the folds of the leakage scores.
    """
    by_name = {cells.name: cells for cells in all_cells}
    n_rows = all_cells[0].n_rows
    if target is not None and target not in by_name:
        raise UnknownNameError("column", target, by_name)
    target_cells = by_name[target] if target is not None else None
    scores: dict[str, float] = {}
    if target_cells is not None and task is not None and target_cells.distinct > 1:
        scores = score_columns(all_cells, target_cells, task, seed=seed)
    duplicate_rows, findings = check_rows(all_cells, n_rows)
    for cells in all_cells:
        unreadable = [cell for cell in bad if cell.column == cells.name]
        findings.extend(check_column(cells, markers=(markers or {}).get(cells.name, {}), bad=unreadable))
        findings.extend(check_levels(cells))
    findings.extend(check_numbers(all_cells))
    findings.extend(check_duplicated_columns(all_cells))
    findings.extend(check_order(all_cells, target_cells, task))
    if target_cells is not None:
        findings.extend(_check_against(target_cells, all_cells, task, scores))
    if whole is not None:
        findings = list(tell_sample(findings, whole, n_rows))
        duplicate_rows = whole.repeated_rows or 0
    position = {name: number for number, name in enumerate(by_name)}
    findings.sort(key=lambda finding: (finding.code, position.get(finding.column or "", -1)))
    facts = {} if whole is None else whole.columns
    return Profile(
        rows=n_rows if whole is None else whole.n_rows,
        duplicate_rows=duplicate_rows,
        target=target,
        task=task,
        columns=tuple(
            summarise_column(cells, target_score=scores.get(cells.name), whole=facts.get(cells.name))
            for cells in all_cells
        ),
        findings=tuple(findings),
        sampled_rows=None if whole is None else n_rows,
    )


def tell_sample(findings: Sequence[Finding], whole: WholeTable, n_sampled: int) -> Iterator[Finding]:
    """Findings of a sample as such; those about repeated rows and constant columns by what all rows say."""
    for finding in findings:
        facts = whole.columns.get(finding.column or "")
        refuted = finding.code in _ALL_ALIKE and facts is not None and facts.distinct > 1
        if finding.code != "MLP201" and not refuted:
            yield replace(finding, message=f"In a sample of {n_sampled:,} rows: {finding.message}")
    if whole.repeated_rows:
        yield tell_repeated(whole.repeated_rows, whole.n_rows)


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
