"""The plan of preprocessing as data: column -> role -> transform, and why."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import Any, Literal, Self, get_args

from mlpipe.data.schema import Role
from mlpipe.params import Encode, Resample, Scale, Select

Treatment = Literal["number", "category", "date"]
Impute = Literal["median", "mean", "most-frequent", "constant", "none"]
Part = Literal["year", "month", "day", "weekday", "dayofyear", "hour", "minute", "second", "days"]

DATE_PARTS: tuple[Part, ...] = get_args(Part)
"""Parts of a date, in order; `days` is the time since a reference date, in days."""


@dataclass(frozen=True, kw_only=True)
class ColumnPlan:
    """What is done with one raw column.

    Parameters
    ----------
    treatment : str
        As what the column is taken: `number`, `category` or `date`.
    value : bool
        Whether the value is used; if not, only whether there is one (see `indicator`).
    impute : str
        What stands in for a missing cell; of a date, in its parts.
    fill_value : str or float, optional
        What stands in, with `impute="constant"`.
    indicator : bool
        Whether a 0/1 feature marks missing cells.
    encode : str, optional
        How the levels of a category become numbers.
    min_frequency : float
        One-hot: levels below this share of the training rows are grouped, in [0, 1).
    max_categories : int, optional
        One-hot: most features that the column may become.
    parts : tuple of str
        Parts of a date that become features.
    scale : str
        How numbers, date parts, target means and ordinal codes are scaled.
    reason : str
        Why, in words for a person.
    """

    name: str
    role: Role
    treatment: Treatment
    value: bool = True
    impute: Impute = "none"
    fill_value: str | float | None = None
    indicator: bool = False
    encode: Encode | None = None
    min_frequency: float = 0.0
    max_categories: int | None = None
    parts: tuple[Part, ...] = ()
    scale: Scale = "none"
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types; fields that say nothing are left out."""
        told = {field.name: getattr(self, field.name) for field in fields(self) if _says_something(self, field)}
        return {**told, "role": self.role.value} | ({"parts": list(self.parts)} if self.parts else {})

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_json`."""
        return cls(**{**data, "role": Role(data["role"]), "parts": tuple(data.get("parts", ()))})


def _says_something(plan: ColumnPlan, field: Any) -> bool:
    return bool(field.default is MISSING or getattr(plan, field.name) != field.default)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is done with a table: enough to build the unfitted preprocessor at any time.

    Parameters
    ----------
    columns : tuple of ColumnPlan
        In file order.
    left_out : tuple of (str, str)
        Name of each column that is not used, and the reason.
    folds : int
        Parts of the training rows between which target means are cross-fitted.
    """

    columns: tuple[ColumnPlan, ...]
    left_out: tuple[tuple[str, str], ...] = ()
    select: Select = "none"
    select_k: int = 20
    resample: Resample = "none"
    resample_ratio: float | None = None
    folds: int = 5
    seed: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            **plain,
            "columns": [column.to_json() for column in self.columns],
            "left_out": [{"name": name, "reason": reason} for name, reason in self.left_out],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_json`."""
        columns = tuple(ColumnPlan.from_json(column) for column in data["columns"])
        left_out = tuple((column["name"], column["reason"]) for column in data["left_out"])
        return cls(**{**data, "columns": columns, "left_out": left_out})
