from __future__ import annotations

import numpy as np
import pytest

from mlpipe.models.comparison.auto import portfolio_of
from mlpipe.models.comparison.candidates import Candidate
from mlpipe.models.comparison.footprint import MOST_BYTES, MOST_TREES, ROUNDS, too_large
from mlpipe.models.fitting import ModelChoice
from mlpipe.models.registry import find_estimator
from mlpipe.params import PreprocessParams, TrainParams
from mlpipe.task import Task
from tests.models.frames import columns_of, mixed_frame, training_rows


def candidate(model: str, **params: str) -> Candidate:
    choice = ModelChoice(spec=find_estimator(model, Task.MULTICLASS), params=tuple(params.items()))
    return Candidate(name=model, choice=choice)


def test_a_forest_of_too_many_classes_is_left_out_from_the_limit_on() -> None:
    forest = candidate("random-forest", n_estimators="100")
    just = int(MOST_BYTES / (100 * 8 * 1000))
    assert too_large(forest, n_rows=just, n_classes=1000) == ""
    assert too_large(forest, n_rows=just + 2, n_classes=1000) == "for 1,000 classes it would take about 2 GB of memory"
    assert too_large(forest, n_rows=16_000, n_classes=1000) == "for 1,000 classes it would take about 13 GB of memory"
    assert too_large(forest, n_rows=1_000_000, n_classes=2) == ""


@pytest.mark.parametrize(
    ("model", "trees"),
    [
        ("hist-gradient-boosting", "20,100 trees"),
        ("gradient-boosting", "20,100 trees"),
        ("catboost", "100 trees, a value for each in every leaf"),
    ],
)
def test_boosting_of_too_many_classes_is_left_out_from_the_limit_on(model: str, trees: str) -> None:
    name = ROUNDS[model]
    boosting = candidate(model, **{name: "100"})
    assert too_large(boosting, n_rows=1000, n_classes=MOST_TREES // 100) == ""
    assert too_large(boosting, n_rows=1000, n_classes=MOST_TREES // 100 + 1) == (
        f"for 201 classes it would grow {trees}"
    )
    assert too_large(candidate(model, **{name: "100000"}), n_rows=1000, n_classes=2) == ""


def test_others_are_not_estimated() -> None:
    assert too_large(candidate("logistic"), n_rows=10**6, n_classes=10**4) == ""


def test_the_portfolio_says_what_it_left_out() -> None:
    frame, _ = mixed_frame(500)
    rows = training_rows(frame, np.array([f"c{i % 250}" for i in range(500)]), Task.MULTICLASS)
    contest = portfolio_of(rows, TrainParams(), PreprocessParams(), columns_of(frame))
    assert "hist-gradient-boosting" not in {candidate.name for candidate in contest.candidates}
    assert "auto left out hist-gradient-boosting: for 250 classes it would grow 25,000 trees" in contest.notes
    assert "logistic" in {candidate.name for candidate in contest.candidates}
