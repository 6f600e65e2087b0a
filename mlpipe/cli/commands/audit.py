"""`mlpipe audit`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlpipe.cli import completing as complete
from mlpipe.cli import options as o
from mlpipe.cli.console import Console, table
from mlpipe.cli.profile_shown import finding_lines
from mlpipe.params.trust import AuditParams, Gravity
from mlpipe.words.lists import count_of
from mlpipe.words.widths import wrap

if TYPE_CHECKING:
    from mlpipe.steps.audit import AuditResult

_SEEN = {"found": "found", "clean": "not found", "unseen": "cannot be seen"}


def audit(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH…",
            autocompletion=complete.artifacts("split", "prep", "model"),
            help="Folders that steps wrote; or two tables: training rows, test rows.",
        ),
    ],
    target: Annotated[
        str | None,
        typer.Option(
            "--target",
            autocompletion=complete.columns,
            metavar="COL",
            help="Of two tables, the column that is predicted.",
        ),
    ] = None,
    ids: o.IdOption = None,
    group: o.GroupOption = None,
    time: o.TimeOption = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore", autocompletion=complete.codes, metavar="CODE", help="A finding to leave out; repeatable."
        ),
    ] = None,
    fail_on: Annotated[
        Gravity, typer.Option("--fail-on", help="Exit with 6 where a finding is as severe or more.")
    ] = AuditParams.fail_on,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="DIR", help="Write audit.json and report.html here.")
    ] = None,
    max_bytes: o.MaxBytesOption = AuditParams.max_bytes,
    seed: o.SeedOption = 0,
    jobs: o.JobsOption = None,  # noqa: ARG001 - every command takes it; an audit is one pass
    force: o.ForceOption = False,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """Look for test rows that reached the training.

    In splits, preparations and models with all that they were made from, or between two tables of any program:
    rows, ids and groups on both sides, time, made-up rows, columns that give the target away, fits that saw test rows.
    """
    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    params = AuditParams(
        target=target, ids=tuple(ids or ()), group=group, time=time, ignore=tuple(ignore or ()), fail_on=fail_on,
        max_bytes=max_bytes, seed=seed,
    )  # fmt: skip
    with console.working(f"auditing {paths[0]}"):
        from mlpipe.steps.audit import audit as step

        result = step(paths, params, out=out, force=force)
    show(result, console)
    result.check_gates()


def show(result: AuditResult, console: Console) -> None:
    """Show what was looked for, then the findings."""
    from mlpipe.reports.trust.facts import mood_of

    rows = [(one.number, one.told, _SEEN[one.status]) for one in result.looked]
    blind = [f"{one.number} cannot be seen: {one.why}." for one in result.looked if one.status == "unseen"]
    verdict = console.verdict(result.verdict, mood_of(result.findings))
    lines = [*verdict, "", *table(("kind", "what it is", "seen"), rows), ""]
    lines += [line for text in blind for line in wrap(text, console.width, indent=5)]
    lines += [*finding_lines("Findings", result.findings, console)]
    if result.ignored:
        lines += ["", f"{count_of(result.ignored)} left out by --ignore"]
    console.result(lines, result.to_json())
    if result.out is not None:
        from mlpipe.artifacts.audits import PAGE

        console.note(f"see {result.out / PAGE}")
