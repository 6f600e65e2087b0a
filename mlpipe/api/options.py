"""Keywords named as the options of the command line are, put into the parameters of the steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from mlpipe.errors import UnknownNameError

if TYPE_CHECKING:
    from dataclasses import Field

P = TypeVar("P")
_SPELLINGS = {
    "ids": "id",
    "na_values": "na_value",
    "columns_file": "columns",
    "params": "param",
    "slices": "slice",
}
"""Parameters whose option is called otherwise, because it is repeated there."""


def build_params(kind: type[P], options: Mapping[str, Any], *, also: Iterable[str] = ()) -> P:
    """The parameters of a step.

    Parameters
    ----------
    kind : type
        A dataclass of parameters, which may hold others.
    options : mapping
        By the names of options, with `_` for `-`; `None` is left out.
    also : iterable of str
        Names that the caller knows beside them, for messages.

    Raises
    ------
    UnknownNameError
        With the nearest names.

    Examples
    --------
    >>> from mlpipe.params import SplitParams
    >>> build_params(SplitParams, {"target": "churned", "id": "customer_id"}).roles.ids
    ('customer_id',)
    """
    given = {name: value for name, value in options.items() if value is not None}
    known = set(option_names(kind))
    for name in given:
        if name not in known:
            raise UnknownNameError("option", name, sorted({*known, *also}))
    built: P = _built(kind, given)
    return built


def option_names(kind: Any) -> Iterable[str]:
    """What the options of a dataclass of parameters are called, those that it holds included."""
    for field, inner in _fields(kind):
        if inner is None:
            yield _SPELLINGS.get(field.name, field.name)
        else:
            yield from option_names(inner)


def _built(kind: Any, given: Mapping[str, Any]) -> Any:
    values: dict[str, Any] = {}
    for field, inner in _fields(kind):
        name = _SPELLINGS.get(field.name, field.name)
        if inner is not None:
            values[field.name] = _built(inner, given)
        elif name in given:
            values[field.name] = _as_option(field, given[name])
    return kind(**values)


def _fields(kind: Any) -> Iterable[tuple[Field[Any], Any]]:
    """Every field of a dataclass, with the dataclass that it holds, if it does."""
    hints = get_type_hints(kind)
    for field in fields(kind):
        yield field, hints[field.name] if is_dataclass(hints[field.name]) else None


def _as_option(field: Field[Any], value: Any) -> Any:
    """A value in the form that the parameters have: several as a tuple, paths and fill values as text."""
    if field.name == "params":
        pairs = value.items() if isinstance(value, Mapping) else value
        return tuple((str(key), str(one)) for key, one in pairs)
    if isinstance(field.default, tuple) or (field.default is MISSING and isinstance(value, list)):
        return (value,) if isinstance(value, str) else tuple(value)
    if isinstance(value, PathLike):
        return str(value)
    if field.name == "threshold" and not isinstance(value, str) and "str" in str(field.type):
        return str(value)
    if field.name == "target" and not isinstance(value, str):
        return ",".join(value)
    return value
