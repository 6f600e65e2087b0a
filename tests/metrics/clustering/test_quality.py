"""Scores of clusters by themselves, beside scikit-learn's and beside plain sums over all pairs."""

import numpy as np
import pytest
from sklearn import metrics as sk

from mlpipe.metrics.clustering.quality import Clustering, paired_rows, silhouette, silhouettes
from mlpipe.metrics.clustering.sums import ClusterSums, add_up, calinski_harabasz, davies_bouldin

RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 3)) + 4 * RNG.integers(0, 3, 120)[:, None]
LABELS = RNG.integers(0, 4, 120)
LABELS[0] = 9  # a cluster of its own, whose number skips some


def sums(rows: np.ndarray, labels: np.ndarray, weights: np.ndarray | None = None, block: int = 1000) -> ClusterSums:
    return add_up(lambda: (rows[i : i + block] for i in range(0, len(rows), block)), labels, weights)


def naive_silhouette(rows: np.ndarray, labels: np.ndarray, i: int) -> float:
    distances = np.sqrt(((rows - rows[i]) ** 2).sum(axis=1))
    own = (labels == labels[i]) & (np.arange(len(rows)) != i)
    if not own.any():
        return 0.0
    near = min(distances[labels == other].mean() for other in set(labels.tolist()) - {labels[i]})
    return float((near - distances[own].mean()) / max(near, distances[own].mean()))


@pytest.mark.parametrize("block", [1000, 50, 1])
def test_scores_equal_those_of_scikit_learn(block: int) -> None:
    found = sums(X, LABELS, block=block)
    assert silhouette(Clustering(X=X, labels=LABELS)) == pytest.approx(sk.silhouette_score(X, LABELS))
    assert calinski_harabasz(found) == pytest.approx(sk.calinski_harabasz_score(X, LABELS), rel=1e-12)
    assert davies_bouldin(found) == pytest.approx(sk.davies_bouldin_score(X, LABELS), rel=1e-12)
    centres = np.array([X[label == LABELS].mean(axis=0) for label in LABELS])
    assert found.within == pytest.approx(((X - centres) ** 2).sum(), rel=1e-12)


def test_silhouettes_equal_a_naive_version() -> None:
    values = silhouettes(Clustering(X=X, labels=LABELS))
    assert values == pytest.approx([naive_silhouette(X, LABELS, i) for i in range(len(X))])
    assert values[0] == 0.0


def test_rows_of_noise_are_left_out() -> None:
    noisy = np.where(LABELS == 1, -1, LABELS)
    kept = noisy >= 0
    assert silhouette(Clustering(X=X, labels=noisy)) == silhouette(Clustering(X=X[kept], labels=noisy[kept]))
    with_noise, without = sums(X, noisy, block=50), sums(X[kept], noisy[kept])
    assert with_noise.n_rows == kept.sum()
    assert with_noise.within == pytest.approx(without.within, rel=1e-12)
    for score in (calinski_harabasz, davies_bouldin):
        assert score(with_noise) == pytest.approx(score(without), rel=1e-12)


@pytest.mark.parametrize("labels", [np.zeros(120, dtype=int), np.arange(120), np.full(120, -1)])
def test_one_cluster_only_rows_or_only_noise_has_no_score(labels: np.ndarray) -> None:
    assert silhouette(Clustering(X=X, labels=labels)) is None
    assert calinski_harabasz(sums(X, labels)) is None
    assert davies_bouldin(sums(X, labels)) is None


def test_weights_count_rows_as_often() -> None:
    counts = RNG.integers(0, 3, 120)
    counts[0] = 1
    drawn = sums(np.repeat(X, counts, axis=0), np.repeat(LABELS, counts))
    weighed = sums(X, LABELS, counts.astype(float), block=50)
    assert weighed.within == pytest.approx(drawn.within)
    assert calinski_harabasz(weighed) == pytest.approx(calinski_harabasz(drawn))
    assert davies_bouldin(weighed) == pytest.approx(davies_bouldin(drawn))


@pytest.mark.parametrize(("n_rows", "drawn"), [(10, 10), (11, 10)])
def test_pairs_are_of_a_sample_beyond_a_size(n_rows: int, drawn: int) -> None:
    rows = paired_rows(n_rows, 0, 10)
    assert len(set(rows.tolist())) == drawn
    assert (np.diff(rows) > 0).all()
