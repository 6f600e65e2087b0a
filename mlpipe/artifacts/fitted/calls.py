"""What a file may call while it is opened, with which arguments, and which state it may restore.

All names are on the list of allowed ones; that alone keeps no file from making an array whose cells are addresses, or
from putting data where a class has a method. What numpy and compiled classes take as it comes is checked here first.
"""

from __future__ import annotations

import pickle
import types
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

_CONSTRUCTORS = frozenset(
    {
        "_reconstruct",
        "scalar",
        "_frombuffer",
        "newObj",
        "__bit_generator_ctor",
        "__generator_ctor",
        "__randomstate_ctor",
    }
)
_OWNERS = ("sklearn.", "imblearn.", "scipy.")
_MT19937_KEY = 624


def check_call(function: Any, args: Any) -> None:
    """Check a call before it is made.

    Raises
    ------
    pickle.UnpicklingError
        Where mlpipe writes no such call.
    """
    if not isinstance(args, tuple):
        raise _refused("arguments that are no tuple")
    name = getattr(function, "__name__", "")
    if isinstance(function, type):
        check = _OF_CLASSES.get(f"{function.__module__}.{function.__qualname__}")
    elif name in _CONSTRUCTORS or name.startswith("__pyx_unpickle_"):
        check = _OF_FUNCTIONS.get(name)
    else:
        raise _refused(f"a call of {name}")
    if check is not None:
        check(args)


def check_restored(target: Any, state: Any) -> None:
    """Check a state before it is restored into `target`.

    Raises
    ------
    pickle.UnpicklingError
        Where it would put data in the place of a method, or give compiled code indices out of its arrays.
    """
    if type(target) is np.ndarray:
        _check_array_state(state)
    elif type(target).__module__.startswith("numpy.random"):
        _check_random_state(state)
    elif type(target).__qualname__ == "Tree":
        _check_tree_state(state)
    for part in state if isinstance(state, tuple) else (state,):
        if isinstance(part, dict):
            _check_names(target, part)


def _check_names(target: Any, state: dict[Any, Any]) -> None:
    """No attribute of an instance stands before a method, or before a constant of a class of others."""
    if isinstance(target, partial):
        return
    kind = type(target)
    of_others = kind.__module__.startswith(_OWNERS)
    for name in state:
        if not isinstance(name, str):
            raise _refused("an attribute without a name")
        own = getattr(kind, name, None)
        slot = isinstance(own, types.MemberDescriptorType | types.GetSetDescriptorType)
        if own is not None and not slot and (of_others or callable(own) or isinstance(own, property)):
            raise _refused(f"data in the place of {kind.__qualname__}.{name}")


def _check_array_state(state: Any) -> None:
    version, shape, dtype, _, data = state
    if version != 1 or not isinstance(dtype, np.dtype):
        raise _refused("an array of another form")
    count = _count(shape)
    if dtype.hasobject:
        if dtype != np.dtype(object) or not isinstance(data, list) or len(data) != count:
            raise _refused("an array of objects that are bytes")
    elif not isinstance(data, bytes) or len(data) != count * dtype.itemsize:
        raise _refused("an array of another size")


def _check_random_state(state: Any) -> None:
    """The position within the key of a Mersenne twister is followed without looking."""
    for found in _dicts(state):
        if "pos" in found:
            key = np.asarray(found.get("key"))
            if type(found["pos"]) is not int or not 0 <= found["pos"] <= _MT19937_KEY or key.shape != (_MT19937_KEY,):
                raise _refused("a random state out of its range")


def _check_tree_state(state: dict[str, Any]) -> None:
    if type(state.get("node_count")) is not int or state["node_count"] != len(state["nodes"]):
        raise _refused("a tree with more nodes than it holds")


def _dicts(state: Any) -> list[dict[Any, Any]]:
    if isinstance(state, dict):
        return [state, *(inner for value in state.values() for inner in _dicts(value))]
    if isinstance(state, tuple | list):
        return [inner for value in state for inner in _dicts(value)]
    return []


def _check_reconstruct(args: tuple[Any, ...]) -> None:
    if len(args) != 3 or args[0] is not np.ndarray or args[1] != (0,) or args[2] not in (b"b", "b"):
        raise _refused("an array made otherwise than empty")


def _check_frombuffer(args: tuple[Any, ...]) -> None:
    buffer, dtype, shape, order = args
    plain = isinstance(dtype, np.dtype) and not dtype.hasobject and isinstance(buffer, bytes | bytearray)
    if not plain or len(buffer) != _count(shape) * dtype.itemsize or order not in ("C", "F"):
        raise _refused("an array of another size")


def _check_scalar(args: tuple[Any, ...]) -> None:
    dtype, data = args
    if not isinstance(dtype, np.dtype) or dtype.hasobject or not isinstance(data, bytes | str):
        raise _refused("a number made of an object")
    if isinstance(data, bytes) and len(data) != dtype.itemsize:
        raise _refused("a number of another size")


def _check_tree(args: tuple[Any, ...]) -> None:
    n_features, n_classes, n_outputs = args
    whole = type(n_features) is int and type(n_outputs) is int and isinstance(n_classes, np.ndarray)
    if not whole or n_classes.shape != (n_outputs,) or n_classes.dtype != np.intp or n_features < 0:
        raise _refused("a tree of another form")
    if not ((n_classes >= 1) & (n_classes < 2**31)).all():
        raise _refused("a tree of too many classes")


def _never(_args: tuple[Any, ...]) -> None:
    raise _refused("an array made directly")


def _count(shape: Any) -> int:
    if not isinstance(shape, tuple) or any(type(n) is not int or n < 0 for n in shape):
        raise _refused("an array without a shape")
    product = 1
    for n in shape:
        product *= n
    return product


def _refused(what: str) -> pickle.UnpicklingError:
    return pickle.UnpicklingError(what)


_OF_CLASSES: dict[str, Callable[[tuple[Any, ...]], None]] = {
    "numpy.ndarray": _never,
    "sklearn.tree._tree.Tree": _check_tree,
}
_OF_FUNCTIONS: dict[str, Callable[[tuple[Any, ...]], None]] = {
    "_reconstruct": _check_reconstruct,
    "_frombuffer": _check_frombuffer,
    "scalar": _check_scalar,
}
