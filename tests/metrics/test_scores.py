"""Scores equal scikit-learn's and ten-line naive versions where defined, and say why where not."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from mlpipe.errors import UnknownNameError
from mlpipe.metrics.outcome import Outcome
from mlpipe.metrics.registry import all_metrics, default_metric, find_metric, metrics_for
from mlpipe.metrics.scores import build_scorer, score
from mlpipe.task import Task
from tests.targets import NUMBER, classes, labelled

from .conftest import make_classes, make_values


def names_for(task):
    return [spec.name for spec in metrics_for(task)]


def by_sklearn(outcome):
    """Every metric by scikit-learn's own functions."""
    t, p, w = outcome.written(outcome.y_true), outcome.written(outcome.y_pred), outcome.weights
    if outcome.task is Task.REGRESSION:
        return {
            "mae": sk.mean_absolute_error(t, p, sample_weight=w),
            "mse": sk.mean_squared_error(t, p, sample_weight=w),
            "rmse": sk.root_mean_squared_error(t, p, sample_weight=w),
            "r2": sk.r2_score(t, p, sample_weight=w),
            "medae": sk.median_absolute_error(t, p, sample_weight=w),
            "mape": sk.mean_absolute_percentage_error(t, p, sample_weight=w),
            "max_error": sk.max_error(t, p),
        }
    classes = list(outcome.classes)
    found = {
        "accuracy": sk.accuracy_score(t, p, sample_weight=w),
        "balanced_accuracy": sk.balanced_accuracy_score(t, p, sample_weight=w),
        "f1_weighted": sk.f1_score(t, p, average="weighted", sample_weight=w),
        "mcc": sk.matthews_corrcoef(t, p, sample_weight=w),
        "log_loss": sk.log_loss(t, outcome.y_proba, labels=classes, sample_weight=w),
    }
    for name, function in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
        found[f"{name}_macro"] = function(t, p, average="macro", sample_weight=w)
    if outcome.task is Task.BINARY:
        positive = outcome.classes[-1]
        is_positive, proba = t == positive, outcome.y_proba[:, -1]
        for name, function in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
            found[name] = function(t, p, pos_label=positive, sample_weight=w)
        found["roc_auc"] = sk.roc_auc_score(is_positive, proba, sample_weight=w)
        found["pr_auc"] = sk.average_precision_score(is_positive, proba, sample_weight=w)
        found["brier"] = sk.brier_score_loss(is_positive, proba, sample_weight=w)
    else:
        found["roc_auc"] = sk.roc_auc_score(t, outcome.y_proba, multi_class="ovr", labels=classes, sample_weight=w)
        one_hot = t[:, None] == np.array(classes)
        found["pr_auc"] = sk.average_precision_score(one_hot, outcome.y_proba, average="macro", sample_weight=w)
        found["brier"] = sk.brier_score_loss(t, outcome.y_proba, labels=classes, sample_weight=w)
    return found


@pytest.mark.parametrize("weights", [False, True])
@pytest.mark.parametrize("digits", [16, 1], ids=["distinct", "ties"])
@pytest.mark.parametrize("n_classes", [2, 3, 7])
def test_class_scores_equal_scikit_learn(rng, n_classes, digits, weights):
    outcome = make_classes(rng, n_classes=n_classes, digits=digits, weights=weights)
    expected = by_sklearn(outcome)
    found = score(outcome, names_for(outcome.task))
    assert set(found) == set(expected)
    assert {name: s.value for name, s in found.items()} == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("weights", [False, True])
def test_value_scores_equal_scikit_learn(rng, weights):
    outcome = make_values(rng, weights=weights)
    found = score(outcome, names_for(Task.REGRESSION))
    assert {name: s.value for name, s in found.items()} == pytest.approx(by_sklearn(outcome), rel=1e-9)


def test_whole_weights_equal_repeated_rows(rng):
    for outcome in (make_classes(rng, digits=1), make_classes(rng, n_classes=4), make_values(rng)):
        times = rng.integers(0, 4, outcome.n_rows)
        repeated = replace(
            outcome,
            y_true=np.repeat(outcome.y_true, times),
            y_pred=np.repeat(outcome.y_pred, times),
            y_proba=None if outcome.y_proba is None else np.repeat(outcome.y_proba, times, axis=0),
        )
        weighted = replace(outcome, weights=times.astype(float))
        names = names_for(outcome.task)
        expected = {name: s.value for name, s in score(repeated, names).items()}
        assert {name: s.value for name, s in score(weighted, names).items()} == pytest.approx(expected, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=2, max_size=25))
