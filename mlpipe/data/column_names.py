"""Column arguments: by name, repeated or comma-separated, a wrong name answered with the nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Sequence


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
