from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression

from mlpipe.artifacts.fitted.unpickle import dump_joblib, load_joblib
from mlpipe.models.ensemble.blend import BlendClassifier, BlendRegressor
from mlpipe.models.ensemble.selection import greedy_weights, log_losses, squared_errors


def rows(n=200, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 4))
    return X, np.array(["a", "b", "c"])[np.digitize(X[:, 0] + rng.normal(scale=0.3, size=n), [-0.5, 0.5])]


def blend(weights=(0.25, 0.75), **facts):
    members = [("linear", LogisticRegression()), ("forest", RandomForestClassifier(5, random_state=0))]
    return BlendClassifier(members, weights, **facts)


def test_the_answer_is_the_weighted_mean_of_the_members():
    X, y = rows()
    found = blend().fit(X, y)
    linear = LogisticRegression().fit(X, y).predict_proba(X)
    forest = RandomForestClassifier(5, random_state=0).fit(X, y).predict_proba(X)
    assert np.allclose(found.predict_proba(X), 0.25 * linear + 0.75 * forest, atol=1e-12)
    assert (found.predict(X) == found.classes_[found.predict_proba(X).argmax(axis=1)]).all()
    numbers = BlendRegressor([("a", LinearRegression()), ("b", RandomForestRegressor(5, random_state=0))], [0.5, 0.5])
    fitted = numbers.fit(X, X[:, 0])
    assert np.allclose(fitted.predict(X), np.mean([m.predict(X) for m in fitted.fitted_], axis=0))


def test_each_member_sees_its_own_columns_dense_or_sparse():
    X, y = rows()
    places = [(0, 2, False), (1, 4, True)]
    both = blend(places=places).take(
        [LogisticRegression().fit(X[:, :2], y), RandomForestClassifier(5).fit(sparse.csr_matrix(X[:, 1:]), y)], y
    )
    matrix = sparse.csr_matrix(X)
    assert isinstance(both.seen_by(0, matrix), np.ndarray)
    assert sparse.issparse(both.seen_by(1, matrix))
    assert both.seen_by(1, matrix).shape == (200, 3)
    assert np.allclose(both.predict_proba(matrix), both.predict_proba(X))


def test_a_row_alone_and_among_others_gives_the_same_number():
    X, y = rows(500)
    found = blend(rowwise=[False, True]).fit(X, y)
    together = found.predict_proba(X)
    for i in (0, 3, 77):
        assert (found.predict_proba(X[i : i + 1]) == together[i]).all()
    assert (found.predict_proba(X[:0]).shape) == (0, 3)


def test_a_class_that_a_member_has_not_seen_gets_nothing_from_it():
    X, y = rows()
    two = y != "c"
    found = blend((0.5, 0.5)).take([LogisticRegression().fit(X, y), DummyClassifier().fit(X[two], y[two])], y)
    assert np.allclose(found.predict_proba(X)[:, 2], 0.5 * found.fitted_[0].predict_proba(X)[:, 2])


def test_a_blend_is_saved_and_gives_the_same_bytes_and_numbers():
    X, y = rows()
    found = blend().fit(X, y)
    data = dump_joblib(found)
    again = load_joblib(data)
    assert (again.predict_proba(X) == found.predict_proba(X)).all()
    assert dump_joblib(blend().fit(X, y)) == data
    assert not hasattr(clone(found), "fitted_")


def test_greedy_weights_take_the_best_and_what_helps_it():
    y = np.arange(50.0)
    noise = np.random.default_rng(0).normal(size=(3, 50))
    said = y + noise * np.array([[1.0], [1.0], [30.0]])
    weights, loss = greedy_weights(said, squared_errors(y))
    assert weights.sum() == pytest.approx(1)
    assert weights[2] < 0.05
    assert loss < min(((said - y) ** 2).mean(axis=1))
    assert weights[:2] == pytest.approx([0.5, 0.5], abs=0.2)


def test_rows_weigh_in_the_choice():
    said = np.array([[0.9, 0.1], [0.1, 0.9]])
    first = greedy_weights(said, log_losses, row_weights=np.array([100.0, 1.0]))[0]
    assert first[0] > 0.9
    assert greedy_weights(said, log_losses)[0] == pytest.approx([0.5, 0.5])
