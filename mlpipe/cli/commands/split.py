"""`mlpipe split`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mlpipe.cli import completing as complete
from mlpipe.cli import options as o
from mlpipe.cli.console import Console
from mlpipe.cli.reading import DEFAULT_READ, with_read_options
from mlpipe.cli.sizes import memory_of
from mlpipe.params import Duplicates, ReadParams, RoleParams, SplitParams
from mlpipe.words.lists import count_of
from mlpipe.words.widths import listed_within

if TYPE_CHECKING:
    from mlpipe.steps.split import SplitResult


@with_read_options
def split(
    data: o.DataArgument,
    out: o.OutOption,
    target: Annotated[
        str | None,
        typer.Option(
            "--target",
            autocompletion=complete.columns,
            help="The column to predict, or several (a,b,c), unless --columns names them.",
        ),
    ] = None,
    labels_separator: o.LabelsSeparatorOption = None,
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
    valid_size: o.ValidSizeOption = SplitParams.valid_size,
    strategy: o.StrategyOption = SplitParams.strategy,
    split_column: Annotated[
        str | None,
        typer.Option(
            "--split-column",
            autocompletion=complete.columns,
            help="Column that says train, valid or test (--strategy column).",
        ),
    ] = None,
    test_data: Annotated[str | None, typer.Option("--test-data", help="A test file of its own.")] = None,
    duplicates: Annotated[
        Duplicates, typer.Option("--duplicates", help="Identical rows: kept in one part, dropped, or ignored.")
    ] = SplitParams.duplicates,
    read: ReadParams = DEFAULT_READ,
    seed: o.SeedOption = SplitParams.seed,
    memory: o.MemoryOption = None,
    jobs: o.JobsOption = None,  # noqa: ARG001 - every command takes it; splitting is one pass
    force: o.ForceOption = False,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """Pin a table's types and divide its rows into parts.

    The source is read once; every part becomes a file of its own.
    """
    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    params = SplitParams(
        target=target or "", labels_separator=labels_separator,
        task=task, positive=positive, test_size=test_size, valid_size=valid_size,
        strategy=strategy, split_column=split_column, test_data=test_data, duplicates=duplicates, seed=seed,
        roles=RoleParams(
            ids=tuple(id or ()), group=group, time=time, weight=weight, labels=labels, drop=tuple(drop or ()),
            numeric=tuple(numeric or ()), categorical=tuple(categorical or ()), text=tuple(text or ()),
            datetime=tuple(datetime or ()), columns_file=str(columns) if columns else None,
        ),
        read=read,
    )  # fmt: skip
    with console.working("split") as watch:
        from mlpipe.steps.split import split as step

        result = step(data, out, params, memory=memory_of(memory), force=force, watch=watch)
    show(result, console)
    console.hint(f"mlpipe preprocess {out} -o DIR")


def line(result: SplitResult) -> str:
    """The split in one line, for `run` too."""
    parts = "   ".join(f"{count_of(n)} {part}" for part, n in result.rows.items() if n and part != "aside")
    dealt = f"{result.strategy}, seed {result.seed}   " if result.rows["test"] or result.rows["valid"] else ""
    return f"{parts}   {dealt}{_goal(result)}"


def _goal(result: SplitResult) -> str:
    """What is to be learnt."""
    if result.task.family == "cluster":
        labels = [name for name, role, _ in result.columns if role == "labels"]
        return f"{result.task.value}, no target{''.join(f', held against {name}' for name in labels)}"
    return f"{result.task.value}: {result.target}{_positive(result)}"


def _positive(result: SplitResult) -> str:
    return "" if result.positive is None else f" ({result.positive})"


def show(result: SplitResult, console: Console) -> None:
    """Show the parts and the columns' roles."""
    by_role: dict[str, list[str]] = {}
    for name, role, _ in result.columns:
        by_role.setdefault(role, []).append(name)
    lines = [line(result)]
    lines += [f"{role:<12}{count_of(len(names)):>5}  {_names(names, console)}" for role, names in by_role.items()]
    console.result(lines, result.to_json())
    console.notes(result.notes)
    for name, role, reason in result.columns:
        console.detail(f"{name}: {role} ({reason})")


def _names(names: list[str], console: Console) -> str:
    return listed_within(names, console.width - 20)
