"""Opening a fitted object from a joblib file without running what a stranger may have put into it.

Only the classes and functions of `allowed.txt`, by their exact names, can be asked for; the list ships with the program
and is never read from an artifact. `trust` adds to it by hand. This keeps a file from running code. It does not make
a wrong model right: digests are checked before, and the inside of trees after.
"""

from __future__ import annotations

import io
import pickle
import re
import struct
import types
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import joblib
import numpy as np
from joblib.numpy_pickle import NumpyArrayWrapper, NumpyUnpickler, Unpickler

from mlpipe.artifacts.errors import unreadable_object
from mlpipe.artifacts.fitted.calls import check_call, check_restored
from mlpipe.artifacts.fitted.pickling import dump_joblib
from mlpipe.artifacts.fitted.soundness import check_dtype, check_sound
from mlpipe.artifacts.fitted.states import UnsoundError
from mlpipe.errors import ArtifactError, UsageError
from mlpipe.models.registry import plugin_classes
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["allowed_globals", "dump_joblib", "load_joblib", "trace_globals"]

Global = tuple[str, str]

# Before this, arrays of objects were read by an unguarded reader (GHSA-m62q-453p-gv66).
_OLDEST_JOBLIB = (1, 6)

# What a malformed stream makes the reader, numpy or a class's own __setstate__ raise.
_MALFORMED = (
    pickle.PickleError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    MemoryError,
    NameError,
    OSError,
    RuntimeError,
    SystemError,
    TypeError,
    ValueError,
    struct.error,
)

# Things that have no state of their own to restore: giving them one would change the program itself.
_STATELESS = (type, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType, np.ufunc)

# Where the classes of older files are now: they are named by path in models of format 1 and preps of formats 1 and 2.
_MOVED = {
    f"mlpipe.features.{old}": f"mlpipe.features.transformers.{new}"
    for old, new in {
        "clipping": "clipper",
        "counts": "count_encoder",
        "dates": "date_parts",
        "model_based": "model_based",
        "neighbours": "knn_imputer",
        "reduction": "components",
        "regressing": "iterative_imputer",
        "selection": "k_best",
        "terms": "terms",
    }.items()
}

_ARRAY_STATE = {"subclass", "shape", "order", "dtype", "allow_mmap", "numpy_array_alignment_bytes"}


