"""Sizes as people write them."""

from __future__ import annotations

import re

from mlpipe.errors import UsageError
from mlpipe.words.parameters import param

_UNITS = {"": 1, "B": 1, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}


def size_of(text: str, parameter: str) -> int:
    """Bytes of a size as people write it.

    Examples
    --------
    >>> size_of("10MB", "memory"), size_of("512 kb", "memory"), size_of("100", "memory")
    (10000000, 512000, 100)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?) *([kmg]?b?)", text.strip(), re.IGNORECASE)
    unit = found[2].upper() if found else "?"
    unit = unit if unit.endswith("B") or not unit else unit + "B"
    if not found or unit not in _UNITS:
        raise UsageError(f"{param(parameter, text)} is no size.", remedy="Write it as 10MB, 500KB or 1GB.")
    return int(float(found[1]) * _UNITS[unit])


def memory_of(text: str | None) -> int | None:
    """Bytes that a step may use; None where it is free to choose."""
    return None if text is None else size_of(text, "memory")
