"""What a reader is warned of, and what not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlpipe.metrics.caveats import find_caveats
from mlpipe.metrics.outcome import Outcome
from mlpipe.metrics.results import Measure, measure
from tests.targets import NO_YES, classes

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
    outcome = Outcome(target=NO_YES, y_true=labels, y_pred=labels, y_proba=proba)
    (worry,) = find_caveats(outcome, {})
    assert worry.startswith("Probabilities of 'yes' are too high: 36 % on average where 6.0 % of the rows are.")
    calm = replace(outcome, y_proba=np.column_stack([np.full(n_rows, 0.93), np.full(n_rows, 0.07)]))
    assert find_caveats(calm, {}) == ()


def test_unknown_and_absent_labels():
    outcome = Outcome(
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
    outcome = Outcome(target=NO_YES, y_true=nothing, y_pred=nothing)
    assert find_caveats(outcome, {})[0].startswith("Only 0 rows")
