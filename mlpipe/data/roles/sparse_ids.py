"""Whole numbers that name their rows though they do not count them, such as customer numbers of nine digits."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST_DIGITS = 5
_LEAST_DIGITS_UNNAMED = 8
_LEAST_ROWS = 50
_STEP = 1 << 16
_CRITICAL = 1.63
"""Kolmogorov's distance times the root of the rows that one sample in a hundred of an even spread exceeds."""
_LAST_WORDS = frozenset({
    "id", "ids", "uid", "guid", "uuid", "key", "nr", "no", "num", "number", "code", "ref", "reference", "serial",
    "imei", "isbn", "ean", "upc", "sku", "nummer", "numero", "número", "код", "номер",
})  # fmt: skip
"""What the name of such a column ends with."""
_NAMES = frozenset({
    "account", "customer", "client", "user", "member", "patient", "person", "passenger", "employee", "student",
    "subscriber", "order", "invoice", "ticket", "transaction", "policy", "contract", "device", "kunde",
})  # fmt: skip
"""What such a column may be called in one word."""
_ENDINGS = ("编号", "号码", "卡号", "单号", "账号", "学号", "工号", "kundennr", "kundennummer")
_BREAK = re.compile(r"[\W_\d]+|(?<=[a-z])(?=[A-Z])")


def is_sparse_id(name: str, values: NDArray[np.float64]) -> bool:
    """Whether whole numbers, none missing, are ids: each once, and either called so or spread as drawn numbers are.

    Quantities that differ in every row are neither: they crowd somewhere, and a moment in seconds has few first digits.

    Examples
    --------
    >>> is_sparse_id("CustomerID", np.arange(60) * 7919.0 + 10_000_000)
    True
    >>> is_sparse_id("income", np.arange(60) * 7919.0 + 10_000_000)
    False
    """
    low, high = float(values.min()), float(values.max())
    if not may_be_sparse_ids(name, low, high):
        return False
    ordered = np.sort(values)
    if (ordered[1:] == ordered[:-1]).any():
        return False
    return _is_called_so(name) or (len(values) >= _LEAST_ROWS and _is_drawn(ordered, len(str(int(high)))))


def may_be_sparse_ids(name: str, low: float, high: float) -> bool:
    """Whether whole numbers between these two may be ids: they have digits enough, more where no name says so."""
    digits = len(str(int(high)))
    drawn = digits >= _LEAST_DIGITS_UNNAMED and low >= 10.0 ** (digits - 1)
    return low >= 10 ** (_LEAST_DIGITS - 1) and (drawn or _is_called_so(name))


def _is_called_so(name: str) -> bool:
    words = [word.lower() for word in _BREAK.split(name) if word]
    if not words:
        return False
    return words[-1] in _LAST_WORDS or (len(words) == 1 and words[0] in _NAMES) or name.lower().endswith(_ENDINGS)


def _is_drawn(ordered: NDArray[np.float64], digits: int) -> bool:
    """Whether numbers of so many digits are spread evenly over all that there are."""
    start, n = 10.0 ** (digits - 1), len(ordered)
    if digits < _LEAST_DIGITS_UNNAMED or ordered[0] < start:
        return False
    distance = 0.0
    for first in range(0, n, _STEP):  # so that nothing else is as long as the table
        expected = (ordered[first : first + _STEP] - start) / (9 * start)
        reached = np.arange(first + 1, first + 1 + len(expected)) / n
        distance = max(distance, float(np.abs(reached - expected).max()))
    return distance * math.sqrt(n) < _CRITICAL
