from __future__ import annotations

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression

from mlpipe.artifacts.fitted.unpickle import dump_joblib, load_joblib
from mlpipe.models.comparison.outcomes import HeldOut
from mlpipe.models.comparison.stacking import stack
from mlpipe.models.ensemble.stack import UNSEEN, StackClassifier, StackRegressor, fit_classes, stacked_proba
from tests.targets import NUMBER, classes


def held_out(y: np.ndarray, said: dict[str, np.ndarray], target: object) -> HeldOut:
    n = len(y)
    return HeldOut(target=target, rows=np.arange(n), fold=np.arange(n) % 4, y=y, weights=None, said=said)  # type: ignore[arg-type]


@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_answer_is_that_of_logistic_regression_on_logarithms(n_classes: int) -> None:
    rng = np.random.default_rng(0)
    said = rng.dirichlet(np.ones(n_classes), size=(2, 200))
    codes = np.array([rng.choice(n_classes, p=p) for p in said[0]])
    weights, intercepts = fit_classes(said, codes, None)
    features = np.log(np.clip(np.hstack(list(said)), 1e-4, 1))
    expected = LogisticRegression(max_iter=1000).fit(features, codes).predict_proba(features)
    assert stacked_proba(said, weights, intercepts) == pytest.approx(expected, abs=1e-9)


def test_a_class_that_no_row_has_gets_next_to_nothing() -> None:
    said = np.random.default_rng(0).dirichlet(np.ones(3), size=(2, 100))
    codes = (said[0, :, 0] < said[0, :, 1]).astype(np.intp)
    weights, intercepts = fit_classes(said, codes, None)
    assert intercepts[2] == UNSEEN
    assert stacked_proba(said, weights, intercepts)[:, 2].max() < 1e-9


def test_a_bent_member_is_made_straight_and_a_random_one_left_aside() -> None:
    rng = np.random.default_rng(0)
    y = rng.normal(size=400)
    held = held_out(y, {"half": 0.5 * y + 3, "noise": rng.normal(size=400)}, NUMBER)
    found = stack(held, ["half", "noise"])
    assert found.weights == pytest.approx([2, 0], abs=0.05)
    assert found.intercepts == pytest.approx(-6, abs=0.2)
    assert found.shares["half"] > 0.95
    assert found.said == pytest.approx(y, abs=0.1)


def test_no_row_is_judged_by_a_model_that_it_helped_to_fit() -> None:
    rng = np.random.default_rng(0)
    target = classes("a", "b")
    said = {name: rng.dirichlet(np.ones(2), size=80) for name in ("one", "two")}
    y = rng.choice(["a", "b"], 80)
    changed = np.where(np.arange(80) % 4 == 1, np.where(y == "a", "b", "a"), y)
    first, second = (stack(held_out(labels, said, target), ["one", "two"]) for labels in (y, changed))
    inside = np.arange(80) % 4 == 1
    assert (first.said[inside] == second.said[inside]).all()
    assert not np.allclose(first.said[~inside], second.said[~inside])


def rows(n: int = 300) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 4))
    return X, np.array(["10", "2", "3"])[np.digitize(X[:, 0] + rng.normal(scale=0.3, size=n), [-0.5, 0.5])]


def test_a_row_alone_and_a_saved_stack_give_the_same_number() -> None:
    X, y = rows()
    members = [("linear", LogisticRegression()), ("forest", RandomForestClassifier(5, random_state=0))]
    order = ("2", "3", "10")  # not that of the alphabet
    weights = np.random.default_rng(0).normal(size=(3, 6))
    found = StackClassifier(members, weights, np.zeros(3), order, None, [False, True]).fit(X, y)
    together = found.predict_proba(X)
    assert found.classes_.tolist() == list(order)
    for i in (0, 3, 77):
        assert (found.predict_proba(X[i : i + 1]) == together[i]).all()
    assert (load_joblib(dump_joblib(found)).predict_proba(X) == together).all()
    said = np.array([member.predict_proba(X)[:, [1, 2, 0]] for member in found.fitted_])
    assert together == pytest.approx(stacked_proba(said, weights, np.zeros(3)))


def test_a_class_that_a_member_has_not_seen_has_no_probability_from_it() -> None:
    X, y = rows()
    some = y != "3"
    members = [("linear", LogisticRegression()), ("shares", DummyClassifier())]
    found = StackClassifier(members, np.eye(3, 6), np.zeros(3), ("10", "2", "3"))
    found.take([LogisticRegression().fit(X, y), DummyClassifier().fit(X[some], y[some])], y)
    assert found.predict_proba(X).sum(axis=1) == pytest.approx(np.ones(len(X)))


def test_numbers_are_weighed_and_shifted() -> None:
    X, _ = rows()
    members = [("a", LinearRegression()), ("b", RandomForestRegressor(5, random_state=0))]
    found = StackRegressor(members, np.array([0.5, 0.25]), 7.0).fit(X, X[:, 0])
    parts = [member.predict(X) for member in found.fitted_]
    assert found.predict(X) == pytest.approx(0.5 * parts[0] + 0.25 * parts[1] + 7)
