"""Column arguments: by name, repeated or comma-separated, a wrong name answered with the nearest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlpipe.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.params import RoleParams


def resolve_names(arguments: Sequence[str], known: Sequence[str], *, option: str) -> tuple[str, ...]:
    """Column names that arguments stand for: an argument that is a name is that column, commas and all.

    Raises
    ------
    UnknownNameError
        With the nearest names.

    Examples
    --------
    >>> resolve_names(["a,b", "c,d"], ["a", "b", "c,d"], option="--drop")
    ('a', 'b', 'c,d')
    """
    found: dict[str, None] = {}
    for argument in arguments:
        parts = [argument] if argument in known else [part.strip() for part in argument.split(",")]
        for part in parts:
            found[resolve_name(part, known, option=option)] = None
    return tuple(found)


def resolve_name(argument: str, known: Sequence[str], *, option: str) -> str:
    """One column name, checked."""
    if argument not in known:
        raise UnknownNameError("column", argument, known, where=option)
    return argument


def resolve_roles(roles: RoleParams, known: Sequence[str]) -> RoleParams:
    """The roles given by hand with every column name checked and lists taken apart."""

    def many(names: tuple[str, ...], option: str) -> tuple[str, ...]:
        return resolve_names(names, known, option=option)

    def one(name: str | None, option: str) -> str | None:
        return None if name is None else resolve_name(name, known, option=option)

    return replace(
        roles,
        ids=many(roles.ids, "--id"),
        group=one(roles.group, "--group"),
        time=one(roles.time, "--time"),
        weight=one(roles.weight, "--weight"),
        drop=many(roles.drop, "--drop"),
        numeric=many(roles.numeric, "--numeric"),
        categorical=many(roles.categorical, "--categorical"),
        text=many(roles.text, "--text"),
        datetime=many(roles.datetime, "--datetime"),
    )
