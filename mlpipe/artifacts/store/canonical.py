"""Canonical JSON: one value, one sequence of bytes; and a reader that takes nothing else for granted."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

_BYTE = re.compile("[\udc80-\udcff]")
_PRIVATE = re.compile("[\U0010ff80-\U0010ffff]")
_TO_PRIVATE = 0x10FF80 - 0xDC80


def encode(value: Any, *, ordered: bool = False) -> bytes:
    r"""Bytes of `value` as JSON with sorted keys, one blank of indent, UTF-8 and a final line feed.

    Parameters
    ----------
    ordered : bool
        Keys stay in the order in which they come.

    Raises
    ------
    ValueError
        If a number is not finite (JSON has no NaN: write null and a reason).

    Examples
    --------
    >>> encode({"b": (1, 2.5), "a": "é"}) == '{\n "a": "é",\n "b": [\n  1,\n  2.5\n ]\n}\n'.encode()
    True
    """
    text = json.dumps(value, sort_keys=not ordered, indent=1, ensure_ascii=False, allow_nan=False)
    return _BYTE.sub(lambda letter: chr(ord(letter[0]) + _TO_PRIVATE), f"{text}\n").encode()


def restored_name(text: str) -> str:
    r"""A file name as the system has it, from one that `encode` wrote: names need not be UTF-8, JSON must.

    Bytes that are none stand as the last letters that are nobody's.

    Examples
    --------
    >>> restored_name(decode(encode("caf\udce9"))) == "caf\udce9"
    True
    """
    return _PRIVATE.sub(lambda letter: chr(ord(letter[0]) - _TO_PRIVATE), text)


def decode(data: bytes) -> Any:
    """Parse JSON, refusing what two readers may understand differently.

    Raises
    ------
    ValueError
        On bytes that are not UTF-8 or not JSON, duplicate keys, NaN, infinities, numbers beyond float64, and
        nesting deeper than the interpreter follows.

    Examples
    --------
    >>> decode(b'{"a": 1, "a": 2}')
    Traceback (most recent call last):
    ValueError: the key 'a' occurs twice
    """
    try:
        return json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_unique_keys,
            parse_constant=_refuse_constant,
            parse_float=_finite_float,
        )
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {twice!r} occurs twice")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite_float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"the number {text} is out of range")
    return number
