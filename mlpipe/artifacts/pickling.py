"""Fitted objects to bytes: plain joblib files, the same for the same object in any process.

What changes from run to run without changing a prediction is left out: memory addresses, numbers of threads and jobs,
times. Equal texts and types are written as one, whether or not they are one object in memory, and sets in order.
"""

from __future__ import annotations

import io
import pickle
from typing import Any

import numpy as np
from joblib.numpy_pickle import NumpyPickler

# Fixed, so that a newer Python does not change the bytes.
_PROTOCOL = 4

_OWNERS = ("sklearn.", "imblearn.", "mlpipe.")
_LEFT_OUT = frozenset({"_stop_words_id"})
_STEADY: dict[str, Any] = {"n_jobs": None, "n_threads": 1, "_n_threads": 1, "refit_time_": 0.0}


def dump_joblib(obj: Any) -> bytes:
    """Bytes of a joblib file that `joblib.load` reads; `obj` is not changed."""
    file = io.BytesIO()
    _SteadyPickler(file, protocol=_PROTOCOL).dump(obj)
    return file.getvalue()


class _SteadyPickler(NumpyPickler):  # type: ignore[misc]
    """joblib's pickler, blind to where an object lies in memory."""

    dispatch = NumpyPickler.dispatch.copy()

    def __init__(self, file: io.BytesIO, protocol: int) -> None:
        super().__init__(file, protocol=protocol)
        self._texts: dict[str, str] = {}
        self._dtypes: dict[np.dtype[Any], np.dtype[Any]] = {}

    def save(self, obj: Any) -> None:
        if type(obj) is str:
            obj = self._texts.setdefault(obj, obj)
        elif isinstance(obj, np.dtype):
            obj = self._dtypes.setdefault(obj, obj)
        elif type(obj) is np.ndarray and obj.dtype == object:
            obj = self._with_shared_texts(obj)
        super().save(obj)

    def save_set(self, obj: set[Any]) -> None:
        self.write(pickle.EMPTY_SET)
        self.memoize(obj)
        self.write(pickle.MARK)
        for item in sorted(obj, key=repr):
            self.save(item)
        self.write(pickle.ADDITEMS)

    dispatch[set] = save_set

    def reducer_override(self, obj: Any) -> Any:
        if not type(obj).__module__.startswith(_OWNERS) or not hasattr(obj, "__dict__"):
            return NotImplemented
        reduced = obj.__reduce_ex__(self.proto)
        if isinstance(reduced, str) or len(reduced) < 3 or not isinstance(reduced[2], dict):
            return reduced
        return (*reduced[:2], _steady(reduced[2]), *reduced[3:])

    def _with_shared_texts(self, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        # These arrays are pickled apart, by identity: equal texts in them must be one object each time, or never.
        shared = array.copy(order="K")
        for place, value in np.ndenumerate(array):
            if type(value) is str:
                shared[place] = self._texts.setdefault(value, value)
        return shared


def _steady(state: dict[str, Any]) -> dict[str, Any]:
    kept = {name: _STEADY.get(name, value) for name, value in state.items() if name not in _LEFT_OUT}
    if isinstance(kept.get("cv_results_"), dict):
        kept["cv_results_"] = {k: v for k, v in kept["cv_results_"].items() if not k.endswith("_time")}
    return kept
