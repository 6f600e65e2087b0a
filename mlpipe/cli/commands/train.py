"""`mlpipe train`."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlpipe.cli import clusters_shown
from mlpipe.cli import completing as complete
from mlpipe.cli import options as o
from mlpipe.cli.console import Console, table
from mlpipe.cli.sizes import memory_of
from mlpipe.cli.training import TrainingGiven, train_params, with_train_options
from mlpipe.params import TrainParams
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import UNDEFINED, format_number, format_share

if TYPE_CHECKING:
    from mlpipe.steps.training.result import ClusteringResult, TrainResult


NOTHING_GIVEN: TrainingGiven = MappingProxyType({})
SHOWN_COLUMNS = 5
MOST_TOLD = 3
"""Models that `run` tells of in its line."""


@with_train_options
def train(
    prep: Annotated[
        Path,
        typer.Argument(
            metavar="PREP", autocompletion=complete.artifacts("prep"), help="The folder that `preprocess` wrote."
        ),
    ],
    out: o.OutOption,
    split: o.SplitOption = None,
    training: TrainingGiven = NOTHING_GIVEN,
    seed: o.SeedOption = TrainParams.seed,
    memory: o.MemoryOption = None,
    jobs: o.JobsOption = None,
    cluster: o.ClusterOption = None,
    force: o.ForceOption = False,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """Fit a model, or the best of several.

    With `--model auto` a portfolio is compared by cross-validation on raw training rows, the whole plan refitted in
    every fold, and blended unless that loses.
    """
    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    params = train_params(training, seed=seed)
    with console.working("train") as watch:
        from mlpipe.engine.cluster import cluster_or
        from mlpipe.steps.train import train as step

        with cluster_or(jobs, cluster) as workers:
            result = step(
                prep, out, params, split=split, jobs=workers, memory=memory_of(memory), force=force, watch=watch
            )
    _show(result, console)
    console.hint(f"mlpipe evaluate {out} -o DIR")


def line(result: TrainResult | ClusteringResult) -> str:
    """The model in one line, for `run` too."""
    from mlpipe.steps.training.result import ClusteringResult

    if isinstance(result, ClusteringResult):
        return clusters_shown.line(result)
    if not result.standings:
        return _fitted(result)
    scores = "   ".join(
        f"{model} {mean}" + (f" ± {spread}" if model != "dummy" and spread != UNDEFINED else "")
        for model, mean, spread in _scores(result)[:MOST_TOLD]
    )
    return f"{result.asked}, {result.n_folds}-fold {result.metric_told}{_base(result)}: {scores}"


def _show(result: TrainResult | ClusteringResult, console: Console) -> None:
    from mlpipe.steps.training.result import ClusteringResult

    if isinstance(result, ClusteringResult):
        clusters_shown.show(result, console)
    else:
        show(result, console)


def _base(result: TrainResult) -> str:
    return result.standings[0].base(result.metric, result.n_folds)


def _fitted(result: TrainResult) -> str:
    rows, features = count_of(result.n_train, "row"), count_of(result.n_features, "feature")
    return f"{result.model}   fitted on {rows} × {features}"


def _scores(result: TrainResult) -> list[tuple[str, str, str]]:
    """Model, mean and spread of its scores, with as many digits as the spread of the best leaves sure."""
    metric, known_to = result.metric, result.standings[0].spreads[result.metric]
    return [
        (s.model, format_number(s.means[metric], known_to), format_number(s.spreads[metric], known_to))
        for s in result.standings
    ]


def show(result: TrainResult, console: Console, *, document: dict[str, Any] | None = None) -> None:
    """Show the model and, where it was cross-validated, the standings; as JSON the document of a wider result."""
    lines = [_fitted(result)]
    if result.standings:
        header = ("model", result.metric_told, "±")
        told = f", {result.metric_told}{base}" if (base := _base(result)) else ""
        lines += ["", f"{result.n_folds}-fold cross-validation on raw training rows{told}"]
        lines += table(header, _scores(result), right=(1, 2), best=0)
    if len(result.members) > 1:
        lines += ["", f"{result.model} of {_weights(result)}"]
    if result.leans_on:
        lines += ["", f"goes by: {', '.join(result.leans_on[:SHOWN_COLUMNS])}"]
    if result.top_terms:
        terms = [(label, ", ".join(map(str.strip, found))) for label, found in result.top_terms.items()]
        lines += ["", *table(("class", "terms that speak most for it"), terms)]
    console.result(lines, document or result.to_json())
    console.notes(result.notes)
    for model, seconds in result.seconds.items():
        console.detail(f"{model} took {format_number(seconds, 0.5)} s")


def _weights(result: TrainResult) -> str:
    """The members of a blend, by their weights."""
    return ", ".join(f"{name} {format_share(weight)}" for name, weight in result.members.items())
