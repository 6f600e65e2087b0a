"""`mlpipe metrics`."""

from __future__ import annotations

from typing import Annotated

import typer

from mlpipe.cli import options as o
from mlpipe.cli.console import Console, table
from mlpipe.task import Task


def metrics(
    task: Annotated[Task | None, typer.Option("--task", help="Only metrics for this task.")] = None,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """List the metrics."""
    from mlpipe.metrics.registry import all_metrics

    chosen = [spec for spec in all_metrics() if task is None or task in spec.tasks]
    rows = [
        (spec.name, "higher" if spec.greater_is_better else "lower", ", ".join(sorted(spec.tasks)), spec.summary)
        for spec in chosen
    ]
    document = {"metrics": [dict(zip(("name", "better", "tasks", "summary"), row, strict=True)) for row in rows]}
    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    console.result(table(("metric", "better", "tasks", "what"), rows), document)
