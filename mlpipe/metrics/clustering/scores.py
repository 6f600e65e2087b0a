"""Every score of a clustering with its bootstrap interval: by itself, and beside reference labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.bootstrap import draw_counts
from mlpipe.metrics.clustering.agreement import AGREEMENTS, contingency
from mlpipe.metrics.clustering.quality import (
    Clustering,
    calinski_harabasz,
    davies_bouldin,
    paired_rows,
    silhouettes,
)
from mlpipe.metrics.results import Measure
from mlpipe.words.lists import count_of, either

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from mlpipe.metrics.arrays import Floats

N_RESAMPLES = 1000
_FEWEST, _WORK = 60, 4_000_000
_OF_SUMS: dict[str, Callable[[Clustering, Floats | None], float | None]] = {
    "calinski_harabasz": calinski_harabasz,
    "davies_bouldin": davies_bouldin,
}
NO_LABELS = "there are no reference labels"


def measure_clusters(
    X: Floats,
    clusters: NDArray[np.int64],
    labels: NDArray[np.str_] | None,
    *,
    names: Sequence[str],
    stability: Measure,
    level: float = 0.95,
    seed: int = 0,
) -> dict[str, Measure]:
    """Score clusters.

    Intervals are percentiles over resampled rows, the clusters being what they are; of scores beside labels the rows of
    noise are a cluster of their own, of scores by themselves they are left out.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features)
        The rows as the model sees them.
    clusters : ndarray of shape (n_rows,)
        -1 for noise.
    labels : ndarray of shape (n_rows,), optional
        The reference, empty text where a row has none; `None` where there is none at all.
    stability : Measure
        What training found.
    """
    whole = Clustering(X=X, labels=clusters)
    table = None if labels is None else label_table(labels, clusters)[2]
    found = {}
    for name in names:
        if name == "stability":
            found[name] = stability
        elif name == "silhouette":
            found[name] = _silhouette(X, clusters, level, seed)
        elif name in _OF_SUMS:
            found[name] = _of_sums(whole, _OF_SUMS[name], level, seed)
        else:
            found[name] = _agreement(table, AGREEMENTS[name], level, seed)
    return found


def label_table(
    labels: NDArray[np.str_], clusters: NDArray[np.int64]
) -> tuple[tuple[str, ...], tuple[int, ...], Floats]:
    """Rows of each label in each cluster; rows without a label are left out.

    Returns
    -------
    (labels, clusters, counts)
        Both in order; counts of shape (n_labels, n_clusters).
    """
    there = labels != ""
    names, of_labels = np.unique(labels[there], return_inverse=True)
    numbers, of_clusters = np.unique(clusters[there], return_inverse=True)
    table = contingency(of_labels.astype(np.int64), of_clusters.astype(np.int64))
    return tuple(names.tolist()), tuple(numbers.tolist()), table


def _silhouette(X: Floats, clusters: NDArray[np.int64], level: float, seed: int) -> Measure:
    rows = paired_rows(len(X), seed)
    found = Clustering(X=X[rows], labels=clusters[rows])
    if not found.comparable:
        return Measure(value=None, reason=_why_not(found))
    values = silhouettes(found)
    means = np.concatenate(
        [counts @ values / len(values) for counts in draw_counts(len(values), N_RESAMPLES, np.random.default_rng(seed))]
    )
    told = [f"of a sample of {count_of(len(rows), 'row')}"] if len(rows) < len(X) else []
    return _measure(float(values.mean()), means, level, reason="; ".join([*told, *_noise(found)]))


def _of_sums(
    found: Clustering, score: Callable[[Clustering, Floats | None], float | None], level: float, seed: int
) -> Measure:
    value = score(found, None)
    if value is None:
        return Measure(value=None, reason=_why_not(found))
    n_rows = len(found.rows)
    resamples = max(_FEWEST, min(N_RESAMPLES // 4, _WORK // n_rows))
    drawn = draw_counts(n_rows, resamples, np.random.default_rng(seed))
    values = [score(found, weights) for counts in drawn for weights in counts]
    known = np.array([one for one in values if one is not None])
    return _measure(value, known, level, reason="; ".join(_noise(found)))


def _why_not(found: Clustering) -> str:
    if found.n_clusters < 2:
        return f"there {either(found.n_clusters, 'is', 'are')} {count_of(found.n_clusters, 'cluster')}"
    return "every row is a cluster" if len(found.rows) <= found.n_clusters else "clusters do not spread"


def _noise(found: Clustering) -> list[str]:
    n_noise = int((~found.inside).sum())
    return [f"without {count_of(n_noise, 'row')} of noise"] if n_noise else []


def _agreement(table: Floats | None, score: Callable[[Floats], float], level: float, seed: int) -> Measure:
    if table is None or not table.size:
        return Measure(value=None, reason=NO_LABELS)
    n_rows = int(table.sum())
    # To draw rows again is to draw their pairs of label and cluster.
    drawn = np.random.default_rng(seed).multinomial(n_rows, table.ravel() / n_rows, size=N_RESAMPLES)
    values = np.array([score(counts.reshape(table.shape).astype(np.float64)) for counts in drawn])
    return _measure(score(table), values, level)


def _measure(value: float, resampled: Floats, level: float, reason: str = "") -> Measure:
    if len(resampled) < 2:
        return Measure(value=value, reason=reason)
    low, high = np.quantile(resampled, [(1 - level) / 2, (1 + level) / 2])
    return Measure(value=value, low=min(float(low), value), high=max(float(high), value), reason=reason)
