"""Scores of several labels and of several quantities: against scikit-learn, and against a naive version."""

import numpy as np
import pytest
import sklearn.metrics as sk

from mlpipe.metrics.caveats import find_caveats
from mlpipe.metrics.labels.apart import each_outcome
from mlpipe.metrics.outcome import Outcome
from mlpipe.metrics.registry import metrics_for
from mlpipe.metrics.results import baseline_scores, measure
from mlpipe.metrics.scores import score, score_all
from mlpipe.target import LabelsTarget, NumbersTarget
from mlpipe.task import Task

LABELS = LabelsTarget(columns=("red", "green", "blue"), positives=("1", "1", "1"))
NUMBERS = NumbersTarget(columns=("length", "width"))


def of_labels(n_rows=200, *, weighted=False, seed=0):
    rng = np.random.default_rng(seed)
    true = (rng.random((n_rows, 3)) < [0.5, 0.2, 0.7]).astype(int)
    proba = np.clip(true * 0.3 + rng.random((n_rows, 3)) * 0.7, 0, 1)
    weights = rng.random(n_rows) * 3 if weighted else None
    return Outcome(target=LABELS, y_true=true, y_pred=(proba >= 0.5).astype(int), y_proba=proba, weights=weights)


def of_numbers(n_rows=200, *, weighted=False):
    rng = np.random.default_rng(1)
    true = rng.normal(size=(n_rows, 2)) * [1, 1000] + [5, 9000]
    weights = rng.random(n_rows) * 3 if weighted else None
    return Outcome(target=NUMBERS, y_true=true, y_pred=true + rng.normal(size=(n_rows, 2)), weights=weights)


def by_sklearn(found):
    true, pred, proba, weights = found.y_true, found.y_pred, found.y_proba, found.weights
    averaged = {"sample_weight": weights, "zero_division": 0}
    return {
        "subset_accuracy": sk.accuracy_score(true, pred, sample_weight=weights),
        "hamming_loss": sk.hamming_loss(true, pred, sample_weight=weights),
        "f1_micro": sk.f1_score(true, pred, average="micro", **averaged),
        "f1_macro": sk.f1_score(true, pred, average="macro", **averaged),
        "f1_samples": sk.f1_score(true, pred, average="samples", **averaged),
        "roc_auc_macro": sk.roc_auc_score(true, proba, average="macro", sample_weight=weights),
        "precision_micro": sk.precision_score(true, pred, average="micro", **averaged),
        "recall_micro": sk.recall_score(true, pred, average="micro", **averaged),
        "log_loss": np.mean([sk.log_loss(t, p, sample_weight=weights) for t, p in zip(true.T, proba.T, strict=True)]),
    }


def naively(found):
    """Row by row, label by label, in plain Python."""
    weights = np.ones(found.n_rows) if found.weights is None else found.weights
    right = wrong = given = there = all_right = samples = 0.0
    for true, pred, weight in zip(found.y_true.tolist(), found.y_pred.tolist(), weights.tolist(), strict=True):
        hits = sum(t and p for t, p in zip(true, pred, strict=True))
        right += weight * hits
        given += weight * sum(pred)
        there += weight * sum(true)
        wrong += weight * sum(t != p for t, p in zip(true, pred, strict=True))
        all_right += weight * (true == pred)
        samples += weight * (2 * hits / (sum(true) + sum(pred)) if sum(true) + sum(pred) else 0)
    total = weights.sum()
    return {
        "subset_accuracy": all_right / total, "hamming_loss": wrong / total / 3, "f1_samples": samples / total,
        "precision_micro": right / given, "recall_micro": right / there, "f1_micro": 2 * right / (given + there),
    }  # fmt: skip


@pytest.mark.parametrize("weighted", [False, True])
def test_scores_of_labels_are_scikit_learns_and_those_of_a_naive_count(weighted):
    found = of_labels(weighted=weighted)
    scores = score_all(found)
    assert scores == pytest.approx(by_sklearn(found))
    assert {name: scores[name] for name in naively(found)} == pytest.approx(naively(found))
    assert set(scores) == {spec.name for spec in metrics_for(Task.MULTILABEL)}


