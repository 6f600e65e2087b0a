"""Fitted objects to bytes: plain joblib files, the same for the same object in any process.

What changes from run to run without changing a prediction is left out: memory addresses, numbers of threads and jobs,
times, and the unused bytes between the fields of a tree's nodes (whatever lay in memory there before). Equal texts and
types are written as one, whether or not they are one object in memory, and sets in order.
"""

from __future__ import annotations

import io
import pickle
from typing import Any

import numpy as np
from joblib.numpy_pickle import NumpyPickler, Pickler

# Fixed, so that a newer Python does not change the bytes. Arrays of objects are a stream of their own in joblib.
_PROTOCOL = 4
_ARRAY_PROTOCOL = 5

_OWNERS = ("sklearn.", "imblearn.", "mlpipe.")
_LEFT_OUT = frozenset({"_stop_words_id"})
_STEADY: dict[str, Any] = {"n_jobs": None, "n_threads": 1, "_n_threads": 1, "refit_time_": 0.0}

# Trees of neighbours count their queries; where in their state these counts stand.
_COUNTING = ("KDTree", "BallTree")
_COUNTERS = slice(7, 11)


def dump_joblib(obj: Any) -> bytes:
    """Bytes of a joblib file that `joblib.load` reads; `obj` is not changed."""
    file = io.BytesIO()
    _JoblibPickler(file, protocol=_PROTOCOL).dump(obj)
    return file.getvalue()


class _Steady(Pickler):  # type: ignore[misc]
    """A pickler that is blind to where an object lies in memory."""

    def __init__(self, file: io.BytesIO, protocol: int) -> None:
        super().__init__(file, protocol=protocol)
        self._texts: dict[str, str] = {}
        self._dtypes: dict[np.dtype[Any], np.dtype[Any]] = {}

    def save(self, obj: Any, *args: Any) -> None:
        if type(obj) is str:
            obj = self._texts.setdefault(obj, obj)
        elif isinstance(obj, np.dtype):
            obj = self._dtypes.setdefault(obj, obj)
        elif type(obj) is np.ndarray and obj.dtype.names:
            obj = _without_gaps(obj)
        super().save(obj, *args)

    def save_set(self, obj: set[Any]) -> None:
        self.write(pickle.EMPTY_SET)
        self.memoize(obj)
        self.write(pickle.MARK)
        for item in sorted(obj, key=repr):
            self.save(item)
        self.write(pickle.ADDITEMS)

    dispatch = {**Pickler.dispatch, set: save_set}  # noqa: RUF012 (pickle's way)

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, type) or not type(obj).__module__.startswith(_OWNERS):
            return NotImplemented
        reduced = obj.__reduce_ex__(self.proto)
        if isinstance(reduced, str) or len(reduced) < 3:
            return reduced
        return (*reduced[:2], _steady_state(type(obj), reduced[2]), *reduced[3:])


class _JoblibPickler(_Steady, NumpyPickler):  # type: ignore[misc]
    """The same over joblib's format, where arrays follow their description as plain bytes."""

    dispatch = {**NumpyPickler.dispatch, **_Steady.dispatch}  # noqa: RUF012 (pickle's way)

    def save(self, obj: Any, *args: Any) -> None:
        if type(obj) is np.ndarray and obj.dtype.hasobject:
            # joblib hands these to the C pickler; the stream has the same form here.
            super().save(self._create_array_wrapper(obj))
            self.framer.commit_frame(force=True)
            _Steady(self.file_handle, protocol=_ARRAY_PROTOCOL).dump(obj)
        else:
            super().save(obj, *args)


def _steady_state(owner: type, state: Any) -> Any:
    if owner.__name__ in _COUNTING:
        return (*state[: _COUNTERS.start], *[0] * (_COUNTERS.stop - _COUNTERS.start), *state[_COUNTERS.stop :])
    if not isinstance(state, dict):
        return state
    kept = {name: _STEADY.get(name, value) for name, value in state.items() if name not in _LEFT_OUT}
    results = kept.get("cv_results_")
    if isinstance(results, dict):
        kept["cv_results_"] = {name: column for name, column in results.items() if not name.endswith("_time")}
    return kept


def _without_gaps(records: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """A copy whose bytes between fields, and fields that leaves do not use, are zero."""
    clean = np.zeros(records.shape, dtype=records.dtype)
    for name in records.dtype.names or ():
        clean[name] = records[name]
    if {"left_child", "missing_go_to_left"} <= set(records.dtype.names or ()):
        clean["missing_go_to_left"][clean["left_child"] == -1] = 0
    return clean
