"""Clusters are numbered by their size, the largest 0: numbers from a library depend on where it began."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_OF_COMPONENTS = ("weights_", "means_", "covariances_", "precisions_", "precisions_cholesky_")


def by_size(labels: NDArray[np.integer[Any]], n_clusters: int) -> NDArray[np.intp]:
    """The clusters in order of their size; equal ones in the order in which they come among the rows.

    Examples
    --------
    >>> by_size(np.array([2, 0, 0, -1, 1, 1]), 3).tolist()
    [0, 1, 2]
    """
    first = np.full(n_clusters, len(labels))
    present, at = np.unique(labels, return_index=True)
    first[present[present >= 0]] = at[present >= 0]
    sizes = np.bincount(labels[labels >= 0], minlength=n_clusters)
    return np.lexsort((first, -sizes))


def renumbered(labels: NDArray[np.integer[Any]], order: NDArray[np.intp]) -> NDArray[np.int64]:
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
