"""Gates: limits that a score must keep."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mlpipe.errors import UsageError
from mlpipe.metrics.registry import find_metric
from mlpipe.words.numbers import format_exact, format_number
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlpipe.metrics.results import Measure
    from mlpipe.target import Target

Side = Literal["under", "over"]
Bound = Literal["value", "low", "high"]

_BOUNDS: dict[str, Bound] = {"": "value", "low": "low", "high": "high"}
_WORDS: dict[Bound, str] = {"value": "", "low": "lower bound of ", "high": "upper bound of "}


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One limit: fail where the metric, or an end of its interval, lies `under` or `over` it.

    Parameters
    ----------
    told : str
        The metric's name, with the class that it is of.
    """

    name: str
    told: str
    bound: Bound
    side: Side
    limit: float

    def __str__(self) -> str:
        sign = "≥" if self.side == "under" else "≤"
        return f"{_WORDS[self.bound]}{self.told} {sign} {format_exact(self.limit)}"


@dataclass(frozen=True, kw_only=True)
class GateResult:
    """A gate and the value it was held against; `None` where the metric is undefined, which fails too."""

    gate: Gate
    value: float | None
    reason: str = ""

    @property
    def passed(self) -> bool:
        """Whether the limit is kept; a value that equals it passes."""
        if self.value is None:
            return False
        return self.value >= self.gate.limit if self.gate.side == "under" else self.value <= self.gate.limit

    def __str__(self) -> str:
        name = f"{_WORDS[self.gate.bound]}{self.gate.told}"
        if self.value is None:
            return f"{name} is undefined{f' ({self.reason})' if self.reason else ''}; the gate asks for one"
        if self.passed:
            return f"{name} {format_number(self.value, digits=6)} keeps the limit {format_exact(self.gate.limit)}"
        return f"{name} {format_number(self.value, digits=6)} is {self.gate.side} {format_exact(self.gate.limit)}"


def parse_gate(text: str, side: Side, target: Target) -> Gate:
    """Read `NAME=VALUE` or `NAME:low=VALUE`.

    Raises
    ------
    UsageError
        Where the text has another shape, the limit is not a finite number, or a lower limit is set to an error.
    UnknownNameError
        Where the metric does not exist or does not fit the task.

    Examples
    --------
    >>> from mlpipe.target import NumberTarget
    >>> str(parse_gate("r2:low=0.85", "under", NumberTarget(column="price")))
    'lower bound of r2 ≥ 0.85'
    """
    left, equals, right = text.partition("=")
    name, _, bound = left.strip().partition(":")
    if not equals or not name:
        raise _unreadable(side, text, "no NAME=VALUE")
    if bound not in _BOUNDS:
        raise _unreadable(side, text, f"{bound!r} is no end of an interval")
    spec = find_metric(name, target.task)
    if side == "under" and not spec.greater_is_better:
        raise UsageError(
            f"{param('fail_under', text)}: {name} is better when smaller.",
            remedy=f"Write {param('fail_over', text)} instead.",
        )
    return Gate(name=name, told=spec.named(target), bound=_BOUNDS[bound], side=side, limit=_limit(side, text, right))


def _unreadable(side: Side, text: str, problem: str) -> UsageError:
    option = f"fail_{side}"
    return UsageError(
        f"{param(option, text)}: {problem}.",
        remedy=f"Write {param(option)} NAME=VALUE or NAME:low=VALUE, such as accuracy=0.9 or accuracy:low=0.85.",
    )


def _limit(side: Side, text: str, right: str) -> float:
    try:
        limit = float(right)
    except ValueError:
        limit = math.nan
    if not math.isfinite(limit):
        raise _unreadable(side, text, f"{right.strip()!r} is not a number")
    return limit


def parse_gates(fail_under: Iterable[str], fail_over: Iterable[str], target: Target) -> tuple[Gate, ...]:
    """Read the gates of both sides."""
    under = [parse_gate(text, "under", target) for text in fail_under]
    over = [parse_gate(text, "over", target) for text in fail_over]
    return (*under, *over)


def check_gates(gates: Iterable[Gate], measures: Mapping[str, Measure]) -> tuple[GateResult, ...]:
    """Hold each gate against the results; the metric of each gate has to be among them."""
    return tuple(_check(gate, measures[gate.name]) for gate in gates)


def _check(gate: Gate, found: Measure) -> GateResult:
    held: dict[Bound, float | None] = {"value": found.value, "low": found.low, "high": found.high}
    return GateResult(gate=gate, value=held[gate.bound], reason=found.reason)
