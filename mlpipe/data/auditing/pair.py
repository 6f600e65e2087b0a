"""Two parts of one table, and what is found between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlpipe.data.profiling.findings import Finding, build_finding
from mlpipe.data.schema import FEATURE_ROLES, Column, Role
from mlpipe.words.lists import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from mlpipe.task import Task

SHOWN_ROWS = 5
MOST_ROWS = 1_000
"""Rows that are listed of one finding."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Training rows and test rows, typed alike.

    Parameters
    ----------
    columns : tuple of Column
        Those that both have.
    task : Task or None
        What the target poses, where there is one.
    by_time : bool
        Whether the test rows are meant to be the newest ones.
    """

    train: pa.Table
    test: pa.Table
    columns: tuple[Column, ...]
    task: Task | None = None
    by_time: bool = False

    def with_role(self, *roles: Role) -> tuple[Column, ...]:
        """Columns that have one of `roles`."""
        return tuple(column for column in self.columns if column.role in roles)

    @property
    def features(self) -> tuple[Column, ...]:
        """Columns to learn from."""
        return tuple(column for column in self.columns if column.role in FEATURE_ROLES)

    @property
    def compared(self) -> tuple[str, ...]:
        """Columns in which identical rows agree: features and target."""
        return tuple(c.name for c in self.columns if c.role in FEATURE_ROLES or c.role is Role.TARGET)

    def keys(self, rows: NDArray[np.int64]) -> tuple[str, ...]:
        """What the test rows are called: by their ids, else by their numbers from 0."""
        chosen = rows[:MOST_ROWS]
        ids = self.with_role(Role.ID)
        if not ids:
            return tuple(str(row) for row in chosen.tolist())
        return tuple(str(key) for key in self.test[ids[0].name].take(chosen).to_pylist())


@dataclass(frozen=True, kw_only=True)
class AuditFinding:
    """A finding with its figure and the test rows that it is about."""

    finding: Finding
    figure: float | None = None
    rows: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {**self.finding.to_json(), "figure": self.figure, "rows": list(self.rows)}


def found(
    code: str, message: str, *, column: str | None = None, figure: float | None = None, rows: Sequence[str] = ()
) -> AuditFinding:
    """Put a message under its code, the first rows named in it."""
    which = f" Test rows {listed(rows, SHOWN_ROWS)}." if rows else ""
    return AuditFinding(
        finding=build_finding(code, f"{message}{which}", column=column), figure=figure, rows=tuple(rows)
    )
