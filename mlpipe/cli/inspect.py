"""`mlpipe inspect`."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlpipe.cli import options as o
from mlpipe.cli.console import Console, number, table
from mlpipe.cli.reading import DEFAULT_READ, with_read_options
from mlpipe.params import FailOn, InspectParams, ReadParams

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlpipe.data.findings import Finding
    from mlpipe.steps.inspect import InspectResult

MARKS = {"error": "error", "warning": "warn", "info": "info"}
ALIKE = 3
"""Findings of one code that are shown in full; of any others, only the columns."""
WHOLE = 10_000
"""Larger whole numbers are shown like any others."""
LEAKS = frozenset({"MLP304", "MLP306"})
"""Findings that make every score worthless if they are true."""


@with_read_options
def inspect(
    data: o.DataArgument,
    target: Annotated[str | None, typer.Option("--target", help="Measure the other columns against this one.")] = None,
    against: Annotated[
        str | None, typer.Option("--against", help="An older table, or the folder of its profile: say what changed.")
    ] = None,
    fail_on: Annotated[
        FailOn | None, typer.Option("--fail-on", help="Exit 6 where a finding is as severe or more.")
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option("--ignore", help="Codes to leave out; repeatable.")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The artifact folder to write.")] = None,
    read: ReadParams = DEFAULT_READ,
    seed: o.SeedOption = 0,
    jobs: o.JobsOption = None,  # noqa: ARG001 - every command takes it; reading is one pass
    force: o.ForceOption = False,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """Describe a table and what is odd about it.

    Columns in numbers, findings with stable codes, and a draft of the column roles.
    """
    from mlpipe.steps.inspect import inspect as step

    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    params = InspectParams(
        target=target, against=against, fail_on=fail_on, ignore=tuple(ignore or ()), read=read
    )  # fmt: skip
    with console.working(f"reading {data}") as watch:
        result = step(data, params, out=out, force=force, seed=seed, watch=watch)
    show(result, console)
    if out is not None:
        console.hint(f"edit {out / 'columns.toml'}, then mlpipe split {data} --columns {out / 'columns.toml'} …")
    result.check_gate()


def line(result: InspectResult) -> str:
    """The table in one line, for `run` too."""
    profile = result.profile
    roles: dict[str, int] = {}
    for column in profile.columns:
        roles[column.role.value] = roles.get(column.role.value, 0) + 1
    counted = ", ".join(f"{count} {role}" for role, count in roles.items() if role != "target")
    worries = sum(finding.severity.value != "info" for finding in profile.findings)
    text = f"{profile.rows:,} rows × {len(profile.columns)} columns   {counted}"
    return text + (f"   {worries} warning{'s' if worries > 1 else ''}" if worries else "")


def _balance(result: InspectResult) -> str:
    """The target's classes and their shares."""
    profile = result.profile
    target = next((column for column in profile.columns if column.name == profile.target), None)
    if target is None or not target.top:
        return ""
    present = max(profile.rows - target.missing, 1)
    shares = ", ".join(f"{value.value} {value.count / present:.0%}" for value in target.top[:5])
    more = f" and {target.distinct - 5} more" if target.distinct > 5 else ""
    return f"target {target.name}: {shares}{more}"


def leaks(result: InspectResult) -> tuple[str, ...]:
    """Columns that may give the target away, and what to do, for `run` too."""
    found = [finding for finding in result.profile.findings if finding.code in LEAKS]
    return tuple(f"{finding.column}: {finding.message} {finding.remedy}" for finding in found)


def show(result: InspectResult, console: Console) -> None:
    """Show every column, then the findings."""
    profile = result.profile
    rows = [
        (c.name, c.role.value, f"{c.missing:,}" if c.missing else "", f"{c.distinct:,}", _summary(c))
        for c in profile.columns
    ]
    header = ("column", "role", "missing", "distinct", "summary")
    balance = _balance(result)
    lines = [line(result), *([balance] if balance else []), "", *table(header, rows, right=(2, 3), width=30)]
    lines += _section("Findings", profile.findings, verbose=console.verbose)
    if result.changes is not None:
        lines += _section("Changes", result.changes, verbose=console.verbose, none="Nothing that matters changed.")
    if result.ignored:
        lines += ["", f"{result.ignored:,} left out by --ignore"]
    console.result(lines, result.to_json())
    console.notes(result.notes)


def _section(title: str, findings: Sequence[Finding], *, verbose: bool, none: str = "") -> Iterator[str]:
    """The gravest first, under a line that counts them."""
    from mlpipe.data.findings import by_severity

    if not findings:
        yield from ("", none) if none else ()
        return
    counts = Counter(finding.severity.value for finding in findings)
    told = [f"{counts[word]} {word if counts[word] == 1 or word == 'info' else word + 's'}" for word in MARKS]
    yield from ("", f"{title}: " + ", ".join(text for text in told if not text.startswith("0 ")))
    yield from _finding_lines(by_severity(findings), verbose=verbose)


def _finding_lines(findings: Sequence[Finding], *, verbose: bool) -> Iterator[str]:
    for code, alike in groupby(findings, key=lambda finding: finding.code):
        group = list(alike)
        shown = group if verbose or len(group) <= ALIKE + 1 else group[:ALIKE]
        mark = MARKS[group[0].severity.value]
        for finding in shown:
            where = f"{finding.column}: " if finding.column else ""
            yield f"{code} {mark:<5} {where}{finding.message}"
            if verbose:
                yield f"              {finding.explanation}"
                yield f"              {finding.remedy}"
        if others := group[len(shown) :]:
            columns = ", ".join(finding.column or "the table" for finding in others)
            yield f"{code} {mark:<5} {len(others)} more like these: {columns}"


def _summary(column: Any) -> str:
    if column.numbers is not None:
        numbers = column.numbers
        return f"{_end(numbers.min)} … {_end(numbers.max)}, mean {number(numbers.mean)}"
    if column.dates is not None:
        return f"{column.dates.min} … {column.dates.max}"
    if column.top and column.top[0].count == 1:
        return ", ".join(column.examples)
    return ", ".join(f"{value.value} {value.count:,}" for value in column.top[:3])


def _end(value: float) -> str:
    """The smallest or largest number: a whole one without a point."""
    return f"{value:.0f}" if value.is_integer() and abs(value) < WHOLE else number(value)
