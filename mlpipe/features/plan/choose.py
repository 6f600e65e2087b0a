"""From training rows to a plan, by rules that a person can predict.

The preset decides (see `presets`), options change a decision for all columns, and a recipe for one. What the training
rows say of a column then settles the rest: which parts of a date vary, whether one-hot encoding would make too many
features, whether there are gaps to flag. What holds no information is left out by name and reason.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from mlpipe.errors import DataError, UsageError, nearest
from mlpipe.features.plan.clustering_rules import count_alike, without_target
from mlpipe.features.plan.column_facts import SeriesFacts
from mlpipe.features.plan.column_rules import choose_column, fill_number, treatment_of
from mlpipe.features.plan.plan import ColumnPlan, Plan
from mlpipe.features.plan.recipe_rules import check_filling, check_idle, check_recipe
from mlpipe.features.plan.table_rules import check_table, is_sparse
from mlpipe.features.resampling.resamplers import needs_classes
from mlpipe.params.preparation import TableOptions
from mlpipe.params.presets import decide, decide_column
from mlpipe.task import Task
from mlpipe.words.lists import listed
from mlpipe.words.parameters import param
from mlpipe.words.remedies import in_step, ways

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from mlpipe.data.schema import Column
    from mlpipe.features.plan.column_facts import ColumnFacts
    from mlpipe.params import ColumnRecipe, PreprocessParams
    from mlpipe.params.presets import Decisions

FOLDS = 5
ROWS_PER_FOLD = 4
LISTED = 10


def choose_plan(
    X: pd.DataFrame, y: NDArray[Any], columns: Sequence[Column], params: PreprocessParams, task: Task
) -> Plan:
    """Decide what is done with each column, from training rows alone.

    Parameters
    ----------
    X : DataFrame of shape (n_rows, n_columns)
        Typed training rows, as `data.coercion.to_frame` gives them.
    y : ndarray of shape (n_rows,)
    columns : sequence of Column
        The feature columns of the schema.

    Raises
    ------
    DataError
        Where every column is left out, or more than a million features would come out.
    UsageError
        Where options do not fit together, or not the columns.
    """
    facts = {column.name: SeriesFacts(X[column.name]) for column in columns}
    return plan_from_facts(facts, len(y), columns, params, task)


def plan_from_facts(
    facts: Mapping[str, ColumnFacts], n_rows: int, columns: Sequence[Column], params: PreprocessParams, task: Task
) -> Plan:
    """Decide as `choose_plan` does, from what is known of each column."""
    decisions = decide(params)
    clustered = task is Task.CLUSTERING
    if clustered:
        decisions = without_target(decisions, params)
    _check_options(params, decisions, task)
    recipes = _recipes(params, columns)
    decided = [_decide(facts[column.name], column, decisions, recipes.get(column.name)) for column in columns]
    left_out = tuple((c.name, d) for c, d in zip(columns, decided, strict=True) if isinstance(d, str))
    used = tuple(d for d in decided if isinstance(d, ColumnPlan))
    if not used:
        raise _no_feature(left_out)
    plan = Plan(
        columns=count_alike(used, decisions) if clustered else used,
        left_out=left_out,
        sparse=not clustered and is_sparse(used, facts),
        folds=max(2, min(FOLDS, n_rows // ROWS_PER_FOLD)),
        **_of_the_table(params),
    )
    check_table(plan, facts)
    return plan


def _no_feature(left_out: Sequence[tuple[str, str]]) -> DataError:
    """The error for a table without any column that could be used."""
    reasons = listed((f"{name!r}: {reason}" for name, reason in left_out), LISTED, joint="; ")
    numeric, categorical = param("numeric"), param("categorical")
    return DataError(
        "No column is left that a model could learn from.",
        where=f"Left out: {reasons}." if left_out else "The table has no feature columns.",
        remedy=ways(
            "Add columns that vary",
            in_step("split", f"give those that are there a role in split ({numeric}, {categorical})"),
        ),
    )


def _of_the_table(params: PreprocessParams) -> dict[str, Any]:
    return {field.name: getattr(params, field.name) for field in fields(TableOptions)}


def _recipes(params: PreprocessParams, columns: Sequence[Column]) -> dict[str, ColumnRecipe]:
    known = [column.name for column in columns]
    for recipe in params.columns:
        if recipe.name not in known:
            raise _unknown_column(recipe.name, known)
    return {recipe.name: recipe for recipe in params.columns}


def _unknown_column(name: str, known: Sequence[str]) -> UsageError:
    close = nearest(name, known)
    listing = listed([repr(column) for column in close or known], LISTED)
    remedy = f"Did you mean {listing}?" if close else f"The features are {listing}."
    return UsageError(f"The recipe names the column {name!r}, which is no feature of the split.", remedy=remedy)


def _decide(facts: ColumnFacts, column: Column, decisions: Decisions, recipe: ColumnRecipe | None) -> ColumnPlan | str:
    return choose_column(facts, column, decisions) if recipe is None else _follow(recipe, facts, column, decisions)


def _follow(recipe: ColumnRecipe, facts: ColumnFacts, column: Column, decisions: Decisions) -> ColumnPlan | str:
    treatment = treatment_of(column)
    check_recipe(recipe, column, treatment)
    if not recipe.use:
        return "the recipe leaves it out (use = false)"
    decisions = decide_column(decisions, recipe, category=treatment == "category")
    check_filling(recipe, column, treatment, decisions)
    decided = choose_column(facts, column, decisions)
    if isinstance(decided, ColumnPlan) and decided.value:
        check_idle(recipe, column, treatment, decided)
    return decided


def _check_options(params: PreprocessParams, decisions: Decisions, task: Task) -> None:
    if params.resample != "none" and not task.is_classification:
        raise needs_classes(params.resample, labels=task.family == "labels")
    if params.fill_value is None:
        return
    given = param("fill_value", params.fill_value)
    if "constant" not in (decisions.impute_numeric, decisions.impute_categorical):
        imputers = f"{param('impute_numeric', 'constant')} or {param('impute_categorical', 'constant')}"
        raise UsageError(
            f"{given} has nothing to fill.", remedy=ways(f"Add {imputers}", f"leave {param('fill_value')} out")
        )
    if decisions.impute_numeric == "constant" and fill_number(params.fill_value) is None:
        raise UsageError(f"{given} is to stand in for missing numbers and is none.", remedy="Give a number, such as 0.")
