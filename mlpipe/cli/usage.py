"""Wrong usage that typer finds, said as all our errors are: what, where, what to do, with the nearest names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mlpipe.errors import UnknownNameError, UsageError, nearest
from mlpipe.words.lists import listed, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

_WRONG_COMMAND = re.compile(r"No such command '(.*?)'")
_EXTRA = re.compile(r"unexpected extra argument\S* \((.*)\)")
_LIMITS = {
    "greater_than_equal": "{} or more",
    "less_than_equal": "{} or less",
}
_KINDS = {
    "int_parsing": "a whole number", "int_from_float": "a whole number", "int_type": "a whole number",
    "float_parsing": "a number", "float_type": "a number", "bool_parsing": "true or false",
}  # fmt: skip


def as_usage_error(error: Any) -> UsageError:
    """What typer says of a command line, in our words.

    Parameters
    ----------
    error : exception
        One with `format_message`, as typer raises them.
    """
    command = "mlpipe" if error.ctx is None else error.ctx.command_path
    help_ = f"See {command} --help."
    if hasattr(error, "option_name") and hasattr(error, "possibilities"):
        return _no_option(error, command)
    if getattr(error, "param", None) is not None:
        return _bad_value(error, help_)
    message = str(error.format_message())
    wrong = _WRONG_COMMAND.search(message)
    if wrong:
        return UnknownNameError("command", wrong[1], error.ctx.command.commands)
    extra = _EXTRA.search(message)
    if extra:
        return UsageError(f"{command} has no use for {quoted(extra[1])}.", remedy=f"Quote names with blanks. {help_}")
    return UsageError(message, remedy=help_)


def _no_option(error: Any, command: str) -> UsageError:
    known = [name for parameter in error.ctx.command.params for name in (*parameter.opts, *parameter.secondary_opts)]
    options = [name for name in known if name.startswith("--")]
    close = nearest(error.option_name, options, limit=2)
    remedy = f"Did you mean {listed(close)}?" if close else f"See {command} --help."
    return UsageError(f"{command} has no option {error.option_name}.", remedy=remedy)


def _bad_value(error: Any, help_: str) -> UsageError:
    option = _name(error.param)
    found = _validation(error)
    if found is None:
        if not error.message:
            told = str(error.param.help or "").split(". ")[0].rstrip(".")
            return UsageError(f"{option} is needed.", remedy=f"{told}. {help_}" if told else help_)
        return UsageError(f"{option}: {error.message}", remedy=help_)
    value, choices = found["input"], error.param.type_descriptor.choices
    if choices:
        return _no_choice(option, value, [str(getattr(choice, "value", choice)) for choice in choices])
    limit = next((words.format(found["ctx"][key]) for key, words in _limits(found)), "")
    wanted = limit or _KINDS.get(found["type"], "")
    if wanted:
        return UsageError(f"{option} takes {wanted}, not {quoted(value)}.", remedy=help_)
    return UsageError(f"{option}: {_cleaned(found['msg'])}.", remedy=help_)


def _limits(found: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """The key of the bound in the context of a validation, and how it is told."""
    words = _LIMITS.get(found["type"])
    return [] if words is None else [(next(iter(found["ctx"])), words)]


def _no_choice(option: str, value: Any, choices: list[str]) -> UsageError:
    close = nearest(str(value), choices)
    remedy = f"Did you mean {listed(close, joint=' or ')}? " if close else ""
    return UsageError(f"{option} has no choice {quoted(value)}.", remedy=f"{remedy}It takes {listed(choices, 20)}.")


def _name(parameter: Any) -> str:
    """An option by its long name, an argument as the help calls it."""
    if parameter.param_type_name == "argument":
        return str(parameter.make_metavar(None) if parameter.metavar is None else parameter.metavar).strip("{}[]")
    return str(max(parameter.opts, key=len))


def _validation(error: BaseException) -> dict[str, Any] | None:
    """What the validation of a value found first."""
    cause: Any = error.__cause__
    if not hasattr(cause, "errors"):
        return None
    found: dict[str, Any] = cause.errors()[0]
    return found


def _cleaned(message: str) -> str:
    return message.removeprefix("Value error, ").rstrip(".")
