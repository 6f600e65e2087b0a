"""`mlpipe run`."""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlpipe.cli import completing as complete
from mlpipe.cli import options as o
from mlpipe.cli.commands import evaluate as evaluate_command
from mlpipe.cli.commands import inspect as inspect_command
from mlpipe.cli.commands import preprocess as preprocess_command
from mlpipe.cli.commands import split as split_command
from mlpipe.cli.commands import train as train_command
from mlpipe.cli.console import Console, wrapped
from mlpipe.cli.preparing import MAIN, Given, RecipeOption, preparation, with_preparation_options
from mlpipe.cli.progress import BEGAN
from mlpipe.cli.reading import DEFAULT_READ, with_read_options
from mlpipe.cli.sizes import memory_of
from mlpipe.cli.training import TrainingGiven, train_params, with_train_options
from mlpipe.errors import UsageError
from mlpipe.params import (
    EvaluateParams,
    PreprocessParams,
    ReadParams,
    RoleParams,
    SplitParams,
    TrainParams,
)
from mlpipe.task import Task
from mlpipe.words.numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mlpipe.steps.config.chain import ChainParams
    from mlpipe.steps.run import StageOutcome

LINES: dict[str, Callable[[Any], str]] = {
    "inspect": inspect_command.line,
    "split": split_command.line,
    "preprocess": preprocess_command.line,
    "train": train_command.line,
    "evaluate": evaluate_command.line,
}


BESIDE_A_FILE = {
    "context",
    "data",
    "target",
    "out",
    "dry_run",
    "open_",
    "jobs",
    "memory",
    "as_json",
    "quiet",
    "verbose",
}
"""What may be given beside a mlpipe.toml, where everything else stands."""


