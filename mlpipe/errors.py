"""The error tree: one family per exit code, one class per cause.

A family says who has to act (the person at the keyboard, the owner of the data, the owner of an artifact);
a class keeps the facts as attributes and words them as *what*, *where* and *what to do*. Classes that belong
to one room live in that room and derive from a family here.
"""

from __future__ import annotations

import difflib
from enum import IntEnum
from typing import TYPE_CHECKING

from mlpipe.words.lists import listed

if TYPE_CHECKING:
    from collections.abc import Iterable


class ExitCode(IntEnum):
    """What the shell sees; `INTERFACE.md` promises these numbers."""

    DONE = 0
    BUG = 1
    USAGE = 2
    DATA = 3
    ARTIFACT = 4
    FIT = 5
    GATE = 6
    INTERRUPTED = 130
    BROKEN_PIPE = 141


class MlpipeError(Exception):
    """An error that a person can act on.

    Parameters
    ----------
    what : str
        What happened, with the value that caused it.
    where : str, optional
        File, line, column or option.
    remedy : str, optional
        What to do now.
    """

    exit_code = ExitCode.BUG

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        return "\n".join(line for line in (self.what, self.where, self.remedy) if line)


class UsageError(MlpipeError):
    """The command line asks for something that does not exist or does not fit together."""

    exit_code = ExitCode.USAGE


class DataError(MlpipeError):
    """The data cannot be read, or cannot serve the purpose."""

    exit_code = ExitCode.DATA


class ArtifactError(MlpipeError):
    """An artifact is absent, of another kind, stale, foreign or tampered with."""

    exit_code = ExitCode.ARTIFACT


class FitError(MlpipeError):
    """The model could not be fitted on good data."""

    exit_code = ExitCode.FIT


class GateError(MlpipeError):
    """A gate failed; the report has been written all the same."""

    exit_code = ExitCode.GATE


def nearest(name: str, known: Iterable[str], *, limit: int = 3) -> list[str]:
    """Names from `known` that resemble `name`, best first.

    Examples
    --------
    >>> nearest("outcom", ["age", "outcome", "city"])
    ['outcome']
    """
    by_folded = {candidate.casefold(): candidate for candidate in known}
    close = difflib.get_close_matches(name.casefold(), by_folded, n=limit, cutoff=0.6)
    return [by_folded[folded] for folded in close]


class UnknownNameError(UsageError):
    """A name that is not among those that exist; the answer is the nearest ones."""

    def __init__(self, kind: str, name: str, known: Iterable[str], *, where: str = "") -> None:
        self.kind = kind
        self.name = name
        self.known = list(known)
        close = nearest(name, self.known)
        shown = close or self.known
        names = listed(map(repr, shown), 12)
        remedy = f"Did you mean {names}?" if close else f"Known: {names}."
        super().__init__(f"There is no {kind} {name!r}.", where=where, remedy=remedy)


class ParameterError(UsageError):
    """A model that could be fitted, if it were not for the parameters that it was given."""


class MissingExtraError(UsageError):
    """Something was asked for that needs an optional library, which is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        self.extra = extra
        super().__init__(f"{what} needs the extra {extra!r}.", remedy=f"Install it: pip install 'mlpipe[{extra}]'.")
