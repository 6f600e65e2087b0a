"""From a plan to an unfitted preprocessor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.compose import ColumnTransformer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.model_selection import KFold
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import (
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)

from mlpipe.features.branches import COLUMN, GAPS, NUMBERS
from mlpipe.features.dates import DateParts
from mlpipe.features.selection import KBest
from mlpipe.task import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlpipe.features.plan import ColumnPlan, Plan

Step = tuple[str, Any]
BranchSpec = tuple[str, Any, list[str]]

SCALERS = {"standard": StandardScaler, "minmax": MinMaxScaler, "robust": RobustScaler}
TARGET_TYPES = {Task.BINARY: "binary", Task.MULTICLASS: "multiclass", Task.REGRESSION: "continuous"}


def build_preprocessor(plan: Plan, task: Task, seed: int) -> Pipeline:
    """Build the unfitted preprocessor: raw typed columns in, a dense float64 matrix out.

    Columns are found by name. `fit_transform(X, y)` on the training rows gives the matrix to learn from: there,
    target means are cross-fitted (no row takes part in its own), while `transform` uses the means of all
    training rows (Micci-Barreca 2001, doi:10.1145/507533.507538).

    Returns
    -------
    Pipeline
        Steps `columns` (a ColumnTransformer, see `branches`) and, where the plan selects features, `select`.
    """
    branches = [*_number_branches(plan), *_gap_branch(plan), *_column_branches(plan, task, seed)]
    steps: list[Step] = [("columns", ColumnTransformer(branches, sparse_threshold=0))]
    if plan.select == "kbest":
        steps.append(("select", KBest(plan.select_k, classification=task.is_classification)))
    return Pipeline(steps)


def _number_branches(plan: Plan) -> Iterator[BranchSpec]:
    """One branch for all columns of numbers that are imputed and scaled alike."""
    groups: dict[tuple[object, ...], list[ColumnPlan]] = {}
    for column in plan.columns:
        if column.treatment == "number" and column.value:
            groups.setdefault((column.impute, column.fill_value, column.scale), []).append(column)
    for i, columns in enumerate(groups.values()):
        steps = _number_steps(columns[0])
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
        steps = _date_steps(column) if column.treatment == "date" else _category_steps(column, plan, task, seed)
        parts.append(("value", Pipeline(steps)))
    if column.indicator:
        parts.append((GAPS, _gap_marker(column)))
    return parts[0][1] if len(parts) == 1 else FeatureUnion(parts)


def _gap_marker(column: ColumnPlan) -> Any:
    marker = MissingIndicator(features="all")
    # Dates have to become numbers before scikit-learn looks for gaps in them.
    return Pipeline([("parts", DateParts(("days",))), (GAPS, marker)]) if column.treatment == "date" else marker


def _imputer(column: ColumnPlan) -> SimpleImputer:
    return SimpleImputer(
        strategy=column.impute.replace("-", "_"),
        fill_value=column.fill_value,
        keep_empty_features=True,  # a column may be empty among the rows of a fold
    )


def _number_steps(column: ColumnPlan) -> list[Step]:
    steps: list[Step] = [] if column.impute == "none" else [("impute", _imputer(column))]
    if column.scale != "none":
        steps.append(("scale", SCALERS[column.scale]()))
    return steps


def _date_steps(column: ColumnPlan) -> list[Step]:
    return [("parts", DateParts(column.parts)), *_number_steps(column)]


def _category_steps(column: ColumnPlan, plan: Plan, task: Task, seed: int) -> list[Step]:
    steps: list[Step] = [] if column.impute == "none" else [("impute", _imputer(column))]
    steps.append(("encode", _encoder(column, plan, task, seed)))
    if column.scale != "none":
        steps.append(("scale", SCALERS[column.scale]()))
    return steps


def _encoder(column: ColumnPlan, plan: Plan, task: Task, seed: int) -> Any:
    if column.encode == "onehot":
        return OneHotEncoder(
            handle_unknown="ignore",  # all zeros; "infrequent_if_exist" would call an unknown level a rare one
            min_frequency=column.min_frequency or None,
            max_categories=column.max_categories,
            sparse_output=False,
        )
    if column.encode == "ordinal":
        return OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2)
    # Not stratified: a row's fold must not depend on its target, nor a class of one member be in the way.
    folds = KFold(plan.folds, shuffle=True, random_state=seed)
    return TargetEncoder(target_type=TARGET_TYPES[task], smooth="auto", cv=folds)
