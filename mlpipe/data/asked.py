"""What a person asked of the columns: parameters and the columns file, checked and merged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlpipe.data.column_names import resolve_names
from mlpipe.data.schema import Kind, Role
from mlpipe.errors import UsageError
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlpipe.params import RoleParams

_KINDS = {Role.NUMERIC: Kind.NUMBER, Role.CATEGORICAL: Kind.STRING, Role.DATETIME: Kind.DATETIME}
# A role that says what a column is for and a second parameter that says how it is written go together.
_TOGETHER = {
    Role.TARGET: {Role.NUMERIC, Role.CATEGORICAL},
    Role.LABELS: {Role.NUMERIC, Role.CATEGORICAL},
    Role.TIME: {Role.NUMERIC, Role.DATETIME},
    Role.WEIGHT: {Role.NUMERIC},
}
_SINGLE = (Role.GROUP, Role.TIME, Role.WEIGHT, Role.LABELS)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked of one column.

    Parameters
    ----------
    kind : Kind or None
        How its cells are to be read, where that was said.
    because : str
        Who asked: the parameter or the file.
    """

    role: Role
    kind: Kind | None = None
    because: str


def ask_roles(
    known: Sequence[str],
    roles: RoleParams,
    *,
    target: str | tuple[str, ...] | None = None,
    split_column: str | None = None,
    from_file: Mapping[str, Role] | None = None,
    as_tags: bool = False,
) -> dict[str, Asked]:
    """Merge parameters and columns file; a parameter goes before the file.

    Parameters
    ----------
    known : sequence of str
        The table's columns.
    target : str or tuple of str, optional
        The column or columns to predict; several also with commas between them.
    split_column : str, optional
        The column that names each row's part: never a feature.
    from_file : mapping, optional
        Roles read by `read_columns_toml`.
    as_tags : bool
        The target holds tags: words, even if all are numbers.

    Raises
    ------
    UnknownNameError
        A parameter names a column that the table lacks.
    UsageError
        Two parameters ask different things of one column; two columns are group, time or weight; or the columns file
        names another target.
    """
    wishes = [
        (Role.TARGET, "target", target if isinstance(target, tuple) else _one(target)),
        *_wishes(roles),
        (Role.IGNORE, "split_column", _one(split_column)),
    ]
    asked: dict[str, Asked] = {}
    targets: tuple[str, ...] = ()
    for role, parameter, given in wishes:
        names = resolve_names(given, known, parameter=parameter)
        targets = names if role is Role.TARGET else targets
        for name in names:
            asked[name] = _add(name, asked.get(name), role, param(parameter))
    for name, role in (from_file or {}).items():
        kind = _KINDS.get(role)
        if name not in asked:
            asked[name] = Asked(role=role, kind=kind, because="the columns file")
        elif asked[name].kind is None and role in _TOGETHER.get(asked[name].role, ()):
            asked[name] = Asked(role=asked[name].role, kind=kind, because=asked[name].because)
    _check_single(asked)
    _check_targets(asked, targets)
    if as_tags:
        return asked | {name: replace(asked[name], kind=Kind.STRING) for name in targets}
    return asked


def _one(name: str | None) -> tuple[str, ...]:
    return () if name is None else (name,)


def _wishes(roles: RoleParams) -> list[tuple[Role, str, tuple[str, ...]]]:
    return [
        (Role.GROUP, "group", _one(roles.group)),
        (Role.TIME, "time", _one(roles.time)),
        (Role.WEIGHT, "weight", _one(roles.weight)),
        (Role.LABELS, "labels", _one(roles.labels)),
        (Role.ID, "ids", roles.ids),
        (Role.IGNORE, "drop", roles.drop),
        (Role.TEXT, "text", roles.text),
        (Role.NUMERIC, "numeric", roles.numeric),
        (Role.CATEGORICAL, "categorical", roles.categorical),
        (Role.DATETIME, "datetime", roles.datetime),
    ]


def _add(name: str, before: Asked | None, role: Role, who: str) -> Asked:
    if before is None:
        return Asked(role=role, kind=_KINDS.get(role), because=who)
    if before.role is role:
        return before
    if role in _TOGETHER.get(before.role, ()) and before.kind is None:
        return Asked(role=before.role, kind=_KINDS[role], because=f"{before.because} and {who}")
    raise _conflict(f"Column {name!r} was asked to be two things", before.because, who)


def _check_single(asked: Mapping[str, Asked]) -> None:
    for role in _SINGLE:
        names = [name for name, wish in asked.items() if wish.role is role]
        if len(names) > 1:
            raise _conflict(f"Only one column can be the {role}", *(repr(name) for name in names[:2]))


def _check_targets(asked: Mapping[str, Asked], targets: Sequence[str]) -> None:
    """The columns file may name targets where the parameter names none."""
    others = [name for name, wish in asked.items() if wish.role is Role.TARGET and name not in targets]
    if targets and others:
        raise _conflict("Only one column can be the target", repr(targets[0]), repr(others[0]))


def _conflict(what: str, first: str, second: str) -> UsageError:
    return UsageError(f"{what}: {first} and {second}.", remedy="Keep one of the two.")
