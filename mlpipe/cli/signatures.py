"""Many options that a command takes as one value."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def replace_parameter(
    command: Callable[..., None],
    name: str,
    options: Sequence[inspect.Parameter],
    gather: Callable[[dict[str, Any]], Any],
) -> Callable[..., None]:
    """A command that typer gives `options`, and that gets what `gather` makes of them as its parameter `name`.

    Parameters
    ----------
    gather : callable
        Takes the options by the names of their parameters.
    """
    hints = get_type_hints(command, include_extras=True)
    parameters: list[inspect.Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        if parameter.name == name:
            parameters += options
        else:
            parameters.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[parameter.name]))
    names = [option.name for option in options]

    @functools.wraps(command)
    def inner(**given: Any) -> None:
        gathered = gather({option: given.pop(option) for option in names})
        command(**given, **{name: gathered})

    inner.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what typer reads
    inner.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return inner


def option_parameter(name: str, annotation: Any, default: Any = None) -> inspect.Parameter:
    """An option as a parameter of a command."""
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
