"""What a reader is warned of, and what not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mlpipe.metrics.caveats import find_caveats, interval_coverage
from mlpipe.metrics.results import Measure, measure
from tests.targets import classes, labelled

from .conftest import make_classes, make_values


def test_a_sound_evaluation_has_no_worries(rng):
    outcome = make_classes(rng, n_rows=2000)
    assert find_caveats(outcome, measure(outcome, ["accuracy"], n_resamples=20)) == ()
    values = make_values(rng)
    assert find_caveats(values, measure(values, ["r2"], n_resamples=20)) == ()


def test_few_rows_and_rare_classes(rng):
    few = find_caveats(make_classes(rng, n_rows=60), {})
    assert few[0].startswith("Only 60 rows")
    assert "rows are 'a'" in few[1] or "rows are 'b'" in few[1]


def test_probabilities_after_resampling_are_too_high():
    n_rows = 2000
    labels = np.where(np.arange(n_rows) < 120, "yes", "no")
    proba = np.column_stack([np.full(n_rows, 0.64), np.full(n_rows, 0.36)])
    outcome = labelled(y_true=labels, y_pred=labels, y_proba=proba)
    (worry,) = find_caveats(outcome, {})
    assert worry.startswith("Probabilities of 'yes' are too high: 36 % on average where 6.0 % of the rows are.")
    calm = replace(outcome, y_proba=np.column_stack([np.full(n_rows, 0.93), np.full(n_rows, 0.07)]))
    assert find_caveats(calm, {}) == ()


def test_unknown_and_absent_labels():
    outcome = labelled(
        target=classes("a", "b"),
        y_true=np.array(["a", "new"] * 200),
        y_pred=np.array(["a", "a"] * 200),
    )
    worries = find_caveats(outcome, {})
    assert worries[0] == "200 rows have a label that the model has never seen ('new'): counted as errors."
    assert worries[1] == "Classes without rows here, of which nothing can be said: 'b'."


def test_too_good_to_be_true(rng):
    perfect = {"accuracy": Measure(value=1.0), "roc_auc": Measure(value=1.0)}
    worries = find_caveats(make_classes(rng, n_rows=2000), perfect)
    assert worries == ("accuracy and roc_auc are perfect: look for a column that gives it away.",)


def test_no_rows_at_all():
    nothing = np.array([], dtype="U3")
    outcome = labelled(y_true=nothing, y_pred=nothing)
    assert find_caveats(outcome, {})[0].startswith("Only 0 rows")


@pytest.mark.parametrize(
    ("called", "n_positive", "n_rows", "told"),
    [
        (0.375, 250, 1000, False),  # half as much again is not yet too much
        (0.376, 250, 1000, True),
        (0.7, 250, 1000, True),
        (0.109, 60, 1000, False),  # under five points more
        (0.1101, 60, 1000, True),
        (0.5, 9, 100, False),  # fewer than ten rows
        (0.5, 10, 100, True),
    ],
)
def test_probabilities_are_inflated_from_half_as_much_again_on(called, n_positive, n_rows, told):
    labels = np.where(np.arange(n_rows) < n_positive, "yes", "no")
    proba = np.column_stack([np.full(n_rows, 1 - called), np.full(n_rows, called)])
    found = find_caveats(labelled(y_true=labels, y_pred=labels, y_proba=proba), {})
    assert any("Probabilities of 'yes'" in sentence for sentence in found) is told


@pytest.mark.parametrize(("n_rows", "told"), [(99, True), (100, False)])
def test_few_rows_are_fewer_than_a_hundred(n_rows, told):
    labels = np.array(["no", "yes"] * 50)[:n_rows]
    found = find_caveats(labelled(y_true=labels, y_pred=labels), {})
    assert any(sentence.startswith(f"Only {n_rows} rows: ") for sentence in found) is told


@pytest.mark.parametrize(("rows", "told"), [(1, "1 row is"), (49, "49 rows are"), (50, "")])
def test_a_class_is_rare_below_fifty_rows(rows, told):
    labels = np.array(["no"] * 200 + ["yes"] * rows)
    found = [s for s in find_caveats(labelled(y_true=labels, y_pred=labels), {}) if "uncertain" in s]
    assert found == ([f"Only {told} 'yes': scores that depend on this class are uncertain."] if told else [])


@pytest.mark.parametrize(("value", "told"), [(0.9998, False), (0.9999, True)])
def test_too_good_begins_just_below_one(value, told):
    outcome = make_values(np.random.default_rng(0))
    assert any("perfect" in sentence for sentence in find_caveats(outcome, {"r2": Measure(value=value)})) is told


def test_few_rows_say_how_wide_the_interval_is():
    outcome = labelled(y_true=np.array(["no", "yes"] * 10), y_pred=np.array(["no", "yes"] * 10))
    told = find_caveats(outcome, {"accuracy": Measure(value=0.8, low=0.62, high=0.91)})[0]
    assert told.startswith("Only 20 rows: ")
    assert told.endswith("accuracy may be anything from 0.62 to 0.91.")


@pytest.mark.parametrize(("reach", "too_few"), [(1.0, True), (1.645, False), (3.0, False)])
def test_intervals_that_hold_too_few_rows_are_told(reach, too_few):
    left = np.random.default_rng(0).normal(size=2000)
    told, found = interval_coverage(np.zeros(2000), left, reach, 0.9)
    assert found == too_few
    assert told.startswith("intervals made to hold 90 % of the rows hold ")
