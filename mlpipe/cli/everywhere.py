"""Options that every command has, whatever it does: how the terminal and the figures look, who signed."""

from __future__ import annotations

import functools
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_type_hints

import typer

from mlpipe.cli.colours import COLOUR
from mlpipe.cli.signatures import option_parameter

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
SignatureOption = Annotated[
    Path | None,
    typer.Option(
        "--require-signature",
        metavar="FILE",
        envvar="MLPIPE_KEY_FILE",
        help="Open artifacts alone that are signed by the key in this file, and sign what is written.",
    ),
]


def with_looks(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command `--color`, `--font` and `--require-signature`, which hold while it runs."""
    hints = get_type_hints(command, include_extras=True)
    parameters = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[parameter.name])
        for parameter in inspect.signature(command).parameters.values()
    ]
    looks = [
        option_parameter("color", ColourOption, "auto"),
        option_parameter("font", FontOption),
        option_parameter("require_signature", SignatureOption),
    ]

    @functools.wraps(command)
    def inner(*, color: str, font: str | None, require_signature: Path | None, **given: Any) -> None:
        from mlpipe.params.figures import FONT  # with it come the options of all steps, which --help does without
        from mlpipe.params.signing import KEY_FILE

        COLOUR.set(color)  # for good: an error is told when the command has ended
        letters = FONT.set(font)
        key = KEY_FILE.set(None if require_signature is None else str(require_signature))
        try:
            command(**given)
        finally:
            FONT.reset(letters)
            KEY_FILE.reset(key)

    inner.__signature__ = inspect.Signature([*parameters, *looks])  # type: ignore[attr-defined]  # what typer reads
    inner.__annotations__ = {parameter.name: parameter.annotation for parameter in [*parameters, *looks]}
    return inner
