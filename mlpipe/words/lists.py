"""Counts with their nouns, and names in a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def count_of(n: int, noun: str = "", plural: str = "") -> str:
    """How many there are of something; the plural takes an s unless it is given.

    Examples
    --------
    >>> count_of(1, "row"), count_of(4314, "row"), count_of(2, "class", "classes"), count_of(4314)
    ('1 row', '4,314 rows', '2 classes', '4,314')
    """
    return f"{n:,} {either(n, noun, plural or noun + 's')}" if noun else f"{n:,}"


def short_count(n: int) -> str:
    """A count in at most five letters, for a narrow cell.

    Examples
    --------
    >>> short_count(4314), short_count(12345), short_count(999_501), short_count(1_234_567)
    ('4,314', '12k', '1.0M', '1.2M')
    """
    if n < 10_000:
        return count_of(n)
    return f"{n / 1000:.0f}k" if n < 999_500 else f"{n / 1_000_000:.1f}M"


def either(n: int, one: str, several: str) -> str:
    """The word that goes with a count.

    Examples
    --------
    >>> either(1, "is", "are"), either(0, "is", "are")
    ('is', 'are')
    """
    return one if n == 1 else several


def listed(names: Iterable[object], most: int = 5, *, joint: str = ", ") -> str:
    """Names in a row, and how many more there are.

    Examples
    --------
    >>> listed(["a", "b"]), listed("abcdef"), listed("abc", 2)
    ('a, b', 'a, b, c, d, e and 1 more', 'a, b and 1 more')
    """
    told = [str(name) for name in names]
    rest = f" and {count_of(len(told) - most)} more" if len(told) > most else ""
    return joint.join(told[:most]) + rest


def quoted(value: object, most: int = 40) -> str:
    """A cell or a name in a message: text in quotes and cut where it is long, all else as it is.

    Examples
    --------
    >>> quoted("north"), quoted(2.5), quoted("x" * 50, 5)
    ("'north'", '2.5', "'xxxx…'")
    """
    if not isinstance(value, str):
        return str(value)
    return repr(value if len(value) <= most else value[: most - 1] + "…")
