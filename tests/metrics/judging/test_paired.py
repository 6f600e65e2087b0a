"""Two models on the same rows: differences beyond chance, and McNemar's test."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.stats import binomtest

from mlpipe.metrics.judging.paired import differences, mcnemar
from mlpipe.metrics.outcome import Outcome
from mlpipe.metrics.scores import score
from tests.targets import NO_YES, NUMBER


def outcome(y, score_of_yes):
    proba = np.column_stack([1 - score_of_yes, score_of_yes])
    return Outcome(target=NO_YES, y_true=y, y_pred=(score_of_yes >= 0.5).astype(int), y_proba=proba)


def drawn(seed, n_rows=200, skill=(1.0, 1.0)):
    """Two models that see the same signal through noise of their own."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n_rows)
    shared = rng.normal(size=n_rows)
    scores = [1 / (1 + np.exp(-(s * (2 * y - 1) + shared + rng.normal(size=n_rows)))) for s in skill]
    return outcome(y, scores[0]), outcome(y, scores[1])


def test_values_are_those_of_the_two_scores():
    one, other = drawn(0)
    names = ["roc_auc", "log_loss"]
    scores = [score(outcome, names) for outcome in (one, other)]
    for name, shift in differences(one, other, names, level=0.95, seed=0).items():
        before, after = (np.float64(found[name].value) for found in scores)
        assert shift.value == pytest.approx(after - before)
        assert np.float64(shift.low) <= np.float64(shift.value) <= np.float64(shift.high)


@pytest.mark.parametrize("name", ["accuracy", "log_loss"])
def test_a_better_model_is_told_apart_in_both_directions(name):
    weak, strong = drawn(0, n_rows=400, skill=(0.2, 3.0))
    found = differences(weak, strong, [name], level=0.95, seed=0)[name]
    assert (found.first_is_worse, found.second_is_worse) == (True, False)
    back = differences(strong, weak, [name], level=0.95, seed=0)[name]
    assert (back.first_is_worse, back.second_is_worse) == (False, True)


def test_equal_models_are_told_apart_in_one_run_of_twenty():
    runs = 200
    apart = 0
    for seed in range(runs):
        one, other = drawn(seed)
        found = differences(one, other, ["roc_auc"], level=0.95, seed=seed, n_resamples=300)["roc_auc"]
        apart += found.first_is_worse or found.second_is_worse
    assert 0.01 <= apart / runs <= 0.09


def test_one_model_against_itself_differs_by_nothing():
    one, _ = drawn(0)
    found = differences(one, one, ["accuracy"], level=0.95, seed=0)["accuracy"]
    assert (found.value, found.low, found.high) == (0, 0, 0)
    assert not found.first_is_worse
    assert not found.second_is_worse


def test_pairing_sees_what_two_intervals_side_by_side_hide():
    rng = np.random.default_rng(0)
    y = rng.normal(size=300)
    hard = rng.normal(scale=5, size=300)  # some rows are hard for both
    one = Outcome(target=NUMBER, y_true=y, y_pred=y + hard)
    other = Outcome(target=NUMBER, y_true=y, y_pred=y + hard * 0.97)
    assert differences(one, other, ["rmse"], level=0.95, seed=0)["rmse"].first_is_worse


def test_a_metric_that_one_lacks_has_no_difference():
    one, other = drawn(0)
    bare = replace(one, y_proba=None)
    assert differences(bare, other, ["roc_auc"], level=0.95, seed=0)["roc_auc"].value is None


@pytest.mark.parametrize(("a", "b"), list(product([0, 1, 4], [0, 2, 9])))
def test_mcnemar_is_the_exact_binomial_test(a, b):
    y = np.zeros(30, dtype=int)
    one, other = np.full(30, 0.1), np.full(30, 0.1)
    other[:a] = 0.9
    one[a : a + b] = 0.9
    found = mcnemar(outcome(y, one), outcome(y, other))
    assert (found.only_first, found.only_second) == (a, b)
    assert found.p_value == pytest.approx(binomtest(a, a + b).pvalue if a + b else 1.0)
