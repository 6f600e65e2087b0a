"""`mlpipe inspect`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mlpipe.cli import completing as complete
from mlpipe.cli import options as o
from mlpipe.cli.console import Console
from mlpipe.cli.profile_shown import balance, column_lines, finding_lines
from mlpipe.cli.reading import DEFAULT_READ, with_read_options
from mlpipe.params import FailOn, InspectParams, ReadParams
from mlpipe.words.lists import count_of
from mlpipe.words.widths import wrap

if TYPE_CHECKING:
    from mlpipe.steps.inspect import InspectResult

"""Findings that make every score worthless if they are true."""


@with_read_options
def inspect(
    data: o.DataArgument,
    target: Annotated[
        str | None,
        typer.Option(
            "--target",
            autocompletion=complete.columns,
            metavar="COL",
            help="The column to be predicted: measure the others against it.",
        ),
    ] = None,
    labels_separator: o.LabelsSeparatorOption = None,
    task: Annotated[
        Literal["auto", "clustering"], typer.Option("--task", help="clustering: there is nothing to be predicted.")
    ] = InspectParams.task,
    against: Annotated[
        str | None,
        typer.Option(
            "--against", metavar="OLD", help="An older table, or the folder of its profile: say what changed."
        ),
    ] = None,
    fail_on: Annotated[
        FailOn | None, typer.Option("--fail-on", help="Exit with 6 where a finding is as severe or more.")
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            autocompletion=complete.codes,
            metavar="CODE",
            help="A finding to leave out, such as MLP112; repeatable.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="DIR", help="Write profile.json, columns.toml and report.html here."),
    ] = None,
    read: ReadParams = DEFAULT_READ,
    seed: o.SeedOption = 0,
    jobs: o.JobsOption = None,  # noqa: ARG001 - every command takes it; reading is one pass
    force: o.ForceOption = False,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """Describe a table and what is odd about it.

    Shows each column in a line, then the findings, gravest first. --verbose says why each matters and what to do.
    With -o, columns.toml is a draft of the column roles: edit it and give it to split --columns.
    """
    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    params = InspectParams(
        target=target, task=task, labels_separator=labels_separator,
        against=against, fail_on=fail_on, ignore=tuple(ignore or ()), read=read
    )  # fmt: skip
    with console.working("inspect") as watch:
        from mlpipe.steps.inspect import inspect as step

        result = step(data, params, out=out, force=force, seed=seed, watch=watch)
    show(result, console)
    if out is not None:
        from mlpipe.artifacts.profiles import COLUMNS

        goal = " --task clustering" if task == "clustering" else ""
        console.hint(f"edit {out / COLUMNS}, then mlpipe split {data}{goal} --columns {out / COLUMNS} …")
    result.check_gates()


def line(result: InspectResult) -> str:
    """The table in one line, for `run` too."""
    profile = result.profile
    roles: dict[str, int] = {}
    for column in profile.columns:
        roles[column.role.value] = roles.get(column.role.value, 0) + 1
    counted = ", ".join(f"{count} {role}" for role, count in roles.items() if role != "target")
    worries = sum(finding.severity.value != "info" for finding in profile.findings)
    text = f"{count_of(profile.rows, 'row')} × {count_of(len(profile.columns), 'column')}   {counted}"
    return text + (f"   {count_of(worries, 'warning')}" if worries else "")


def show(result: InspectResult, console: Console) -> None:
    """Show every column, then the findings."""
    profile = result.profile
    heads = (line(result), balance(profile))
    lines = [part for head in heads if head for part in wrap(head, console.width, indent=2)]
    lines += ["", *column_lines(profile, console), *finding_lines("Findings", profile.findings, console)]
    if result.changes is not None:
        lines += finding_lines("Changes", result.changes, console, none="Nothing that matters changed.")
    if result.ignored:
        lines += ["", f"{count_of(result.ignored)} left out by --ignore"]
    console.result(lines, result.to_json())
    console.notes(result.notes)
