"""What sets clusters apart, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.clustering.profile import DATES, LEVELS
from mlpipe.reports.rendering import escape_markdown
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_number, format_share
from mlpipe.words.widths import cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.metrics.clustering.profile import ClusterProfile, Difference

MOST_TOLD = 5
_WIDEST = 40


def name_cluster(number: int) -> str:
    """What a cluster is called."""
    return "noise" if number < 0 else f"cluster {number}"


def describe_size(profile: ClusterProfile) -> str:
    """How many rows it has."""
    return f"{count_of(profile.size, 'row')}, {format_share(profile.share)}"


def describe_difference(found: Difference) -> str:
    """One column of a cluster beside the rest.

    Examples
    --------
    >>> from mlpipe.metrics.clustering.profile import Difference
    >>> age = Difference(column="age", kind="number", level="", value=52.0, rest=34.0, effect=1.2, sure=True)
    >>> describe_difference(age)
    'age is higher by 18 (52 against 34)'
    """
    column = cut(found.column, _WIDEST)
    if found.value is None or found.rest is None:
        return f"{column} is not known" if found.value is None else f"{column} is known here alone"
    if found.kind == LEVELS:
        shares = (
            f"{format_share(found.value, beside=found.rest)} against {format_share(found.rest, beside=found.value)}"
        )
        return f"{column}: {cut(found.level, _WIDEST)} {shares}"
    more, by = found.value > found.rest, abs(found.value - found.rest)
    if found.kind == DATES:
        when = f"{'later' if more else 'earlier'} by {count_of(round(by), 'day')}"
        return f"{column} is {when} ({_day(found.value)} on average)"
    means = f"{format_number(found.value)} against {format_number(found.rest)}"
    return f"{column} is {'higher' if more else 'lower'} by {format_number(by)} ({means})"


def _day(days: float) -> str:
    return str(np.datetime64(round(days), "D"))


def describe_cluster(profile: ClusterProfile, most: int = MOST_TOLD) -> tuple[str, ...]:
    """What sets a cluster apart, the most telling first; a sentence where nothing does."""
    told = profile.told
    if not told:
        return ("nothing sets it apart from the rest",)
    lines = [describe_difference(one) for one in told[:most]]
    left = len(told) - most
    return (*lines, f"and {count_of(left, 'more column')}") if left > 0 else tuple(lines)


def render_profiles(title: str, sentences: Sequence[str], profiles: Sequence[ClusterProfile]) -> str:
    """The clusters as Markdown: what was chosen and why, then each with what sets it apart."""
    lines = [f"# {escape_markdown(title)}", ""]
    lines += [f"- {escape_markdown(sentence)}" for sentence in sentences]
    for profile in profiles:
        name = name_cluster(profile.cluster)
        lines += ["", f"## {name.capitalize()}: {describe_size(profile)}", ""]
        lines += [f"- {escape_markdown(told)}" for told in describe_cluster(profile)]
    return "\n".join(lines) + "\n"
