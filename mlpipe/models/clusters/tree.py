"""The tree of an agglomerative clustering: cut at any number of clusters, and as a dendrogram takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def cut(children: NDArray[np.integer[Any]], n_clusters: int) -> NDArray[np.int64]:
    """Clusters of the rows after all but the last joins.

    Parameters
    ----------
    children : ndarray of shape (n_rows - 1, 2)
        The two nodes that each join puts together, in order: rows first, then the joins before it.

    Returns
    -------
    ndarray of shape (n_rows,)
        From 0, in the order in which clusters come among the rows.

    Examples
    --------
    >>> cut(np.array([[0, 1], [2, 3], [4, 5]]), 2).tolist()
    [0, 0, 1, 1]
    """
    n_rows = len(children) + 1
    parent = np.arange(2 * n_rows - 1)
    for join, (left, right) in enumerate(children[: n_rows - n_clusters].tolist()):
        parent[left] = parent[right] = n_rows + join
    for node in range(len(parent) - 1, -1, -1):
        parent[node] = parent[parent[node]]
    roots = parent[:n_rows]
    _, first, places = np.unique(roots, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[places]


def linkage_matrix(children: NDArray[np.integer[Any]], distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """The tree as SciPy writes one: both nodes, their distance, and rows below, of shape (n_rows - 1, 4)."""
    n_rows = len(children) + 1
    sizes = np.ones(2 * n_rows - 1)
    for join, (left, right) in enumerate(children.tolist()):
        sizes[n_rows + join] = sizes[left] + sizes[right]
    return np.column_stack([children, distances, sizes[n_rows:]]).astype(np.float64)
