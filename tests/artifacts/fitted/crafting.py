"""Files made wrong by rule: one value of what a model is saved as, wherever it stands, becomes another.

Values are counted as they are written, so that arguments of calls, states of compiled classes, keys of dicts and
parts of dtypes are among them, which no walk over attributes would meet.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

import numpy as np
from sklearn.dummy import DummyRegressor
from sklearn.feature_selection import f_classif
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from mlpipe.artifacts.fitted.pickling import _PROTOCOL, _JoblibPickler

Change = Callable[[Any], Any]


@dataclass(frozen=True)
class Spot:
    """A value that is written: its number, what it is, and where it stands."""

    place: int
    value: Any
    label: str


class _Written(_JoblibPickler):
    """A pickler that counts what it writes, and may write something else for one of it."""

    def __init__(self, file: io.BytesIO, place: int = -1, change: Change | None = None) -> None:
        super().__init__(file, protocol=_PROTOCOL)
        self.spots: list[Spot] = []
        self._place, self._change = place, change
        self._above: list[list[Any]] = []
        self._places = count()

    def save(self, obj: Any, *args: Any) -> None:
        place = next(self._places)
        if self._change is None:
            self.spots.append(Spot(place, obj, self._label(obj)))
        elif place == self._place:
            obj = self._change(obj)
        self._above.append([obj, 0, ""])
        super().save(obj, *args)
        self._above.pop()

    def _label(self, obj: Any) -> str:
        """The kinds of what it stands in, the names of the attributes on the way, and its own kind."""
        words = [f"{type(above[0]).__name__}{above[2]}" for above in self._above[-4:]]
        if self._above:
            last = self._above[-1]
            key = isinstance(last[0], dict) and last[1] % 2 == 0
            within = f"[{last[1]}]" if isinstance(last[0], tuple) else ""  # each place of it has a meaning of its own
            last[2] = f".{obj}" if key and isinstance(obj, str) else last[2] if isinstance(last[0], dict) else within
            last[1] += 1
            words.append("key" if key else last[2])
        kind = f"{obj.dtype}{obj.ndim}" if isinstance(obj, np.ndarray) else ""
        return " ".join([*words, type(obj).__name__ + kind])


def spots(obj: Any) -> list[Spot]:
    """Everything that is written for `obj`."""
    pickler = _Written(io.BytesIO())
    pickler.dump(obj)
    return pickler.spots


def craft(obj: Any, place: int, change: Change) -> bytes:
    """The file of `obj` with another value at one place."""
    file = io.BytesIO()
    _Written(file, place, change).dump(obj)
    return file.getvalue()


def craft_if_possible(obj: Any, place: int, change: Change) -> bytes | None:
    """`craft`, or None where a file cannot hold the other value there: the pickler itself trips over it."""
    try:
        return craft(obj, place, change)
    except (IndexError, ValueError, AssertionError):
        return None


def _always(value: Any) -> Change:
    return lambda _old: value


def _itself(value: Any) -> Any:
    around: list[Any] = [value]
    around.append(around)
    return around


ANYTHING: dict[str, Change] = {
    "None": _always(None),
    "minus one": _always(-1),
    "a huge number": _always(2**63),
    "a text": _always("predict"),
    "a list": _always([]),
    "an array": _always(np.arange(3.0)),
    "objects": _always(np.array([None, "a"], dtype=object)),
    "a dict": _always({"a": -1}),
    "itself": _itself,
    "the key of a dict": lambda value: {value: value} if _hashable(value) else (value,),
    "a frozen set": lambda value: frozenset([value]) if _hashable(value) else {"a": value},
    "a partial": lambda value: partial(f_classif, value, key=value),
    "a slice": lambda value: slice(value, value, value),
    "an unfitted estimator": lambda _value: DecisionTreeClassifier(),
    "a fitted estimator": lambda _value: DummyRegressor().fit([[0]], [0]),
    "a tree of another width": lambda _value: DecisionTreeRegressor().fit(np.eye(9), np.arange(9)).tree_,
}
"""What any value may become."""

NUMBERS: dict[str, Change] = {
    f"{number!r}": _always(number)
    for number in (0, 1, 2, 7, -(2**31), 2**31 - 1, 2**31, 2**40, 2**63 - 1, 2**70, 1e308, float("nan"), float("inf"))
} | {"one more": lambda value: value + 1, "one less": lambda value: value - 1, "whole": int, "fraction": float,
     "yes": _always(True), "no": _always(False)}  # fmt: skip

TEXTS: dict[str, Change] = {
    name: _always(name)
    for name in ("", "precomputed", "balanced", "drop", "passthrough", "__class__", "__setstate__", "predict_proba",
                 "brute", "kd_tree", "linear", "poly", "auto", "constant", "é\x00")
} | {"bytes": lambda value: value.encode(errors="replace"), "half": lambda value: value[: len(value) // 2],
     "long": lambda value: value + "x" * 10_000}  # fmt: skip

BYTES: dict[str, Change] = {
    "no bytes": _always(b""),
    "half": lambda value: value[: len(value) // 2],
    "twice": lambda value: value * 2,
    "ones": lambda value: b"\xff" * len(value),
    "as text": lambda value: value.decode("latin-1"),
}

MANY: dict[str, Change] = {
    "half": lambda value: type(value)(list(value)[: len(value) // 2]),
    "without the last": lambda value: type(value)(list(value)[:-1]),
    "twice": lambda value: type(value)(list(value) * 2),
    "turned": lambda value: type(value)(list(value)[::-1]),
    "other brackets": lambda value: (tuple if isinstance(value, list) else list)(value),
}

NAMED: dict[str, Change] = {
    "nothing": _always({}),
    "without the first": lambda value: dict(list(value.items())[1:]),
    "without the last": lambda value: dict(list(value.items())[:-1]),
    "one more": lambda value: {**value, "more": 1},
    "a shadow": lambda value: {**value, "predict": 1, "transform": 1},
    "a hidden shadow": lambda value: {**value, "_validate_params": print, "check_format": f_classif},
    "pairs": lambda value: list(value.items()),
}


CLASSES: dict[str, Change] = {
    "another class": _always(DecisionTreeClassifier),
    "another class of ours": _always(DummyRegressor),
}
DTYPES: dict[str, Change] = {f"dtype {name}": _always(np.dtype(name)) for name in ("f8", "O", "i8", "U4", "V8")}

BY_KIND: tuple[tuple[Any, dict[str, Change]], ...] = (
    ((bool, int, float, np.number), NUMBERS),
    (str, TEXTS),
    (bytes, BYTES),
    ((list, tuple, set, frozenset), MANY),
    (dict, NAMED),
    (type, CLASSES),
    (np.dtype, DTYPES),
)


def _filled(number: Any) -> Change:
    def change(array: Any) -> Any:
        made = array.copy()
        made[...] = number if made.dtype.kind in "bfc" else np.clip(number, *_reach(made.dtype))
        return made

    return change


def _cell(place: int, number: Any) -> Change:
    def change(array: Any) -> Any:
        made = array.copy()
        made.flat[place] = number if made.dtype.kind in "bfc" else np.clip(number, *_reach(made.dtype))
        return made

    return change


def _reach(dtype: np.dtype[Any]) -> tuple[int, int]:
    return (np.iinfo(dtype).min, np.iinfo(dtype).max) if dtype.kind in "iu" else (-(2**62), 2**62)


SHAPES: dict[str, Change] = {
    "no rows": lambda array: array[:0],
    "half of the rows": lambda array: array[: len(array) // 2],
    "one row less": lambda array: array[:-1],
    "twice the rows": lambda array: np.concatenate([array, array]),
    "turned": lambda array: array.T.copy(),
    "flat": np.ravel,
    "one axis more": lambda array: array[None],
    "no axes": lambda array: array.ravel()[:1].reshape(()),
    "half of the columns": lambda array: array[..., : array.shape[-1] // 2],
    "a list": lambda array: array.tolist(),
    "as objects": lambda array: array.astype(object),
    "bytes of it": lambda array: array.tobytes(),
}
"""Of arrays, whatever they hold."""

TYPES: dict[str, Change] = {
    f"as {name}": lambda array, name=name: array.astype(name)  # type: ignore[misc]
    for name in ("float32", "float64", "int8", "int32", "int64", "uint64", "bool", "complex128", "U8", ">f8")
}

CELLS: dict[str, Change] = {
    **{f"all {n!r}": _filled(n) for n in (-1, 0, 1, 10**6, 2**31 - 1, 2**62, -(2**62))},
    **{f"first {n!r}": _cell(0, n) for n in (-1, 0, 10**6, 2**62)},
    **{f"last {n!r}": _cell(-1, n) for n in (-1, 0, 10**6, 2**62)},
}
FRACTIONS: dict[str, Change] = {f"all {n!r}": _filled(n) for n in (float("nan"), float("inf"), -1e308, 1e308, 0.5)}


def _field(name: str, number: int) -> Change:
    def change(array: Any) -> Any:
        made = array.copy()
        kind = made.dtype[name]
        made[name] = number if kind.kind == "f" else np.clip(number, *_reach(kind)).astype(kind)
        return made

    return change


def _first_field(name: str, number: int) -> Change:
    def change(array: Any) -> Any:
        made = array.copy()
        made[:1] = _field(name, number)(made[:1])
        return made

    return change


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def changes(value: Any) -> Iterator[tuple[str, Change]]:
    """What a value may become, by its kind."""
    yield from ANYTHING.items()
    if isinstance(value, np.ndarray):
        yield from _of_array(value)
    for kinds, known in BY_KIND:
        if isinstance(value, kinds):
            yield from known.items()
            break


def _of_array(array: Any) -> Iterator[tuple[str, Change]]:
    if array.ndim:
        yield from SHAPES.items()
    if array.dtype.names:
        for name in array.dtype.names:
            for number in (-1, 0, 1, 10**6, 2**31 - 1, -(2**31)):
                yield f"{name} all {number}", _field(name, number)
                yield f"{name} first {number}", _first_field(name, number)
        return
    if array.dtype.kind in "biuf":
        yield from TYPES.items()
        yield from CELLS.items()
    if array.dtype.kind == "f":
        yield from FRACTIONS.items()
