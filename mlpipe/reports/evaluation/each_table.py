"""Each of several targets by itself, as a table of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.reports.sections import Column, Table
from mlpipe.words.numbers import format_interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlpipe.metrics.results import Measure

_OF_EACH = ("roc_auc", "precision", "recall", "f1", "r2", "rmse", "mae")
"""What is told of each of several targets; all metrics stand in `metrics.json`."""


def each_table(each: Mapping[str, Mapping[str, Measure]]) -> Table:
    """The targets with the most telling metrics of each, the worst by the first of them on top."""
    known = next(iter(each.values()))
    names = [name for name in _OF_EACH if name in known]
    ordered = sorted(each.items(), key=lambda item: _goodness(item[1][names[0]]))
    rows = tuple(
        (target, *(format_interval((m := found[name]).value, m.low, m.high) for name in names))
        for target, found in ordered
    )
    columns = (Column(name="Target, the worst first"), *(Column(name=name, number=True) for name in names))
    return Table(name="Targets", columns=columns, rows=rows)


def _goodness(found: Measure) -> float:
    return float("-inf") if found.value is None else found.value
