"""What must hold for the plan of a whole table."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

from mlpipe.features.plan_errors import GapsError, NoNumbersError, SparseError, TooWideError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from mlpipe.features.plan import ColumnPlan, Plan

MOST_FEATURES = 1_000_000
MANY_LEVELS = 1_000
"""Levels in all, from which on one-hot features are worth a sparse matrix."""
FEW_LEVELS = 50
"""Levels that are not worth counting again."""
HASHED = 2**16
"""Columns that hashing makes where no number is asked for."""


def check_table(plan: Plan, X: pd.DataFrame) -> None:
    """Raise for a plan that cannot be built or would be too wide.

    Raises
    ------
    GapsError, NoNumbersError, SparseError
        Where options do not fit the columns.
    TooWideError
        With the column that makes the most features.
    """
    numbers = multiplied_columns(plan)
    if plan.polynomial > 1 and not numbers:
        raise NoNumbersError(plan.polynomial)
    if plan.sparse and plan.reduce == "pca":
        raise SparseError("--reduce pca", widest_column(plan, X), "Use --reduce svd, which needs no centring.")
    option = _needs_cells(plan)
    gaps = [c.name for c in plan.columns if keeps_gaps(c) and X[c.name].isna().any()]
    if option and gaps:
        raise GapsError(option, gaps)
    _check_width(plan, X, len(numbers))


def multiplied_columns(plan: Plan) -> list[str]:
    """The columns whose numbers `--polynomial` multiplies: those that are not cut into bins."""
    return [column.name for column in plan.columns if column.treatment == "number" and column.value and not column.bins]


def keeps_gaps(column: ColumnPlan) -> bool:
    """Whether missing cells stay missing in the matrix."""
    return column.value and column.impute == "none" and column.treatment in ("number", "date")


def _needs_cells(plan: Plan) -> str:
    """The first option that takes no missing cells."""
    if plan.polynomial > 1:
        return f"--polynomial {plan.polynomial}"
    if plan.select in ("mutual-info", "l1", "rfe"):
        return f"--select {plan.select}"
    return "" if plan.reduce == "none" else f"--reduce {plan.reduce}"


def is_sparse(columns: Sequence[ColumnPlan], X: pd.DataFrame) -> bool:
    """Whether the matrix is nearly all zeros: text becomes terms, or categories so many levels."""
    if any(column.text is not None for column in columns):
        return True
    onehot = [column for column in columns if column.encode == "onehot"]
    if sum(column.max_categories or MOST_FEATURES for column in onehot) <= MANY_LEVELS:
        return False
    return sum(_width(column, X[column.name]) for column in onehot) > MANY_LEVELS


def _check_width(plan: Plan, X: pd.DataFrame, n_numbers: int) -> None:
    products = comb(n_numbers + plan.polynomial, plan.polynomial) - 1 - n_numbers if plan.polynomial > 1 else 0
    widths = _widths(plan, X)
    total = sum(widths.values()) + products
    if total <= MOST_FEATURES:
        return
    widest = widest_column(plan, X)
    if products > widths[widest]:
        cause = f"--polynomial {plan.polynomial} of {n_numbers} numbers makes {products:,}."
        raise TooWideError(total, MOST_FEATURES, cause, "Lower the degree, or leave number columns out with a recipe.")
    raise TooWideError(
        total,
        MOST_FEATURES,
        f"The column {widest!r} alone makes up to {widths[widest]:,}.",
        "Lower --max-categories or --max-features, or leave the column out (use = false in a recipe).",
    )


def widest_column(plan: Plan, X: pd.DataFrame) -> str:
    """The column that may become the most features."""
    widths = _widths(plan, X)
    return max(widths, key=lambda name: widths[name])


def _widths(plan: Plan, X: pd.DataFrame) -> dict[str, int]:
    return {column.name: _width(column, X[column.name]) for column in plan.columns}


def _width(column: ColumnPlan, values: pd.Series) -> int:
    """Most features that a column may become."""
    if column.text is not None:
        return (column.max_features or HASHED) + 1
    if column.encode == "onehot":
        most = column.max_categories or MOST_FEATURES
        return most if most <= FEW_LEVELS else min(values.nunique() + 1, most)
    return max(len(column.parts), column.bins or 1) + 1
