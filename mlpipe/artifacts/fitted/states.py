"""What each class of a saved model may hold: the names of its attributes, and for each its kinds and shape.

`states.txt` has them as they were met in fitted models of every kind; it ships with the program and is never read from
an artifact. Parameters of estimators are held to scikit-learn's own constraints besides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator

from mlpipe.artifacts.fitted.value_kinds import kinds_of

if TYPE_CHECKING:
    from mlpipe.artifacts.fitted.value_kinds import Kinds

SIZES = ("features", "classes")
"""What shapes are told by: `n_features_in_`, and the length of `classes_`, of the same object."""
_PLAIN = re.compile(r"[\[({]*(?:(?:none|number|text|\|)+: ?)*[\[({]*(?:none|number|text)?[\])}]*")
_SIMPLE = frozenset({type(None), bool, float, str})
_ALTERNATIVE = " | "


class UnsoundError(ValueError):
    """A loaded object that is not as fitted ones are, or whose compiled code would leave its own memory."""


@dataclass(frozen=True)
class StateSpec:
    """What fitted objects of a class hold.

    Parameters
    ----------
    kinds : dict
        By attribute, the kinds that it may have.
    always : set
        The attributes that every fitted one has.
    shapes : dict
        By attribute, the sizes of its axes as far as they are told.
    """

    kinds: dict[str, Kinds] = field(default_factory=dict)
    always: set[str] = field(default_factory=set)
    shapes: dict[str, tuple[str, ...]] = field(default_factory=dict)


def is_plain(kind: str) -> bool:
    """Whether a kind is of numbers and texts alone, in whatever containers.

    Examples
    --------
    >>> [is_plain(kind) for kind in ("none", "[(number)]", "{text: number}", "[]", "{text|none: [text]}")]
    [True, True, True, True, True]
    >>> [is_plain(kind) for kind in ("[estimator]", "floats[*]", "itself")]
    [False, False, False]
    """
    return _PLAIN.fullmatch(kind) is not None


@cache
def known_states() -> dict[str, StateSpec]:
    """The table, by `module.Class`."""
    found: dict[str, StateSpec] = {}
    spec = StateSpec()
    for line in Path(__file__).with_name("states.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            name, kinds = line.split(maxsplit=1)
            _add(spec, name, kinds.split(_ALTERNATIVE))
        elif line and not line.startswith("#"):
            spec = found[line] = StateSpec()
    return found


def _add(spec: StateSpec, name: str, kinds: list[str]) -> None:
    plain = name.removesuffix("?")
    if plain == name:
        spec.always.add(plain)
    spec.kinds[plain] = frozenset(re.sub("|".join(SIZES), "*", kind) for kind in kinds)
    shaped = [kind for kind in kinds if any(size in kind for size in SIZES)]
    if shaped:
        spec.shapes[plain] = tuple(shaped[0].partition("[")[2].partition("]")[0].split(","))


def check_state(found: Any, name: str, seen: set[str]) -> None:
    """Check what an object holds.

    Parameters
    ----------
    name : str
        `module.Class` of it.
    seen : set
        What was checked of parameters while the same file was loaded.

    Raises
    ------
    UnsoundError
        On an attribute that the class does not have or lacks, and one of another kind or shape.
    """
    spec, state = known_states()[name], vars(found)
    kind: Any = type(found)
    params = _parameters(kind)
    for attribute, value in state.items():
        if attribute in params and type(value) in _SIMPLE:
            continue
        wrong = kinds_of(value) - spec.kinds.get(attribute, frozenset())
        if attribute in params:
            wrong = frozenset(kind for kind in wrong if not is_plain(kind))
        if wrong and not _is_new_data(kind, spec, attribute, value):
            raise UnsoundError(f"{type(found).__name__}.{attribute} holds {min(wrong)}, which a fitted one does not")
    needed = (spec.always | params) if any(map(_is_learnt, state.keys() - params)) else params
    if not needed <= state.keys():
        raise UnsoundError(f"{type(found).__name__} has no {min(needed - state.keys())}")
    _check_shapes(found, spec, state)
    _check_parameters(found, {name: state[name] for name in params}, seen)


@cache
def _parameters(kind: Any) -> frozenset[str]:
    return frozenset(kind._get_param_names() if issubclass(kind, BaseEstimator) else ())  # noqa: SLF001 - by its class


def _is_learnt(attribute: str) -> bool:
    """Whether fitting sets it, by the convention of scikit-learn; some constructors set more than parameters."""
    return attribute.endswith("_") and not attribute.startswith("__")


def _is_new_data(kind: Any, spec: StateSpec, attribute: str, value: Any) -> bool:
    """Whether an attribute is data that the table has not seen, of an option or a version that it does not know.

    What is known is held to its kinds, and no data stands in the place of a method.
    """
    if attribute in spec.kinds or hasattr(kind, attribute):
        return False
    return all(is_plain(kind) or re.fullmatch(r"\w+\[[*,]+\]", kind) for kind in kinds_of(value))


def n_classes(state: dict[str, Any]) -> int | None:
    """The classes of an object with that state; `None` where it has none, or those of several targets."""
    classes = state.get("classes_")
    return len(classes) if isinstance(classes, np.ndarray) and classes.ndim else None


def _check_shapes(found: Any, spec: StateSpec, state: dict[str, Any]) -> None:
    sizes = dict(zip(SIZES, (state.get("n_features_in_"), n_classes(state)), strict=True))
    for attribute in sorted(spec.shapes.keys() & state.keys()):
        for axis, length in zip(spec.shapes[attribute], np.shape(state[attribute]), strict=False):
            if axis != "*" and length != sizes[axis]:
                raise UnsoundError(f"{type(found).__name__}.{attribute} is not as wide as its {axis}")


def _check_parameters(found: Any, params: dict[str, Any], seen: set[str]) -> None:
    """Hold parameters to the constraints that hold when fitting begins; those of a forest's trees once."""
    if not hasattr(found, "_parameter_constraints"):
        return
    # What holds other estimators is no tree, and all of them would be written down.
    nested = any(isinstance(value, list | tuple | BaseEstimator) for value in params.values())
    key = "" if nested else repr((type(found), sorted(params.items())))
    if key not in seen:
        found._validate_params()  # noqa: SLF001 - `fit` alone calls it
    if key:
        seen.add(key)
