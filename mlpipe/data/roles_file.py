"""`columns.toml`: the roles of the columns, for a person to read and edit."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from mlpipe.data.schema import Column, Role
from mlpipe.data.schema_errors import ColumnsFileError
from mlpipe.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Sequence

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_SPECIAL = re.compile(r'[\x00-\x1f\x7f"\\]')
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


def write_columns_toml(columns: Sequence[Column], notes: Sequence[str] = ()) -> str:
    """A draft of the roles: one line for each column, with the reason behind it.

    Parameters
    ----------
    notes : sequence of str
        Written above the table as comments.

    Examples
    --------
    >>> from mlpipe.data.schema import Kind
    >>> age = Column(name="age", role=Role.NUMERIC, kind=Kind.NUMBER, reason="whole numbers")
    >>> print(write_columns_toml([age]).splitlines()[-1])
    "age" = "numeric"  # whole numbers
    """
    head = ["One role for each column: " + " ".join(Role) + ".", *notes]
    lines = [*(f"# {_comment(note)}" for note in head), "", "[columns]", *map(_line, columns)]
    return "\n".join(lines) + "\n"


def read_columns_toml(text: str, known: Sequence[str]) -> dict[str, Role]:
    """Roles by column from the text of a columns file; columns that it leaves out are inferred.

    Parameters
    ----------
    known : sequence of str
        The table's columns.

    Raises
    ------
    ColumnsFileError
        The text is no TOML, or not of this shape.
    UnknownNameError
        It names a column or a role that does not exist.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ColumnsFileError(f"The columns file is no valid TOML: {error}.", remedy="Correct that line.") from error
    table = _only_table(data)
    roles = {}
    for name, role in table.items():
        if name not in known:
            raise UnknownNameError("column", name, known, where="columns file")
        roles[name] = _role(name, role)
    return roles


def _only_table(data: dict[str, Any]) -> dict[str, Any]:
    strange = [key for key in data if key != "columns"]
    if strange:
        remedy = "Put the columns under [columns], and a name with a dot in it into quotes."
        raise ColumnsFileError(f"The columns file has {strange[0]!r} outside of [columns].", remedy=remedy)
    table = data.get("columns", {})
    if not isinstance(table, dict):
        raise ColumnsFileError(
            "[columns] is no table.", remedy='Write lines such as "age" = "numeric" below [columns].'
        )
    return table


def _role(name: str, role: object) -> Role:
    if not isinstance(role, str):
        remedy = 'Write "name" = "role"; a name with a dot in it needs quotes.'
        raise ColumnsFileError(f"The role of column {name!r} is {role!r}, no text.", remedy=remedy)
    if role not in set(Role):
        raise UnknownNameError("role", role, [known.value for known in Role], where=f"columns file, column {name!r}")
    return Role(role)


def _line(column: Column) -> str:
    reason = f"  # {_comment(column.reason)}" if column.reason else ""
    return f'"{_SPECIAL.sub(_escape, column.name)}" = "{column.role}"{reason}'


def _escape(match: re.Match[str]) -> str:
    letter = match[0]
    return _ESCAPES.get(letter, f"\\u{ord(letter):04x}")


def _comment(text: str) -> str:
    return _CONTROLS.sub(" ", text)
