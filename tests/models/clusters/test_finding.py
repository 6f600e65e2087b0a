"""Every clustering has a rule for new rows, numbers by size, and gives each training row its own cluster."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import make_blobs, make_moons
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler

from mlpipe.errors import DataError, UsageError
from mlpipe.models.clusters.chance import CLEARER, Chance, compare_with_chance
from mlpipe.models.clusters.density import k_distances, usual_neighbours
from mlpipe.models.clusters.finding import Finder
from mlpipe.models.clusters.nearest import NearestCluster
from mlpipe.models.clusters.search_rows import SearchRows
from mlpipe.models.clusters.stability import measure_stability
from mlpipe.models.clusters.sweep import Criterion, Sweep, sweep
from mlpipe.models.clusters.tree import cut
from mlpipe.models.fitting import ModelChoice
from mlpipe.models.predicting import predict_matrix
from mlpipe.models.registry import find_estimator, specs_for
from mlpipe.target import NoTarget
from mlpipe.task import Task
from tests.models.frames import numbers

NAMES = [spec.name for spec in specs_for(Task.CLUSTERING)]
X, TRUE = make_blobs([90, 60, 40, 30], n_features=3, centers=None, random_state=3)
X = StandardScaler().fit_transform(X)


def choice(name: str, **params: str) -> ModelChoice:
    return ModelChoice(spec=find_estimator(name, Task.CLUSTERING), params=tuple(params.items()))


def swept(
    name: str, rows: np.ndarray = X, criterion: Criterion = "silhouette", asked: tuple[int, int] | None = (2, 6)
) -> Sweep:
    return sweep([choice(name)], SearchRows.of(rows), numbers(rows), asked=asked, criterion=criterion, seed=0)


@pytest.mark.parametrize("name", NAMES)
def test_blobs_are_found_and_numbered_by_size(name: str) -> None:
    clusters = swept(name).found.clusters
    assert adjusted_rand_score(TRUE, clusters) > 0.9
    sizes = np.bincount(clusters[clusters >= 0])
    assert (np.diff(sizes) <= 0).all()


@pytest.mark.parametrize("name", NAMES)
def test_a_row_alone_gets_what_it_gets_in_a_crowd(name: str) -> None:
    found = swept(name).found
    rowwise = found.choice.spec.rowwise
    rows = np.vstack([X, X + 0.05, X + 50])
    together = predict_matrix(found.estimator, rows, NoTarget(), rowwise=rowwise)
    assert (together.outputs[: len(X)] == found.clusters).all()
    for i in (0, 7, len(X) + 3, 2 * len(X) + 1):
        alone = predict_matrix(found.estimator, rows[i : i + 1], NoTarget(), rowwise=rowwise)
        assert alone.outputs[0] == together.outputs[i]
        assert together.proba is None or (alone.proba is not None and (alone.proba[0] == together.proba[i]).all())
    if isinstance(found.estimator, NearestCluster):
        assert (together.outputs[2 * len(X) :] == -1).all()


def test_two_moons_are_for_dbscan_and_not_for_k_means() -> None:
    moons, true = make_moons(500, noise=0.05, random_state=0)
    moons = StandardScaler().fit_transform(moons)
    assert adjusted_rand_score(true, swept("dbscan", moons).found.clusters) > 0.9
    assert adjusted_rand_score(true, swept("kmeans", moons, asked=(2, 2)).found.clusters) < 0.6


def test_a_mixture_is_counted_by_bic() -> None:
    found = swept("gmm", criterion="bic")
    assert found.best.k == 4
    assert found.reason.startswith("4 clusters have the lowest bic, ")
    assert swept("gmm", criterion="davies_bouldin").best.davies_bouldin == min(
        one.davies_bouldin for one in found.tried if one.davies_bouldin is not None
    )


def test_what_is_chosen_is_the_best_of_what_was_tried() -> None:
    found = swept("kmeans")
    assert [one.k for one in found.tried] == [2, 3, 4, 5, 6]
    assert found.best.silhouette == max(one.silhouette or 0 for one in found.tried)
    assert found.reason.startswith(f"{found.best.k} clusters have the highest silhouette, ")


def test_more_clusters_than_rows_and_equal_rows_are_refused() -> None:
    with pytest.raises(UsageError, match=r"more clusters than there are rows: 220 different rows"):
        swept("kmeans", asked=(221, 221))
    with pytest.raises(DataError, match="All 5 training rows are the same"):
        swept("kmeans", np.ones((5, 2)))
    few = np.repeat([[0.0], [1.0], [5.0]], 4, axis=0)
    capped = swept("kmeans", few, asked=(2, 9))
    assert [one.k for one in capped.tried] == [2, 3]
    assert capped.notes[0] == "no more than 3 clusters are tried: there are no more different rows"


def test_the_number_of_clusters_and_other_distances_are_not_parameters() -> None:
    with pytest.raises(UsageError, match="which has an option"):
        Finder(choice("kmeans", n_clusters="3"), SearchRows.of(X), numbers(X))
    with pytest.raises(UsageError, match="has no rule for new rows: theirs goes by Euclidean"):
        Finder(choice("dbscan", metric="cosine"), SearchRows.of(X), numbers(X))
    near = Finder(choice("dbscan", eps="0.5", min_samples="7"), SearchRows.of(X), numbers(X))
    assert dict(near.choice.params) == {"eps": "0.5", "min_samples": "7"}


def test_a_tree_is_cut_as_scikit_learn_cuts_it() -> None:
    from sklearn.cluster import AgglomerativeClustering

    tree = AgglomerativeClustering(n_clusters=2, compute_full_tree=True).fit(X)
    for k in (1, 2, 5, len(X)):
        expected = AgglomerativeClustering(n_clusters=k).fit_predict(X)
        assert adjusted_rand_score(cut(tree.children_, k), expected) == 1.0


def test_large_tables_are_fitted_by_a_sample() -> None:
    small = replace(
        choice("agglomerative"), spec=replace(find_estimator("agglomerative", Task.CLUSTERING), most_rows=219)
    )
    finder = Finder(small, SearchRows.of(X), numbers(X))
    assert len(finder.rows) == 219
    assert finder.note.startswith("agglomerative is fitted on a sample of 219 rows of 220")
    whole = Finder(choice("agglomerative"), SearchRows.of(X), numbers(X))
    assert adjusted_rand_score(finder.find(4).clusters, whole.find(4).clusters) > 0.97


def test_the_radius_is_at_the_knee() -> None:
    line = np.concatenate([np.arange(100) / 100, [3.0, 5.0, 9.0]])[:, None]
    found = k_distances(line, 2)
    assert found.values[found.knee] == pytest.approx(0.01)
    assert usual_neighbours(500, 2) == 15
    assert usual_neighbours(299, 2) == 14
    assert usual_neighbours(10, 2) == 5
    assert usual_neighbours(1000, 40) == 30


CORRELATED = np.random.default_rng(1).normal(size=(300, 1)) + 0.3 * np.random.default_rng(2).normal(size=(300, 4))


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (X, True),
        (np.random.default_rng(0).normal(size=(300, 5)), False),
        (np.random.default_rng(0).uniform(size=(300, 2)), False),
        (np.exp(np.random.default_rng(0).normal(size=(300, 3))), False),
        (CORRELATED, False),
    ],
    ids=["blobs", "normal", "uniform", "skewed", "correlated"],
)
def test_noise_of_any_shape_has_no_clusters(rows: np.ndarray, found: bool) -> None:
    chance = compare_with_chance(choice("kmeans"), rows, numbers(rows), numbers=range(2, 7), seed=0)
    assert chance.found is found
    assert chance.sentence.startswith("there are clusters" if found else "no clusters found")


@pytest.mark.parametrize(("value", "found"), [(0.5 + CLEARER, False), (0.5 + CLEARER + 1e-9, True), (0.0, False)])
def test_clusters_have_to_be_clearer_than_every_reference(value: float, found: bool) -> None:
    assert Chance(value=value, shuffled=(0.3, 0.5), clouds=(0.1,), n_rows=9).found is found
    assert Chance(value=value, shuffled=(), clouds=(0.5,), n_rows=9).found is found


def test_clear_clusters_are_steady_and_noise_is_not() -> None:
    noise = np.random.default_rng(0).normal(size=(200, 4))
    clear, shaky = (
        measure_stability(choice("kmeans"), rows, numbers(rows), n_clusters=4, level=0.9, seed=0) for rows in (X, noise)
    )
    assert clear.value is not None
    assert shaky.value is not None
    assert clear.value > 0.95
    assert shaky.value < 0.7
    assert clear.low is not None
    assert clear.low <= clear.value
