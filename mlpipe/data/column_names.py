"""Column arguments: by name, repeated or comma-separated, a wrong name answered with the nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.data.spellings import canonical_text
from mlpipe.errors import UnknownNameError
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Sequence

ROW_NAME = "row_name"
"""What a first column without a name is called that numbers or names the rows."""


def resolve_names(arguments: Sequence[str], known: Sequence[str], *, parameter: str) -> tuple[str, ...]:
    """Column names that the arguments of a parameter stand for: one that is a name is that column, commas and all.

    Raises
    ------
    UnknownNameError
        With the nearest names.

    Examples
    --------
    >>> resolve_names(["a,b", "c,d"], ["a", "b", "c,d"], parameter="drop")
    ('a', 'b', 'c,d')
    """
    found: dict[str, None] = {}
    for argument in map(canonical_text, arguments):
        for name in [argument] if argument in known else [part.strip() for part in argument.split(",")]:
            if name not in known:
                raise UnknownNameError("column", name, known, where=param(parameter))
            found[name] = None
    return tuple(found)
