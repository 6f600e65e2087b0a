"""What a table's columns are: how their cells are read, and what they are used for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from mlpipe.errors import UnknownNameError
from mlpipe.target import Target, target_from_json
from mlpipe.task import Task
from mlpipe.words.parameters import as_options


class Role(StrEnum):
    """What a column is used for."""

    TARGET = "target"
    ID = "id"
    GROUP = "group"
    TIME = "time"
    WEIGHT = "weight"
    LABELS = "labels"
    NUMERIC = "numeric"
    CATEGORICAL = "categorical"
    TEXT = "text"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    IGNORE = "ignore"


FEATURE_ROLES = frozenset({Role.NUMERIC, Role.CATEGORICAL, Role.TEXT, Role.DATETIME, Role.BOOLEAN, Role.TIME})


class Kind(StrEnum):
    """How a column's cells are read and stored.

    `NUMBER` is float64 (int64 where all are whole), `DATETIME` timestamp[us] (UTC where the cells carry an
    offset), `TIME` a time of day and `DURATION` a span of time (both float64, in seconds), `STRING` text: categories
    and booleans without the blanks around them, ids and free text as they came.
    """

    NUMBER = "number"
    DATETIME = "datetime"
    TIME = "time"
    DURATION = "duration"
    STRING = "string"

    @property
    def numeric(self) -> bool:
        """Whether the cells are stored as numbers."""
        return self in (Kind.NUMBER, Kind.TIME, Kind.DURATION)

    @property
    def of_time(self) -> bool:
        """Whether the cells are times of day or durations."""
        return self in (Kind.TIME, Kind.DURATION)


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How a file was written.

    Parameters
    ----------
    encoding : str
        A Python codec name.
    delimiter : str
        One character; `" "` stands for runs of blanks and tabs.
    quote : str
        The quote character, or `""` where quotes are ordinary letters.
    header : bool
        Whether the first row names the columns.
    decimal : str
        `"."` or `","`.
    skip_lines : int
        Lines before the header that are no part of the table.
    escape : str
        The character that takes the meaning from a delimiter or quote behind it, or `""`.
    line_end : {"lf", "crlf", "cr", "mixed"}
        What ends a row.
    comment : str
        The character that begins a line to be passed over anywhere in the file, or `""`.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    header: bool = True
    decimal: str = "."
    skip_lines: int = 0
    escape: str = ""
    line_end: str = "lf"
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: how it is read (`kind` and formats) and what for (`role`).

    Parameters
    ----------
    missing : tuple of str
        Cells that mean "no value" here, beside blank ones.
    integer : bool
        All numbers are whole.
    decimal : str
        The decimal mark of this column where it is not the file's, else `""`.
    thousands, symbols : str
        Taken out of numbers before reading them: the thousands mark; currency, `%`, `()` (negative amounts in
        brackets), `1-` (a minus behind) and `1,00,000` (groups of two), set apart by blanks.
    unit : str
        What stands behind every number but zero, such as `kg`.
    datetime_format : str or None
        Of dates as `inference.date_forms` makes them, `"iso"` for ISO 8601; of times and durations as
        `inference.times` names them.
    truth : tuple of str
        Where all cells mean true or false: how training wrote true, and false; `""` for a side that it had not.
    whole : bool
        All words are whole numbers: `3.0` is the level `3`.
    coerced : bool
        A cell that does not fit is missing.
    reason : str
        Why this role, in words for a person.
    """

    name: str
    role: Role
    kind: Kind
    integer: bool = False
    decimal: str = ""
    thousands: str = ""
    symbols: str = ""
    unit: str = ""
    datetime_format: str | None = None
    missing: tuple[str, ...] = ()
    truth: tuple[str, ...] = ()
    whole: bool = False
    coerced: bool = False
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Schema:
    """The columns of a table, in file order, and how the file was written."""

    columns: tuple[Column, ...]
    dialect: Dialect

    def column(self, name: str) -> Column:
        """Find a column by name, or raise `UnknownNameError` with the nearest names."""
        for column in self.columns:
            if column.name == name:
                return column
        raise UnknownNameError("column", name, self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """All column names in file order."""
        return tuple(column.name for column in self.columns)

    def with_role(self, *roles: Role) -> tuple[Column, ...]:
        """Columns that have one of `roles`, in file order."""
        return tuple(column for column in self.columns if column.role in roles)

    @property
    def features(self) -> tuple[Column, ...]:
        """Columns that a model may use, in file order (time columns among them)."""
        return self.with_role(*FEATURE_ROLES)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types; reasons name options, as people read them there."""
        columns = [{**vars(column), "reason": as_options(column.reason)} for column in self.columns]
        return {"columns": columns, "dialect": asdict(self.dialect)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_json`."""
        columns = tuple(
            Column(
                **{
                    **column,
                    "role": Role(column["role"]),
                    "kind": Kind(column["kind"]),
                    "missing": tuple(column["missing"]),
                    "truth": tuple(column.get("truth", ())),
                }
            )
            for column in data["columns"]
        )
        return cls(columns=columns, dialect=Dialect(**data["dialect"]))


@dataclass(frozen=True, kw_only=True)
class DataContext:
    """What `split` settled once and every later step is told: what is predicted, the schema, the seed."""

    target: Target
    schema: Schema
    seed: int

    @property
    def task(self) -> Task:
        """The kind of problem."""
        return self.target.task

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types; the target's own facts stand beside the others."""
        return {**self.target.to_json(), "schema": self.schema.to_json(), "seed": self.seed}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_json`."""
        return cls(target=target_from_json(data), schema=Schema.from_json(data["schema"]), seed=data["seed"])
