"""Centres that are found block by block, beside those that scikit-learn finds with all rows in memory."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.cluster import MiniBatchKMeans
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score

from mlpipe.models.streaming.centres import fit_centres
from mlpipe.models.streaming.matrix_rows import ArrayRows, some_rows
from tests.features.streaming.blocks import small_blocks

X, TRUE = make_blobs([3_000, 2_000, 1_000, 300], n_features=4, random_state=4)
NOISE = np.random.default_rng(0).normal(size=(6_300, 4))
UNFITTED = MiniBatchKMeans(4, n_init=10, random_state=0)


@pytest.fixture(autouse=True)
def blocks(monkeypatch):
    small_blocks(monkeypatch, 800)


def rows(X: np.ndarray) -> ArrayRows:
    return ArrayRows(X=X, y=np.empty((len(X), 0)))


def test_planted_clusters_are_found():
    found = fit_centres(clone(UNFITTED), rows(X))
    assert adjusted_rand_score(TRUE, found.predict(X)) > 0.98
    assert found.get_params() == UNFITTED.get_params()
    assert vars(found).keys() == vars(clone(UNFITTED).fit(X)).keys()
    assert len(found.labels_) == 512


@pytest.mark.parametrize("table", [X, X[np.argsort(TRUE)], NOISE], ids=["mixed", "grouped", "noise"])
def test_rows_are_as_near_to_their_centres_as_with_all_of_them_in_memory(table):
    found, whole = fit_centres(clone(UNFITTED), rows(table)), clone(UNFITTED).fit(table)
    assert -found.score(table) < 1.01 * whole.inertia_


def test_the_seed_decides():
    first, again = (fit_centres(clone(UNFITTED), rows(NOISE)) for _ in range(2))
    other = fit_centres(clone(UNFITTED).set_params(random_state=1), rows(NOISE))
    assert first.cluster_centers_.tobytes() == again.cluster_centers_.tobytes()
    assert first.cluster_centers_.tobytes() != other.cluster_centers_.tobytes()


def test_it_goes_through_all_rows_until_they_come_no_closer(monkeypatch):
    seen = []
    block = ArrayRows.block

    def spied(self, place):
        seen.append(place)
        return block(self, place)

    monkeypatch.setattr(ArrayRows, "block", spied)
    found = fit_centres(clone(UNFITTED), rows(X))
    each = [seen.count(place) for place in range(8)]
    assert each == [1 + found.n_iter_] * 8  # once for the sample
    assert 1 <= found.n_iter_ < 10
    assert fit_centres(clone(UNFITTED).set_params(max_iter=1), rows(NOISE)).n_iter_ == 1


def test_some_rows_are_those_with_the_numbers():
    chosen = np.array([0, 3, 799, 800, 6_299])
    assert (some_rows(rows(X), chosen) == X[chosen]).all()
