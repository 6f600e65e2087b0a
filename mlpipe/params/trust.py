"""The options of `drift`, `audit` and `verify`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from mlpipe.errors import UnknownNameError, UsageError
from mlpipe.words.parameters import param

Gravity = Literal["warning", "error"]
DRIFT_GATES = ("psi", "ks", "tv", "missing", "unseen", "auc")
"""What `fail_over` of `drift` may limit."""


@dataclass(frozen=True, kw_only=True)
class DriftParams:
    """Options of `drift`.

    `time` is a column of dates, by which the rows are told apart; rows before `since` are left aside. `fail_over` are
    limits such as `psi=0.2`, which only what is beyond chance can break.
    """

    since: str | None = None
    time: str | None = None
    fail_on: Gravity | None = None
    fail_over: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    max_bytes: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.since is not None and self.time is None:
            raise UsageError(
                f"{param('since', self.since)} asks for the column of dates.",
                remedy=f"Add {param('time')} COL.",
            )
        self.limits  # noqa: B018 - raises where one cannot be read

    @property
    def limits(self) -> tuple[tuple[str, float], ...]:
        """Each name with its limit."""
        return tuple(_limit(text) for text in self.fail_over)


def _limit(text: str) -> tuple[str, float]:
    name, _, right = text.partition("=")
    if name.strip() not in DRIFT_GATES:
        raise UnknownNameError("distance", name.strip(), DRIFT_GATES, where=param("fail_over", text))
    try:
        limit = float(right)
    except ValueError:
        limit = math.nan
    if not math.isfinite(limit):
        raise UsageError(
            f"{param('fail_over', text)}: {right.strip()!r} is not a number.",
            remedy=f"Write {param('fail_over')} NAME=VALUE, such as psi=0.2.",
        )
    return name.strip(), limit


@dataclass(frozen=True, kw_only=True)
class AuditParams:
    """Options of `audit`; `target`, `ids`, `group` and `time` are for two tables, artifacts know theirs."""

    target: str | None = None
    ids: tuple[str, ...] = ()
    group: str | None = None
    time: str | None = None
    ignore: tuple[str, ...] = ()
    fail_on: Gravity = "error"
    max_bytes: int | None = None
    seed: int = 0
