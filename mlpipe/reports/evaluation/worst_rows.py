"""The rows that went worst, as a table of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.reports.sections import Column, Table
from mlpipe.target import LabelsTarget
from mlpipe.words.numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.target import Target

    Cells = tuple[Sequence[str], Sequence[Sequence[object]]]

MOST_WORST = 10


def worst_table(header: Sequence[str], rows: Sequence[Sequence[object]], target: Target) -> Table:
    """The worst rows without the training rows like them; of several labels, those that are wrong are named."""
    kept = [k for k, name in enumerate(header) if not name.startswith("train_")]
    header, rows = [header[k] for k in kept], [[row[k] for k in kept] for row in rows[:MOST_WORST]]
    if isinstance(target, LabelsTarget):
        header, rows = _wrong_labels(header, rows, target.columns)
    columns = tuple(Column(name=name, number=isinstance(rows[0][k], float)) for k, name in enumerate(header))
    return Table(name="Worst rows", columns=columns, rows=tuple(tuple(map(_cell, row)) for row in rows))


def _wrong_labels(header: Sequence[str], rows: Sequence[Sequence[object]], labels: Sequence[str]) -> Cells:
    """In place of two columns for each label, the labels that a row has and was not given, and the reverse."""
    of_labels = {f"{what}_{name}" for what in ("true", "prediction") for name in labels}
    others = [k for k, name in enumerate(header) if name not in of_labels]
    places = [(name, header.index(f"true_{name}"), header.index(f"prediction_{name}")) for name in labels]

    def wrong(row: Sequence[object], truth: int) -> str:
        return ", ".join(name for name, true, said in places if row[true] == truth != row[said])

    told = [[*(row[k] for k in others[:-1]), wrong(row, 1), wrong(row, 0), row[others[-1]]] for row in rows]
    return [*(header[k] for k in others[:-1]), "labels not found", "labels wrongly given", header[others[-1]]], told


def _cell(value: object) -> str:
    if isinstance(value, float):
        return format_number(value)
    return "" if value is None else str(value)
