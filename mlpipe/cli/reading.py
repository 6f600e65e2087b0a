"""The options of reading a table, given to a command as one `ReadParams`."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, get_type_hints

from mlpipe.cli import options as o
from mlpipe.params import ReadParams

if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULT_READ = ReadParams()
READ_OPTIONS: dict[str, tuple[Any, Any]] = {
    "delimiter": (o.DelimiterOption, None),
    "quote": (o.QuoteOption, None),
    "escape": (o.EscapeOption, None),
    "line_end": (o.LineEndOption, None),
    "encoding": (o.EncodingOption, None),
    "decimal": (o.DecimalOption, None),
    "thousands": (o.ThousandsOption, None),
    "date_order": (o.DateOrderOption, None),
    "na_value": (o.NaValueOption, None),
    "header": (o.HeaderOption, None),
    "skip_lines": (o.SkipLinesOption, None),
    "comment": (o.CommentOption, None),
    "rename_duplicates": (o.RenameDuplicatesOption, False),
    "on_bad_row": (o.OnBadRowOption, ReadParams.on_bad_row),
    "rejects": (o.RejectsOption, None),
    "max_bytes": (o.MaxBytesOption, ReadParams.max_bytes),
}
"""Every option by the name of its parameter, with its default."""


def with_read_options(command: Callable[..., None]) -> Callable[..., None]:
    """A command that takes the options of reading in the place of its parameter `read`."""
    hints = get_type_hints(command, include_extras=True)
    parameters: list[inspect.Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        if parameter.name == "read":
            parameters += [
                inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=option)
                for name, (option, default) in READ_OPTIONS.items()
            ]
        else:
            parameters.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[parameter.name]))

    @functools.wraps(command)
    def inner(**given: Any) -> None:
        read = {name: given.pop(name) for name in READ_OPTIONS}
        na_values = tuple(read.pop("na_value") or ())
        command(**given, read=ReadParams(**read, na_values=na_values))

    inner.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what typer reads
    inner.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return inner
