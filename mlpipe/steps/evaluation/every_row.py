"""All rows of a part, predicted block by block, where memory does not hold them with their columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, assert_never

import numpy as np
import pyarrow as pa

from mlpipe.data.schema import Role
from mlpipe.engine.memory import CELL_BYTES
from mlpipe.features.streaming.rows import spread_rows
from mlpipe.metrics.outcome import Outcome, places_of
from mlpipe.models.predicting import gather
from mlpipe.target import ClassTarget, LabelsTarget, NoTarget, NumbersTarget, NumberTarget
from mlpipe.target.cells import label_counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from mlpipe.artifacts.splits import Split
    from mlpipe.data.schema import Column
    from mlpipe.models.fitted_model import FittedModel
    from mlpipe.models.predicting import Predictions
    from mlpipe.target import Target

BLOCK_ROWS = 2**16
FEWEST = 10_000
"""Rows that are looked at column by column, however little memory there is."""
_CLUSTER_BYTES = 10
"""The number of a row, and that of its cluster."""
_CELLS_OF_A_PREDICTION = 30
"""What a row's prediction, its keys and its line in a file take beside its cells."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PartFile:
    """A part of a split on disk.

    Parameters
    ----------
    numbers : ndarray of shape (n_rows,)
        What the rows are called in `predictions.csv`, where there are no ids.
    """

    split: Split
    part: str
    numbers: NDArray[np.int64]

    @classmethod
    def of(cls, split: Split, part: str) -> Self:
        """A part, its rows numbered as the source's, or where it has a file of its own as that one's."""
        n_rows, numbers = split.n_rows(part), split.source_rows(part)
        return cls(split=split, part=part, numbers=numbers if len(numbers) == n_rows else np.arange(n_rows))

    def sample(self, most_cells: int | None, seed: int) -> NDArray[np.int64] | None:
        """Which rows to look at column by column, where not all of them can be held."""
        if most_cells is None:
            return None
        n_rows, width = len(self.numbers), len(self.split.context.schema.columns)
        scored = n_rows * -(-scoring_bytes(self.split.context.target) // CELL_BYTES)
        most = max(FEWEST, (most_cells - scored) // (width + _CELLS_OF_A_PREDICTION))
        return None if most >= n_rows else spread_rows(n_rows, most, seed)

    @property
    def n_rows(self) -> int:
        """How many there are."""
        return len(self.numbers)

    def blocks(self, names: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Columns of all rows, block by block."""
        with self.split.open_part(self.part) as table:
            yield from table.blocks(names, n_rows=BLOCK_ROWS)

    def keys_of(self, block: pa.Table, start: int) -> dict[str, list[Any]]:
        """What identifies the rows of a block, the first of which has the number `start`."""
        return row_keys(block, self.split.context.schema.columns, self.numbers[start : start + block.num_rows])

    def columns(self, names: list[str]) -> pa.Table:
        """A few columns of all rows."""
        with self.split.open_part(self.part) as table:
            return pa.concat_tables(list(table.blocks(names)))

    def predict(self, fitted: FittedModel, threshold: float | None) -> Predictions:
        """What the model says of all rows."""
        return gather((fitted.predict(block, threshold=threshold) for block in self.blocks()), self.n_rows)

    def beside(self, predictions: Predictions) -> Outcome:
        """Predictions of all rows beside their truth; text of class labels is held for one block at a time."""
        target = predictions.target
        unseen: tuple[str, ...] = ()
        if isinstance(target, ClassTarget):
            unseen = self._unseen(target)
            labels = (*target.classes, *unseen)
            with self.split.open_part(self.part) as table:
                y = np.concatenate([places_of(target.encode(block), labels) for block in table.blocks(target.sources)])
        else:
            y = target.encode(self.columns(list(target.sources)))
        return Outcome(target=target, y_true=y, y_pred=predictions.outputs, y_proba=predictions.proba, unseen=unseen)

    def _unseen(self, target: ClassTarget) -> tuple[str, ...]:
        """The labels of the part that are none of the classes."""
        with self.split.open_part(self.part) as table:
            found = {label for block in table.blocks(target.sources) for label in label_counts(block[target.column])}
        return tuple(sorted(found - set(target.classes)))

    def keys(self) -> Iterator[dict[str, list[Any]]]:
        """What identifies the rows, block by block: the id columns, else their numbers."""
        ids = [column.name for column in self.split.context.schema.with_role(Role.ID)]
        start = 0
        for block in self.blocks(ids) if ids else _stretches(self.n_rows):
            yield self.keys_of(block, start)
            start += block.num_rows


@dataclass(frozen=True, kw_only=True, eq=False)
class HeldRows:
    """Rows in memory, in the same blocks.

    Parameters
    ----------
    keys : dict
        What identifies each of them.
    """

    table: pa.Table
    keys: dict[str, list[Any]]

    @property
    def n_rows(self) -> int:
        """How many there are."""
        return int(self.table.num_rows)

    def blocks(self, names: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Columns of all rows, block by block; those that there are."""
        chosen = self.table if names is None else self.table.select([n for n in names if n in self.table.column_names])
        for start in range(0, max(self.n_rows, 1), BLOCK_ROWS):
            yield chosen.slice(start, BLOCK_ROWS)

    def keys_of(self, block: pa.Table, start: int) -> dict[str, list[Any]]:
        """What identifies the rows of a block, the first of which has the number `start`."""
        return {name: values[start : start + block.num_rows] for name, values in self.keys.items()}


TableRows = PartFile | HeldRows


def row_keys(table: pa.Table, columns: Iterable[Column], rows: NDArray[Any]) -> dict[str, list[Any]]:
    """What identifies rows: the id columns, else their numbers."""
    ids = [c.name for c in columns if c.role is Role.ID and c.name in table.column_names]
    return {name: table.column(name).to_pylist() for name in ids} or {"row": rows.tolist()}


def scoring_bytes(target: Target) -> int:
    """Bytes that scoring takes for each row, as measured: predictions, their order, their losses, what adds them up."""
    match target:
        case ClassTarget():
            return 70 + 8 * len(target.classes) + 22 * (1 if target.positive is not None else len(target.classes))
        case NumberTarget():
            return 125
        case LabelsTarget():
            return 110 * len(target.columns)
        case NumbersTarget():
            return 95 * len(target.columns)
        case NoTarget():
            return _CLUSTER_BYTES
        case _:
            assert_never(target)


def _stretches(n_rows: int) -> Iterator[pa.Table]:
    """So many rows without a column, in blocks."""
    for start in range(0, n_rows, BLOCK_ROWS):
        yield pa.table({"row": pa.nulls(min(BLOCK_ROWS, n_rows - start))})
