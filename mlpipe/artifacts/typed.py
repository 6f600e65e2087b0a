"""Whether what was made from JSON holds what its fields are declared to hold; dataclasses believe what they get."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_LARGEST = 2**63


def check_typed(*records: Any) -> None:
    """Check the fields of dataclasses, and of those that they hold.

    Raises
    ------
    TypeError
        With the first field that holds something else.
    """
    for record in records:
        kind: Any = type(record)
        _of_record(kind)(record)


@cache
def _of_record(kind: Any) -> Callable[[Any], bool]:
    hints = get_type_hints(kind)
    checks = [(field.name, _of_type(hints[field.name])) for field in fields(kind)]

    def holds(record: Any) -> bool:
        if type(record) is not kind:
            return False
        for name, check in checks:
            if not check(getattr(record, name)):
                held = type(getattr(record, name)).__name__
                raise TypeError(f"{name} of {kind.__name__} holds what it cannot, of type {held}")
        return True

    return holds


@cache
def _of_type(kind: Any) -> Callable[[Any], bool]:
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        options = [_of_type(arg) for arg in args]
        return lambda value: any(check(value) for check in options)
    if origin is Literal:
        words = {(type(arg), arg) for arg in args}
        return lambda value: type(value) in (str, int, bool, type(None)) and (type(value), value) in words
    if origin is tuple:
        return _of_tuple(args)
    if origin is dict:
        key, item = map(_of_type, args)
        return lambda value: type(value) is dict and _all(key, value) and _all(item, value.values())
    return _of_record(kind) if _is_record(kind) else _of_plain(kind)


def _is_record(kind: Any) -> bool:
    return is_dataclass(kind)


def _of_tuple(args: tuple[Any, ...]) -> Callable[[Any], bool]:
    if args[-1] is Ellipsis:
        item = _of_type(args[0])
        return lambda value: type(value) is tuple and _all(item, value)
    each = [_of_type(arg) for arg in args]
    return lambda value: type(value) is tuple and len(value) == len(each) and all(map(_called, each, value))


def _of_plain(kind: Any) -> Callable[[Any], bool]:
    if kind is float:
        return lambda value: type(value) in (int, float) and abs(value) < _LARGEST**16 and math.isfinite(value)
    if kind is int:
        return lambda value: type(value) is int and abs(value) < _LARGEST
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda value: isinstance(value, kind)
    return lambda value: type(value) is kind


def _all(check: Callable[[Any], bool], values: Iterable[Any]) -> bool:
    return all(map(check, values))


def _called(check: Callable[[Any], bool], value: Any) -> bool:
    return check(value)
