from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from mlpipe.models.deciding.calibration import (
    METHODS,
    SHAPES,
    SHARPNESS,
    CalibratedModel,
    Calibration,
    choose_calibration,
)
from mlpipe.models.deciding.intervals import conformal_reach
from mlpipe.models.deciding.thresholds import choose_threshold, cost_of


def overconfident(n=4000, n_classes=2, seed=0):
    """Probabilities that are too near 0 and 1, and what came true."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(n, n_classes))
    true = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    codes = np.array([rng.choice(n_classes, p=p) for p in true])
    said = np.exp(3 * scores) / np.exp(3 * scores).sum(axis=1, keepdims=True)
    return said, codes, true


def loss(proba, codes):
    return -np.log(np.clip(proba[np.arange(len(codes)), codes], 1e-15, 1)).mean()


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("method", METHODS)
def test_calibrated_probabilities_are_nearer_the_truth_and_add_up(method, n_classes):
    said, codes, true = overconfident(n_classes=n_classes)
    calibration = Calibration(method).fit(said[:2000], codes[:2000])
    mapped = calibration.apply(said[2000:])
    assert mapped.sum(axis=1) == pytest.approx(1)
    assert loss(mapped, codes[2000:]) < loss(said[2000:], codes[2000:]) - 0.1
    assert np.abs(mapped - true[2000:]).mean() < np.abs(said[2000:] - true[2000:]).mean() / 2


@pytest.mark.parametrize("method", METHODS)
def test_a_row_alone_is_calibrated_as_among_others(method):
    said, codes, _ = overconfident(500, 3)
    calibration = Calibration(method).fit(said, codes)
    together = calibration.apply(said)
    assert all((calibration.apply(said[i : i + 1]) == together[i]).all() for i in range(50))


def test_certainty_is_never_made_of_few_rows():
    said = np.array([[0.9, 0.1], [0.1, 0.9]] * 10)
    mapped = Calibration("isotonic").fit(said, np.array([0, 1] * 10)).apply(np.array([[1.0, 0.0], [0.0, 1.0]]))
    assert 0 < mapped.min() < 0.05


def test_auto_leaves_true_probabilities_alone_and_mends_others():
    said, codes, true = overconfident(1000)
    folds = np.arange(1000) % 5
    for methods in (SHAPES, SHARPNESS):
        assert choose_calibration(true, codes, folds, methods=methods) is None
        assert choose_calibration(said, codes, folds, methods=methods) in methods
    assert choose_calibration(said, codes, folds) in SHAPES
    assert choose_calibration(said, codes, folds, methods=()) is None


def test_a_temperature_keeps_the_most_probable_class_and_which_row_is_the_more_probable():
    said, codes, _ = overconfident(500, 3)
    mapped = Calibration("temperature").fit(said, codes).apply(said)
    assert (mapped.argmax(axis=1) == said.argmax(axis=1)).all()
    two, codes, _ = overconfident(500)
    mapped = Calibration("temperature").fit(two, codes).apply(two)
    assert (np.argsort(mapped[:, 1]) == np.argsort(two[:, 1])).all()
    assert mapped[:, 1].std() < two[:, 1].std()


def test_weights_count_as_rows_do():
    said, codes, _ = overconfident(300)
    weights = np.where(codes == 1, 3.0, 1.0)
    rows = np.repeat(np.arange(300), weights.astype(int))
    once = Calibration("sigmoid").fit(said, codes, weights).apply(said)
    assert once == pytest.approx(Calibration("sigmoid").fit(said[rows], codes[rows]).apply(said), abs=1e-4)


def test_a_calibrated_model_ranks_as_before():
    X = np.random.default_rng(0).normal(size=(200, 2))
    y = np.where(X[:, 0] + np.random.default_rng(1).normal(size=200) > 0, "b", "a")
    plain = LogisticRegression().fit(X, y)
    said = plain.predict_proba(X)
    model = CalibratedModel(
        plain, Calibration("sigmoid").fit(said**3 / (said**3).sum(axis=1, keepdims=True), (y == "b") * 1)
    )
    assert (np.argsort(model.predict_proba(X)[:, 1]) == np.argsort(said[:, 1])).all()
    assert model.classes_.tolist() == ["a", "b"]
    assert set(model.predict(X)) <= {"a", "b"}


def test_a_threshold_by_cost_is_where_costs_balance():
    # With true probabilities the cheapest threshold is fp / (fp + fn).
    rng = np.random.default_rng(0)
    p = rng.random(20_000)
    hit = rng.random(20_000) < p
    found = choose_threshold(p, lambda called: -cost_of(called, hit, false_positive=1, false_negative=4))
    assert found == pytest.approx(0.2, abs=0.05)
    assert cost_of(p >= 0.2, hit, false_positive=1, false_negative=4) < cost_of(
        p >= 0.5, hit, false_positive=1, false_negative=4
    )


def test_no_threshold_is_chosen_where_no_score_is_known():
    assert choose_threshold(np.array([0.1, 0.9]), lambda called: None) is None
    assert choose_threshold(np.array([0.3, 0.3]), lambda called: float(called.sum())) == 0.5


@pytest.mark.parametrize("coverage", [0.5, 0.9])
def test_intervals_hold_the_share_that_was_asked_for(coverage):
    rng = np.random.default_rng(0)
    reach = conformal_reach(rng.normal(size=3000), coverage)
    assert (np.abs(rng.normal(size=20_000)) <= reach).mean() == pytest.approx(coverage, abs=0.02)
    assert conformal_reach(np.array([1.0, -2.0]), 0.99) == 2.0
