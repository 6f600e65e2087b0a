"""`mlpipe train`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlpipe.cli import options as o
from mlpipe.cli.console import Console, table
from mlpipe.errors import UsageError
from mlpipe.params import TrainParams
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import UNDEFINED, format_number
from mlpipe.words.widths import listed_within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.steps.train import TrainResult


TERMS_WIDTH = 56


def train(
    prep: Annotated[Path, typer.Argument(metavar="PREP", help="The folder that `preprocess` wrote.")],
    out: o.OutOption,
    model: o.ModelOption = TrainParams.model,
    param: o.ParamOption = None,
    class_weight: o.ClassWeightOption = TrainParams.class_weight,
    cv: o.CvOption = None,
    metric: o.MetricOption = None,
    split: Annotated[
        Path | None, typer.Option("--split", help="The split, where it is not where `preprocess` found it.")
    ] = None,
    seed: o.SeedOption = TrainParams.seed,
    jobs: o.JobsOption = None,
    force: o.ForceOption = False,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """Fit a model, or the best of several.

    With `--model auto` a small portfolio is compared by cross-validation on raw training rows, the whole plan
    refitted in every fold.
    """
    from mlpipe.steps.train import train as step

    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    params = TrainParams(
        model=model, params=parse_params(param or ()), class_weight=class_weight, cv=cv, metric=metric, seed=seed
    )
    with console.working(f"training {model}"):
        result = step(prep, out, params, split=split, jobs=jobs, force=force)
    show(result, console)
    console.hint(f"mlpipe evaluate {out} -o DIR")


def parse_params(texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Take `-p key=value` apart."""
    pairs = []
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise UsageError(f"-p {text} is not KEY=VALUE.", remedy="Write it like -p max_depth=3.")
        pairs.append((key.strip(), value.strip()))
    return tuple(pairs)


def line(result: TrainResult) -> str:
    """The model in one line, for `run` too."""
    if not result.standings:
        return _fitted(result)
    scores = "   ".join(
        f"{model} {mean}" + (f" ± {spread}" if model != "dummy" and spread != UNDEFINED else "")
        for model, mean, spread in _scores(result)
    )
    return f"{result.asked}, {result.n_folds}-fold {result.metric_told}: {scores}"


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


def show(result: TrainResult, console: Console) -> None:
    """Show the model and, where it was cross-validated, the standings."""
    lines = [_fitted(result)]
    if result.standings:
        header = ("model", result.metric_told, "±")
        lines += [
            "",
            f"{result.n_folds}-fold cross-validation on raw training rows",
            *table(header, _scores(result), right=(1, 2)),
        ]
    if result.top_terms:
        terms = [
            (label, listed_within(map(str.strip, found), TERMS_WIDTH)) for label, found in result.top_terms.items()
        ]
        lines += ["", *table(("class", "terms that speak most for it"), terms, width=TERMS_WIDTH)]
    console.result(lines, result.to_json())
    console.notes(result.notes)
