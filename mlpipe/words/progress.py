"""How far work is: steps tell it, and whoever looks is told; by default nobody looks."""

from __future__ import annotations

from collections.abc import Callable

Tell = Callable[[float | None, str], None]
"""Takes the share that is done, in [0, 1], or `None` where it cannot be known, and what is being done."""


def silent(_share: float | None, _what: str) -> None:
    """Tell nobody."""


def named(tell: Tell, name: str) -> Tell:
    """A `Tell` that says the name of a larger piece of work before what is being done.

    Examples
    --------
    >>> named(lambda share, what: print(what), "train")(0.5, "fold 2 of 4")
    train  fold 2 of 4
    """
    return lambda share, what: tell(share, f"{name}  {what}")


def share_of(tell: Tell, what: str) -> Callable[[float], None]:
    """For those who know how far they are, and not what they are part of.

    Examples
    --------
    >>> share_of(lambda share, what: print(share, what), "reading t.csv")(0.5)
    0.5 reading t.csv
    """
    return lambda share: tell(share, what)
