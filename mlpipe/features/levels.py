"""The levels of a category as words."""

from __future__ import annotations

import numpy as np

LONGEST = 1e16
"""Larger whole numbers are written with an exponent."""

LARGEST = 1e150
"""Larger numbers overflow when they are squared, as scaling and most models do."""


def level_word(level: object) -> str:
    """A level as a word: whole numbers without a point, a gap as `missing`."""
    if isinstance(level, float):
        if np.isnan(level):
            return "missing"
        return str(int(level)) if level.is_integer() and abs(level) < LONGEST else repr(float(level))
    return str(level)


def as_number(word: str | float) -> float | None:
    """The number that a word is, if it is one that can be computed with.

    Examples
    --------
    >>> as_number("1.50"), as_number("none")
    (1.5, None)
    """
    try:
        number = float(word)
    except ValueError:
        return None
    return number if abs(number) <= LARGEST else None
