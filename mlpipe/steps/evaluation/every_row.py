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
from mlpipe.task import no_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mlpipe.artifacts.splits import Split
    from mlpipe.models.fitted_model import FittedModel
    from mlpipe.models.predicting import Predictions
    from mlpipe.target import Target

BLOCK_ROWS = 2**16
FEWEST = 10_000
"""Rows that are looked at column by column, however little memory there is."""
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

    def columns(self, names: list[str]) -> pa.Table:
        """A few columns of all rows."""
        with self.split.open_part(self.part) as table:
            return pa.concat_tables(list(table.blocks(names)))

    def predict(self, fitted: FittedModel, threshold: float | None) -> Predictions:
        """What the model says of all rows."""
        with self.split.open_part(self.part) as table:
            blocks = table.blocks(n_rows=BLOCK_ROWS)
            return gather((fitted.predict(block, threshold=threshold) for block in blocks), len(self.numbers))

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
        columns = self.split.context.schema.columns
        ids = [column.name for column in columns if column.role is Role.ID]
        start = 0
        with self.split.open_part(self.part) as table:
            for block in table.blocks(ids) if ids else _stretches(len(self.numbers)):
                end = start + block.num_rows
                yield {name: block[name].to_pylist() for name in ids} or {"row": self.numbers[start:end].tolist()}
                start = end


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
            raise no_target(target.task)
        case _:
            assert_never(target)


def _stretches(n_rows: int) -> Iterator[pa.Table]:
    """So many rows without a column, in blocks."""
    for start in range(0, n_rows, BLOCK_ROWS):
        yield pa.table({"row": pa.nulls(min(BLOCK_ROWS, n_rows - start))})