def test_areas_equal_naive_versions(rows):
    positive = [p for p, _ in rows]
    proba = np.array([s / 4 for _, s in rows])
    labels = np.where(positive, "yes", "no")
    outcome = labelled(
        y_true=labels,
        y_pred=np.where(proba >= 0.5, "yes", "no"),
        y_proba=np.column_stack([1 - proba, proba]),
    )
    found = score(outcome, ["roc_auc", "pr_auc"])
    highs = [s for (p, s) in rows if p]
    lows = [s for (p, s) in rows if not p]
    if not highs or not lows:
        assert found["roc_auc"].value is None
        assert found["roc_auc"].reason.startswith("all rows are")
        return
    wins = [(h > low) + (h == low) / 2 for h in highs for low in lows]
    assert found["roc_auc"].value == pytest.approx(sum(wins) / len(wins))
    area, recall_before = 0.0, 0.0
    for cut in sorted({s for _, s in rows}, reverse=True):
        taken = [p for p, s in rows if s >= cut]
        recall = sum(taken) / len(highs)
        area += (recall - recall_before) * sum(taken) / len(taken)
        recall_before = recall
    assert found["pr_auc"].value == pytest.approx(area)


def binary(y_true, y_pred, proba=None):
    p = None if proba is None else np.column_stack([1 - np.array(proba), np.array(proba)])
    return labelled(y_true=np.array(y_true), y_pred=np.array(y_pred), y_proba=p)


@pytest.mark.parametrize(
    ("outcome", "name", "reason"),
    [
        (binary(["no", "no"], ["no", "yes"], [0.1, 0.9]), "roc_auc", "all rows are 'no'"),
        (binary(["no", "no"], ["no", "yes"], [0.1, 0.9]), "pr_auc", "all rows are 'no'"),
        (binary(["no", "no"], ["no", "yes"], [0.1, 0.9]), "recall", "no row is 'yes'"),
        (binary(["no", "no"], ["no", "yes"], [0.1, 0.9]), "mcc", "all rows are 'no'"),
        (binary(["no", "yes"], ["no", "no"], [0.1, 0.4]), "precision", "no row is predicted 'yes'"),
        (binary(["no", "no"], ["no", "no"], [0.1, 0.4]), "f1", "no row is or is predicted 'yes'"),
        (binary(["no", "yes"], ["no", "yes"]), "log_loss", "the model gives no probabilities"),
        (binary([], []), "accuracy", "there are no rows"),
    ],
)
def test_undefined_class_scores_say_why(outcome, name, reason):
    assert score(outcome, [name])[name].value is None
    assert score(outcome, [name])[name].reason == reason


@pytest.mark.parametrize(
    ("y_true", "name", "reason"),
    [
        ([3.0, 3.0, 3.0], "r2", "all true values are equal"),
        ([0.1, 0.1, 0.1], "r2", "all true values are equal"),
        ([5.0], "r2", "all true values are equal"),
        ([0.0, 2.0, 3.0], "mape", "a true value is zero or next to it"),
        ([1e-9, 2.0, 3.0], "mape", "a true value is zero or next to it"),
        ([1e200, -1e200, 0.0], "mse", "the numbers are too large"),
    ],
)
def test_undefined_value_scores_say_why(y_true, name, reason):
    outcome = Outcome(target=NUMBER, y_true=np.array(y_true), y_pred=np.array(y_true)[::-1] + 1.0)
    found = score(outcome, [name])[name]
    assert found.value is None
    assert found.reason == reason


def test_r2_keeps_its_digits_far_from_zero(rng):
    years = 2000 + rng.normal(0, 1e-3, 500)
    outcome = Outcome(target=NUMBER, y_true=years, y_pred=years + rng.normal(0, 5e-4, 500))
    assert score(outcome, ["r2"])["r2"].value == pytest.approx(sk.r2_score(outcome.y_true, outcome.y_pred), rel=1e-6)


def test_class_without_rows_is_left_out_of_areas(rng):
    outcome = make_classes(rng, n_classes=4)
    few = outcome.y_true != outcome.classes.index("d")
    part = replace(
        outcome, y_true=outcome.y_true[few], y_pred=outcome.y_pred[few], y_proba=outcome.y_proba[few], weights=None
    )
    found = score(part, ["roc_auc", "f1_macro"])
    expected = np.mean([sk.roc_auc_score(part.y_true == k, part.y_proba[:, k]) for k in range(3)])
    assert found["roc_auc"].value == pytest.approx(expected)
    assert found["roc_auc"].reason == "leaves out 1 of 4 classes, which have no rows: 'd'"
    assert found["f1_macro"].value == pytest.approx(sk.f1_score(part.y_true, part.y_pred, average="macro"))


