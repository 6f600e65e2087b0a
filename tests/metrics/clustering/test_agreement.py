"""Scores beside reference labels, with scikit-learn's beside them."""

import numpy as np
import pytest
from sklearn import metrics as sk

from mlpipe.metrics.clustering.agreement import adjusted_rand, completeness, contingency, homogeneity, v_measure
from mlpipe.metrics.clustering.clustered_rows import ClusteredRows
from mlpipe.metrics.clustering.scores import NO_LABELS, LabelCounts, measure_clusters
from mlpipe.metrics.registry import metrics_for
from mlpipe.metrics.results import Measure
from mlpipe.task import Task

RNG = np.random.default_rng(1)
CASES = [
    (RNG.integers(0, 3, 60), RNG.integers(0, 4, 60)),
    (np.repeat([0, 1, 2], 5), np.repeat([2, 0, 1], 5)),
    (np.zeros(7, dtype=int), RNG.integers(0, 2, 7)),
    (RNG.integers(0, 2, 7), np.zeros(7, dtype=int)),
    (np.arange(6), np.arange(6)),
]


@pytest.mark.parametrize(("labels", "clusters"), CASES)
def test_scores_equal_those_of_scikit_learn(labels: np.ndarray, clusters: np.ndarray) -> None:
    table = contingency(labels, clusters)
    assert adjusted_rand(table) == pytest.approx(sk.adjusted_rand_score(labels, clusters))
    expected = sk.homogeneity_completeness_v_measure(labels, clusters)
    assert (homogeneity(table), completeness(table), v_measure(table)) == pytest.approx(expected, abs=1e-12)


def counted(labels: np.ndarray, clusters: np.ndarray, block: int = 1000) -> LabelCounts:
    counts = LabelCounts()
    for i in range(0, len(labels), block):
        counts.add(labels[i : i + block], clusters[i : i + block])
    return counts


def measured(labels: np.ndarray | None, clusters: np.ndarray) -> dict[str, Measure]:
    X = np.random.default_rng(0).normal(size=(len(clusters), 2)) + 5 * clusters[:, None]
    names = [spec.name for spec in metrics_for(Task.CLUSTERING)]
    table = None if labels is None else counted(labels, clusters).table
    return measure_clusters(ClusteredRows.of(X, clusters), table, names=names, stability=Measure(value=0.5), seed=0)


def test_every_metric_has_an_interval_about_its_value() -> None:
    clusters = np.repeat([0, 1, 2], 40)
    labels = np.where(np.random.default_rng(2).random(120) < 0.8, clusters.astype(str), "other")
    found = measured(labels, clusters)
    assert found.pop("stability") == Measure(value=0.5)
    for name, one in found.items():
        assert one.low is not None, name
        assert one.high is not None
        assert one.value is not None
        assert one.low <= one.value <= one.high
        assert one.low < one.high


def test_without_labels_there_is_a_reason_and_noise_is_told() -> None:
    found = measured(None, np.array([0] * 20 + [1] * 20 + [-1] * 3))
    assert found["ari"] == Measure(value=None, reason=NO_LABELS)
    assert found["silhouette"].reason == "without 3 rows of noise"
    assert measured(None, np.zeros(9, dtype=int))["silhouette"].reason == "there is 1 cluster"
    assert measured(None, np.arange(9))["silhouette"].reason == "every row is a cluster"


def test_rows_without_a_label_do_not_count() -> None:
    found = counted(np.array(["a", "", "b", "a"]), np.array([1, 1, -1, 1]))
    assert (found.labels, found.clusters, found.table.tolist()) == (("a", "b"), (-1, 1), [[0, 2], [1, 0]])
    assert found.n_unlabelled == 1
    assert counted(np.array(["", ""]), np.array([0, 1])).table.size == 0


@pytest.mark.parametrize(("labels", "clusters"), CASES)
def test_agreement_added_up_by_blocks_is_that_of_all_rows(labels: np.ndarray, clusters: np.ndarray) -> None:
    table = counted(labels.astype(str), clusters, block=3).table
    assert adjusted_rand(table) == pytest.approx(sk.adjusted_rand_score(labels, clusters))


def test_an_interval_of_a_sample_is_as_narrow_as_one_of_all_rows() -> None:
    """The score is of all rows; that of a tenth of them has an interval of its own, three times as wide."""
    rng = np.random.default_rng(3)
    clusters = rng.integers(0, 3, 20_000)
    X = rng.normal(size=(20_000, 2)) + 3 * clusters[:, None]
    chosen = np.arange(0, 20_000, 10)
    whole = ClusteredRows.of(X, clusters)
    tenth = ClusteredRows(blocks=whole.blocks, clusters=clusters, X=X[chosen], chosen=chosen)
    names = ["calinski_harabasz", "davies_bouldin"]
    of_all, of_tenth, alone = (
        measure_clusters(rows, None, names=names, stability=Measure(value=0.5))
        for rows in (whole, tenth, ClusteredRows.of(X[chosen], clusters[chosen]))
    )
    for name in names:
        assert of_tenth[name].value == of_all[name].value
        assert of_tenth[name].reason == "its interval is of a sample of 2,000 rows"
        assert width(of_tenth[name]) == pytest.approx(width(of_all[name]), rel=0.3)
        assert width(alone[name]) > 2.5 * width(of_all[name])


def width(found: Measure) -> float:
    assert found.low is not None
    assert found.high is not None
    assert found.value is not None
    return (found.high - found.low) / found.value
