"""Every score of a clustering with its bootstrap interval: by itself, and beside reference labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.bootstrap import draw_counts
from mlpipe.metrics.clustering.agreement import AGREEMENTS, contingency
from mlpipe.metrics.clustering.quality import silhouettes
from mlpipe.metrics.clustering.sums import add_up, calinski_harabasz, davies_bouldin
from mlpipe.metrics.results import Measure
from mlpipe.words.lists import count_of, either

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from mlpipe.metrics.arrays import Floats, Places
    from mlpipe.metrics.clustering.clustered_rows import ClusteredRows
    from mlpipe.metrics.clustering.sums import ClusterSums

    OfSums = Callable[[ClusterSums], float | None]

N_RESAMPLES = 1000
_FEWEST, _WORK = 60, 4_000_000
_OF_SUMS: dict[str, OfSums] = {"calinski_harabasz": calinski_harabasz, "davies_bouldin": davies_bouldin}
NO_LABELS = "there are no reference labels"


def measure_clusters(
    rows: ClusteredRows,
    table: Floats | None,
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
    table : ndarray of shape (n_labels, n_clusters), optional
        Rows of each reference label in each cluster; `None` where there are no labels.
    stability : Measure
        What training found.
    """
    found = {}
    for name in names:
        if name == "stability":
            found[name] = stability
        elif name == "silhouette":
            found[name] = _silhouette(rows, level, seed)
        elif name in _OF_SUMS:
            found[name] = _of_sums(rows, _OF_SUMS[name], level, seed)
        else:
            found[name] = _agreement(table, AGREEMENTS[name], level, seed)
    return found


class LabelCounts:
    """Rows of each reference label in each cluster, added up block by block; rows without a label are left out.

    Attributes
    ----------
    n_unlabelled : int
        Rows without a label.

    Examples
    --------
    >>> counts = LabelCounts()
    >>> counts.add(np.array(["b", "a", ""]), np.array([0, -1, 0]))
    >>> counts.labels, counts.clusters, counts.table.tolist()
    (('a', 'b'), (-1, 0), [[1.0, 0.0], [0.0, 1.0]])
    """

    def __init__(self) -> None:
        self._pairs: dict[tuple[str, int], int] = {}
        self.n_unlabelled = 0

    def add(self, labels: NDArray[np.str_], clusters: Places) -> None:
        """Take the next rows: their labels, empty text where a row has none, and their clusters."""
        there = labels != ""
        self.n_unlabelled += int((~there).sum())
        names, of_labels = np.unique(labels[there], return_inverse=True)
        numbers, of_clusters = np.unique(clusters[there], return_inverse=True)
        table = contingency(of_labels.astype(np.int64), of_clusters.astype(np.int64))
        for label, cluster in np.argwhere(table):
            pair = str(names[label]), int(numbers[cluster])
            self._pairs[pair] = self._pairs.get(pair, 0) + int(table[label, cluster])

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in order."""
        return tuple(sorted({label for label, _ in self._pairs}))

    @property
    def clusters(self) -> tuple[int, ...]:
        """The clusters in order."""
        return tuple(sorted({cluster for _, cluster in self._pairs}))

    @property
    def table(self) -> Floats:
        """The counts, of shape (n_labels, n_clusters)."""
        counts = [[self._pairs.get((label, cluster), 0) for cluster in self.clusters] for label in self.labels]
        return np.array(counts, dtype=np.float64)


def _silhouette(rows: ClusteredRows, level: float, seed: int) -> Measure:
    found = rows.paired(seed)
    if not found.comparable:
        return Measure(value=None, reason=_why_not(found.n_clusters, len(found.rows)))
    values = silhouettes(found)
    means = np.concatenate(
        [counts @ values / len(values) for counts in draw_counts(len(values), N_RESAMPLES, np.random.default_rng(seed))]
    )
    n_paired = len(found.labels)
    told = [f"of a sample of {count_of(n_paired, 'row')}"] if n_paired < rows.n_rows else []
    return _measure(float(values.mean()), means, level, reason="; ".join([*told, *_noise(found.labels)]))


def _of_sums(rows: ClusteredRows, score: OfSums, level: float, seed: int) -> Measure:
    """The score of all rows; its interval by resamples of the sample, as much narrower as there are more rows.

    References
    ----------
    Politis and Romano (1994), Large sample confidence regions based on subsamples, The Annals of Statistics 22.
    """
    value = score(rows.sums)
    if value is None:
        return Measure(value=None, reason=_why_not(rows.sums.k, rows.sums.n_rows))
    told = _noise(rows.clusters)
    found = rows.sampled
    labels, n_sampled = found.labels[found.inside], len(found.rows)

    def resampled(counts: Floats | None = None) -> float | None:
        return score(add_up(lambda: iter([found.rows]), labels, counts))

    of_sample = resampled()
    if not of_sample:
        return Measure(value=value, reason="; ".join(told))
    resamples = max(_FEWEST, min(N_RESAMPLES // 4, _WORK // n_sampled))
    drawn = draw_counts(n_sampled, resamples, np.random.default_rng(seed))
    values = [resampled(weights) for counts in drawn for weights in counts]
    known = np.array([one for one in values if one is not None])
    if len(rows.X) < rows.n_rows:
        # By ratios: the first of the scores grows with the rows.
        known = value * (1 + (known / of_sample - 1) * np.sqrt(n_sampled / rows.sums.n_rows))
        told = [f"its interval is of a sample of {count_of(len(rows.X), 'row')}", *told]
    return _measure(value, known, level, reason="; ".join(told))


def _why_not(k: int, n_rows: float) -> str:
    if k < 2:
        return f"there {either(k, 'is', 'are')} {count_of(k, 'cluster')}"
    return "every row is a cluster" if n_rows <= k else "clusters do not spread"


def _noise(labels: Places) -> list[str]:
    n_noise = int((labels < 0).sum())
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
