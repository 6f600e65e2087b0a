"""The levels of a category as words."""

from __future__ import annotations

import numpy as np

LONGEST = 1e16
"""Larger whole numbers are written with an exponent."""


def level_word(level: object) -> str:
    """A level as a word: whole numbers without a point, a gap as `missing`."""
    if isinstance(level, float):
        if np.isnan(level):
            return "missing"
        return str(int(level)) if level.is_integer() and abs(level) < LONGEST else repr(float(level))
    return str(level)
