"""Parameters in messages: named as the keywords of Python are, written as options for the command line."""

from __future__ import annotations

import ast
import re
import shlex

_MARK = re.compile(r"(?<!['\w])`([a-z_][a-z_0-9]*)(?:=([^`]*))?`(?!['\w])")

KEYWORDS = {"columns_file": "columns", "ids": "id", "na_values": "na_value", "params": "param", "slices": "slice"}
"""Fields of parameters that callers know by another name, because on the command line it is repeated."""
_SPELLINGS = {"k": "-k", "out": "-o", "param": "-p"}
"""Where an option is not called like its keyword."""


def param(name: str, value: object = None) -> str:
    """Name a parameter in a message, with a value to give it where there is one.

    Examples
    --------
    >>> param("test_size"), param("drop", "unit price"), param("ids")
    ('`test_size`', "`drop='unit price'`", '`id`')
    """
    name = KEYWORDS.get(name, name)
    if value is None:
        return f"`{name}`"
    shown = repr(value).replace("`", r"\x60")  # a bare one would end the mark
    return f"`{name}={shown}`"


def parameters_in(text: str) -> set[str]:
    """The keywords that a message names."""
    return {name for name, _ in _MARK.findall(text)}


def as_options(text: str) -> str:
    """Write the parameters that a message names as options of the command line, values quoted for a shell.

    Examples
    --------
    >>> as_options(f"Leave it out: {param('drop', 'unit price')}.")
    "Leave it out: --drop 'unit price'."
    >>> as_options(f"Give {param('header', False)} if it has none, or {param('ids')}.")
    'Give --no-header if it has none, or --id.'
    >>> as_options("A column may be called `a=b`, or '`age`'.")
    "A column may be called `a=b`, or '`age`'."
    """
    return _MARK.sub(_option, text)


def _option(mark: re.Match[str]) -> str:
    name, written = mark.groups()
    option = _SPELLINGS.get(name, "--" + name.replace("_", "-"))
    if written is None:
        return option
    try:
        value = ast.literal_eval(written)
    except (ValueError, SyntaxError):
        return mark[0]  # no mark of ours, but what a column or a cell is called
    if isinstance(value, bool):
        return option if value else option.replace("--", "--no-", 1)
    return f"{option} {shlex.quote(str(value))}"
