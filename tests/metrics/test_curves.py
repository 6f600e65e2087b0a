"""Curves against scikit-learn and by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics as sk

from mlpipe.metrics.calibration import calibration
from mlpipe.metrics.confusion import confusion_counts, per_class
from mlpipe.metrics.curves import contests, gain_curve, precision_recall_curve, roc_curve, threshold_curve
from mlpipe.metrics.registry import metrics_for
from mlpipe.metrics.results import baseline_scores
from mlpipe.target.reference import TargetReference
from tests.targets import labelled

from .conftest import make_classes, make_values


@pytest.fixture
def contest(rng):
    return contests(make_classes(rng, digits=2))[0]


def test_roc_equals_scikit_learn(contest):
    fpr, tpr, _ = sk.roc_curve(contest.positive, contest.score, drop_intermediate=False)
    curve = roc_curve(contest)
    assert curve.x == pytest.approx(fpr)
    assert curve.y == pytest.approx(tpr)
    assert curve.area == pytest.approx(sk.roc_auc_score(contest.positive, contest.score))


def test_precision_recall_equals_scikit_learn(contest):
    precision, recall, _ = sk.precision_recall_curve(contest.positive, contest.score)
    curve = precision_recall_curve(contest)
    assert curve.x[1:] == pytest.approx(recall[:-1][::-1])
    assert curve.y[1:] == pytest.approx(precision[:-1][::-1])
    assert (curve.x[0], curve.y[0]) == (0, curve.y[1])
    assert curve.area == pytest.approx(sk.average_precision_score(contest.positive, contest.score))


def test_threshold_curve_equals_scores_at_each_threshold(contest):
    curve = threshold_curve(contest, n_points=21)
    for k, threshold in enumerate(np.linspace(0, 1, 21)):
        called = contest.score >= threshold
        assert curve.recall[k] == pytest.approx(sk.recall_score(contest.positive, called))
        assert curve.f1[k] == pytest.approx(sk.f1_score(contest.positive, called))
        assert curve.balanced_accuracy[k] == pytest.approx(sk.balanced_accuracy_score(contest.positive, called))
        if called.any():
            assert curve.precision[k] == pytest.approx(sk.precision_score(contest.positive, called))
        else:
            assert np.isnan(curve.precision[k])


def test_gain_by_hand():
    outcome = labelled(
        y_true=np.array(["yes", "no", "yes", "no"]),
        y_pred=np.array(["yes", "no", "yes", "no"]),
        y_proba=np.array([[0.1, 0.9], [0.2, 0.8], [0.3, 0.7], [0.9, 0.1]]),
    )
    curve = gain_curve(contests(outcome)[0])
    assert curve.x.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert curve.y.tolist() == [0, 0.5, 0.5, 1, 1]


def test_bands_hold_their_line(rng):
    contest = contests(make_classes(rng, n_rows=500))[0]
    for curve in (roc_curve(contest, band=True), precision_recall_curve(contest, band=True)):
        inside = (curve.low - 0.02 <= np.interp(curve.grid, curve.x, curve.y)) & (
            np.interp(curve.grid, curve.x, curve.y) <= curve.high + 0.02
        )
        assert inside.mean() > 0.95
        assert (curve.high >= curve.low).all()


def test_long_curves_are_thinned_and_keep_their_ends(rng):
    curve = roc_curve(contests(make_classes(rng, n_rows=20_000))[0])
    assert len(curve.x) <= 1000
    assert (curve.x[0], curve.y[0], curve.x[-1], curve.y[-1]) == (0, 0, 1, 1)


def test_every_class_with_rows_is_set_against_the_rest(rng):
    outcome = make_classes(rng, n_classes=9, n_rows=400)
    assert [contest.label for contest in contests(outcome)] == list(outcome.classes)
    assert contests(replace(outcome, y_proba=None)) == ()


def test_no_contest_where_one_class_is_alone():
    outcome = labelled(
        y_true=np.array(["no", "no"]),
        y_pred=np.array(["no", "no"]),
        y_proba=np.array([[0.9, 0.1]] * 2),
    )
    assert contests(outcome) == ()


def test_calibration_bins_are_equal_and_add_up(rng):
    contest = contests(make_classes(rng, n_rows=1000))[0]
    found = calibration(contest)
    assert found.counts.sum() == 1000
    assert found.counts.min() >= 95
    assert (found.low <= found.observed).all()
    assert (found.observed <= found.high).all()
    assert np.average(found.observed, weights=found.counts) == pytest.approx(found.prevalence)
    assert np.average(found.predicted, weights=found.counts) == pytest.approx(contest.score.mean())
    gaps = np.abs(found.predicted - found.observed)
    assert found.error == pytest.approx((gaps * found.counts).sum() / 1000)


def test_calibration_keeps_ties_together(contest):
    outcome = contest.outcome
    (tied,) = contests(replace(outcome, y_proba=np.where(outcome.y_proba > 0.5, 0.75, 0.25)))
    assert calibration(tied).predicted.tolist() == [0.25, 0.75]
    (constant,) = contests(replace(outcome, y_proba=np.full((300, 2), 0.5)))
    assert calibration(constant).counts.tolist() == [300]


def test_confusion_equals_scikit_learn(rng):
    outcome = make_classes(rng, n_classes=4)
    counts = confusion_counts(outcome)
    assert (counts == sk.confusion_matrix(outcome.y_true, outcome.y_pred)).all()
    report = sk.classification_report(
        outcome.written(outcome.y_true), outcome.written(outcome.y_pred), output_dict=True
    )
    for label, row in per_class(counts, outcome.labels).items():
        assert row.precision == pytest.approx(report[label]["precision"])
        assert row.recall == pytest.approx(report[label]["recall"])
        assert row.f1 == pytest.approx(report[label]["f1-score"])
        assert row.support == report[label]["support"]


def test_baseline_equals_a_dummy(rng):
    from sklearn.dummy import DummyClassifier, DummyRegressor

    outcome = make_classes(rng, n_classes=3)
    train = np.array(["b"] * 6 + ["a"] * 3 + ["c"])
    dummy = DummyClassifier(strategy="prior").fit(np.zeros((10, 1)), train)
    X = np.zeros((outcome.n_rows, 1))
    found = baseline_scores(
        outcome, [m.name for m in metrics_for(outcome.task)], TargetReference(counts={"a": 3, "b": 6, "c": 1})
    )
    assert found["accuracy"] == pytest.approx(sk.accuracy_score(outcome.written(outcome.y_true), dummy.predict(X)))
    assert found["log_loss"] == pytest.approx(sk.log_loss(outcome.y_true, dummy.predict_proba(X)))
    assert found["roc_auc"] == 0.5
    values = make_values(rng)
    mean = DummyRegressor().fit(np.zeros((2, 1)), [10.0, 30.0]).predict(np.zeros((300, 1)))
    assert baseline_scores(values, ["rmse"], TargetReference(means=(20.0,)))["rmse"] == pytest.approx(
        sk.root_mean_squared_error(values.y_true, mean)
    )


def test_a_class_that_all_rows_have_has_no_curve():
    proba = np.array([[0.1, 0.9]] * 2)
    assert contests(labelled(y_true=np.full(2, "yes"), y_pred=np.full(2, "yes"), y_proba=proba)) == ()


@pytest.mark.parametrize(("n_rows", "bins"), [(44, 2), (45, 3), (149, 9), (150, 10), (1000, 10)])
def test_a_bin_of_the_calibration_has_fifteen_rows(n_rows, bins, rng):
    outcome = make_classes(rng, n_rows=n_rows)
    assert len(calibration(contests(outcome)[0]).counts) == bins
