"""`mlpipe preprocess`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlpipe.cli import completing as complete
from mlpipe.cli import options as o
from mlpipe.cli.console import Console, table
from mlpipe.cli.preparing import Given, RecipeOption, preparation, with_preparation_options
from mlpipe.cli.sizes import memory_of
from mlpipe.errors import UsageError
from mlpipe.words.lists import count_of

if TYPE_CHECKING:
    from mlpipe.params import PreprocessParams
    from mlpipe.steps.preprocess import PreprocessResult

NOTHING_GIVEN: Given = {}


@with_preparation_options()
def preprocess(
    split: Annotated[
        Path,
        typer.Argument(
            metavar="SPLIT", autocompletion=complete.artifacts("split"), help="The folder that `split` wrote."
        ),
    ],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The artifact folder to write.")] = None,
    show_plan: Annotated[
        bool, typer.Option("--show-plan", help="Only print the plan, as a recipe with reasons; nothing is fitted.")
    ] = False,
    recipe: RecipeOption = None,
    prepare: Given = NOTHING_GIVEN,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help="Seed of everything random.", show_default="0")
    ] = None,
    memory: o.MemoryOption = None,
    jobs: o.JobsOption = None,  # noqa: ARG001 - every command takes it; fitting a plan is one pass
    force: o.ForceOption = False,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """Fit the preparation on training rows, apply it to all.

    Only train.parquet is opened until everything that is learnt has been saved.
    """
    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    params = preparation(recipe, prepare, seed=seed)
    if show_plan:
        _show_plan(split, params, console)
    elif out is None:
        raise UsageError("preprocess needs -o DIR.", remedy="Give the folder to write, or --show-plan.")
    else:
        _preprocess(split, out, params, console, memory=memory_of(memory), force=force)


def _preprocess(
    split: Path, out: Path, params: PreprocessParams, console: Console, *, memory: int | None, force: bool
) -> None:
    with console.working("preprocess") as watch:
        from mlpipe.steps.preprocess import preprocess as step

        result = step(split, out, params, memory=memory, force=force, watch=watch)
    show(result, console)
    console.hint(f"mlpipe train {out} -o DIR")


def _show_plan(split: Path, params: PreprocessParams, console: Console) -> None:
    from mlpipe.steps.preprocess import show_plan as step

    planned = step(split, params)
    console.result(planned.recipe.splitlines(), planned.to_json())
    console.notes(planned.notes)
    console.hint(f"mlpipe preprocess {split} --show-plan > recipe.toml, edit it, then --recipe recipe.toml -o DIR")


def line(result: PreprocessResult) -> str:
    """The preparation in one line, for `run` too."""
    columns, features = count_of(result.n_columns, "column"), count_of(result.n_features, "feature")
    text = f"{columns} → {features}   fitted on {count_of(result.n_train, 'row')}"
    if result.counts_after is None:
        return text
    if not result.counts_after:
        return f"{text}   {result.sampler} + {count_of(result.n_synthetic, 'row')}"
    before = "/".join(map(count_of, result.counts_before.values()))
    after = "/".join(map(count_of, result.counts_after.values()))
    return f"{text}   {result.sampler} {before} → {after}"


def show(result: PreprocessResult, console: Console) -> None:
    """Show what became of each column."""
    rows = [(name, role, how) for name, role, how, _ in result.columns]
    console.result([line(result), "", *table(("column", "role", "becomes"), rows)], result.to_json())
    console.notes(result.notes)
    for name, _, _, reason in result.columns:
        console.detail(f"{name}: {reason}")
