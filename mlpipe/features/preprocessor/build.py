"""From a plan to an unfitted preprocessor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sklearn.compose import ColumnTransformer
from sklearn.impute import MissingIndicator
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import PolynomialFeatures

from mlpipe.features.plan.table_rules import multiplied_columns
from mlpipe.features.preprocessor.branches import COLUMN, GAPS, NUMBERS
from mlpipe.features.preprocessor.column_steps import (
    TOGETHER,
    category_steps,
    date_steps,
    number_steps,
    text_steps,
    time_steps,
)
from mlpipe.features.preprocessor.selectors import SELECTORS
from mlpipe.features.transformers.components import Components
from mlpipe.features.transformers.date_parts import DateParts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pandas import DataFrame

    from mlpipe.features.plan.plan import ColumnPlan, Plan
    from mlpipe.features.preprocessor.column_steps import Step
    from mlpipe.task import Task

BranchSpec = tuple[str, Any, list[str]]


def build_preprocessor(plan: Plan, task: Task, seed: int) -> Pipeline:
    """Build the unfitted preprocessor: raw typed columns in, a float64 matrix out.

    Columns are found by name. `fit_transform(X, y)` on the training rows gives the matrix to learn from: there,
    target means are cross-fitted (no row takes part in its own), while `transform` uses the means of all
    training rows (Micci-Barreca 2001, doi:10.1145/507533.507538).

    Returns
    -------
    Pipeline
        Steps `columns` (a ColumnTransformer, see `branches`) and, where the plan has them, `products`, `select` and
        `reduce`. The matrix is sparse (CSR) where the plan says so and nothing reduces it, else dense.
    """
    branches = [*_number_branches(plan, seed), *_gap_branch(plan), *_column_branches(plan, task, seed)]
    # At threshold 1 any sparse branch makes the whole sparse, at 0 none does.
    columns = ColumnTransformer(branches, sparse_threshold=1.0 if plan.sparse else 0.0)
    return Pipeline([("columns", columns), *_table_steps(plan, task, seed)])


def with_fills(plan: Plan, X: DataFrame) -> Plan:
    """The plan with zeros for columns that are empty among the rows of a fold, where scaling comes before imputing."""
    empty = {
        column.name
        for column in plan.columns
        if column.treatment == "number" and column.impute in TOGETHER and X[column.name].isna().all()
    }
    if not empty:
        return plan
    filled = (replace(c, impute="constant", fill_value=0.0) if c.name in empty else c for c in plan.columns)
    return replace(plan, columns=tuple(filled))


def _table_steps(plan: Plan, task: Task, seed: int) -> list[Step]:
    """What is done with all features together."""
    steps: list[Step] = []
    if plan.polynomial > 1:
        # Numbers are the first features: their branches come first, those that are cut into bins last.
        n_numbers = len(multiplied_columns(plan))
        products = PolynomialFeatures(plan.polynomial, interaction_only=plan.interactions, include_bias=False)
        parts = [("numbers", products, slice(0, n_numbers)), ("rest", "passthrough", slice(n_numbers, None))]
        steps.append(("products", ColumnTransformer(parts, sparse_threshold=1.0 if plan.sparse else 0.0)))
    if plan.select != "none":
        steps.append(("select", SELECTORS[plan.select].build(plan.select_k, task, seed)))
    if plan.reduce != "none":
        steps.append(("reduce", Components(plan.reduce, plan.components, random_state=seed)))
    return steps


def _number_branches(plan: Plan, seed: int) -> Iterator[BranchSpec]:
    """One branch for all columns of numbers that are treated alike; those cut into bins come last."""
    groups: dict[tuple[object, ...], list[ColumnPlan]] = {}
    for column in plan.columns:
        if column.treatment == "number" and column.value:
            rule = column.outlier_rule if column.outliers == "clip" else None
            key = (column.impute, column.fill_value, column.scale, rule, column.bins)
            groups.setdefault(key, []).append(column)
    alike = sorted(groups.values(), key=lambda columns: columns[0].bins is not None)
    for i, columns in enumerate(alike):
        steps = number_steps(columns[0], seed)
        yield f"{NUMBERS}{i}", Pipeline(steps) if steps else "passthrough", [column.name for column in columns]


def _gap_branch(plan: Plan) -> Iterator[BranchSpec]:
    """One branch of 0/1 features for the gaps in columns of numbers; those of others stay with their columns."""
    marked = [column.name for column in plan.columns if column.indicator and column.treatment == "number"]
    if marked:
        yield GAPS, MissingIndicator(features="all"), marked


def _column_branches(plan: Plan, task: Task, seed: int) -> Iterator[BranchSpec]:
    """One branch for each column that has few distinct values or needs more than numbers do."""
    for i, column in enumerate(plan.columns):
        if column.treatment != "number":
            yield f"{COLUMN}{i}", _column_transformer(column, plan, task, seed), [column.name]


def _column_transformer(column: ColumnPlan, plan: Plan, task: Task, seed: int) -> Any:
    parts: list[Step] = []
    if column.value:
        parts.append(("value", Pipeline(_value_steps(column, plan, task, seed))))
    if column.indicator:
        parts.append((GAPS, _gap_marker(column)))
    return parts[0][1] if len(parts) == 1 else FeatureUnion(parts)


def _value_steps(column: ColumnPlan, plan: Plan, task: Task, seed: int) -> list[Step]:
    if column.treatment == "date":
        return date_steps(column, seed)
    if column.treatment == "time":
        return time_steps(column, seed)
    if column.treatment == "text":
        return text_steps(column)
    return category_steps(column, plan, task, seed)


def _gap_marker(column: ColumnPlan) -> Any:
    marker = MissingIndicator(features="all")
    # Dates have to become numbers before scikit-learn looks for gaps in them.
    return Pipeline([("parts", DateParts(("days",))), (GAPS, marker)]) if column.treatment == "date" else marker
