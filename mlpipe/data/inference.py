"""Kinds and roles of the columns of a table in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.data.kinds import infer_formats
from mlpipe.data.role_options import ask_roles
from mlpipe.data.roles import assign_roles
from mlpipe.params import ReadParams, RoleParams

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from mlpipe.data.schema import Column, Dialect


def infer_columns(
    raw: pa.Table,
    *,
    dialect: Dialect,
    roles: RoleParams | None = None,
    na_values: Sequence[str] = (),
    target: str | None = None,
    fit_rows: NDArray[np.int64] | None = None,
) -> tuple[Column, ...]:
    """Infer every column: its kind from the whole table, its role from `fit_rows`.

    For a table whose kinds are needed before the rows to learn from are known, call `ask_roles`, `infer_formats` and
    `assign_roles` one by one.

    Raises
    ------
    MixedColumnError, WrongKindError, NotTwoValuesError, UnknownNameError, RoleConflictError
    """
    asked = ask_roles(raw.column_names, roles or RoleParams(), target=target)
    read = ReadParams(na_values=tuple(na_values))
    formats = infer_formats(raw, dialect=dialect, asked=asked, read=read)
    return assign_roles(raw, formats, asked, fit_rows=fit_rows)
