"""The arithmetic of fitted transformers of numbers, without what scikit-learn checks around it on every call.

For a block of a million rows that is nothing; for a single row it is nearly all the time.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

from mlpipe.features.transformers.clipper import Clipper

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Arithmetic = Callable[[Floats], Floats]


def arithmetic_of(transformer: Any) -> Arithmetic | None:
    """What a fitted transformer does to a matrix of numbers, bit for bit; None for one that is not known here.

    Examples
    --------
    >>> arithmetic_of(StandardScaler().fit([[0.0], [2.0]]))(np.array([[3.0]])).tolist()
    [[2.0]]
    """
    if isinstance(transformer, Pipeline):
        steps = [arithmetic_of(step) for _, step in transformer.steps]
        known = [step for step in steps if step is not None]
        return None if len(known) < len(steps) else lambda X: reduce(lambda made, step: step(made), known, X)
    if transformer == "passthrough":
        return lambda X: X
    make = _KNOWN.get(type(transformer))
    return None if make is None else make(transformer)


def _impute(imputer: SimpleImputer) -> Arithmetic | None:
    fills = np.asarray(imputer.statistics_)
    plain = fills.dtype == np.float64 and np.isfinite(fills).all() and imputer.indicator_ is None
    return (lambda X: np.where(np.isnan(X), fills, X)) if plain else None


def _indicate(indicator: MissingIndicator) -> Arithmetic | None:
    return (lambda X: np.isnan(X).astype(np.float64)) if indicator.features == "all" else None


def _standardize(scaler: StandardScaler) -> Arithmetic:
    return lambda X: (X - scaler.mean_) / scaler.scale_


def _centre(scaler: RobustScaler) -> Arithmetic:
    return lambda X: (X - scaler.center_) / scaler.scale_


def _to_range(scaler: MinMaxScaler) -> Arithmetic | None:
    return None if scaler.clip else lambda X: X * scaler.scale_ + scaler.min_


def _by_largest(scaler: MaxAbsScaler) -> Arithmetic:
    return lambda X: X / scaler.scale_


def _clip(clipper: Clipper) -> Arithmetic:
    return lambda X: np.clip(X, clipper.low_, clipper.high_)


_KNOWN: dict[type, Callable[[Any], Arithmetic | None]] = {
    SimpleImputer: _impute,
    MissingIndicator: _indicate,
    StandardScaler: _standardize,
    RobustScaler: _centre,
    MinMaxScaler: _to_range,
    MaxAbsScaler: _by_largest,
    Clipper: _clip,
}
"""As they are built here: means and deviations always taken, whatever the constructor allows."""
