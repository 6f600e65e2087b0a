"""Raw training rows for everything that refits the plan: cross-validation, `auto`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mlpipe.data.inference.coercion import to_frame
from mlpipe.data.schema import Role
from mlpipe.data.targets import target_values
from mlpipe.models.crossval import TrainingRows
from mlpipe.models.folds import Fold, choose_folds

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from mlpipe.data.schema import DataContext
    from mlpipe.features.plan.plan import Plan


@dataclass(frozen=True, kw_only=True)
class RawTraining:
    """The raw training rows with what binds them together.

    Parameters
    ----------
    groups : ndarray of shape (n_rows,) or None
        Rows that share a value stay on one side of every fold.
    copies : ndarray of shape (n_rows,) or None
        Rows that share a number are identical, where some are and there are no groups.
    order : ndarray of shape (n_rows,) or None
        Time, where the split was made by time.
    """

    rows: TrainingRows
    groups: NDArray[np.int64] | None
    copies: NDArray[np.int64] | None
    order: NDArray[Any] | None

    def folds(self, n_folds: int) -> list[Fold]:
        """The folds that respect groups and time."""
        return choose_folds(
            self.rows.y,
            task=self.rows.task,
            n_folds=n_folds,
            seed=self.rows.seed,
            groups=self.groups,
            copies=self.copies,
            order=self.order,
        )

    def take(self, chosen: NDArray[np.intp]) -> RawTraining:
        """Some of the rows, in the order of `chosen`."""
        rows = self.rows
        return RawTraining(
            rows=TrainingRows(
                X=rows.X.iloc[chosen].reset_index(drop=True),
                y=rows.y[chosen],
                weights=None if rows.weights is None else rows.weights[chosen],
                plan=rows.plan,
                task=rows.task,
                classes=rows.classes,
                seed=rows.seed,
            ),
            groups=None if self.groups is None else self.groups[chosen],
            copies=None if self.copies is None else self.copies[chosen],
            order=None if self.order is None else self.order[chosen],
        )


def raw_training(table: pa.Table, context: DataContext, plan: Plan, *, seed: int, by_time: bool) -> RawTraining:
    """Take the training part of a split as rows to refit the plan on.

    Parameters
    ----------
    by_time : bool
        The split put the newest rows into the test part; folds then go forward in time as well.
    """
    schema = context.schema
    rows = TrainingRows(
        X=to_frame(table, schema.features),
        y=target_values(table, context),
        weights=row_weights(table, context),
        plan=plan,
        task=context.task,
        classes=context.classes,
        seed=seed,
    )
    time = schema.with_role(Role.TIME)
    order = table.column(time[0].name).to_numpy() if by_time and time else None
    groups = _groups(table, context)
    copies = _copies(table, context) if groups is None else None
    return RawTraining(rows=rows, groups=groups, copies=copies, order=order)


def row_weights(table: pa.Table, context: DataContext) -> NDArray[np.float64] | None:
    """The weight column as numbers, where there is one."""
    weight = context.schema.with_role(Role.WEIGHT)
    if not weight:
        return None
    values: NDArray[np.float64] = table.column(weight[0].name).to_numpy().astype(np.float64)
    return values


def _groups(table: pa.Table, context: DataContext) -> NDArray[np.int64] | None:
    group = context.schema.with_role(Role.GROUP)
    return _codes(table, [group[0].name]) if group else None


def _copies(table: pa.Table, context: DataContext) -> NDArray[np.int64] | None:
    """Which rows are identical, ids aside, if any are."""
    names = [c.name for c in context.schema.columns if c.role is not Role.ID]
    codes = _codes(table, names)
    return codes if codes.max(initial=-1) + 1 < len(codes) else None


def _codes(table: pa.Table, names: list[str]) -> NDArray[np.int64]:
    """Numbers that are equal for rows that are equal in `names`."""
    hashes = pd.util.hash_pandas_object(table.select(names).to_pandas(), index=False)
    codes: NDArray[np.int64] = pd.factorize(hashes)[0]
    return codes
