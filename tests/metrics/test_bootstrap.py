"""Intervals cover, repeat, and stay quick."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from mlpipe.metrics import bootstrap
from mlpipe.metrics.bootstrap import draw_counts, intervals, ranges, resampled_scores, wilson
from mlpipe.metrics.outcome import Outcome
from mlpipe.metrics.registry import metrics_for
from mlpipe.metrics.results import measure
from mlpipe.metrics.scores import score
from mlpipe.task import Task
from tests.optional import some
from tests.targets import NUMBER, labelled

from .conftest import make_classes, make_values


def names_for(task):
    return [spec.name for spec in metrics_for(task)]


def binormal(rng, n_rows, prevalence=0.1, distance=1.5):
    positive = rng.random(n_rows) < prevalence
    score_ = norm.cdf(rng.normal(size=n_rows) + distance * positive)
    return labelled(
        y_true=np.where(positive, "yes", "no"),
        y_pred=np.where(score_ > 0.9, "yes", "no"),
        y_proba=np.column_stack([1 - score_, score_]),
    )


def test_auc_interval_covers_the_true_auc(rng):
    truth = norm.cdf(1.5 / np.sqrt(2))
    covered = []
    for seed in range(100):
        low, high = some(intervals(binormal(rng, 1000), ["roc_auc"], n_resamples=300, seed=seed)["roc_auc"])
        covered.append(low <= truth <= high)
    assert np.mean(covered) >= 0.85


def test_a_thousand_resamples_of_ten_thousand_rows_are_quick(rng):
    outcome = make_classes(rng, n_rows=10_000)
    started = time.process_time()
    intervals(outcome, names_for(Task.BINARY), n_resamples=1000, seed=0)
    assert time.process_time() - started < 2


def test_resampled_scores_equal_scores_of_drawn_rows(rng):
    outcome = make_classes(rng, n_rows=50, digits=1)
    names = names_for(Task.BINARY)
    found = resampled_scores(outcome, names, n_resamples=3, seed=7)
    counts = np.concatenate(list(draw_counts(50, 3, np.random.default_rng(7))))
    assert (counts.sum(axis=1) == 50).all()
    for k, times in enumerate(counts.astype(int)):
        rows = np.repeat(np.arange(50), times)
        drawn = replace(
            outcome, y_true=outcome.y_true[rows], y_pred=outcome.y_pred[rows], y_proba=outcome.y_proba[rows]
        )
        expected = {name: s.value for name, s in score(drawn, names).items()}
        assert {name: found[name][k] for name in names} == pytest.approx(expected)


@pytest.mark.parametrize("n_classes", [2, 5])
def test_intervals_hold_their_value_and_repeat(rng, n_classes):
    outcome = make_classes(rng, n_rows=120, n_classes=n_classes, weights=True)
    names = names_for(outcome.task)
    first, again = (measure(outcome, names, n_resamples=200, seed=3) for _ in range(2))
    assert first == again
    assert all(some(m.low) <= some(m.value) <= some(m.high) for m in first.values())
    assert first != measure(outcome, names, n_resamples=200, seed=4)


def test_regression_intervals(rng):
    outcome = make_values(rng, n_rows=400)
    found = measure(outcome, names_for(Task.REGRESSION), n_resamples=300)
    assert all(some(m.low) <= some(m.value) <= some(m.high) for m in found.values())
    standard_error = np.abs(outcome.y_true - outcome.y_pred).std() / 20
    width = (some(found["mae"].high) - some(found["mae"].low)) / 2
    assert width == pytest.approx(1.97 * standard_error, rel=0.15)
    assert found["max_error"].high == found["max_error"].value


def test_level_widens(rng):
    outcome = make_classes(rng)
    narrow = some(intervals(outcome, ["accuracy"], level=0.5, n_resamples=300)["accuracy"])
    wide = some(intervals(outcome, ["accuracy"], level=0.99, n_resamples=300)["accuracy"])
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_perfect_predictions_are_not_certain():
    labels = np.array(["no"] * 30 + ["yes"] * 20)
    proba = np.where(labels == "yes", 0.9, 0.2)
    outcome = labelled(
        y_true=labels,
        y_pred=labels,
        y_proba=np.column_stack([1 - proba, proba]),
    )
    found = intervals(outcome, ["accuracy", "roc_auc", "mcc"], n_resamples=200)
    assert found["accuracy"] == pytest.approx(wilson(1.0, 50, 0.95))
    assert found["roc_auc"] == pytest.approx(wilson(1.0, 20, 0.95))
    assert some(found["roc_auc"])[0] < 0.85


def test_wilson_equals_its_published_example():
    # Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263.
    assert wilson(81 / 263, 263, 0.95) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_undefined_resamples_are_left_out(rng):
    labels = np.array(["no"] * 40 + ["yes"])
    proba = rng.random(41)
    outcome = labelled(
        y_true=labels,
        y_pred=labels,
        y_proba=np.column_stack([1 - proba, proba]),
    )
    low, high = some(intervals(outcome, ["roc_auc"], n_resamples=300)["roc_auc"])
    assert np.isfinite([low, high]).all()


def test_undefined_scores_have_no_interval():
    outcome = labelled(y_true=np.array(["no", "no"]), y_pred=np.array(["no", "no"]))
    assert intervals(outcome, ["recall", "roc_auc"]) == {"recall": None, "roc_auc": None}
    one = Outcome(target=NUMBER, y_true=np.array([1.0]), y_pred=np.array([2.0]))
    assert intervals(one, ["mae"]) == {"mae": None}


def test_many_rows_get_fewer_resamples(rng):
    outcome = make_values(rng, n_rows=250_000)
    assert len(resampled_scores(outcome, ["mae"], n_resamples=1000, seed=0)["mae"]) == 400


def test_scores_that_are_all_nought_are_wilson_s_where_nought_is_the_end():
    truth = np.array(["no"] * 30 + ["yes"] * 20)
    wrong = np.where(truth == "no", "yes", "no")
    assert intervals(labelled(y_true=truth, y_pred=wrong), ["accuracy"], n_resamples=50)["accuracy"] == pytest.approx(
        wilson(0.0, 50, 0.95)
    )
    blind = labelled(y_true=truth, y_pred=np.full(50, "no"))
    assert intervals(blind, ["mcc"], n_resamples=50)["mcc"] == (0.0, 0.0)


@pytest.mark.parametrize(("n_defined", "told"), [(50, True), (49, False)])
def test_half_of_the_resamples_have_to_be_defined(n_defined, told, monkeypatch, rng):
    drawn = np.where(np.arange(100) < n_defined, np.linspace(0.4, 0.6, 100), np.nan)
    monkeypatch.setattr(bootstrap, "resampled_scores", lambda outcome, names, **_: dict.fromkeys(names, drawn))
    found = intervals(make_classes(rng), ["accuracy"])
    assert (found["accuracy"] is not None) is told


def test_intervals_are_widened_as_for_ten_rows_at_most(monkeypatch):
    monkeypatch.setattr(
        bootstrap, "resampled_scores", lambda outcome, names, **_: dict.fromkeys(names, np.linspace(0, 9, 1001))
    )

    def width(n_rows):
        y = np.arange(float(n_rows))
        low, high = some(intervals(Outcome(target=NUMBER, y_true=y, y_pred=y + 4), ["mae"])["mae"])
        return high - low

    assert width(4) == width(10) > width(11)


def classified(n_rows, wrong):
    y = np.array(["no", "yes"] * n_rows)[:n_rows]
    said = y.copy()
    said[:wrong] = np.where(y[:wrong] == "yes", "no", "yes")
    return labelled(y_true=y, y_pred=said)


@pytest.mark.parametrize(("wrong", "method"), [(0, "Wilson"), (9, "Wilson"), (10, "bootstrap"), (91, "Wilson")])
def test_shares_of_few_right_or_wrong_rows_have_wilson_s_interval(wrong, method):
    found = ranges(classified(100, wrong), ["accuracy"], n_resamples=100)["accuracy"]
    assert found is not None
    assert found.method == method
    if method == "Wilson":
        assert (found.low, found.high) == pytest.approx(wilson(1 - wrong / 100, 100, 0.95))


def test_wilson_s_interval_covers_a_share_near_its_end(rng):
    n_rows, truth, runs = 40, 0.95, 400
    covered = 0
    for wrong in rng.binomial(n_rows, 1 - truth, runs).tolist():
        low, high = some(intervals(classified(n_rows, wrong), ["accuracy"], n_resamples=2)["accuracy"])
        covered += low <= truth <= high
    assert 0.93 <= covered / runs <= 0.99


def test_groups_are_drawn_whole(rng):
    y = np.repeat(rng.normal(size=20), 10)
    said = y + np.repeat(rng.normal(size=20), 10)  # rows of a group err alike
    alone = Outcome(target=NUMBER, y_true=y, y_pred=said)
    together = replace(alone, groups=np.repeat(np.arange(20), 10))
    narrow, wide = (some(intervals(one, ["mae"], n_resamples=300)["mae"]) for one in (alone, together))
    assert wide[1] - wide[0] > 2 * (narrow[1] - narrow[0])
