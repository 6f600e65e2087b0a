"""Limits that a person sets to distances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.words.numbers import format_exact, format_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlpipe.data.drift.columns import ColumnDrift
    from mlpipe.data.drift.findings import Compared


def broken_limits(compared: Compared, limits: Iterable[tuple[str, float]]) -> tuple[str, ...]:
    """Limits that something breaks, in words: a value above the limit that chance does not reach as well."""
    return tuple(told for name, limit in limits for told in _broken(compared, name, limit))


def _broken(compared: Compared, name: str, limit: float) -> Iterator[str]:
    if name == "auc":
        apart = compared.told_apart
        if apart is not None and apart.auc > limit and apart.low > 0.5:
            yield f"auc {_number(apart.auc)} is over {format_exact(limit)}"
        return
    for drift in (*compared.columns, *compared.predictions, *compared.target):
        value = _value(drift, name)
        if value is not None and value > limit:
            yield f"{name} of {drift.name} {_number(value)} is over {format_exact(limit)}"


def _number(value: float) -> str:
    return format_number(value, digits=4)


def _value(drift: ColumnDrift, name: str) -> float | None:
    """What is held against the limit; nothing where it is within chance."""
    if name == "missing":
        was, now = drift.missing_shares
        return abs(now - was) if drift.missing_p < _SURE else None
    if name == "unseen":
        return drift.unseen_share if drift.unseen_p < _SURE else None
    found = drift.moved.distances.get(name)
    return found.value if found is not None and found.beyond_chance else None


_SURE = 0.025
