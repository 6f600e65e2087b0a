"""Scores of clusters by themselves, beside scikit-learn's and beside plain sums over all pairs."""

import numpy as np
import pytest
from sklearn import metrics as sk

from mlpipe.metrics.clustering.quality import (
    Clustering,
    calinski_harabasz,
    davies_bouldin,
    paired_rows,
    silhouette,
    silhouettes,
    within_sum,
)

RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 3)) + 4 * RNG.integers(0, 3, 120)[:, None]
LABELS = RNG.integers(0, 4, 120)
LABELS[0] = 9  # a cluster of its own, whose number skips some


def naive_silhouette(rows: np.ndarray, labels: np.ndarray, i: int) -> float:
    distances = np.sqrt(((rows - rows[i]) ** 2).sum(axis=1))
    own = (labels == labels[i]) & (np.arange(len(rows)) != i)
    if not own.any():
        return 0.0
    near = min(distances[labels == other].mean() for other in set(labels.tolist()) - {labels[i]})
    return float((near - distances[own].mean()) / max(near, distances[own].mean()))


def test_scores_equal_those_of_scikit_learn() -> None:
    found = Clustering(X=X, labels=LABELS)
    assert silhouette(found) == pytest.approx(sk.silhouette_score(X, LABELS))
    assert calinski_harabasz(found) == pytest.approx(sk.calinski_harabasz_score(X, LABELS))
    assert davies_bouldin(found) == pytest.approx(sk.davies_bouldin_score(X, LABELS))


def test_silhouettes_equal_a_naive_version() -> None:
    values = silhouettes(Clustering(X=X, labels=LABELS))
    assert values == pytest.approx([naive_silhouette(X, LABELS, i) for i in range(len(X))])
    assert values[0] == 0.0


def test_rows_of_noise_are_left_out() -> None:
    noisy = np.where(LABELS == 1, -1, LABELS)
    kept = noisy >= 0
    with_noise, without = Clustering(X=X, labels=noisy), Clustering(X=X[kept], labels=noisy[kept])
    for score in (silhouette, calinski_harabasz, davies_bouldin, within_sum):
        assert score(with_noise) == score(without)


@pytest.mark.parametrize("labels", [np.zeros(120, dtype=int), np.arange(120), np.full(120, -1)])
def test_one_cluster_only_rows_or_only_noise_has_no_score(labels: np.ndarray) -> None:
    found = Clustering(X=X, labels=labels)
    assert silhouette(found) is None
    assert calinski_harabasz(found) is None
    assert davies_bouldin(found) is None


def test_weights_count_rows_as_often() -> None:
    counts = RNG.integers(0, 3, 120)
    counts[0] = 1
    drawn = Clustering(X=np.repeat(X, counts, axis=0), labels=np.repeat(LABELS, counts))
    weighed = Clustering(X=X, labels=LABELS)
    weights = counts.astype(float)
    assert within_sum(weighed, weights) == pytest.approx(within_sum(drawn))
    assert calinski_harabasz(weighed, weights) == pytest.approx(calinski_harabasz(drawn))
    assert davies_bouldin(weighed, weights) == pytest.approx(davies_bouldin(drawn))


@pytest.mark.parametrize(("n_rows", "drawn"), [(10, 10), (11, 10)])
def test_pairs_are_of_a_sample_beyond_a_size(n_rows: int, drawn: int) -> None:
    rows = paired_rows(n_rows, 0, 10)
    assert len(set(rows.tolist())) == drawn
    assert (np.diff(rows) > 0).all()
