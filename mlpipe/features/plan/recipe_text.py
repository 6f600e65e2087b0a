"""A plan as a recipe in TOML, with the reason for each column: to be read, edited and given as `recipe`."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from mlpipe.features.levels import level_word
from mlpipe.features.plan.recipe_rules import FITTING, is_idle
from mlpipe.features.plan.table_rules import describe_sparseness
from mlpipe.params.preparation import TableOptions
from mlpipe.words.toml import toml_comment, toml_key, toml_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlpipe.features.plan.plan import ColumnPlan, Plan
    from mlpipe.params import PreprocessParams

_NOT_IN_A_PLAN = {"use", "datetime"}
"""Keys of a recipe that a plan says otherwise: a column that is used is listed, and a date's parts are."""


def render_recipe(plan: Plan, params: PreprocessParams) -> str:
    """Write the recipe that leads to this plan.

    Parameters
    ----------
    params : PreprocessParams
        What was asked for: its preset, and the options for the whole table that are not the default.
    """
    return "\n".join([*_table_lines(plan, params), *_column_lines(plan), *_left_out_lines(plan)]) + "\n"


def _table_lines(plan: Plan, params: PreprocessParams) -> Iterator[str]:
    yield f"preset = {toml_value(params.preset)}"
    for option in fields(TableOptions):
        value = getattr(params, option.name)
        if value != option.default:
            yield f"{option.name} = {toml_value(value)}"
    if sparseness := describe_sparseness(plan):
        yield f"# {sparseness}"


def _column_lines(plan: Plan) -> Iterator[str]:
    for column in plan.columns:
        yield ""
        yield f"# {column.role.value}: {toml_comment(column.reason)}"
        yield f"[columns.{toml_key(column.name)}]"
        yield from (f"{key} = {toml_value(value)}" for key, value in _said(column).items())


def _said(column: ColumnPlan) -> dict[str, Any]:
    """What a recipe would say to get this plan of a column."""
    if not column.value:
        return {"indicator": True}
    said = {}
    for key in FITTING[column.treatment]:
        value = getattr(column, key, None)
        if key not in _NOT_IN_A_PLAN and value is not None and not (value == () or is_idle(column, key)):
            said[key] = value
    if column.order:
        said["order"] = tuple(level_word(level) for level in column.order)
    if column.ngrams is not None:
        said["ngrams"] = f"{column.ngrams[0]},{column.ngrams[1]}"
    return said


def _left_out_lines(plan: Plan) -> Iterator[str]:
    for name, reason in plan.left_out:
        yield ""
        yield f"# left out: {toml_comment(reason)}"
        yield f"[columns.{toml_key(name)}]"
        yield "use = false"
