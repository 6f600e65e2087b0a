"""`mlpipe drift`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlpipe.cli import completing as complete
from mlpipe.cli import options as o
from mlpipe.cli.console import Console, table
from mlpipe.cli.profile_shown import finding_lines
from mlpipe.params.trust import DriftParams, Gravity
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import HUNDREDTH, format_interval, format_number, format_share

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from mlpipe.steps.drift import DriftResult

SHOWN = 12
"""Columns shown; --verbose shows all."""


def drift(
    model: Annotated[
        Path,
        typer.Argument(
            metavar="MODEL", autocompletion=complete.artifacts("model"), help="The folder that `train` wrote."
        ),
    ],
    data: Annotated[
        list[str], typer.Argument(metavar="DATA…", help="Tables of new rows; - for stdin. Several give a series.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="DIR", help="Write drift.json, columns.csv and report.html here."),
    ] = None,
    time: Annotated[
        str | None,
        typer.Option(
            "--time", autocompletion=complete.columns, metavar="COL", help="A column of dates: compare each period too."
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Leave rows before this date aside; needs --time.")
    ] = None,
    fail_on: Annotated[
        Gravity | None, typer.Option("--fail-on", help="Exit with 6 where a finding is as severe or more.")
    ] = None,
    fail_over: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-over",
            autocompletion=complete.distances,
            metavar="NAME=VALUE",
            help="Exit with 6 where a distance is larger, and beyond chance: psi, ks, tv, missing, unseen, auc.",
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore", autocompletion=complete.codes, metavar="CODE", help="A finding to leave out; repeatable."
        ),
    ] = None,
    split: Annotated[Path | None, typer.Option("--split", help="The split, where it has moved.")] = None,
    max_bytes: o.MaxBytesOption = DriftParams.max_bytes,
    allow_version_mismatch: o.MismatchOption = False,
    trust: o.TrustOption = None,
    no_probe: o.NoProbeOption = False,
    seed: o.SeedOption = 0,
    jobs: o.JobsOption = None,  # noqa: ARG001 - every command takes it; comparing is one pass
    force: o.ForceOption = False,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """Tell whether new rows are like those of training.

    Each column's distance to the training rows stands beside what samples of these of the same size show, so that
    a small file does not cry wolf. Predictions, and the target's scores where it is known, are compared too.
    """
    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    params = DriftParams(
        since=since, time=time, fail_on=fail_on, fail_over=tuple(fail_over or ()), ignore=tuple(ignore or ()),
        max_bytes=max_bytes, seed=seed,
    )  # fmt: skip
    with console.working(f"comparing {data[0]}"):
        from mlpipe.steps.drift import drift as step

        load = o.load_options(allow_version_mismatch=allow_version_mismatch, trust=trust, no_probe=no_probe)
        result = step(model, data, params, out=out, split=split, load=load, force=force)
    show(result, console)
    result.check_gates()


def show(result: DriftResult, console: Console) -> None:
    """Show the worst columns beside what chance gives, then the findings."""
    from mlpipe.reports.trust.facts import mood_of

    document = result.document
    columns = document["columns"]
    rows = [list(_cells(column)) for column in _worst_first(columns)]
    shown = rows if console.verbose else rows[:SHOWN]
    counted = (
        f"{count_of(document['rows']['new'], 'new row')}, {count_of(document['rows']['training'], 'training row')}"
    )
    header = ("column", "distance", "chance up to", "psi", "missing", "unseen")
    verdict = console.verdict(result.verdict, mood_of(result.findings), after=counted)
    lines = [*verdict, "", *table(header, shown, right=(2, 3, 4, 5))]
    if len(shown) < len(rows):
        lines.append(f"… and {count_of(len(rows) - len(shown), 'column')} that moved less; --verbose shows all.")
    lines += ["", *_outcome(document), *finding_lines("Findings", result.findings, console)]
    if result.ignored:
        lines += ["", f"{count_of(result.ignored)} left out by --ignore"]
    console.result(lines, result.to_json())
    console.notes(result.notes)
    if result.out is not None:
        from mlpipe.artifacts.drifts import PAGE

        console.note(f"see {result.out / PAGE}")


def _worst_first(columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def beyond(column: dict[str, Any]) -> float:
        changed = abs(column["missing_new"] - column["missing_old"])
        over = 0.0 if column["value"] is None else column["value"] - column["chance_high"]
        return float(max(over, changed, column["unseen_share"]))

    return sorted(columns, key=lambda column: -beyond(column))


def _cells(column: Mapping[str, Any]) -> Iterator[str]:
    yield column["column"]
    yield f"{column['distance']} {format_number(column['value'], HUNDREDTH)}"
    yield format_number(column["chance_high"], HUNDREDTH)
    yield format_number(column["psi"], HUNDREDTH)
    yield format_share(column["missing_new"]) if column["missing_new"] else ""
    yield format_share(column["unseen_share"]) if column["unseen"] else ""


def _outcome(document: Mapping[str, Any]) -> Iterator[str]:
    """What tells old rows from new, and the scores where they are known."""
    found = document["classifier"]
    if found is not None and found["high"] < 0.5:
        yield "many new rows are copies of training rows: a classifier tells them apart worse than a coin"
    elif found is not None:
        yield f"new rows told from old ones: AUC {format_interval(found['auc'], found['low'], found['high'])}"
    for name, score in document["metrics"].items():
        if score["sure"]:
            was, now = (
                format_interval(*(score[side][key] for key in ("value", "low", "high"))) for side in ("old", "new")
            )
            yield f"{name}: {now}, on the split {was}"
