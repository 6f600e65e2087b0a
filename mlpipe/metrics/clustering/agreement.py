"""How well clusters agree with reference labels, from the table of how often each pair occurs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def contingency(labels: Codes, clusters: Codes, weights: Floats | None = None) -> Floats:
    """Rows of each label in each cluster.

    Parameters
    ----------
    labels, clusters : ndarray of shape (n_rows,)
        Whole numbers from 0.

    Returns
    -------
    ndarray of shape (n_labels, n_clusters)

    Examples
    --------
    >>> contingency(np.array([0, 0, 1]), np.array([1, 1, 0])).tolist()
    [[0.0, 2.0], [1.0, 0.0]]
    """
    n_clusters = int(clusters.max(initial=-1)) + 1
    n_labels = int(labels.max(initial=-1)) + 1
    pairs = np.bincount(labels * n_clusters + clusters, weights=weights, minlength=n_labels * n_clusters)
    return pairs.reshape(n_labels, n_clusters).astype(np.float64)


def adjusted_rand(table: Floats) -> float:
    """Share of pairs of rows on which both agree, set against chance: 1 for equal partitions, about 0 for random ones.

    References
    ----------
    Hubert and Arabie (1985), Comparing partitions, Journal of Classification 2, 193-218.
    """
    both, rows, columns, total = (_pairs(counts) for counts in (table, table.sum(1), table.sum(0), table.sum()))
    if total == 0:
        return 1.0
    expected = rows * columns / total
    most = (rows + columns) / 2
    return 1.0 if most == expected else float((both - expected) / (most - expected))


def _pairs(counts: Floats | np.float64) -> float:
    return float((counts * (counts - 1)).sum() / 2)


def homogeneity(table: Floats) -> float:
    """Share of the uncertainty about the label that the cluster takes away: 1 where each cluster has one label.

    References
    ----------
    Rosenberg and Hirschberg (2007), V-measure, EMNLP-CoNLL, 410-420.
    """
    labels = _entropy(table.sum(axis=1))
    return 1.0 if labels == 0 else min(_mutual(table) / labels, 1.0)  # rounding may lead beyond


def completeness(table: Floats) -> float:
    """Share of the uncertainty about the cluster that the label takes away: 1 where each label is in one cluster."""
    return homogeneity(table.T)


def v_measure(table: Floats) -> float:
    """Harmonic mean of homogeneity and completeness."""
    first, second = homogeneity(table), completeness(table)
    return 0.0 if first + second == 0 else 2 * first * second / (first + second)


def _entropy(counts: Floats) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log(shares)).sum())


def _mutual(table: Floats) -> float:
    shares = table / table.sum()
    expected = shares.sum(axis=1, keepdims=True) * shares.sum(axis=0, keepdims=True)
    there = shares > 0
    return float((shares[there] * np.log(shares[there] / expected[there])).sum())


AGREEMENTS: dict[str, Callable[[Floats], float]] = {
    "ari": adjusted_rand,
    "v_measure": v_measure,
    "homogeneity": homogeneity,
    "completeness": completeness,
}
"""Scores beside reference labels, by name."""
