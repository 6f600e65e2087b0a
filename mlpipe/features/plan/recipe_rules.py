"""Whether what a recipe asks of a column fits what the column is."""

from __future__ import annotations

import math
from dataclasses import fields
from itertools import pairwise
from typing import TYPE_CHECKING, get_args

from mlpipe.data.schema import Kind
from mlpipe.errors import UsageError
from mlpipe.features.levels import as_number
from mlpipe.params import ColumnRecipe
from mlpipe.params.choices import ImputeCategorical, ImputeNumeric

if TYPE_CHECKING:
    from mlpipe.data.schema import Column
    from mlpipe.features.plan.plan import ColumnPlan, Treatment
    from mlpipe.params.presets import Decisions

FITTING: dict[Treatment, tuple[str, ...]] = {
    "number": ("use", "impute", "fill_value", "indicator", "outliers", "outlier_rule", "bins", "scale"),
    "category": (
        "use", "impute", "fill_value", "indicator", "encode", "order", "min_frequency", "max_categories", "scale",
    ),
    "date": ("use", "impute", "fill_value", "indicator", "datetime", "parts", "timezone", "scale"),
    "time": ("use", "impute", "fill_value", "indicator", "parts", "scale"),
    "text": (
        "use", "indicator", "text", "analyzer", "ngrams", "stop_words", "min_df", "max_df", "max_features",
    ),
}  # fmt: skip
"""Keys of a recipe that a column of each kind has."""

_WHAT: dict[Treatment, str] = {
    "number": "a number", "category": "a category", "date": "a date", "time": "a time of day", "text": "text",
}  # fmt: skip


def check_recipe(recipe: ColumnRecipe, column: Column, treatment: Treatment) -> None:
    """Raise `UsageError` for the first thing that the column cannot have."""
    given = {
        field.name: value
        for field in fields(recipe)
        if field.name not in ("name", "use") and (value := getattr(recipe, field.name)) is not None
    }
    for key, value in given.items():
        if key not in FITTING[treatment]:
            _refuse(column, treatment, key, value, f"it is {_WHAT[treatment]}, which has no {key}")
    imputers = get_args(ImputeCategorical if treatment == "category" else ImputeNumeric)
    if recipe.impute is not None and recipe.impute not in imputers:
        _refuse(column, treatment, "impute", recipe.impute, f"{_WHAT[treatment]} takes {', '.join(imputers)}")
    if recipe.order is not None and recipe.encode not in (None, "ordinal"):
        _refuse(column, treatment, "order", recipe.order, f"encode = {recipe.encode!r} has no order")
    if recipe.order is not None and len(set(recipe.order)) < len(recipe.order):
        _refuse(column, treatment, "order", recipe.order, "a level has one place")
    if treatment in ("number", "date", "time") or column.kind is Kind.NUMBER:
        _check_numbers(recipe, column, treatment)


def check_filling(recipe: ColumnRecipe, column: Column, treatment: Treatment, decisions: Decisions) -> None:
    """Raise `UsageError` for a fill value that nothing would use."""
    impute = decisions.impute_categorical if treatment == "category" else decisions.impute_numeric
    if recipe.fill_value is not None and impute != "constant":
        why = f"impute is {impute!r}, and only 'constant' uses it"
        _refuse(column, treatment, "fill_value", recipe.fill_value, why)


def is_idle(plan: ColumnPlan, key: str) -> bool:
    """Whether a setting has nothing to act on beside the column's others."""
    if key == "outlier_rule":
        return plan.outliers == "none"
    if key in ("min_frequency", "max_categories"):
        return plan.encode != "onehot"
    if key == "scale":
        return plan.encode == "onehot" or plan.bins is not None
    return False


def check_idle(recipe: ColumnRecipe, column: Column, treatment: Treatment, plan: ColumnPlan) -> None:
    """Raise `UsageError` for a setting that has nothing to act on in what the column becomes."""
    # `max_categories` has acted where the column has more levels than that.
    for key in ("outlier_rule", "min_frequency", "scale"):
        value = getattr(recipe, key)
        if value not in (None, "none") and is_idle(plan, key):
            _refuse(column, treatment, key, value, f"it has nothing to act on, since {_BECOMES[key]}")


_BECOMES = {
    "outlier_rule": "outliers = 'none'",
    "min_frequency": "the column is not one-hot encoded",
    "scale": "its features are one-hot, 0 or 1",
}


def _check_numbers(recipe: ColumnRecipe, column: Column, treatment: Treatment) -> None:
    """What stands for cells of a column of numbers has to be a number; levels that are numbers go upwards."""
    if recipe.fill_value is not None and as_number(recipe.fill_value) is None:
        _refuse(column, treatment, "fill_value", recipe.fill_value, "its cells are numbers")
    if recipe.order is None:
        return
    levels = [as_number(word) for word in recipe.order]
    if any(low is None or high is None or low >= high for low, high in pairwise([-math.inf, *levels])):
        _refuse(column, treatment, "order", recipe.order, "its levels are numbers, which are listed upwards")


def _refuse(column: Column, treatment: Treatment, key: str, value: object, why: str) -> None:
    written = list(value) if isinstance(value, tuple) else value
    setting = f"{key} = {str(written).lower() if isinstance(written, bool) else repr(written)}"
    raise UsageError(
        f"{setting} does not fit the column {column.name!r}: {why}.",
        where=f"columns.{column.name} (role {column.role.value})",
        remedy=f"What fits it: {', '.join(FITTING[treatment])}. Roles are given when you split.",
    )
