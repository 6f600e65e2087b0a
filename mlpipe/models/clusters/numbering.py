"""Clusters are numbered by their size, the largest 0: numbers from a library depend on where it began."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from mlpipe.metrics.arrays import Places

_STEP = 1 << 20
"""Rows that are counted at once: an index of very many would take much memory."""
_OF_COMPONENTS = ("weights_", "means_", "covariances_", "precisions_", "precisions_cholesky_")


def gathered(blocks: Iterable[NDArray[np.int64]], n_rows: int) -> Places:
    """Clusters that come in blocks as one array, of two bytes a row where that will do."""
    found: Places = np.empty(n_rows, dtype=np.int16)
    start = 0
    for block in blocks:
        if block.max(initial=0) > np.iinfo(found.dtype).max:
            found = found.astype(np.int32)
        found[start : start + len(block)] = block
        start += len(block)
    return found


def by_size(labels: Places, n_clusters: int) -> NDArray[np.intp]:
    """The clusters in order of their size; equal ones in the order in which they come among the rows.

    Examples
    --------
    >>> by_size(np.array([2, 0, 0, -1, 1, 1]), 3).tolist()
    [0, 1, 2]
    """
    first = np.full(n_clusters, len(labels))
    for start in range(0, len(labels), _STEP):
        present, at = np.unique(labels[start : start + _STEP], return_index=True)
        there = present >= 0
        first[present[there]] = np.minimum(first[present[there]], start + at[there])
    return np.lexsort((first, -sizes_of(labels, n_clusters)))


def sizes_of(labels: Places, n_clusters: int = 0) -> NDArray[np.int64]:
    """Rows of each cluster from 0 on, of so many at least; those of noise are not counted."""
    sizes = np.zeros(max(n_clusters, int(labels.max(initial=-1)) + 1), dtype=np.int64)
    for start in range(0, len(labels), _STEP):
        here = labels[start : start + _STEP]
        sizes += np.bincount(here[here >= 0], minlength=len(sizes))
    return sizes


def renumbered(labels: Places, order: NDArray[np.intp]) -> NDArray[np.int64]:
    """Labels by their place in `order`; noise stays -1."""
    places = np.empty(len(order) + 1, dtype=np.int64)
    places[order], places[-1] = np.arange(len(order)), -1
    found: NDArray[np.int64] = places[labels]
    return found


def renumber_centres(estimator: Any, order: NDArray[np.intp]) -> None:
    """Give a fitted k-means the order of its clusters."""
    estimator.cluster_centers_ = np.ascontiguousarray(estimator.cluster_centers_[order])
    estimator.labels_ = renumbered(estimator.labels_, order).astype(estimator.labels_.dtype)
    state = vars(estimator)
    if "_counts" in state:  # of mini-batches
        state["_counts"] = state["_counts"][order]


def renumber_components(estimator: Any, order: NDArray[np.intp]) -> None:
    """Give a fitted mixture the order of its components."""
    for name in _OF_COMPONENTS:
        shared = estimator.covariance_type == "tied" and name not in ("weights_", "means_")
        if not shared:
            setattr(estimator, name, np.ascontiguousarray(getattr(estimator, name)[order]))
