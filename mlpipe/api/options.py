"""Keywords named as the options of the command line are, put into the parameters of the steps."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from mlpipe.errors import UnknownNameError, UsageError
from mlpipe.words.parameters import KEYWORDS, param

if TYPE_CHECKING:
    from dataclasses import Field

P = TypeVar("P")


def build_params(kind: type[P], options: Mapping[str, object]) -> P:
    """The parameters of a step.

    Parameters
    ----------
    kind : type
        A dataclass of parameters, which may hold others.
    options : mapping
        By the names of options, with `_` for `-`; `None` is left out.

    Raises
    ------
    UsageError
        With the nearest names where a name, or a value of a few, does not exist; where a value is of another type.

    Examples
    --------
    >>> from mlpipe.params import SplitParams
    >>> build_params(SplitParams, {"target": "churned", "id": "customer_id"}).roles.ids
    ('customer_id',)
    """
    given = {name: value for name, value in options.items() if value is not None}
    known = option_defaults(kind)
    for name in given:
        if name not in known:
            raise UnknownNameError("option", name, sorted(known))
    built: P = _built(kind, given)
    return built


def option_defaults(kind: Any) -> dict[str, object]:
    """The options of a dataclass of parameters, those that it holds included, each with its default."""
    defaults: dict[str, object] = {}
    for field, hint in _fields(kind):
        if is_dataclass(hint):
            defaults |= option_defaults(hint)
        else:
            defaults[KEYWORDS.get(field.name, field.name)] = None if field.default is MISSING else field.default
    return defaults


def _built(kind: Any, given: Mapping[str, Any]) -> Any:
    values: dict[str, Any] = {}
    for field, hint in _fields(kind):
        name = KEYWORDS.get(field.name, field.name)
        if is_dataclass(hint):
            values[field.name] = _built(hint, given)
        elif name in given:
            values[field.name] = _checked(name, _as_option(field.name, hint, given[name]), hint)
    return kind(**values)


def _fields(kind: Any) -> Iterable[tuple[Field[Any], Any]]:
    """Every field of a dataclass with its type."""
    hints = get_type_hints(kind)
    for field in fields(kind):
        yield field, hints[field.name]


def _as_option(name: str, hint: Any, value: Any) -> Any:
    """A value as the parameters have it: several as a tuple; where text is wanted, what reads like it on a terminal."""
    if hasattr(value, "item") and not getattr(value, "shape", ()):
        value = value.item()  # a number of numpy
    if name == "params":
        pairs = value.items() if isinstance(value, Mapping) else value
        return tuple((str(key), str(one)) for key, one in pairs)
    if get_origin(hint) is tuple:
        return (value,) if isinstance(value, str) else tuple(_pairs(value))
    if str not in {hint, *get_args(hint)} or isinstance(value, str | bool):
        return value
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    return ",".join(map(str, _pairs(value))) if isinstance(value, Iterable) else _as_text(value, hint)


def _as_text(number: Any, hint: Any) -> Any:
    return number if float in get_args(hint) else str(number)


def _pairs(value: Any) -> Iterable[Any]:
    """Names with values as they are typed, `fp=1`."""
    return (f"{name}={one}" for name, one in value.items()) if isinstance(value, Mapping) else value


def _checked(name: str, value: Any, hint: Any) -> Any:
    from pydantic import TypeAdapter, ValidationError

    choices = [one for part in (hint, *get_args(hint)) if get_origin(part) is Literal for one in get_args(part)]
    if choices and value not in choices:
        raise UnknownNameError(name, str(value), choices, where=param(name, value))
    try:
        return TypeAdapter(hint).validate_python(value, strict=True)
    except ValidationError as error:
        told = error.errors()[0]["msg"].removeprefix("Input ")
        raise UsageError(f"{param(name)} is {value!r}.", remedy=f"It {told}.") from error