@cache
def allowed_globals() -> frozenset[Global]:
    """The classes and functions that files written by mlpipe name, as (module, name)."""
    lines = Path(__file__).with_name("allowed.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if line and not line.startswith("#"))
    return frozenset((module, name) for module, name in pairs)


def load_joblib(data: bytes, *, trust: Iterable[str] = (), where: str = "") -> Any:
    """Restore the object that `dump_joblib` made `data` of.

    Parameters
    ----------
    trust : iterable of str
        Further classes as `module:Class`; from the command line only.
    where : str
        The file, for messages.

    Raises
    ------
    ArtifactError
        If the file asks for anything that is not allowed, is not such a file, or its inside is inconsistent.
    """
    _check_joblib()
    allowed = allowed_globals() | {_trusted(entry) for entry in trust}

    def admit(module: str, name: str) -> None:
        # What an installed package offers as a model was let in when it was installed; a file cannot add to that.
        if (module, name) not in allowed and f"{module}:{name}" not in plugin_classes():
            raise _untrusted(f"{module}.{name}", where)

    try:
        made: list[Any] = []
        found = _load(data, admit, where, made)
        check_sound(found, made)
    except UnsoundError as error:
        raise unreadable_object(str(error), where=where) from error
    except _MALFORMED as error:
        raise unreadable_object(f"it is not a file that mlpipe wrote ({error})", where=where) from error
    return found


def trace_globals(obj: Any) -> set[Global]:
    """The classes and functions that a dump of `obj` names; the source of `allowed.txt`."""
    seen: set[Global] = set()
    _load(dump_joblib(obj), lambda module, name: seen.add((module, name)), "", [])
    return seen


def _load(data: bytes, admit: Callable[[str, str], None], where: str, made: list[Any]) -> Any:
    if not data.startswith(b"\x80"):
        raise pickle.UnpicklingError("no plain joblib file")  # compressed, or of joblib before 0.10
    file = io.BytesIO(data)
    found = _GuardedUnpickler(file, admit, where, len(data), made).load()
    if file.tell() != len(data):
        raise pickle.UnpicklingError("data after its end")
    return found


class _GuardedUnpickler(NumpyUnpickler):  # type: ignore[misc]
    """joblib's unpickler that asks before it imports, and restores state into instances only."""

    dispatch = NumpyUnpickler.dispatch.copy()

    def __init__(
        self, file: io.BytesIO, admit: Callable[[str, str], None], where: str, size: int, made: list[Any]
    ) -> None:
        super().__init__("", file, ensure_native_byte_order=True)
        self._admit = admit
        self._where = where
        self._size = size
        self._made = made

    def find_class(self, module: str, name: str) -> Any:
        module = _MOVED.get(module, module)
        self._admit(module, name)
        return super().find_class(module, name)

    def load_build(self) -> None:
        self._check_state(self.stack[-2], self.stack[-1])
        if isinstance(self.stack[-2], NumpyArrayWrapper):
            self._load_array()
            return
        check_restored(self.stack[-2], self.stack[-1])
        Unpickler.load_build(self)
        if isinstance(self.stack[-1], np.dtype):
            check_dtype(self.stack[-1])

    dispatch[pickle.BUILD[0]] = load_build

    def load_reduce(self) -> None:
        check_call(self.stack[-2], self.stack[-1])
        Unpickler.load_reduce(self)
        self._made.append(self.stack[-1])

    dispatch[pickle.REDUCE[0]] = load_reduce

    def load_newobj(self) -> None:
        check_call(self.stack[-2], self.stack[-1])
        Unpickler.load_newobj(self)
        self._made.append(self.stack[-1])

    dispatch[pickle.NEWOBJ[0]] = load_newobj

    def load_other_call(self) -> None:
        """Refuse ways of making objects that mlpipe's files do not use."""
        raise pickle.UnpicklingError("a call that mlpipe does not write")

    for _code in (
        pickle.NEWOBJ_EX,
        pickle.OBJ,
        pickle.INST,
        pickle.PERSID,
        pickle.BINPERSID,
        pickle.EXT1,
        pickle.EXT2,
        pickle.EXT4,
    ):
        dispatch[_code[0]] = load_other_call

    def _load_array(self) -> None:
        state = self.stack.pop()
        wrapper = self.stack.pop()
        dtype, shape = state["dtype"], state["shape"]
        if not isinstance(dtype, np.dtype) or state["subclass"] is not np.ndarray or not state.keys() <= _ARRAY_STATE:
            raise pickle.UnpicklingError("no array that joblib writes")
        if dtype.hasobject:
            # joblib would read it with an unpickler that admits what this one does, but restores state anywhere.
            self.stack.append(
                _GuardedUnpickler(self.file_handle, self._admit, self._where, self._size, self._made).load()
            )
            return
        if any(type(n) is not int or n < 0 for n in shape) or dtype.itemsize * _product(shape) > self._size:
            raise pickle.UnpicklingError("an array larger than the file")
        wrapper.__dict__.update(state)
        self.stack.append(wrapper.read(self, self.ensure_native_byte_order))

    def _check_state(self, target: Any, state: Any) -> None:
        if isinstance(target, _STATELESS):
            self._refuse(target)
        for part in state if isinstance(state, tuple) else (state,):
            if isinstance(part, dict) and any(_is_special(name) for name in part):
                raise pickle.UnpicklingError("a special method stored as data")

    def _refuse(self, target: Any) -> NoReturn:
        name = getattr(target, "__qualname__", type(target).__name__)
        raise _untrusted(f"{getattr(target, '__module__', 'builtins')}.{name}", self._where)


def _untrusted(found: str, where: str) -> ArtifactError:
    module, _, name = found.rpartition(".")
    return ArtifactError(
        f"The file asks for {found}, which is not among the classes that mlpipe writes; nothing of it was run.",
        where=where,
        remedy=ways("Do not use the file unless you know who made it and why")
        + ways(f"If the class is your own, add it with {param('trust', f'{module}:{name}')}"),
    )


def _is_special(name: Any) -> bool:
    return isinstance(name, str) and name.startswith("__") and name.endswith("__")


def _product(shape: tuple[int, ...]) -> int:
    product = 1
    for n in shape:
        product *= n
    return product


def _trusted(entry: str) -> Global:
    if not re.fullmatch(r"\w+(\.\w+)*:\w+(\.\w+)*", entry):
        raise UsageError(f"{param('trust', entry)} names no class.", remedy="Write it as module:Class.")
    module, _, name = entry.partition(":")
    return module, name


def _check_joblib() -> None:
    installed = tuple(int(part) for part in re.findall(r"\d+", joblib.__version__)[:2])
    if installed < _OLDEST_JOBLIB:
        needed = ".".join(map(str, _OLDEST_JOBLIB))
        raise ArtifactError(
            f"The installed joblib {joblib.__version__} is too old: {needed} and later open saved models safely.",
            remedy=f"Install it: pip install 'joblib>={needed}'.",
        )
