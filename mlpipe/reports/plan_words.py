"""What `preprocess` says of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.features.plan.recipe_rules import FITTING
from mlpipe.features.plan.table_rules import describe_sparseness
from mlpipe.features.plan.text_rules import UNITS
from mlpipe.params import PreprocessParams
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlpipe.features.plan.plan import ColumnPlan, Plan, Treatment

_OPTIONS: dict[Treatment, tuple[str, ...]] = {
    "number": ("impute_numeric", "outliers", "bins"),
    "category": ("impute_categorical", "encode", "max_categories"),
    "date": ("datetime",),
    "time": (),
    "text": ("text", "analyzer", "ngrams", "stop_words", "min_df", "max_df", "max_features"),
}
"""Options that are for columns of one kind alone."""

_NEEDS = {
    "interactions": "polynomial", "select_k": "select", "components": "reduce", "resample_ratio": "resample",
    "augment_copies": "augment", "augment_scale": "augment",
}  # fmt: skip
"""Options that say how much of another, and so nothing without it."""


def describe_plan(plan: Plan) -> tuple[tuple[str, str, str, str], ...]:
    """Name, role, what is done, and why, of each column; those that are left out come last."""
    used = [(column.name, column.role.value, _how(column), column.reason) for column in plan.columns]
    return (*used, *((name, "", "left out", reason) for name, reason in plan.left_out))


def plan_notes(plan: Plan, params: PreprocessParams) -> tuple[str, ...]:
    """What a person should know before anything is fitted."""
    return (*_left_out(plan), *_idle_options(plan, params), *filter(None, [describe_sparseness(plan)]))


def _left_out(plan: Plan) -> Iterator[str]:
    for name, reason in plan.left_out:
        yield f"{name} is left out: {reason}"


def _idle_options(plan: Plan, params: PreprocessParams) -> Iterator[str]:
    """Options that are given and have nothing to act on."""
    yield from _of_others(params)
    yield from _of_columns(plan, params)
    yield from _of_text(plan, params)
    there = {column.treatment for column in plan.columns}
    for treatment in FITTING:
        for name in () if treatment in there else _OPTIONS[treatment]:
            value = getattr(params, name)
            if value not in (None, "drop"):
                yield f"{param(name, value)} has nothing to act on: no column is used as a {treatment}"


def _of_others(params: PreprocessParams) -> Iterator[str]:
    """Options that are given without the one that they belong to."""
    untouched = PreprocessParams()
    for name, needed in _NEEDS.items():
        if getattr(params, name) != getattr(untouched, name) and getattr(params, needed) == getattr(untouched, needed):
            yield f"{param(name)} has nothing to act on without {param(needed)}"
    if params.select == "variance" and params.select_k != untouched.select_k:
        yield f"{param('select_k')} has nothing to act on: {param('select', 'variance')} keeps all that vary"


def _of_columns(plan: Plan, params: PreprocessParams) -> Iterator[str]:
    """Options that no column turns out to need."""
    if params.outlier_rule is not None and all(column.outliers == "none" for column in plan.columns):
        yield f"{param('outlier_rule')} has nothing to act on without {param('outliers')}"
    if params.scale not in (None, "none") and all(column.scale == "none" for column in plan.columns):
        yield f"{param('scale', params.scale)} has nothing to act on: no column is used as a number that is scaled"
    if params.min_frequency and all(column.encode != "onehot" for column in plan.columns):
        yield f"{param('min_frequency')} has nothing to act on: no column is encoded as one-hot"


def _of_text(plan: Plan, params: PreprocessParams) -> Iterator[str]:
    """Options that a way of reading text has no use for."""
    for column in plan.columns:
        if column.analyzer == "char" and column.stop_words != "none":
            yield f"stop words are words, and {column.name} is cut into characters: none is left out"
        if column.text == "hash" and not (params.min_df is None and params.max_df is None):
            options = f"{param('min_df')} and {param('max_df')}"
            yield f"{options} have nothing to act on in {column.name}: hashing learns no terms"


def _how(column: ColumnPlan) -> str:
    """What is done with a column, in a few words."""
    words: list[str] = []
    words += [] if column.outliers == "none" else [f"{column.outliers} outliers"]
    words += [] if column.impute == "none" else [column.impute]
    words += [f"{column.bins} bins"] if column.bins else []
    words += [column.encode] if column.encode else []
    words += ["/".join(column.parts)] if column.parts else []
    words += [f"{column.text} of {UNITS[column.analyzer]}"] if column.text and column.analyzer else []
    words += [] if column.scale == "none" else [column.scale]
    words += [f"{column.components} components"] if column.components else []
    words += ["as one column"] if column.alike else []
    words += ["missing flag"] if column.indicator else []
    return ", ".join(words) or column.treatment
