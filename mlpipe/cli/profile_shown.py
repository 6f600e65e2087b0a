"""A profile on the terminal: a line a column, then a line a finding."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from mlpipe.cli.console import shortened, table
from mlpipe.words.lists import count_of, listed
from mlpipe.words.numbers import HUNDREDTH, format_number, format_share
from mlpipe.words.parameters import as_options
from mlpipe.words.widths import beside, cut, display_width, listed_within, printable, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlpipe.cli.console import Console
    from mlpipe.data.profiling.column_profile import ColumnProfile, NumberSummary
    from mlpipe.data.profiling.findings import Finding
    from mlpipe.data.profiling.profile import Profile
    from mlpipe.data.profiling.several import SeveralTargets

MARKS = {"error": "error", "warning": "warn", "info": "info"}
INDENT = 14
"""Where the words of a finding begin: after its code and its mark."""
IN_FULL = 3
"""Grave findings of one code that are told one by one; more become one line, with one of them as an example."""
MOST_COLUMNS = 60
FEWER_COLUMNS = 40
"""Columns shown of a table that has more than `MOST_COLUMNS`; `--verbose` shows all."""
LEAST_SUMMARY = 48
LONGEST_LEVEL = 32
LISTED_NAMES = 100
"""Columns that the names of alike findings take; `--verbose` tells each finding."""
LARGE = 1e9


def balance(profile: Profile) -> str:
    """The target's classes and their shares, or where its numbers lie; nothing without a target."""
    if profile.several is not None:
        return _several(profile.several)
    target = next((column for column in profile.columns if column.name == profile.target), None)
    if target is None:
        return ""
    shares = _shares(target, profile.rows)
    if shares:
        more = f" and {count_of(target.distinct - 5)} more" if target.distinct > 5 else ""
        return f"target {target.name}: {', '.join(shares[:5])}{more}"
    if target.numbers is not None:
        classes = profile.task is not None and profile.task.is_classification
        said = f", {_distinct(target)} classes" if classes else f", median {_end(target.numbers.median)}"
        return f"target {target.name}: {_range(target.numbers)}{said}"
    return f"target {target.name}"


def _several(several: SeveralTargets) -> str:
    """The labels with their shares, the commonest first, or the quantities; and the two that go together most."""
    if several.counts:
        ordered = sorted(zip(several.names, several.counts, strict=True), key=lambda pair: -pair[1])
        shown = [f"{name} {format_share(count / max(several.n_rows, 1))}" for name, count in ordered]
        told = f"labels {listed(shown, 5)}; {count_of(several.n_combinations, 'combination')}"
    else:
        told = f"quantities {listed(several.names, 5)}"
    if several.strongest is None:
        return told
    first, second, value = several.strongest
    return f"{told}; {first} and {second} go together most, correlation {format_number(value, HUNDREDTH)}"


def _distinct(column: ColumnProfile) -> str:
    return f"{'≈ ' if column.distinct_approximate else ''}{count_of(column.distinct)}"


def column_lines(profile: Profile, console: Console) -> Iterator[str]:
    """A line for each column, within the terminal's width."""
    columns = profile.columns
    shown = columns if console.verbose or len(columns) <= MOST_COLUMNS else columns[:FEWER_COLUMNS]
    header = ("column", "role", "missing", "distinct", "summary")
    facts = [(c.role.value, count_of(c.missing) if c.missing else "", _distinct(c)) for c in shown]
    taken = sum(max(display_width(row[i]) for row in (header[1:4], *facts)) + 2 for i in range(3))
    longest = max((display_width(printable(c.name)) for c in shown), default=0)
    room = max(LEAST_SUMMARY, console.width - taken - 2 - longest)
    rows = [(c.name, *told, _summary(c, profile.rows, room)) for c, told in zip(shown, facts, strict=True)]
    yield from table(header, rows, right=(2, 3))
    if rest := columns[len(shown) :]:
        roles = Counter(column.role.value for column in rest)
        counted = ", ".join(f"{n} {role}" for role, n in roles.items())
        yield from wrap(f"… and {count_of(len(rest), 'more column')}: {counted}; --verbose shows all.", console.width)


