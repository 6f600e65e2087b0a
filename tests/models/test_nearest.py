"""The nearest rows are those of a naive search, dense and sparse."""

import numpy as np
import pytest
from scipy import sparse

from mlpipe.models.explaining.nearest import nearest_rows


@pytest.mark.parametrize("wrap", [np.asarray, sparse.csr_matrix], ids=["dense", "sparse"])
def test_equal_to_a_naive_search_on_scaled_features(wrap):
    rng = np.random.default_rng(0)
    known, X = rng.normal(size=(40, 3)) * [1, 10, 100], rng.normal(size=(5, 3)) * [1, 10, 100]
    found = nearest_rows(wrap(X), wrap(known), n_nearest=2)
    scale = known.std(axis=0)
    for k, row in enumerate(X):
        distances = np.sqrt((((known - row) / scale) ** 2).mean(axis=1))
        assert found.rows[k].tolist() == np.argsort(distances)[:2].tolist()
        assert found.distances[k] == pytest.approx(np.sort(distances)[:2])


def test_constant_features_and_few_known_rows_do_not_matter():
    found = nearest_rows(np.array([[1.0, 5.0]]), np.array([[1.0, 3.0], [1.0, 6.0]]), n_nearest=3)
    assert found.rows.tolist() == [[1, 0]]


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix], ids=["dense", "sparse"])
def test_gaps_and_numbers_without_bounds_leave_distances_finite(kind):
    known = np.array([[0.0, np.nan, 1e300], [1.0, 2.0, -1e300], [3.0, np.nan, 0.0]])
    found = nearest_rows(kind(np.array([[np.nan, 2.0, 1.7e308], [3.0, np.nan, 0.0]])), kind(known), n_nearest=3)
    assert np.isfinite(found.distances).all()
    assert found.rows[1, 0] == 2
