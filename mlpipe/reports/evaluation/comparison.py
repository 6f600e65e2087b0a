"""Models side by side, in words and as a table for a pull request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from mlpipe.metrics.registry import find_metric
from mlpipe.reports.rendering import markdown_environment
from mlpipe.words.numbers import format_exact, format_interval, format_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlpipe.metrics.judging.paired import Difference, McNemar
    from mlpipe.metrics.results import Measure
    from mlpipe.target import Target


@dataclass(frozen=True, kw_only=True)
class Versus:
    """A model against the first one; McNemar's test for classes alone."""

    differences: Mapping[str, Difference]
    mcnemar: McNemar | None


@dataclass(frozen=True, kw_only=True)
class Contestant:
    """One model: its scores, and how it differs from the first (`None` for the first itself)."""

    name: str
    told: str
    model: str
    measures: Mapping[str, Measure]
    versus: Versus | None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Models on the same rows, in the order in which they were named.

    Parameters
    ----------
    metric : str
        What they are ordered by.
    level : float
        Coverage of the intervals.
    """

    target: Target
    metric: str
    rows: str
    n_rows: int
    level: float
    contestants: tuple[Contestant, ...]

    @property
    def first(self) -> Contestant:
        """The one that the others are held against."""
        return self.contestants[0]

    @property
    def others(self) -> tuple[Contestant, ...]:
        """All but the first."""
        return self.contestants[1:]

    @property
    def ranked(self) -> tuple[Contestant, ...]:
        """The best first; those without a score last."""
        greater = find_metric(self.metric, self.target.task).greater_is_better

        def place(one: Contestant) -> tuple[bool, float]:
            value = one.measures[self.metric].value
            return value is None, 0.0 if value is None else -value if greater else value

        return tuple(sorted(self.contestants, key=place))

    @property
    def verdict(self) -> str:
        """What can be said of the first two; of more, how many are beyond doubt better or worse than the first."""
        return "; ".join(self.sentence(other, self.metric) for other in self.others[:2])

    def sentence(self, other: Contestant, name: str) -> str:
        """Whether another model is better than the first by a metric."""
        assert other.versus is not None
        found, told = other.versus.differences[name], find_metric(name, self.target.task).named(self.target)
        if found.low is None:
            return f"{self.first.told} and {other.told} cannot be compared by {told}, which is undefined"
        by = f"{told} differs by {format_interval(found.value, found.low, found.high)}"
        if found.first_is_worse:
            return f"{self.first.told} is worse than {other.told}: {by}"
        if found.second_is_worse:
            return f"{self.first.told} is better than {other.told}: {by}"
        return f"{self.first.told} and {other.told} cannot be told apart: {by}"

    def standing(self, other: Contestant) -> Literal["better", "worse", "unknown"]:
        """What the first is beside another by the metric that orders them."""
        assert other.versus is not None
        found = other.versus.differences[self.metric]
        return "worse" if found.first_is_worse else "better" if found.second_is_worse else "unknown"

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "task": self.target.task.value,
            "metric": self.metric,
            "rows": self.rows,
            "n_rows": self.n_rows,
            "level": self.level,
            "first": self.first.name,
            "verdict": self.verdict,
            "models": [_plain(one, place) for place, one in enumerate(self.ranked, 1)],
        }


def _plain(one: Contestant, rank: int) -> dict[str, Any]:
    scores = {name: {"value": m.value, "low": m.low, "high": m.high} for name, m in one.measures.items()}
    shown: dict[str, Any] = {"rank": rank, "name": one.name, "model": one.model, "metrics": scores}
    if one.versus is not None:
        shown["differences"] = {
            name: {
                "value": d.value, "low": d.low, "high": d.high,
                "first_is_worse": d.first_is_worse, "second_is_worse": d.second_is_worse,
            }
            for name, d in one.versus.differences.items()
        }  # fmt: skip
        if one.versus.mcnemar is not None:
            test = one.versus.mcnemar
            shown["mcnemar"] = {
                "only_first": test.only_first, "only_second": test.only_second, "p_value": test.p_value
            }  # fmt: skip
    return shown


def comparison_rows(comparison: Comparison) -> tuple[list[str], list[list[str]]]:
    """Header and rows of the table that a person reads, the best first."""
    names = list(comparison.first.measures)
    task, target = comparison.target.task, comparison.target
    tested = any(one.versus is not None and one.versus.mcnemar is not None for one in comparison.others)
    header = ["model", *(find_metric(name, task).named(target) for name in names)]
    header += [f"{header[1]} minus {comparison.first.name}", *(["McNemar p"] if tested else [])]
    rows = []
    for one in comparison.ranked:
        scores = [format_interval(m.value, m.low, m.high) for m in (one.measures[name] for name in names)]
        rows.append([one.told, *scores, *_against(one, comparison.metric, tested=tested)])
    return header, rows


def _against(one: Contestant, metric: str, *, tested: bool) -> list[str]:
    if one.versus is None:
        return ["", *([""] if tested else [])]
    found = one.versus.differences[metric]
    test = one.versus.mcnemar
    shift = format_interval(found.value, found.low, found.high)
    return [shift, *([format_number(test.p_value, digits=2)] if test is not None else [])]


def render_comparison(comparison: Comparison) -> str:
    """Render a comparison as Markdown."""
    header, rows = comparison_rows(comparison)
    level = f"{format_exact(100 * comparison.level)} %"
    spec = find_metric(comparison.metric, comparison.target.task)
    template = markdown_environment().get_template("comparison.md.j2")
    return template.render(comparison=comparison, header=header, rows=rows, level=level, spec=spec)
