"""What a table is called, wherever it lies."""

from __future__ import annotations

import os


class Passing(str):
    """The path of a file that is there for one call alone: no message and no manifest says where it lay.

    Parameters
    ----------
    path : str
    told : str
        What it is called instead.
    """

    __slots__ = ("told",)
    told: str

    def __new__(cls, path: str, told: str) -> Passing:
        """Make the path, with what it is called."""
        made = super().__new__(cls, path)
        made.told = told
        return made

    def __reduce__(self) -> tuple[type[Passing], tuple[str, str]]:
        """What a copy in another process is made of."""
        return Passing, (str(self), self.told)


def readable_name(path: str) -> str:
    r"""A path as it can be shown and written anywhere: bytes that are no UTF-8 by their numbers.

    Examples
    --------
    >>> print(readable_name("caf\udce9.csv"))
    caf\xe9.csv
    """
    return path.told if isinstance(path, Passing) else os.fsencode(path).decode("utf-8", "backslashreplace")