def test_label_that_the_model_never_saw_counts_as_an_error():
    outcome = labelled(
        target=classes("a", "b", "c"),
        y_true=np.array(["a", "b", "new"]),
        y_pred=np.array(["a", "b", "a"]),
        y_proba=np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.5, 0.5, 0.0]]),
    )
    found = score(outcome, ["accuracy", "f1_macro", "brier", "log_loss"])
    assert found["accuracy"].value == pytest.approx(2 / 3)
    assert found["f1_macro"].value == pytest.approx(sk.f1_score(outcome.y_true, outcome.y_pred, average="macro"))
    assert found["brier"].value == pytest.approx((0 + 0 + 1.5) / 3)
    assert found["log_loss"].value == pytest.approx(-np.log(np.finfo(float).eps) / 3)


def test_constant_predictions_have_no_correlation():
    outcome = binary(["no", "yes", "no"], ["no", "no", "no"], [0.3, 0.3, 0.3])
    found = score(outcome, ["mcc", "roc_auc", "f1", "balanced_accuracy"])
    assert [found[n].value for n in found] == [0.0, 0.5, 0.0, 0.5]


def test_class_order_is_kept_where_it_is_not_alphabetical():
    outcome = labelled(
        target=classes("2", "10"),
        y_true=np.array(["2", "10", "10"]),
        y_pred=np.array(["2", "10", "2"]),
        y_proba=np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]),
    )
    assert score(outcome, ["recall"])["recall"].value == 0.5
    assert score(outcome, ["roc_auc"])["roc_auc"].value == 1.0


def test_many_weight_sets_equal_one_by_one(rng):
    for outcome in (make_classes(rng, n_classes=3), make_values(rng)):
        names = names_for(outcome.task)
        weights = rng.integers(0, 3, (5, outcome.n_rows)).astype(float)
        together = build_scorer(outcome, metrics_for(outcome.task)).values(weights)
        for k, row in enumerate(weights):
            alone = score(replace(outcome, weights=row), names)
            assert {n: together[n][k] for n in names} == pytest.approx({n: alone[n].value for n in names})


def test_nothing_warns_on_tiny_outcomes(rng):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for n_rows in (1, 2, 3):
            for outcome in (
                make_classes(rng, n_rows=n_rows),
                make_classes(rng, n_rows=n_rows, n_classes=5),
                make_values(rng, n_rows=n_rows),
            ):
                score(outcome, names_for(outcome.task))


def test_registry_answers_wrong_names_with_near_ones():
    with pytest.raises(UnknownNameError, match=r"no binary metric 'roc-auc'") as caught:
        find_metric("roc-auc", Task.BINARY)
    assert "'roc_auc'" in caught.value.remedy
    with pytest.raises(UnknownNameError):
        find_metric("f1", Task.MULTICLASS)
    with pytest.raises(UnknownNameError):
        score(binary(["no"], ["no"]), ["rmse"])


def test_registry_defaults():
    assert [default_metric(task).name for task in Task] == [
        "roc_auc", "f1_macro", "roc_auc_macro", "rmse", "r2", "silhouette"
    ]  # fmt: skip
    assert not default_metric(Task.REGRESSION).greater_is_better
    assert len({(spec.name, spec.family) for spec in all_metrics()}) == len(all_metrics()) == 38


def test_scores_of_the_positive_class_follow_it(rng):
    last = make_classes(rng, n_rows=400)
    first = replace(last, target=replace(last.target, positive="a"))
    for name, of in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
        for outcome, positive in ((last, 1), (first, 0)):
            expected = of(outcome.y_true, outcome.y_pred, pos_label=positive)
            assert score(outcome, [name])[name].value == pytest.approx(expected)
    expected = sk.average_precision_score(first.y_true == 0, first.y_proba[:, 0])
    assert score(first, ["pr_auc"])["pr_auc"].value == pytest.approx(expected)
    for name in ("roc_auc", "brier", "accuracy", "log_loss", "mcc"):
        assert score(first, [name])[name].value == pytest.approx(score(last, [name])[name].value)


def test_names_and_words_tell_the_positive_class_where_it_matters(rng):
    outcome = make_classes(rng)
    told = {spec.name: spec.named(outcome.target) for spec in metrics_for(Task.BINARY)}
    assert {name for name, shown in told.items() if shown != name} == {"precision", "recall", "f1", "pr_auc"}
    assert told["recall"] == "recall of 'b'"
    assert find_metric("recall", Task.BINARY).describe(outcome.target) == "share found among the 'b' rows"
    assert find_metric("recall", Task.BINARY).summary == "share found among the positive rows"
    many = make_classes(rng, n_classes=3).target
    assert find_metric("pr_auc", Task.MULTICLASS).named(many) == "pr_auc"


@pytest.mark.parametrize(("smallest", "defined"), [(1e-8, True), (0.9e-8, False)])
def test_relative_errors_end_where_a_true_value_is_next_to_zero(smallest, defined):
    y = np.array([smallest, 1.0, 1.0])
    found = score(Outcome(target=NUMBER, y_true=y, y_pred=y * 2), ["mape"])["mape"]
    assert (found.value is not None) is defined
