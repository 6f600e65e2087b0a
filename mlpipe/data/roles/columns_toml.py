"""`columns.toml`: the roles of the columns, for a person to read and edit."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from mlpipe.data.profiling.findings import Severity, at_least
from mlpipe.data.schema import Column, Role
from mlpipe.data.spellings import canonical_text
from mlpipe.errors import UnknownNameError, UsageError
from mlpipe.words.parameters import as_options, param
from mlpipe.words.toml import toml_comment, toml_value
from mlpipe.words.widths import display_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.data.profiling.findings import Finding

_WIDEST = 40
_MEANINGS = {
    Role.TARGET: "what is to be predicted",
    Role.ID: "tells rows apart; carried along, never learnt from",
    Role.GROUP: "rows of one value stay in one part",
    Role.TIME: "the newest rows become the test part",
    Role.WEIGHT: "how much a row counts in training",
    Role.LABELS: "what clusters are held against; never learnt from",
    Role.NUMERIC: "a quantity",
    Role.CATEGORICAL: "one of several levels, or a code",
    Role.TEXT: "sentences, learnt from by their words",
    Role.DATETIME: "a date or moment, as a feature",
    Role.BOOLEAN: "one of two levels",
    Role.IGNORE: "left out",
}


def write_columns_toml(
    columns: Sequence[Column], notes: Sequence[str] = (), *, findings: Sequence[Finding] = ()
) -> str:
    """A draft of the roles: one line for each column, with the reason behind it and what else it could be.

    Parameters
    ----------
    notes : sequence of str
        Written above the table as comments.
    findings : sequence of Finding
        Warnings and errors are pointed at beside their columns.

    Examples
    --------
    >>> from mlpipe.data.schema import Kind
    >>> age = Column(name="age", role=Role.NUMERIC, kind=Kind.NUMBER, reason="whole numbers")
    >>> print(write_columns_toml([age]).splitlines()[-1])
    "age" = "numeric"  # whole numbers
    """
    head = [f"Edit the roles, then: mlpipe split DATA {param('columns_file')} THIS_FILE. One role for each column:"]
    head += [f"  {role:<12} {meaning}" for role, meaning in _MEANINGS.items()]
    codes: dict[str, list[str]] = {}
    for finding in at_least(findings, Severity.WARNING):
        codes.setdefault(finding.column or "", []).append(finding.code)
    sides = [(toml_value(column.name), f'"{column.role}"') for column in columns]
    widths = [min(max((display_width(side[i]) for side in sides), default=0), _WIDEST) for i in (0, 1)]
    lines = [*(f"# {_comment(note)}" for note in (*head, *notes)), "", "[columns]"]
    for column, (key, role) in zip(columns, sides, strict=True):
        remark = "; ".join(
            part for part in (column.reason, _else(column), ", ".join(codes.get(column.name, ()))) if part
        )
        line = f"{_padded(key, widths[0])} = {_padded(role, widths[1])}"
        lines.append(f"{line}  # {_comment(remark)}" if remark else line.rstrip())
    return "\n".join(lines) + "\n"


def read_columns_toml(text: str, known: Sequence[str]) -> dict[str, Role]:
    """Roles by column from the text of a columns file; columns that it leaves out are inferred.

    Parameters
    ----------
    known : sequence of str
        The table's columns.

    Raises
    ------
    UsageError
        The text is no TOML, or not of this shape.
    UnknownNameError
        It names a column or a role that does not exist.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unclear(f"The columns file is no valid TOML: {error}.", "Correct that line.") from error
    table = _only_table(data)
    roles = {}
    for written, role in table.items():
        name = canonical_text(written)
        if name not in known:
            raise UnknownNameError("column", name, known, where="columns file")
        roles[name] = _role(name, role)
    return roles


def _only_table(data: dict[str, Any]) -> dict[str, Any]:
    strange = [key for key in data if key != "columns"]
    if strange:
        remedy = "Put the columns under [columns], and a name with a dot in it into quotes."
        raise _unclear(f"The columns file has {strange[0]!r} outside of [columns].", remedy)
    table = data.get("columns", {})
    if not isinstance(table, dict):
        raise _unclear("[columns] is no table.", 'Write lines such as "age" = "numeric" below [columns].')
    return table


def _role(name: str, role: object) -> Role:
    if not isinstance(role, str):
        remedy = 'Write "name" = "role"; a name with a dot in it needs quotes.'
        raise _unclear(f"The role of column {name!r} is {role!r}, no text.", remedy)
    if role not in set(Role):
        raise UnknownNameError("role", role, [known.value for known in Role], where=f"columns file, column {name!r}")
    return Role(role)


def _unclear(what: str, remedy: str) -> UsageError:
    return UsageError(what, where="columns file", remedy=remedy)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))


def _else(column: Column) -> str:
    """What a column could be as well, where that was close."""
    if column.role is Role.NUMERIC and column.integer and "different values" in column.reason:
        return '"categorical" if they are codes'
    if column.role is Role.ID and "given by" not in column.reason:
        return '"group" if rows of one value belong together'
    if column.role is Role.TEXT and "given by" not in column.reason:
        return '"categorical" if they are names of levels'
    if column.role is Role.DATETIME and "given by" not in column.reason:
        return '"time" if later rows are to be predicted'
    return ""


def _comment(text: str) -> str:
    return toml_comment(as_options(text))
