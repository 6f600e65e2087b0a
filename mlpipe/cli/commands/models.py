"""`mlpipe models`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mlpipe.cli import completing as complete
from mlpipe.cli import options as o
from mlpipe.cli.console import Console, table
from mlpipe.errors import UnknownNameError
from mlpipe.task import Task

if TYPE_CHECKING:
    from mlpipe.models.estimator_spec import EstimatorSpec


def models(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", autocompletion=complete.models, help="Show this model's parameters."),
    ] = None,
    task: Annotated[Task | None, typer.Option("--task", help="Only models for this task.")] = None,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """List the models, or one model's parameters and defaults."""
    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    if name is None:
        _show_all(console, task)
    else:
        _show_one(console, name, task)


def _show_all(console: Console, task: Task | None) -> None:
    from mlpipe.models.registry import known_specs

    specs = known_specs(task)
    rows = [(spec.name, _said(spec.tasks), spec.summary) for spec in specs]
    document = {"models": [{"name": a, "task": b, "summary": c} for a, b, c in rows]}
    console.result(table(("model", "for", "what"), rows), document)


def _said(tasks: frozenset[Task]) -> str:
    """What a model is for: classes as one word."""
    return ", ".join(dict.fromkeys("classification" if t.is_classification else t.value for t in sorted(tasks)))


def _show_one(console: Console, name: str, task: Task | None) -> None:
    from mlpipe.models.estimator_spec import describe_search
    from mlpipe.models.estimators import own_parameters
    from mlpipe.models.registry import known_specs

    specs = [spec for spec in known_specs(task) if spec.name == name]
    if not specs:
        raise UnknownNameError("model", name, dict.fromkeys(spec.name for spec in known_specs()))
    lines: list[str] = []
    document = {}
    spaces = {}
    for spec in specs:
        parameters = {key: repr(value) for key, value in sorted(own_parameters(spec).items())}
        searched = {key: describe_search(search) for key, search in spec.space.items()}
        document[spec.target] = parameters
        spaces[spec.target] = searched
        lines += [f"{spec.name}: {spec.summary} ({spec.target})", *_needs(spec)]
        rows = [(key, value, searched.get(key, "")) for key, value in parameters.items()]
        lines += [*table(("parameter", "default", "tune looks in"), rows), ""]
    console.result(lines[:-1], {"model": name, "parameters": document, "spaces": spaces})


def _needs(spec: EstimatorSpec) -> list[str]:
    """What an estimator demands, in words."""
    lines = [f"needs {', '.join(sorted(spec.needs))}"] if spec.needs else []
    return [*lines, f"needs pip install 'mlpipe[{spec.extra}]'"] if spec.extra else lines
