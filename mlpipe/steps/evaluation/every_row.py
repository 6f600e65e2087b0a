"""All rows of a part, predicted block by block, where memory does not hold them with their columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa

from mlpipe.data.schema import Role
from mlpipe.features.streaming.rows import spread_rows

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
_CELLS_OF_A_SCORE = 5
"""What scoring takes for each of all rows: their predictions, and their order by score; 213 bytes were measured."""


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
        most = max(FEWEST, (most_cells - n_rows * _CELLS_OF_A_SCORE) // (width + _CELLS_OF_A_PREDICTION))
        return None if most >= n_rows else spread_rows(n_rows, most, seed)

    def columns(self, names: list[str]) -> pa.Table:
        """A few columns of all rows."""
        with self.split.open_part(self.part) as table:
            return pa.concat_tables(list(table.blocks(names)))

    def predict(self, fitted: FittedModel, target: Target, threshold: float | None) -> tuple[Predictions, NDArray[Any]]:
        """What the model says of all rows, and their truth."""
        said: list[Predictions] = []
        truth: list[NDArray[Any]] = []
        with self.split.open_part(self.part) as table:
            for block in table.blocks(n_rows=BLOCK_ROWS):
                said.append(fitted.predict(block, threshold=threshold))
                truth.append(target.encode(block))
        proba = None if said[0].proba is None else np.concatenate([one.proba for one in said if one.proba is not None])
        outputs = np.concatenate([one.outputs for one in said])
        return replace(said[0], outputs=outputs, proba=proba), np.concatenate(truth)

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


def _stretches(n_rows: int) -> Iterator[pa.Table]:
    """So many rows without a column, in blocks."""
    for start in range(0, n_rows, BLOCK_ROWS):
        yield pa.table({"row": pa.nulls(min(BLOCK_ROWS, n_rows - start))})
