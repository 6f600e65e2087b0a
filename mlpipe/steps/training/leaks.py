"""Columns that a model goes by although they may give the target away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.data.profiling.training_findings import rows_looked_at, training_findings
from mlpipe.target import ClassTarget, NumberTarget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.data.schema import DataContext
    from mlpipe.steps.loading import LazySplit

MOST_COLUMNS = 5
LEAK = "MLP304"


def leaks(split: LazySplit, context: DataContext, leans_on: Sequence[str]) -> tuple[str, ...]:
    """A sentence for each of the columns that matter most which alone predicts the target, as `inspect` finds it."""
    target = context.target
    strongest = list(leans_on[:MOST_COLUMNS])
    found = split.find() if strongest and isinstance(target, ClassTarget | NumberTarget) else None
    if found is None:
        return ()
    names = {*strongest, *target.columns}
    columns = [column for column in context.schema.columns if column.name in names]
    with found.open_part("train") as table:
        rows = table.rows(rows_looked_at(table.n_rows, len(columns)), [column.name for column in columns])
    findings = training_findings(rows, columns, target=target.name, task=target.task, seed=context.seed)
    return tuple(f"the model goes by a suspected leak: {f.sentence}" for f in findings if f.code == LEAK)
