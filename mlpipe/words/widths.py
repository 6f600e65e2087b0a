"""How much room letters take where all have one width: in a terminal, in a text file."""

from __future__ import annotations

import unicodedata


def display_width(text: str) -> int:
    """Columns that a text takes: East Asian wide letters take two, marks upon letters none.

    Examples
    --------
    >>> display_width("age"), display_width("年龄")
    (3, 4)
    """
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )
