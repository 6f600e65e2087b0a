"""Raw training rows for everything that refits the plan: cross-validation, `auto`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mlpipe.data.inference.coercion import to_frame
from mlpipe.data.schema import Role
from mlpipe.models.folds import Fold, choose_folds

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray
    from pandas import DataFrame

    from mlpipe.data.schema import DataContext
    from mlpipe.features.plan.plan import Plan
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
    groups : ndarray of shape (n_rows,) or None
        Rows that share a value stay on one side of every fold.
    copies : ndarray of shape (n_rows,) or None
        Rows that share a number are identical, where some are and there are no groups.
    order : ndarray of shape (n_rows,) or None
        Time, where the split was made by time.
    """

    X: DataFrame
    y: NDArray[Any]
    weights: NDArray[np.float64] | None
    plan: Plan
    target: Target
    seed: int
    groups: NDArray[np.int64] | None = None
    copies: NDArray[np.int64] | None = None
    order: NDArray[Any] | None = None

    def folds(self, n_folds: int) -> list[Fold]:
        """The folds that respect groups and time."""
        return choose_folds(
            len(self.y),
            strata=self.target.strata(self.y),
            n_folds=n_folds,
            seed=self.seed,
            groups=self.groups,
            copies=self.copies,
            order=self.order,
        )

    def most_folds(self, wanted: int) -> int:
        """As many folds as wanted, or as rows, groups and classes allow; 2 at least."""
        together = self.copies if self.groups is None else self.groups
        units = len(self.y) if together is None else len(np.unique(together))
        strata = self.target.strata(self.y)
        if strata is not None and strata.ndim == 1:
            units = min(units, int(np.unique(strata, return_counts=True)[1].max()))
        return max(2, min(wanted, units))

    def take(self, chosen: NDArray[np.intp]) -> TrainingRows:
        """Some of the rows, in the order of `chosen`."""
        return replace(
            self,
            X=self.X.iloc[chosen].reset_index(drop=True),
            y=self.y[chosen],
            weights=_at(self.weights, chosen),
            groups=_at(self.groups, chosen),
            copies=_at(self.copies, chosen),
            order=_at(self.order, chosen),
        )


def _at(values: NDArray[Any] | None, chosen: NDArray[np.intp]) -> NDArray[Any] | None:
    return None if values is None else values[chosen]


def training_rows(table: pa.Table, context: DataContext, plan: Plan, *, seed: int) -> TrainingRows:
    """Take the training part of a split as rows to refit the plan on.

    Where the split put the newest rows into the test part, folds go forward in time as well.
    """
    schema = context.schema
    time = schema.with_role(Role.TIME)
    groups = _groups(table, context)
    return TrainingRows(
        X=to_frame(table, schema.features),
        y=context.target.encode(table),
        weights=row_weights(table, context),
        plan=plan,
        target=context.target,
        seed=seed,
        groups=groups,
        copies=_copies(table, context) if groups is None else None,
        order=table.column(time[0].name).to_numpy() if time else None,
    )


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
