"""Clusters on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.cli.console import table
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import HUNDREDTH, format_interval, format_number

if TYPE_CHECKING:
    from mlpipe.cli.console import Console
    from mlpipe.steps.training.result import ClusteringResult


def line(result: ClusteringResult) -> str:
    """The clusters in one line, for `run` too."""
    value = format_number(result.scores["silhouette"], HUNDREDTH)
    return f"{result.model}   {count_of(result.k, 'cluster')}   silhouette {value}   {result.verdict}"


def show(result: ClusteringResult, console: Console) -> None:
    """Show how many clusters there are and why, then each with what sets it apart."""
    rows, features = count_of(result.n_train, "row"), count_of(result.n_features, "feature")
    stable = result.stability
    lines = [f"{result.model}   {count_of(result.k, 'cluster')} of {rows} × {features}"]
    lines += console.verdict(result.verdict, "better" if result.found else "unsure")
    lines += [result.reason] if result.reason else []
    if stable.value is not None:
        told = format_interval(stable.value, stable.low, stable.high)
        lines.append(f"stability {told}: how alike the clusters of other such rows are, 1 for the same")
    apart = [
        ("noise" if number < 0 else str(number), count_of(size), ", ".join(told))
        for number, size, told in result.clusters
    ]
    header = ("cluster", "rows", "what sets it apart")
    lines += ["", *table(header, apart, right=(1,))]
    console.result(lines, result.to_json())
    console.notes(result.notes)
