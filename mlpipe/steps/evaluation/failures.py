"""Where the predictions fail: the worst slices, and the worst rows beside the training rows most like them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from mlpipe.artifacts.evaluations import SLICES, WORST_ROWS
from mlpipe.data.column_names import resolve_names
from mlpipe.data.groupings import groupings, is_sliced
from mlpipe.features.streaming.rows import even_rows
from mlpipe.metrics.judging.slices import SliceScore, score_slices
from mlpipe.metrics.row_losses import proba_of_truth, row_errors, surprises
from mlpipe.models.explaining.nearest import nearest_rows
from mlpipe.steps.evaluation.every_row import row_keys
from mlpipe.words.numbers import round_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mlpipe.artifacts.splits import Split
    from mlpipe.params import EvaluateParams
    from mlpipe.steps.evaluation.case import Case
    from mlpipe.target import Target

    Table = tuple[list[str], list[list[Any]]]

MOST_WORST = 50
N_NEAREST = 3
MOST_KNOWN = 20_000
"""Training rows among which the nearest are looked for: an even choice where there are more."""


@dataclass(frozen=True, kw_only=True)
class Failures:
    """Where predictions fail.

    Parameters
    ----------
    slices : tuple of SliceScore
        All that were looked at, those that stand out most first.
    asked : tuple of str
        The columns that were asked for, where any were.
    worst : (header, rows)
        The rows that went worst, the worst first.
    """

    slices: tuple[SliceScore, ...]
    asked: tuple[str, ...]
    worst: Table

    def tables(self) -> Iterator[tuple[str, Table]]:
        """The files that tell of them."""
        header = ["column", "level", "n_rows", "error", "low", "high", "error_elsewhere", "chance", "worse"]
        rows = [
            [s.column, s.level, s.n_rows, *map(meaningful, (s.error, s.low, s.high, s.rest, s.chance)), s.is_worse]
            for s in self.slices
        ]
        yield SLICES, (header, rows)
        yield WORST_ROWS, self.worst


def meaningful(value: float) -> float:
    """A number with six significant digits, as many as people read."""
    return round_to(value, 6)


def find_failures(case: Case, params: EvaluateParams, train: Split | None) -> Failures:
    """Look at slices and rows.

    Raises
    ------
    UnknownNameError
        Where a column to slice by is not there.
    """
    there = [column for column in case.columns if column.name in case.rows.table.column_names]
    usable = [column for column in there if column.name not in case.target.sources]
    asked = resolve_names(params.slices, [column.name for column in usable], parameter="slices")
    chosen = [column for column in usable if (column.name in asked if asked else is_sliced(column))]
    errors = row_errors(case.outcome)
    scores = score_slices(errors, groupings(case.rows.table, chosen), seed=params.seed)
    return Failures(slices=scores, asked=asked, worst=_worst(case, train))


def _worst(case: Case, train: Split | None) -> Table:
    outcome = case.outcome
    order = np.argsort(-surprises(outcome), kind="stable")[:MOST_WORST]
    predicted = case.predictions.columns(proba=False)
    columns: dict[str, list[Any]] = {"rank": list(range(1, len(order) + 1))}
    columns |= {name: [cells[k] for k in order] for name, cells in case.rows.keys.items()}
    columns |= {name: [cells[k] for k in order] for name, cells in true_columns(case.target, case.rows.y).items()}
    columns |= {name: cells.take(pa.array(order)).to_pylist() for name, cells in predicted.items()}
    if outcome.classes and outcome.y_proba is not None:
        columns["proba_of_true"] = proba_of_truth(outcome)[order].tolist()
    else:
        columns["error"] = row_errors(outcome)[order].tolist()
    if train is not None:
        columns |= _nearest(case, order, train)
    return list(columns), [list(row) for row in zip(*columns.values(), strict=True)]


def true_columns(target: Target, y: NDArray[Any]) -> dict[str, list[Any]]:
    """The true values, a column for each column of the target."""
    names = ["true"] if y.ndim == 1 else [f"true_{name}" for name in target.columns]
    return {name: column.tolist() for name, column in zip(names, target.stored(y), strict=True)}


def _nearest(case: Case, order: Any, train: Split) -> dict[str, list[Any]]:
    """What identifies the training rows that are most like the worst rows, their truth, and how far away they are."""
    assert case.model is not None
    some = even_rows(train.n_rows("train"), MOST_KNOWN)
    known, rows = train.some("train", some), train.source_rows("train")[some]
    fitted = case.model.fitted
    worst = case.rows.table.take(pa.array(order))
    found = nearest_rows(fitted.transform(worst), fitted.transform(known), n_nearest=N_NEAREST)
    keys = row_keys(known, case.columns, rows)
    truth = dict(zip(case.target.columns, case.target.stored(case.target.encode(known)), strict=True))
    columns: dict[str, list[Any]] = {}
    for place in range(found.rows.shape[1]):
        picked = found.rows[:, place].tolist()
        names = [f"true_{name}" for name in truth] if len(truth) > 1 else ["true"]
        told: dict[str, Any] = {**keys, **dict(zip(names, truth.values(), strict=False))}
        columns |= {f"train_{place + 1}_{name}": [_plain(cells[k]) for k in picked] for name, cells in told.items()}
        columns[f"train_{place + 1}_distance"] = [meaningful(d) for d in found.distances[:, place].tolist()]
    return columns


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
