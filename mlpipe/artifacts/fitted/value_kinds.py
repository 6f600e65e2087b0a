"""What a value is, in words that a table can hold: `number`, `floats[*,*]`, `[(text)]`: a list of tuples of texts."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator

if TYPE_CHECKING:
    from collections.abc import Iterable

Kinds = frozenset[str]

_LARGEST = 2**63
_ARRAYS = {"b": "flags", "i": "whole", "u": "counts", "f": "floats", "U": "texts", "M": "dates", "V": "records"}
_BRACKETS: dict[type, str] = {list: "[]", tuple: "()", set: "{}", frozenset: "{}"}
_SIMPLE = frozenset({type(None), bool, float, str, np.float64})
"""Types of which one value speaks for all."""
_NUMBERS = (bool, int, float, np.bool_, np.integer, np.floating)
_NAMED = (type, types.FunctionType, types.BuiltinFunctionType, np.ufunc)


def kinds_of(value: Any, known: dict[int, Kinds] | None = None) -> Kinds:
    """The kinds of a value: one, or those of all that it contains.

    Parameters
    ----------
    known : dict
        By the identity of a container, its kinds: each is looked through once.

    Examples
    --------
    >>> sorted(kinds_of([1.5, None])), sorted(kinds_of({"a": np.zeros((2, 3))}))
    (['[none]', '[number]'], ['{text: floats[*,*]}'])
    """
    known = {} if known is None else known
    if id(value) not in known and _contains(value):
        known[id(value)] = frozenset(["itself"])
        known[id(value)] = _of_container(value, known)
    return known[id(value)] if id(value) in known else frozenset([_kind(value)])


def _contains(value: Any) -> bool:
    return type(value) in _BRACKETS or type(value) is dict or (type(value) is np.ndarray and value.dtype == object)


def _of_container(value: Any, known: dict[int, Kinds]) -> Kinds:
    if type(value) is dict:
        keys = "|".join(sorted(_of_items(value, known)))
        return frozenset(f"{{{keys}: {kind}}}" for kind in _of_items(value.values(), known)) or frozenset(["{}"])
    if type(value) is np.ndarray:
        return frozenset(f"{_shaped('objects', value)}:{kind}" for kind in _of_items(value.ravel().tolist(), known))
    around = _BRACKETS[type(value)]
    start, end = around[0], around[1]
    return frozenset(f"{start}{kind}{end}" for kind in _of_items(value, known)) or frozenset([start + end])


def _of_items(items: Iterable[Any], known: dict[int, Kinds]) -> set[str]:
    found: set[str] = set()
    met: set[type] = set()
    for item in items:
        if type(item) not in met:
            found |= kinds_of(item, known)
        if type(item) in _SIMPLE:
            met.add(type(item))
    return found


def _kind(value: Any) -> str:
    if isinstance(value, _NUMBERS):
        return "number" if not isinstance(value, int) or -_LARGEST <= value < _LARGEST else "endless number"
    if type(value) is np.ndarray:
        return _shaped(_ARRAYS.get(value.dtype.kind, value.dtype.name), value)
    if isinstance(value, _NAMED):
        return f"the name {value.__name__}"
    for kind, name in ((BaseEstimator, "estimator"), (np.dtype, "dtype")):
        if isinstance(value, kind):
            return name
    return {type(None): "none", str: "text", bytes: "bytes"}.get(type(value), type(value).__name__)


def _shaped(name: str, array: Any) -> str:
    return f"{name}[{','.join('*' * array.ndim)}]"
