"""The training rows of a split as blocks from its file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.data.inference.coercion import to_frame
from mlpipe.features.outliers import check_kept
from mlpipe.features.streaming.numbers import fit_clipper
from mlpipe.features.streaming.rows import BLOCK_ROWS, Stage
from mlpipe.features.streaming.target_means import BlockTarget
from mlpipe.features.transformers.clipper import Clipper, outside
from mlpipe.target import ClassTarget
from mlpipe.target.reference import TargetReference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

    from mlpipe.artifacts.tables import BlockTable
    from mlpipe.data.schema import Column, DataContext
    from mlpipe.features.plan.plan import Plan


@dataclass(frozen=True, kw_only=True, eq=False)
class FileRows:
    """Feature columns of a part, block by block.

    Parameters
    ----------
    kept : ndarray of shape (n_rows,) or None
        Which rows of the file count; all without it.
    """

    table: BlockTable
    columns: tuple[Column, ...]
    most_cells: int | None = None
    kept: NDArray[np.bool_] | None = None

    @property
    def n_rows(self) -> int:
        """How many count."""
        return self.table.n_rows if self.kept is None else int(np.count_nonzero(self.kept))

    @property
    def names(self) -> list[str]:
        """All columns."""
        return [column.name for column in self.columns]

    def frames(self, names: Sequence[str]) -> Iterator[pd.DataFrame]:
        """Columns in blocks."""
        wanted = set(names)
        chosen = {column.name: column for column in self.columns if column.name in wanted}
        for table in self.tables(list(chosen)):
            yield to_frame(table, [chosen[name] for name in names])

    def tables(self, names: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Any columns of the file in blocks of rows that count."""
        return self.table.blocks(names, n_rows=BLOCK_ROWS, kept=self.kept)


def fences_of(rows: FileRows, plan: Plan) -> dict[str, Clipper]:
    """The fences that the rows of a file have in each column whose outliers are dropped."""
    return {
        column.name: fit_clipper(Clipper(column.outlier_rule), Stage(rows=rows, names=(column.name,)))
        for column in plan.columns
        if column.outliers == "drop"
    }


def rows_within(rows: FileRows, fences: Mapping[str, Clipper]) -> FileRows:
    """The rows within the fences of all columns that have them.

    Raises
    ------
    DataError
        Where fewer than two rows are left.
    """
    if not fences:
        return rows
    found = [
        ~np.any([outside(clipper, frame[[name]]) for name, clipper in fences.items()], axis=0)
        for frame in rows.frames(list(fences))
    ]
    kept = np.concatenate(found)
    check_kept(int(np.count_nonzero(kept)), len(kept))
    return replace(rows, kept=kept)


def read_target(rows: FileRows, context: DataContext) -> BlockTarget:
    """The target of the rows that count: classes as numbers, since a label for each row takes many times as much."""
    target = context.target
    encoded = (target.encode(table) for table in rows.tables(list(target.sources)))
    if not isinstance(target, ClassTarget):
        return BlockTarget(values=np.concatenate(list(encoded)))
    classes = np.sort(np.asarray(target.classes))
    codes = np.concatenate([np.searchsorted(classes, labels).astype(np.int16) for labels in encoded])
    present = np.flatnonzero(np.bincount(codes, minlength=len(classes)))
    if len(present) == len(classes):
        return BlockTarget(values=codes, classes=classes)
    places = np.zeros(len(classes), dtype=np.int16)
    places[present] = np.arange(len(present))
    return BlockTarget(values=places[codes], classes=classes[present])


def reference_of_target(target: BlockTarget, context: DataContext) -> TargetReference:
    """What a dummy learns from the rows."""
    if target.classes is None or not isinstance(context.target, ClassTarget):
        return context.target.reference(target.values)
    counts: dict[Any, int] = dict(zip(target.classes.tolist(), np.bincount(target.values).tolist(), strict=True))
    return TargetReference(counts={label: counts.get(label, 0) for label in context.target.classes})
