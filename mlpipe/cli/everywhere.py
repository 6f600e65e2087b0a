"""Options that every command has, whatever it does: how the terminal and the figures look."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_type_hints

import typer

from mlpipe.cli.console import COLOUR
from mlpipe.cli.signatures import option_parameter
from mlpipe.params.figures import FONT

if TYPE_CHECKING:
    from collections.abc import Callable

Colour = Literal["auto", "always", "never"]
ColourOption = Annotated[
    Colour, typer.Option("--color", help="Colour on a terminal alone (and not against NO_COLOR), always, or never.")
]
FontOption = Annotated[
    str | None,
    typer.Option("--font", metavar="PATH", envvar="MLPIPE_FONT", help="A font file that figures take first."),
]


def with_looks(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command `--color` and `--font`, which hold while it runs."""
    hints = get_type_hints(command, include_extras=True)
    parameters = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[parameter.name])
        for parameter in inspect.signature(command).parameters.values()
    ]
    looks = [option_parameter("color", ColourOption, "auto"), option_parameter("font", FontOption)]

    @functools.wraps(command)
    def inner(*, color: str, font: str | None, **given: Any) -> None:
        COLOUR.set(color)  # for good: an error is told when the command has ended
        letters = FONT.set(font)
        try:
            command(**given)
        finally:
            FONT.reset(letters)

    inner.__signature__ = inspect.Signature([*parameters, *looks])  # type: ignore[attr-defined]  # what typer reads
    inner.__annotations__ = {parameter.name: parameter.annotation for parameter in [*parameters, *looks]}
    return inner