@with_preparation_options(*MAIN)
@with_read_options
@with_train_options
def run(
    context: typer.Context,
    data: Annotated[str, typer.Argument(metavar="DATA|mlpipe.toml", help="A table, or a file with the whole chain.")],
    target: Annotated[
        str | None,
        typer.Option("--target", autocompletion=complete.columns, help="The column to predict, or several: a,b,c."),
    ] = None,
    labels_separator: o.LabelsSeparatorOption = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Folder for all artifacts. Default: out.")] = None,
    columns: o.ColumnsFileOption = None,
    id: o.IdOption = None,  # noqa: A002 - the option's name is the interface's
    group: o.GroupOption = None,
    time: o.TimeOption = None,
    weight: o.WeightOption = None,
    labels: o.LabelsOption = None,
    drop: o.DropOption = None,
    numeric: o.NumericOption = None,
    categorical: o.CategoricalOption = None,
    text: o.TextOption = None,
    datetime: o.DatetimeOption = None,
    task: o.TaskOption = SplitParams.task,
    positive: o.PositiveOption = None,
    test_size: o.TestSizeOption = SplitParams.test_size,
    strategy: o.StrategyOption = SplitParams.strategy,
    recipe: RecipeOption = None,
    prepare: Given = preprocess_command.NOTHING_GIVEN,
    training: TrainingGiven = train_command.NOTHING_GIVEN,
    ci: o.CiOption = EvaluateParams.ci,
    fail_under: o.FailUnderOption = None,
    fail_over: o.FailOverOption = None,
    read: ReadParams = DEFAULT_READ,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would run, and why.")] = False,
    open_: Annotated[bool, typer.Option("--open", help="Open the pages of data and model in the browser.")] = False,
    seed: o.SeedOption = 0,
    memory: o.MemoryOption = None,
    jobs: o.JobsOption = None,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """Run the whole chain, and only what is stale.

    Inspect, split, preprocess, train, evaluate, into DIR/{profile,split,prep,model,evaluation}.
    """
    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    if data.endswith(".toml"):
        _check_beside(context, data)
        chain = _configured(Path(data), target, out)
    else:
        chain = _chain(
            data,
            str(out or "out"),
            SplitParams(
                target=_needed(target, task),
                labels_separator=labels_separator, task=task, positive=positive, test_size=test_size, strategy=strategy,
                seed=seed,
                roles=RoleParams(
                    ids=tuple(id or ()), group=group, time=time, weight=weight, labels=labels, drop=tuple(drop or ()),
                    numeric=tuple(numeric or ()), categorical=tuple(categorical or ()), text=tuple(text or ()),
                    datetime=tuple(datetime or ()), columns_file=str(columns) if columns else None,
                ),
                read=read,
            ),
            preparation(recipe, prepare, seed=seed if recipe is None or _typed(context, "seed") else None),
            train_params(training, seed=seed),
            EvaluateParams(ci=ci, fail_under=tuple(fail_under or ()), fail_over=tuple(fail_over or ()), seed=seed),
        )  # fmt: skip
    _run(chain, console, jobs=jobs, memory=memory_of(memory), dry_run=dry_run, show=open_)


def _check_beside(context: typer.Context, path: str) -> None:
    """Refuse options that a configuration file would override in silence."""
    for parameter in context.command.params:
        if parameter.name not in BESIDE_A_FILE and _typed(context, parameter.name or ""):
            names = [name for name in (*parameter.opts, *parameter.secondary_opts) if name.startswith("--")]
            raise UsageError(
                f"{' or '.join(names)} is given beside {path}, where the options stand.",
                remedy="Write it into the file; before it go --target, -o, --dry-run, --open, --memory and --jobs.",
            )


def _typed(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _needed(target: str | None, task: str) -> str:
    if target is None and task != Task.CLUSTERING:
        remedy = "Name the column to predict: mlpipe run DATA --target COL; or find groups: --task clustering."
        raise UsageError("run needs --target.", remedy=remedy)
    return target or ""


def _chain(
    data: str, out: str, split: SplitParams, preprocess: PreprocessParams, train: TrainParams, evaluate: EvaluateParams
) -> ChainParams:
    from mlpipe.steps.config.chain import ChainParams

    return ChainParams(data=data, out=out, split=split, preprocess=preprocess, train=train, evaluate=evaluate)


def _configured(path: Path, target: str | None, out: Path | None) -> ChainParams:
    from dataclasses import replace

    from mlpipe.steps.config.chain import read_config

    chain = read_config(path)
    if target is not None:
        chain = replace(chain, split=replace(chain.split, target=target))
    return chain if out is None else replace(chain, out=str(out))


def _run(
    chain: ChainParams, console: Console, *, jobs: int | None, memory: int | None, dry_run: bool, show: bool
) -> None:
    ended = perf_counter()
    documents: list[dict[str, Any]] = []
    said: set[str] = set()
    failed: tuple[str, ...] = ()
    folders: dict[str, Path] = {}
    for outcome in _outcomes(chain, console, jobs=jobs, memory=memory, dry_run=dry_run):
        began, ended = ended, perf_counter()
        documents.append({**_document(outcome), "seconds": round(ended - began, 3)})
        if not console.as_json:
            line = f"{outcome.step:<12}{_told(outcome, dry_run=dry_run)}"
            console.out(wrapped(line, sys.stdout, indent=12))
        console.notes([note for note in _notes(outcome) if note not in said])
        said.update(_notes(outcome))
        console.detail(f"{outcome.step} took {format_number(ended - began, digits=2)} s")
        failed = outcome.failed_gates
        folders[outcome.step] = outcome.out
    seconds = perf_counter() - BEGAN
    if console.as_json:
        console.result([], {"steps": documents, "seconds": round(seconds, 3)})
    elif not dry_run:
        console.note(f"done in {format_number(seconds, digits=2)} s")
        _show_pages(folders, console, show=show)

    from mlpipe.steps.evaluation.gate_results import raise_failed

    raise_failed(failed, folders["evaluate"])


def _outcomes(
    chain: ChainParams, console: Console, *, jobs: int | None, memory: int | None, dry_run: bool
) -> Iterator[StageOutcome]:
    """What becomes of each step; while it works, and its libraries are loaded, the terminal says so."""
    from mlpipe.steps.run import run as step

    outcomes = step(chain, jobs=jobs, memory=memory, dry_run=dry_run, watch=console.tell)
    while True:
        # A line of its own for each step: lines of results come between.
        with console.working(""):
            outcome = next(outcomes, None)
        if outcome is None:
            return
        yield outcome


def _show_pages(folders: Mapping[str, Path], console: Console, *, show: bool) -> None:
    from mlpipe.artifacts.evaluations import PAGE, PREDICTIONS
    from mlpipe.artifacts.profiles import PAGE as PROFILE_PAGE

    pages = {"data": folders["inspect"] / PROFILE_PAGE, "model": folders["evaluate"] / PAGE}
    for name, page in pages.items():
        console.note(f"{name:<6}{page}")
    if show:
        for page in pages.values():
            typer.launch(str(page))
    console.hint(f"mlpipe predict {folders['train']} NEW.csv -o {PREDICTIONS}")


def _document(outcome: StageOutcome) -> dict[str, Any]:
    result = None if outcome.result is None else outcome.result.to_json()
    return {"step": outcome.step, "out": str(outcome.out), "reason": outcome.reason, "result": result}


def _notes(outcome: StageOutcome) -> tuple[str, ...]:
    notes: tuple[str, ...] = () if outcome.result is None else outcome.result.notes
    return notes


def _told(outcome: StageOutcome, *, dry_run: bool) -> str:
    if not outcome.reason:
        return "up to date"
    return f"would run: {outcome.reason}" if dry_run else LINES[outcome.step](outcome.result)
