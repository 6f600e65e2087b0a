"""Whether a model is worth having, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mlpipe.metrics.registry import find_metric
from mlpipe.words.lists import either, listed
from mlpipe.words.numbers import format_interval, format_number, half_width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlpipe.metrics.metric_spec import MetricSpec
    from mlpipe.metrics.results import Measure
    from mlpipe.target import Target

Standing = Literal["better", "suspect", "no gain", "not better", "worse", "unknown"]
"""`no gain`: better than a dummy, and not than one column alone; `suspect`: a column gives the target away."""

_OPENINGS: dict[Standing, str] = {
    "better": "Better than the dummy",
    "suspect": "Better than the dummy",
    "no gain": "No better than one column alone",
    "not better": "Not better than the dummy",
    "worse": "Worse than the dummy",
    "unknown": "Not to be judged",
}
_PLAIN = ("accuracy", "r2")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The standing of a model against a dummy that never looks at the columns."""

    standing: Standing
    text: str

    def __str__(self) -> str:
        return self.text


def judge(
    name: str,
    found: Measure,
    dummy: float | None,
    *,
    target: Target,
    rule: tuple[str, float | None] | None = None,
    leaks: Sequence[str] = (),
) -> Verdict:
    """Compare a metric's interval with the dummy's score: better or worse only where the interval leaves it out.

    Parameters
    ----------
    rule : (str, float or None), optional
        A column, and what it alone would score.
    leaks : sequence of str
        Columns that alone predict the target almost perfectly.

    Examples
    --------
    >>> from mlpipe.metrics.results import Measure
    >>> from mlpipe.target import NumberTarget
    >>> price = NumberTarget(column="price")
    >>> print(judge("r2", Measure(value=0.97368, low=0.93910, high=1.0), 0.0, target=price))
    Better than the dummy: r2 0.974 [0.939, 1.000] against 0.000
    """
    spec = find_metric(name, target.task)
    standing, told = _standing(spec, found, dummy), spec.named(target)
    if standing == "better" and leaks:
        said = f"{_OPENINGS['suspect']}: {told} {_against(found, dummy)}"
        named = listed([f"'{column}'" for column in leaks], 3)
        return Verdict(
            standing="suspect", text=f"{said}. But {named} alone {either(len(leaks), 'gives', 'give')} the target away"
        )
    if standing == "better" and rule is not None and _standing(spec, found, rule[1]) in {"not better", "worse"}:
        written = format_interval(found.value, found.low, found.high)
        alone = format_number(rule[1], half_width(found.low, found.high))
        return Verdict(
            standing="no gain", text=f"{_OPENINGS['no gain']}: {told} {written} against {alone} by '{rule[0]}'"
        )
    if found.value is None:
        return Verdict(standing=standing, text=f"{_OPENINGS[standing]}: {told} is undefined, {found.reason}")
    return Verdict(standing=standing, text=f"{_OPENINGS[standing]}: {told} {_against(found, dummy)}")


def second_opinion(
    headline: str, metrics: Mapping[str, Measure], baseline: Mapping[str, float | None], *, target: Target
) -> str:
    """A metric that needs no explaining, where the verdict rests on another one; empty where there is none."""
    for name in _PLAIN:
        if name != headline and name in metrics and metrics[name].value is not None:
            described = find_metric(name, target.task).describe(target)
            return f"{name} {_against(metrics[name], baseline.get(name))}: {described}."
    return ""


def _standing(spec: MetricSpec, found: Measure, dummy: float | None) -> Standing:
    if found.value is None or found.low is None or found.high is None or dummy is None:
        return "unknown"
    above, below = found.low > dummy, found.high < dummy
    if not spec.greater_is_better:
        above, below = below, above
    return "better" if above else "worse" if below else "not better"


def _against(found: Measure, dummy: float | None) -> str:
    written = format_interval(found.value, found.low, found.high)
    if dummy is None:
        return f"{written}, and the dummy has none"
    return f"{written} against {format_number(dummy, half_width(found.low, found.high))}"
