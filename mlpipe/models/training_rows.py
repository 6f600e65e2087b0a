"""Raw training rows for everything that refits the plan: cross-validation, `auto`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mlpipe.data.inference.coercion import to_frame
from mlpipe.data.schema import Role
from mlpipe.models.bonds import FREE, Bonds

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray
    from pandas import DataFrame

    from mlpipe.data.schema import DataContext
    from mlpipe.features.plan.plan import Plan
    from mlpipe.models.folds import Fold
    from mlpipe.target import Target


@dataclass(frozen=True, kw_only=True)
class TrainingRows:
    """Raw training rows, how to prepare them, and what binds them together.

    Parameters
    ----------
    X : DataFrame of shape (n_rows, n_columns)
        Raw feature columns.
    y : ndarray of shape (n_rows,) or (n_rows, n_targets)
        As the target encodes them.
    weights : ndarray of shape (n_rows,) or None
    bonds : Bonds
        What ties the rows together: folds keep it.
    """

    X: DataFrame
    y: NDArray[Any]
    weights: NDArray[np.float64] | None
    plan: Plan
    target: Target
    seed: int
    bonds: Bonds = FREE

    def folds(self, n_folds: int) -> list[Fold]:
        """The folds that respect what ties the rows."""
        return self.bonds.folds(len(self.y), self.target.strata(self.y), n_folds=n_folds, seed=self.seed)

    def most_folds(self, wanted: int) -> int:
        """As many folds as wanted, or as rows, groups and classes allow; 2 at least."""
        return self.bonds.most_folds(len(self.y), self.target.strata(self.y), wanted=wanted)

    def take(self, chosen: NDArray[np.intp]) -> TrainingRows:
        """Some of the rows, in the order of `chosen`."""
        return replace(
            self,
            X=self.X.iloc[chosen].reset_index(drop=True),
            y=self.y[chosen],
            weights=None if self.weights is None else self.weights[chosen],
            bonds=self.bonds.take(chosen),
        )


def training_rows(table: pa.Table, context: DataContext, plan: Plan, *, seed: int) -> TrainingRows:
    """Take the training part of a split as rows to refit the plan on.

    Where the split put the newest rows into the test part, folds go forward in time as well.
    """
    bonds = row_bonds(table, context)
    if bonds.groups is None:
        bonds = replace(bonds, copies=_copies(table, context))
    return TrainingRows(
        X=to_frame(table, context.schema.features),
        y=context.target.encode(table),
        weights=row_weights(table, context),
        plan=plan,
        target=context.target,
        seed=seed,
        bonds=bonds,
    )


def bound_by(context: DataContext) -> list[str]:
    """Columns whose values tie rows together: group and time."""
    return [column.name for role in (Role.GROUP, Role.TIME) for column in context.schema.with_role(role)]


def row_bonds(table: pa.Table, context: DataContext) -> Bonds:
    """Groups and time of rows, where the table has such columns."""
    time = context.schema.with_role(Role.TIME)
    return Bonds(groups=_groups(table, context), order=table.column(time[0].name).to_numpy() if time else None)


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