def finding_lines(title: str, findings: Sequence[Finding], console: Console, *, none: str = "") -> Iterator[str]:
    """The gravest first, under a line that counts them."""
    from mlpipe.data.profiling.findings import by_severity

    if not findings:
        yield from ("", none) if none else ()
        return
    counts = Counter(finding.severity.value for finding in findings)
    told = [count_of(counts[word], word, "info" if word == "info" else "") for word in MARKS if counts[word]]
    yield from ("", f"{title}: " + ", ".join(told))
    for _, alike in groupby(by_severity(findings), key=lambda finding: finding.code):
        group = list(alike)
        fold = not console.verbose and len(group) > (1 if group[0].severity.value == "info" else IN_FULL)
        for text, finding in [(_folded(group), group[0])] if fold else [(_told(one), one) for one in group]:
            yield from _marked(text, finding, console)
            if console.verbose:
                yield from _indented(f"To do: {as_options(finding.remedy)}", console)
        if console.verbose:
            yield from _indented(group[0].explanation, console)


def _marked(text: str, finding: Finding, console: Console) -> Iterator[str]:
    severity = finding.severity.value
    mark = MARKS[severity]
    first, *rest = beside(f"{finding.code} {mark:<5}  ", text, console.width)
    yield first.replace(mark, console.paint(mark, severity), 1)
    yield from rest


def _indented(text: str, console: Console) -> list[str]:
    return beside(" " * INDENT, text, console.width)


def _told(finding: Finding) -> str:
    message = as_options(finding.message)
    return f"{finding.column}: {message}" if finding.column else message


def _folded(group: Sequence[Finding]) -> str:
    """One line for a code: what it is, of which columns, and where it is grave the first as an example."""
    from mlpipe.data.profiling.findings import find_spec

    named = ""
    if names := [finding.column for finding in group if finding.column]:
        named = f" columns: {listed_within(names, LISTED_NAMES, rest='and {} more')}"
    text = f"{find_spec(group[0].code).summary}, {len(group)}{named or ' times'}"
    return text if group[0].severity.value == "info" else f"{text}. {_told(group[0])}"


def _summary(column: ColumnProfile, rows: int, width: int) -> str:
    if column.role.value == "text":
        return cut(column.examples[0], width) if column.examples else ""
    if column.top and column.top[0].count == 1:
        return listed_within([cut(text, width // 2) for text in column.examples], width)
    if shares := _shares(column, rows):
        return listed_within(shares, width)
    if column.numbers is not None:
        return _range(column.numbers)
    return "" if column.dates is None else f"{column.dates.min} … {column.dates.max}"


def _shares(column: ColumnProfile, rows: int) -> list[str]:
    """The most frequent values with their shares of the cells that are there."""
    present = max(rows - column.missing, 1)
    if column.numbers is None or column.distinct != 2 or column.numbers.max - column.numbers.min > LARGE:
        told = [(shortened(level.value, LONGEST_LEVEL), level.count / present) for level in column.top]
        return [f"{level} {format_share(share)}" for level, share in told]
    # Of two numbers, the mean says how often each stands.
    low, high = column.numbers.min, column.numbers.max
    share = min(max((column.numbers.mean - low) / (high - low), 0.0), 1.0)
    pairs = sorted([(1 - share, low), (share, high)], reverse=True)
    return [f"{_end(value)} ({format_share(part)})" for part, value in pairs]


def _range(numbers: NumberSummary) -> str:
    spread = numbers.max - numbers.min
    mean = 0.0 if abs(numbers.mean) < spread / 1e4 else numbers.mean
    return f"{_end(numbers.min)} … {_end(numbers.max)}, mean {format_number(mean)}"


def _end(value: float) -> str:
    return format_number(value, digits=4)
