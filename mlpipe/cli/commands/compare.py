"""`mlpipe compare`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlpipe.cli import completing as complete
from mlpipe.cli import options as o
from mlpipe.cli.console import Console, table
from mlpipe.params import CompareParams
from mlpipe.words.lists import count_of

if TYPE_CHECKING:
    from mlpipe.steps.compare import CompareResult


def compare(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="A B …",
            autocompletion=complete.artifacts("model", "evaluation"),
            help="Models or evaluations; all are held against the first.",
        ),
    ],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The artifact folder to write, if any.")] = None,
    metric: Annotated[
        str | None,
        typer.Option(
            "--metric", autocompletion=complete.metrics, help="What the models are ordered by, see `mlpipe metrics`."
        ),
    ] = None,
    ci: o.CiOption = CompareParams.ci,
    fail_if_worse: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-if-worse",
            autocompletion=complete.metrics,
            metavar="METRIC",
            help="Exit 6 if A is worse than another, interval and all.",
        ),
    ] = None,
    markdown: Annotated[bool, typer.Option("--md", help="The table as Markdown, for a pull request.")] = False,
    allow_version_mismatch: o.MismatchOption = False,
    trust: o.TrustOption = None,
    no_probe: o.NoProbeOption = False,
    seed: o.SeedOption = CompareParams.seed,
    jobs: o.JobsOption = None,  # noqa: ARG001 - every command takes it; comparing is one pass
    force: o.ForceOption = False,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """Compare models on the same rows.

    Each difference has an interval of its own: two models that are right on mostly the same rows are told apart by
    fewer rows than their scores' intervals suggest.
    """
    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    params = CompareParams(metric=metric, ci=ci, fail_if_worse=tuple(fail_if_worse or ()), seed=seed)
    with console.working("compare") as watch:
        from mlpipe.steps.compare import compare as step

        load = o.load_options(allow_version_mismatch=allow_version_mismatch, trust=trust, no_probe=no_probe)
        watch(None, f"predicting with {count_of(len(paths), 'model')}")
        result = step(paths, params, out=out, load=load, force=force)
    if markdown and not as_json:
        console.out(result.to_markdown().rstrip("\n"))
    else:
        show(result, console)
    console.notes(result.notes)
    result.check_gates()


def show(result: CompareResult, console: Console) -> None:
    """Show the leaderboard and what may be concluded."""
    from mlpipe.reports.evaluation.comparison import comparison_rows

    found = result.comparison
    header, rows = comparison_rows(found)
    told = [
        line
        for other in found.others
        for line in console.verdict(found.sentence(other, found.metric), found.standing(other))
    ]
    lines = [f"{count_of(found.n_rows, 'row')}, {found.rows}", "", *table(header, rows, best=0), "", *told]
    console.result(lines, result.to_json())
    if result.out is not None:
        console.note(f"see {result.out}")
