"""`mlpipe tune`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlpipe.cli import completing as complete
from mlpipe.cli import options as o
from mlpipe.cli.commands import train as train_command
from mlpipe.cli.console import Console
from mlpipe.params import TuneParams
from mlpipe.words.lists import count_of

if TYPE_CHECKING:
    from mlpipe.steps.tune import TuneResult


def tune(
    prep: Annotated[
        Path,
        typer.Argument(
            metavar="PREP", autocompletion=complete.artifacts("prep"), help="The folder that `preprocess` wrote."
        ),
    ],
    out: o.OutOption,
    model: o.ModelOption = TuneParams.model,
    trials: Annotated[
        int | None,
        typer.Option("--trials", min=1, help="Settings to try. Default: 50, or as many as there is time for."),
    ] = None,
    time_budget: Annotated[
        float | None,
        typer.Option("--time-budget", metavar="SECONDS", help="Time to try settings for, in seconds; above 0."),
    ] = None,
    metric: o.MetricOption = None,
    cv: Annotated[int, typer.Option("--cv", help="Folds; the whole plan is refitted in each.")] = TuneParams.cv,
    class_weight: o.ClassWeightOption = TuneParams.class_weight,
    tune_plan: Annotated[bool, typer.Option("--tune-plan", help="Search the plan too.")] = False,
    nested: Annotated[
        int | None, typer.Option("--nested", min=2, help="Score the whole search in so many outer folds.")
    ] = None,
    space: Annotated[
        str | None, typer.Option("--space", metavar="TOML", help="Ranges that stand before those of `mlpipe models`.")
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart/--resume", help="Begin anew, or go on where a killed run was.")
    ] = False,
    split: o.SplitOption = None,
    seed: o.SeedOption = TuneParams.seed,
    jobs: o.JobsOption = None,
    cluster: o.ClusterOption = None,
    force: o.ForceOption = False,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """Search for better parameters, and train with them.

    Every setting is scored in folds, the whole plan refitted in each. A run that is killed goes on where it was.
    """
    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    params = TuneParams(
        model=model, trials=trials, time_budget=time_budget, metric=metric, cv=cv, class_weight=class_weight,
        tune_plan=tune_plan, nested=nested, space=space, seed=seed,
    )  # fmt: skip
    with console.working("tune") as watch:
        from mlpipe.engine.cluster import cluster_or
        from mlpipe.steps.tune import tune as step

        with cluster_or(jobs, cluster) as workers:
            result = step(prep, out, params, split=split, jobs=workers, restart=restart, force=force, watch=watch)
    show(result, console)
    console.hint(f"mlpipe evaluate {out} -o DIR")


def show(result: TuneResult, console: Console) -> None:
    """Show the model, and how many settings were tried."""
    tried = count_of(len(result.trials), "trial")
    before = f", {count_of(result.resumed)} of them before" if result.resumed else ""
    if not console.as_json:
        console.out(f"{tried}{before}; the best is number {result.best.number}\n")
    train_command.show(result.trained, console, document=result.to_json())
