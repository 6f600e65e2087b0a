"""First lines that are rows: taking them for names would be wrong in silence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBER = re.compile(rb"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?")
_WHOLE = re.compile(rb"\d+")
_ENOUGH = 3
"""Rows beneath that it takes to tell."""
_OFTEN = 0.02


def looks_like_row(rows: Sequence[Sequence[bytes]]) -> bool:
    """Whether the first of these rows is one like the others.

    Its numbers stand where all others have numbers and nowhere else; and beside that there is a number such as 5.1 or
    -1, a number twice, or a word that is common in its own column. Years and other plain numbers may be names.

    Examples
    --------
    >>> looks_like_row([(b"5.1", b"a"), (b"4.9", b"b"), (b"4.7", b"a"), (b"4.6", b"b")])
    True
    >>> looks_like_row([(b"2019", b"2020"), (b"4.9", b"3"), (b"4.7", b"3"), (b"4.6", b"3")])
    False
    """
    if len(rows) <= _ENOUGH:
        return False
    names, rest = [cell.strip() for cell in rows[0]], rows[1:]
    if any(len(row) != len(names) for row in rest[:50]) or not any(names):
        return False
    rest = [row for row in rest if len(row) == len(names)]
    columns = [[cell.strip() for cell in column] for column in zip(*rest, strict=False)]
    numeric = [_NUMBER.fullmatch(name) is not None for name in names]
    alike = all(
        is_number == _all_numbers(column)
        for name, is_number, column in zip(names, numeric, columns, strict=True)
        if name
    )
    if not alike:
        return False
    numbers = [name for name, is_number in zip(names, numeric, strict=True) if is_number]
    odd = any(not _WHOLE.fullmatch(number) for number in numbers) or len(set(numbers)) < len(numbers)
    words = [
        column.count(name) >= max(2, _OFTEN * len(column))
        for name, is_number, column in zip(names, numeric, columns, strict=True) if name and not is_number
    ]  # fmt: skip
    return odd or any(words)


def _all_numbers(column: Sequence[bytes]) -> bool:
    present = [cell for cell in column if cell]
    return bool(present) and sum(_NUMBER.fullmatch(cell) is not None for cell in present) >= 0.9 * len(present)


def repeated_at(rows: Sequence[Sequence[bytes]]) -> int | None:
    """Which of the rows is the first one again, word for word, as where tables were joined; numbers aside."""
    first = rows[0] if rows else ()
    if len(first) < 2 or any(_NUMBER.fullmatch(cell.strip()) for cell in first) or not all(first):
        return None
    found = [i for i, row in enumerate(rows[1:], start=1) if row == first]
    return found[0] if 0 < len(found) * 10 < len(rows) * 3 else None
