"""`predictions.csv`: every row that was judged, block by block."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from mlpipe.steps.evaluation.failures import true_columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlpipe.steps.evaluation.case import Case

    Columns = dict[str, list[Any]]


def prediction_table(case: Case) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Header and rows: what identifies a row, its truth, its prediction, what it counts."""
    blocks = _blocks(case)
    first = next(blocks)
    return list(first), chain.from_iterable(zip(*columns.values(), strict=True) for columns in chain([first], blocks))


def _blocks(case: Case) -> Iterator[Columns]:
    outcome, start = case.judged, 0
    predictions = case.predictions if case.every is None else case.every
    for keys in [case.rows.keys] if case.rows.every is None else case.rows.every.keys():
        rows = slice(start, start + len(next(iter(keys.values()))))
        proba = None if predictions.proba is None else predictions.proba[rows]
        said = replace(predictions, outputs=predictions.outputs[rows], proba=proba)
        written = {name: column.to_pylist() for name, column in said.columns(proba=True).items()}
        columns: Columns = {**keys, **true_columns(case.target, outcome.written(outcome.y_true[rows])), **written}
        if outcome.weights is not None:
            columns["weight"] = outcome.weights[rows].tolist()
        if outcome.groups is not None:
            columns["group"] = outcome.groups[rows].tolist()
        yield columns
        start = rows.stop
