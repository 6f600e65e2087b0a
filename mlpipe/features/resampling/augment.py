"""Noisy copies of training rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from sklearn.preprocessing import MaxAbsScaler, StandardScaler

from mlpipe.features.resampling.discrete_blocks import continuous

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.feature import Feature


def spreads(features: Sequence[Feature], X: Any) -> NDArray[np.float64]:
    """Standard deviation of each continuous feature over its present cells, zeros included; 0 of a discrete one."""
    spread = np.zeros(X.shape[1])
    places = np.setdiff1d(continuous(features), _empty(X))
    if len(places):
        cells = X[:, places]
        largest = MaxAbsScaler().fit(cells)  # the square of 1e200 is no number
        scaled = StandardScaler(with_mean=False).fit(largest.transform(cells))
        spread[places] = largest.scale_ * np.sqrt(scaled.var_)
    return spread


def _empty(X: Any) -> NDArray[np.intp]:
    """Places of the features without a single cell."""
    if sparse.issparse(X):
        gaps = np.bincount(X.indices[np.isnan(X.data)], minlength=X.shape[1])
        return np.flatnonzero(gaps == X.shape[0])
    return np.flatnonzero(np.isnan(X).all(axis=0))


def jitter(X: Any, noise: NDArray[np.float64], *, copies: int, seed: int) -> Any:
    """Copy every row `copies` times, each time with fresh normal noise of standard deviation `noise` per feature.

    Missing cells stay missing; in a sparse matrix the zeros stay zero.
    """
    rng = np.random.default_rng(seed)
    return _stack([_shaken(X, noise, rng) for _ in range(copies)])


def _shaken(X: Any, noise: NDArray[np.float64], rng: np.random.Generator) -> Any:
    if not sparse.issparse(X):
        return X + rng.standard_normal(X.shape) * noise
    shaken = X.copy()
    shaken.data += rng.standard_normal(X.nnz) * noise[X.indices] * (X.data != 0)
    return shaken


def _stack(parts: Sequence[Any]) -> Any:
    return sparse.vstack(parts, format="csr") if sparse.issparse(parts[0]) else np.vstack(parts)
