"""The rules for a single column: what is done with it, or why it is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.data.schema import Kind, Role
from mlpipe.features.dates import DateParts
from mlpipe.features.names import level_word
from mlpipe.features.plan import ColumnPlan

if TYPE_CHECKING:
    import pandas as pd

    from mlpipe.data.schema import Column
    from mlpipe.features.plan import Treatment
    from mlpipe.params import Encode, PreprocessParams

MISSING_LEVEL = "missing"
LARGEST = 1e150
"""Larger numbers overflow when they are squared, as scaling and most models do."""


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """What the training rows say of one column."""

    cells: int
    missing: int
    distinct: int
    example: object

    @property
    def gaps(self) -> str:
        return f"{self.missing} of {self.cells} training cells are missing" if self.missing else "no cell is missing"


def choose_column(values: pd.Series, column: Column, params: PreprocessParams) -> ColumnPlan | str:
    """Decide on the training rows of one column: its plan, or the reason why it is left out."""
    unused = _unused(column, params)
    if unused is not None:
        return unused
    facts = _facts(values)
    if facts.distinct < 2:
        return _choose_constant(column, facts, params)
    if _treatment(column) == "category":
        return _choose_category(column, facts, params)
    if _treatment(column) == "date":
        return _choose_date(values, column, facts, params)
    return _choose_number(values, column, facts, params)


def _unused(column: Column, params: PreprocessParams) -> str | None:
    """Why a column is left out whatever it holds."""
    if column.role is Role.TEXT:
        return "text is not used yet"
    if column.kind is Kind.DATETIME and params.datetime == "drop":
        return "dates are left out (--datetime drop)"
    if column.kind is Kind.STRING and _treatment(column) != "category":
        return f"its cells are text, which the role {column.role.value!r} cannot use"
    return None


def _facts(values: pd.Series) -> _Facts:
    present = values.dropna()
    return _Facts(
        cells=len(values),
        missing=len(values) - len(present),
        distinct=present.nunique(),
        example=present.iloc[0] if len(present) else None,
    )


def _treatment(column: Column) -> Treatment:
    if column.role in (Role.CATEGORICAL, Role.BOOLEAN):
        return "category"
    return "date" if column.kind is Kind.DATETIME else "number"


def _choose_constant(column: Column, facts: _Facts, params: PreprocessParams) -> ColumnPlan | str:
    if not facts.distinct:
        return "all training cells are missing"
    if not facts.missing:
        return f"constant: every training row has {level_word(facts.example)}"
    if not params.missing_indicator:
        return f"constant: every training row has {level_word(facts.example)}, or nothing"
    return ColumnPlan(
        name=column.name,
        role=column.role,
        treatment=_treatment(column),
        value=False,
        indicator=True,
        reason=f"the only value is {level_word(facts.example)}; {facts.gaps}, and that alone is used",
    )


def _choose_number(values: pd.Series, column: Column, facts: _Facts, params: PreprocessParams) -> ColumnPlan | str:
    largest = float(np.nanmax(np.abs(values.to_numpy())))
    if largest > LARGEST:
        return f"it holds {largest:g}, and numbers beyond {LARGEST:g} cannot be computed with"
    return ColumnPlan(
        name=column.name,
        role=column.role,
        treatment="number",
        reason=f"a number; {facts.gaps}{_told_apart(facts, params)}",
        **_imputed_and_scaled(facts, params),
    )


def _choose_date(values: pd.Series, column: Column, facts: _Facts, params: PreprocessParams) -> ColumnPlan:
    return ColumnPlan(
        name=column.name,
        role=column.role,
        treatment="date",
        parts=DateParts().fit(values.to_frame()).parts_,
        reason=f"a date: its parts that vary; {facts.gaps}{_told_apart(facts, params)}",
        **_imputed_and_scaled(facts, params),
    )


def _told_apart(facts: _Facts, params: PreprocessParams) -> str:
    if facts.missing and params.impute_numeric == "none" and params.scale != "none":
        return "; not scaled, as only trees take missing cells and they need no scale"
    return ""


def _imputed_and_scaled(facts: _Facts, params: PreprocessParams) -> dict[str, Any]:
    """What numbers and date parts share."""
    stays_missing = bool(facts.missing) and params.impute_numeric == "none"
    return {
        "impute": params.impute_numeric,
        "fill_value": fill_number(params) if params.impute_numeric == "constant" else None,
        "indicator": params.missing_indicator and facts.missing > 0,
        "scale": "none" if stays_missing else params.scale,
    }


def _choose_category(column: Column, facts: _Facts, params: PreprocessParams) -> ColumnPlan:
    encode, why = _choose_encoding(facts, params)
    impute = params.impute_categorical
    fill = _fill_level(column, params) if impute == "constant" else None
    marked = impute == "constant" and encode == "onehot"
    return ColumnPlan(
        name=column.name,
        role=column.role,
        treatment="category",
        # The gap in a column of numbers is a level as it stands: it needs no name.
        impute="none" if impute == "constant" and fill is None else impute,
        fill_value=fill,
        indicator=params.missing_indicator and facts.missing > 0 and not marked,
        encode=encode,
        min_frequency=params.min_frequency if encode == "onehot" else 0.0,
        max_categories=params.max_categories if encode == "onehot" else None,
        scale="none" if encode == "onehot" else params.scale,
        reason=f"{why}; {facts.gaps}" + (", a level of its own" if facts.missing and marked else ""),
    )


def _choose_encoding(facts: _Facts, params: PreprocessParams) -> tuple[Encode, str]:
    levels = f"{facts.distinct} levels"
    if params.encode is not None:
        return params.encode, f"{levels}; --encode {params.encode}"
    if facts.distinct <= params.max_categories:
        return "onehot", levels
    return "target", f"{levels}, more than the {params.max_categories} that one-hot encoding may make"


def _fill_level(column: Column, params: PreprocessParams) -> str | float | None:
    if column.kind is Kind.STRING:
        return MISSING_LEVEL if params.fill_value is None else params.fill_value
    return None if params.fill_value is None else fill_number(params)


def fill_number(params: PreprocessParams) -> float | None:
    """Give the number that stands in for missing ones (0 by default); `None` where `--fill-value` is none."""
    try:
        value = float(params.fill_value or 0)
    except ValueError:
        return None
    return value if abs(value) <= LARGEST else None