@pytest.mark.parametrize("weighted", [False, True])
def test_scores_of_quantities_are_the_mean_over_them(weighted):
    found = of_numbers(weighted=weighted)
    scores = score_all(found)
    weights = {"sample_weight": found.weights}
    assert scores["r2"] == pytest.approx(sk.r2_score(found.y_true, found.y_pred, **weights))
    assert scores["mae"] == pytest.approx(sk.mean_absolute_error(found.y_true, found.y_pred, **weights))
    roots = sk.root_mean_squared_error(found.y_true, found.y_pred, multioutput="raw_values", **weights)
    assert scores["rmse"] == pytest.approx(roots.mean())
    alone = [score_all(one) for one in each_outcome(found).values()]
    assert scores == pytest.approx({name: np.mean([one[name] for one in alone]) for name in scores})


def test_each_label_is_scored_as_two_classes():
    found = of_labels(weighted=True)
    one = each_outcome(found)["green"]
    assert (one.positive, one.classes) == (1, ("0", "1"))
    expected = sk.f1_score(found.y_true[:, 1], found.y_pred[:, 1], sample_weight=found.weights)
    assert score(one, ["f1"])["f1"].value == pytest.approx(expected)


def test_intervals_hold_the_score_and_the_baseline_knows_the_shares_alone():
    found = of_labels()
    measures = measure(found, ["f1_micro", "roc_auc_macro"], n_resamples=100)
    ends = [(found.low, found.value, found.high) for found in measures.values()]
    assert all(sorted(three, key=lambda end: end or 0.0) == list(three) for three in ends)
    dummy = baseline_scores(found, ["f1_micro", "roc_auc_macro"], LABELS.reference(found.y_true))
    assert dummy["roc_auc_macro"] == 0.5
    assert (dummy["f1_micro"] or 1.0) < (measures["f1_micro"].low or 0.0)


def test_what_is_undefined_has_a_reason_and_what_is_left_out_is_said():
    nothing = Outcome(target=LABELS, y_true=np.zeros((4, 3), int), y_pred=np.zeros((4, 3), int))
    found = score(nothing, ["precision_micro", "recall_micro", "f1_micro", "roc_auc_macro", "subset_accuracy"])
    assert {name: one.reason for name, one in found.items()} == {
        "precision_micro": "no row gets a label",
        "recall_micro": "no row has a label",
        "f1_micro": "no row has or gets a label",
        "roc_auc_macro": "the model gives no probabilities",
        "subset_accuracy": "",
    }
    true = of_labels().y_true * [1, 0, 1]
    some = Outcome(target=LABELS, y_true=true, y_pred=true, y_proba=true.astype(float))
    assert score(some, ["roc_auc_macro"])["roc_auc_macro"].reason == (
        "leaves out 1 of 3 labels, which all rows have or none: 'green'"
    )


def test_an_undefined_quantity_is_named():
    true = np.column_stack([np.arange(4.0), np.ones(4)])
    found = score(Outcome(target=NUMBERS, y_true=true, y_pred=true), ["r2", "mae"])
    assert (found["r2"].value, found["r2"].reason) == (None, "width: all true values are equal")
    assert found["mae"].value == 0


@pytest.mark.parametrize(
    ("n_with", "told"),
    [
        (0, "All rows are alike in the label 'green'"),
        (1, "Only 1 row has the label 'green'"),
        (49, "Only 49 rows have the label 'green'"),
        (50, ""),
        (150, ""),
        (151, "Only 49 rows lack the label 'green'"),
    ],
)
def test_a_label_of_few_rows_is_a_caveat(n_with, told):
    true = np.column_stack([np.arange(200) % 2, np.arange(200) < n_with, np.arange(200) % 2]).astype(int)
    found = find_caveats(Outcome(target=LABELS, y_true=true, y_pred=true), {})
    assert [sentence.partition(":")[0] for sentence in found] == ([told] if told else [])
