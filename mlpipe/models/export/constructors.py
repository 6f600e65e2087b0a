"""Estimators as the expressions that make them, unfitted."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.model_selection import BaseCrossValidator

from mlpipe.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

OWN = "mlpipe"
WIDTH = 116
_FIRST = frozenset({"steps", "transformers", "transformer_list"})
"""Parameters that stand first and need no name."""
_PLAIN = (str, bytes, int, float, bool, type(None))


class Constructors:
    """Writes expressions, and collects what they need to be imported or brought along.

    Attributes
    ----------
    imports : set of (str, str)
        Public modules and names.
    own : set of (str, str)
        Modules and names of mlpipe's own classes and functions.
    """

    def __init__(self) -> None:
        self.imports: set[tuple[str, str]] = set()
        self.own: set[tuple[str, str]] = set()
        self._writers: tuple[tuple[Any, Callable[[Any, int], str]], ...] = (
            ((BaseEstimator, BaseCrossValidator), self._call),
            (np.generic, lambda value, indent: self.write(value.item(), indent)),
            (_PLAIN, self._plain),
            (slice, lambda value, _: repr(value)),
            ((list, tuple), self._sequence),
            (dict, self._mapping),
            (np.ndarray, self._array),
        )

    def write(self, value: Any, indent: int = 0) -> str:
        """The expression that makes `value`; over several lines where it is long.

        Raises
        ------
        UsageError
            For what has no such expression.

        Examples
        --------
        >>> from sklearn.preprocessing import StandardScaler
        >>> Constructors().write([("scale", StandardScaler(with_mean=False)), ("n", 3)])
        "[('scale', StandardScaler(with_mean=False)), ('n', 3)]"
        """
        for kinds, write in self._writers:
            if isinstance(value, kinds):
                return write(value, indent)
        if callable(value):
            return self._named(value)
        raise UsageError(
            f"A {type(value).__name__} cannot be written as a script.", remedy="Export another model, or as skops."
        )

    def _array(self, value: NDArray[Any], indent: int) -> str:
        self.imports.add(("", "numpy as np"))
        return f"np.array({self.write(value.tolist(), indent)})"

    def _mapping(self, value: dict[Any, Any], indent: int) -> str:
        items = [f"{self.write(key)}: {self.write(item, indent + 4)}" for key, item in value.items()]
        return _joined("{", items, "}", indent)

    def _plain(self, value: Any, _indent: int) -> str:
        return f"float({str(value)!r})" if isinstance(value, float) and not np.isfinite(value) else repr(value)

    def _call(self, estimator: Any, indent: int) -> str:
        signature = inspect.signature(type(estimator))
        given = {
            name: getattr(estimator, name)
            for name, parameter in signature.parameters.items()
            if not _same(getattr(estimator, name), parameter.default)
        }
        items = [
            ("" if i == 0 and name in _FIRST else f"{name}=") + self.write(value, indent + 4)
            for i, (name, value) in enumerate(given.items())
        ]
        return _joined(f"{self._named(type(estimator))}(", items, ")", indent)

    def _sequence(self, value: Any, indent: int) -> str:
        items = [self.write(item, indent + 4) for item in value]
        if isinstance(value, tuple):
            return _joined("(", items, ",)" if items and not items[1:] else ")", indent)
        return _joined("[", items, "]", indent)

    def _named(self, thing: Any) -> str:
        module, name = thing.__module__, thing.__qualname__
        if module.split(".")[0] == OWN:
            self.own.add((module, name))
        else:
            self.imports.add((public_home(module, name), name))
        return str(name)


def public_home(module: str, name: str) -> str:
    """The module from which people import a name.

    Examples
    --------
    >>> public_home("sklearn.linear_model._logistic", "LogisticRegression")
    'sklearn.linear_model'
    """
    wanted = getattr(import_module(module), name)
    parts = re.split(r"\.(?=_)", module, maxsplit=1)[0].split(".")
    for end in range(1, len(parts) + 1):
        candidate = ".".join(parts[:end])
        if getattr(import_module(candidate), name, None) is wanted:
            return candidate
    return module


def _same(value: Any, other: Any) -> bool:
    if isinstance(value, np.ndarray) or isinstance(other, np.ndarray):
        return False
    return type(value) is type(other) and bool(value == other or (value != value and other != other))  # noqa: PLR0124


def _joined(start: str, items: list[str], end: str, indent: int) -> str:
    line = start + ", ".join(items) + end
    if len(line) + indent <= WIDTH and "\n" not in line:
        return line
    blank = " " * (indent + 4)
    return start + "\n" + "".join(f"{blank}{item},\n" for item in items) + " " * indent + end.removeprefix(",")
