"""The plan of preprocessing as data: column -> role -> transform, and why."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import Any, Literal, Self, get_args

from mlpipe.data.schema import Role
from mlpipe.params.choices import ImputeCategorical, ImputeNumeric
from mlpipe.params.preparation import TableOptions
from mlpipe.params.presets import ColumnSettings

Treatment = Literal["number", "category", "date", "time", "text"]
Impute = ImputeNumeric | ImputeCategorical
Part = Literal[
    "year", "month", "day", "weekday", "dayofyear", "hour", "minute", "second", "time", "days",
    "month_sin", "month_cos", "day_sin", "day_cos", "weekday_sin", "weekday_cos", "dayofyear_sin", "dayofyear_cos",
    "time_sin", "time_cos",
]  # fmt: skip

DATE_PARTS: tuple[Part, ...] = get_args(Part)
"""Parts of a date, in order: `time` is the time of day in hours, `days` the time since a reference date in days, and
`…_sin`, `…_cos` are places on a circle, so that December is next to January."""


TIME_PARTS: tuple[Part, ...] = ("time", "time_sin", "time_cos")
"""Those of them that a time of day has."""


@dataclass(frozen=True, kw_only=True)
class ColumnPlan(ColumnSettings):
    """What is done with one raw column.

    Parameters
    ----------
    treatment : str
        As what the column is taken: `number`, `category`, `date`, `time` (of day) or `text`.
    value : bool
        Whether the value is used; if not, only whether there is one (see `indicator`).
    impute : str
        What stands in for a missing cell; of a date or time, in its parts.
    indicator : bool
        Whether a 0/1 feature marks missing cells.
    order : tuple of str
        Ordinal: the levels, lowest first.
    parts : tuple of str
        Parts of a date or time that become features.
    timezone : str, optional
        Where the parts are read off; UTC by default.
    components : int, optional
        Components by truncated SVD that stand for the terms of a text.
    alike : bool
        Whether the features of the column together count as much as one standardised number.
    reason : str
        Why, in words for a person.
    """

    name: str
    role: Role
    treatment: Treatment
    value: bool = True
    impute: Impute = "none"
    indicator: bool = False
    order: tuple[str | float, ...] = ()
    parts: tuple[Part, ...] = ()
    ngrams: tuple[int, int] | None = None
    min_df: float = 1
    components: int | None = None
    alike: bool = False
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types; fields that say nothing are left out."""
        told = {field.name: _plain(getattr(self, field.name)) for field in fields(self) if _says_something(self, field)}
        return {"name": self.name, "role": self.role.value, "treatment": self.treatment} | told

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_json`."""
        kept: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
        kept["role"] = Role(data["role"])
        return cls(**kept)


def _says_something(plan: ColumnPlan, field: Any) -> bool:
    return bool(field.default is MISSING or getattr(plan, field.name) != field.default)


def _plain(value: Any) -> Any:
    if isinstance(value, Role):
        return value.value
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True, kw_only=True)
class Plan(TableOptions):
    """What is done with a table: enough to build the unfitted preprocessor at any time.

    Parameters
    ----------
    columns : tuple of ColumnPlan
        In file order.
    left_out : tuple of (str, str)
        Name of each column that is not used, and the reason.
    sparse : bool
        Whether the matrix is sparse: text becomes so many terms, nearly all zero in a row.
    dense_components : int
        What models that take no sparse matrix get in place of the terms: so many components by truncated SVD.
    folds : int
        Parts of the training rows between which target means are cross-fitted.
    """

    columns: tuple[ColumnPlan, ...]
    left_out: tuple[tuple[str, str], ...] = ()
    sparse: bool = False
    dense_components: int = 100
    folds: int = 5

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
