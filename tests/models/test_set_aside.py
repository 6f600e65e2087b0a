"""Validation rows where training rows are resampled: rows that came, which no made-up row knows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mlpipe.models.fitting import ModelChoice, TrainingMatrix, fit_matrix
from mlpipe.models.neural.aside import choose_aside
from mlpipe.models.registry import find_estimator
from mlpipe.models.set_aside import set_aside
from mlpipe.models.watching import Watching
from mlpipe.task import Task
from tests.models.frames import training_rows
from tests.optional import some

FRAME = pd.DataFrame({"a": np.random.default_rng(0).normal(size=200), "b": np.arange(200.0)})
Y = np.array(["common"] * 170 + ["rare"] * 30)


def choice(name: str, *params: tuple[str, str]) -> ModelChoice:
    return ModelChoice(spec=find_estimator(name, Task.BINARY), params=params)


def resampled(sampler: str) -> tuple[TrainingMatrix, object]:
    rows = training_rows(FRAME, Y, Task.BINARY, resample=sampler)
    return fit_matrix(rows.plan, FRAME, Y, task=Task.BINARY), rows.plan


def as_set(X: np.ndarray) -> set[tuple[float, ...]]:
    return {tuple(row) for row in X}


@pytest.mark.parametrize("sampler", ["random-over", "smote", "random-under"])
def test_rows_set_aside_are_none_of_those_learnt_from_nor_made_of(sampler: str) -> None:
    matrix, plan = resampled(sampler)
    assert matrix.before is not None
    learnt, watching = set_aside(choice("torch-mlp"), matrix, plan)  # type: ignore[arg-type]
    assert watching.rows is not None
    X, y = watching.rows
    assert len(y) == 30
    assert set(y) == {"common", "rare"}
    assert as_set(X) <= as_set(matrix.before[0])
    assert not as_set(X) & as_set(learnt.X)
    counts = np.unique(learnt.y, return_counts=True)[1]
    assert counts[0] == counts[1], "the others are resampled anew"


def test_nothing_is_set_aside_where_nobody_watches_or_others_do() -> None:
    matrix, plan = resampled("random-over")
    given = Watching(rows=matrix.before)
    for one, seen in (
        (choice("logistic"), Watching()),
        (choice("torch-linear"), Watching()),
        (choice("torch-mlp", ("patience", "none")), Watching()),
        (choice("torch-mlp"), given),
    ):
        learnt, watching = set_aside(one, matrix, plan, seen)  # type: ignore[arg-type]
        assert learnt is matrix
        assert watching is seen
    plain = fit_matrix(training_rows(FRAME, Y, Task.BINARY).plan, FRAME, Y, task=Task.BINARY)
    assert set_aside(choice("torch-mlp"), plain, plan)[0] is plain  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(20))
def test_the_only_row_of_a_class_is_learnt_from_and_classes_of_more_are_on_both_sides(seed: int) -> None:
    y = np.array(["a"] * 14 + ["b"] * 8 + ["lone"])
    kept, aside = some(choose_aside(y, seed=seed))
    assert sorted([*kept, *aside]) == list(range(23))
    assert set(y[kept]) == {"a", "b", "lone"}
    assert set(y[aside]) == {"a", "b"}
