"""The options of reading a table, given to a command as one `ReadParams`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlpipe.cli import options as o
from mlpipe.cli.signatures import option_parameter, replace_parameter
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
    "coerce": (o.CoerceOption, None),
    "header": (o.HeaderOption, None),
    "skip_lines": (o.SkipLinesOption, None),
    "comment": (o.CommentOption, None),
    "rename_duplicates": (o.RenameDuplicatesOption, False),
    "on_bad_row": (o.OnBadRowOption, ReadParams.on_bad_row),
    "rejects": (o.RejectsOption, None),
    "max_bad_rows": (o.MaxBadRowsOption, ReadParams.max_bad_rows),
    "max_bytes": (o.MaxBytesOption, ReadParams.max_bytes),
}
"""Every option by the name of its parameter, with its default."""


def with_read_options(command: Callable[..., None]) -> Callable[..., None]:
    """A command that takes the options of reading in the place of its parameter `read`."""
    options = [option_parameter(name, option, default) for name, (option, default) in READ_OPTIONS.items()]
    return replace_parameter(command, "read", options, _read_params)


def _read_params(given: dict[str, Any]) -> ReadParams:
    na_values = tuple(given.pop("na_value") or ())
    coerce = tuple(given.pop("coerce") or ())
    return ReadParams(**given, na_values=na_values, coerce=coerce)
