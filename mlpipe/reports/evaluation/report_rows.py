"""The rows of a report's tables: words and lengths, no markup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlpipe.metrics.registry import find_metric
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import HUNDREDTH, UNDEFINED, format_interval, format_number, format_share, half_width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlpipe.metrics.confusion import ClassReport
    from mlpipe.metrics.results import Measure
    from mlpipe.target import Target

MOST_CLASSES = 20
_WILSON = "Few rows went wrong, or few went right: the interval is Wilson's, not the bootstrap's"


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A score, its interval and the dummy's score as percentages of the way from 0 to 1."""

    low: float
    width: float
    value: float
    dummy: float | None


@dataclass(frozen=True, kw_only=True)
class MetricRow:
    """One metric as the table shows it."""

    name: str
    written: str
    dummy: str
    summary: str
    remark: str
    direction: str
    bar: Bar | None

    @property
    def meaning(self) -> str:
        """What the metric is, in a sentence or two."""
        remark = f". {self.remark[:1].upper()}{self.remark[1:]}" if self.remark else ""
        return f"{self.summary}; {self.direction}{remark}"


@dataclass(frozen=True, kw_only=True)
class ClassRow:
    """One class as the table shows it; `recall_share` is the length of its bar in percent."""

    label: str
    support: str
    precision: str
    recall: str
    f1: str
    recall_share: float


@dataclass(frozen=True, kw_only=True)
class MatrixRow:
    """One line of the confusion matrix."""

    label: str
    counts: tuple[str, ...]
    right: int


def metric_rows(
    metrics: Mapping[str, Measure], baseline: Mapping[str, float | None], headline: str, *, target: Target
) -> list[MetricRow]:
    """The headline metric first, the others as they were measured."""
    ordered = [headline, *(name for name in metrics if name != headline)]
    return [_metric_row(name, metrics[name], baseline.get(name), target) for name in ordered]


def _metric_row(name: str, found: Measure, dummy: float | None, target: Target) -> MetricRow:
    spec = find_metric(name, target.task)
    return MetricRow(
        name=spec.named(target),
        written=format_interval(found.value, found.low, found.high),
        dummy=format_number(dummy, half_width(found.low, found.high)),
        summary=spec.describe(target),
        remark=found.reason or (_WILSON if found.method == "Wilson" else ""),
        direction="higher is better" if spec.greater_is_better else "lower is better",
        bar=_bar(found, dummy) if spec.greater_is_better else None,
    )


def _bar(found: Measure, dummy: float | None) -> Bar | None:
    if found.value is None or found.low is None or found.high is None or found.low < 0 or found.high > 1:
        return None
    return Bar(
        low=round(100 * found.low, 2),
        width=round(100 * (found.high - found.low), 2),
        value=round(100 * found.value, 2),
        dummy=None if dummy is None or not 0 <= dummy <= 1 else round(100 * dummy, 2),
    )


def class_rows(per_class: Mapping[str, ClassReport]) -> list[ClassRow]:
    """The classes that are found worst first."""
    ordered = sorted(per_class.items(), key=lambda item: (item[1].f1 is None, item[1].f1 or 0.0, -item[1].support))
    return [
        ClassRow(
            label=label,
            support=count_of(row.support),
            precision=_share(row.precision),
            recall=_share(row.recall),
            f1=format_number(row.f1, HUNDREDTH),
            recall_share=round(100 * (row.recall or 0.0), 1),
        )
        for label, row in ordered
    ]


def _share(value: float | None) -> str:
    return UNDEFINED if value is None else format_share(value)


def matrix_rows(labels: Sequence[str], confusion: Sequence[Sequence[int]]) -> list[MatrixRow]:
    """The confusion matrix line by line; nothing for more classes than a table can show."""
    if len(labels) > MOST_CLASSES:
        return []
    return [
        MatrixRow(label=label, counts=tuple(map(count_of, row)), right=place)
        for place, (label, row) in enumerate(zip(labels, confusion, strict=True))
    ]
