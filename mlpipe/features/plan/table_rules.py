"""What must hold for the plan of a whole table."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

from mlpipe.errors import DataError, UsageError
from mlpipe.features.preprocessor.selectors import SELECTORS
from mlpipe.features.transformers.terms import HASHED
from mlpipe.words.lists import count_of, listed
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlpipe.features.plan.column_facts import ColumnFacts
    from mlpipe.features.plan.plan import ColumnPlan, Plan

MOST_FEATURES = 1_000_000
MANY_LEVELS = 1_000
"""Levels in all, from which on one-hot features are worth a sparse matrix."""


def check_table(plan: Plan, facts: Mapping[str, ColumnFacts]) -> None:
    """Raise for a plan that cannot be built or would be too wide.

    Raises
    ------
    UsageError
        Where options do not fit the columns.
    DataError
        Where too many features would come out, with the column that makes the most.
    """
    numbers = multiplied_columns(plan)
    if plan.polynomial > 1 and not numbers:
        raise UsageError(
            f"{param('polynomial', plan.polynomial)} multiplies numbers, and no column is left as a number.",
            remedy=ways(
                f"Leave {param('polynomial')} or {param('bins')} away", "give columns the role numeric when you split"
            ),
        )
    if plan.sparse and plan.reduce == "pca":
        raise UsageError(
            f"{param('reduce', 'pca')} does not work on a sparse matrix, as the column {widest_column(plan, facts)!r} "
            "makes it.",
            remedy=f"Use {param('reduce', 'svd')}, which needs no centring.",
        )
    option = _needs_cells(plan)
    gaps = [c.name for c in plan.columns if keeps_gaps(c) and facts[c.name].missing]
    if option and gaps:
        raise UsageError(
            f"{option} cannot work with missing cells.",
            where=f"Gaps stay in {listed([repr(name) for name in gaps], 10)}.",
            remedy=ways(f"Impute them ({param('impute_numeric', 'median')})", "leave the option away"),
        )
    _check_width(plan, facts, len(numbers))


def multiplied_columns(plan: Plan) -> list[str]:
    """The columns whose numbers `polynomial` multiplies: those that are not cut into bins."""
    return [column.name for column in plan.columns if column.treatment == "number" and column.value and not column.bins]


def keeps_gaps(column: ColumnPlan) -> bool:
    """Whether missing cells stay missing in the matrix."""
    return column.value and column.impute == "none" and column.treatment in ("number", "date", "time")


def describe_sparseness(plan: Plan) -> str:
    """What models get of a sparse matrix, in words; empty where the matrix is dense in the end."""
    if not plan.sparse or plan.reduce != "none":
        return ""
    # No estimator takes both a sparse matrix and gaps in it.
    who = "models" if any(keeps_gaps(column) for column in plan.columns) else "models that take no sparse matrix"
    return (
        f"the matrix is sparse: {who} get its terms and levels as {plan.dense_components} components by truncated SVD"
    )


def _needs_cells(plan: Plan) -> str:
    """The first option that takes no missing cells."""
    if plan.polynomial > 1:
        return param("polynomial", plan.polynomial)
    if plan.select != "none" and not SELECTORS[plan.select].gaps:
        return param("select", plan.select)
    return "" if plan.reduce == "none" else param("reduce", plan.reduce)


def is_sparse(columns: Sequence[ColumnPlan], facts: Mapping[str, ColumnFacts]) -> bool:
    """Whether the matrix is nearly all zeros: text becomes terms, or categories so many levels."""
    if any(column.text is not None for column in columns):
        return True
    onehot = [column for column in columns if column.encode == "onehot"]
    most = sum(column.max_categories or MOST_FEATURES for column in onehot)
    return most > MANY_LEVELS and sum(_width(column, facts[column.name]) for column in onehot) > MANY_LEVELS


def _check_width(plan: Plan, facts: Mapping[str, ColumnFacts], n_numbers: int) -> None:
    products = comb(n_numbers + plan.polynomial, plan.polynomial) - 1 - n_numbers if plan.polynomial > 1 else 0
    if products + sum(_most(column) for column in plan.columns) <= MOST_FEATURES:
        return
    widths = {column.name: _width(column, facts[column.name]) for column in plan.columns}
    total = sum(widths.values()) + products
    if total <= MOST_FEATURES:
        return
    widest = max(widths, key=lambda name: widths[name])
    if products > widths[widest]:
        cause = f"{param('polynomial', plan.polynomial)} of {n_numbers} numbers makes {count_of(products)}."
        remedy = "Lower the degree, or leave number columns out with a recipe."
    else:
        cause = f"The column {widest!r} alone makes up to {count_of(widths[widest])}."
        most = f"{param('max_categories')} or {param('max_features')}"
        remedy = f"Lower {most}, or leave the column out (use = false in a recipe)."
    what = f"The plan makes up to {count_of(total)} columns, more than the {count_of(MOST_FEATURES)} that are allowed."
    raise DataError(what, where=cause, remedy=remedy)


def widest_column(plan: Plan, facts: Mapping[str, ColumnFacts]) -> str:
    """The column that may become the most features."""
    return max(plan.columns, key=lambda column: _width(column, facts[column.name])).name


def _most(column: ColumnPlan) -> int:
    """Most features that a column may become, by its plan alone."""
    if column.text is not None:
        return (column.max_features or HASHED) + 1
    if column.encode == "onehot":
        return column.max_categories or MOST_FEATURES
    return max(len(column.parts), column.bins or 1) + 1


def _width(column: ColumnPlan, facts: ColumnFacts) -> int:
    """Most features that a column may become, with these levels."""
    return min(facts.distinct + 1, _most(column)) if column.encode == "onehot" else _most(column)
