"""Validation rows where training rows are resampled: rows that came, which no made-up row knows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mlpipe.models.bonds import Bonds
from mlpipe.models.fitting import ModelChoice, TrainingMatrix, fit_matrix
from mlpipe.models.neural.aside import choose_aside
from mlpipe.models.registry import find_estimator
from mlpipe.models.set_aside import choose_tied, set_aside
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


GROUPS = np.arange(200) // 8
TIME = np.random.default_rng(1).permutation(200) // 2


@pytest.mark.parametrize(
    "labels", [Y, np.arange(200.0), np.column_stack([np.arange(200) % 2, np.arange(200) % 3 == 0])]
)
def test_whole_groups_are_set_aside(labels: np.ndarray) -> None:
    kept, aside = some(choose_tied(labels, Bonds(groups=GROUPS), seed=0))
    assert sorted([*kept, *aside]) == list(range(200))
    assert not set(GROUPS[kept]) & set(GROUPS[aside])
    assert 16 <= len(aside) <= 48


def test_the_newest_rows_are_set_aside_with_all_of_their_time() -> None:
    kept, aside = some(choose_tied(Y, Bonds(order=TIME, groups=GROUPS), seed=0))
    assert len(aside) == 30
    assert TIME[kept].max() < TIME[aside].min()


@pytest.mark.parametrize(
    "bonds",
    [Bonds(order=np.zeros(200)), Bonds(groups=np.zeros(200, dtype=int)), Bonds(order=np.repeat([0, 1], [80, 120]))],
)
def test_nothing_is_set_aside_where_the_rows_cannot_be_divided(bonds: Bonds) -> None:
    assert choose_tied(Y, bonds, seed=0) is None


def test_classes_of_one_group_are_learnt_though_it_is_set_aside() -> None:
    y = np.array([f"class {group % 5}" if group < 10 else f"alone {group}" for group in GROUPS])
    kept, aside = some(choose_tied(y, Bonds(groups=GROUPS), seed=0))
    assert set(y[kept]) == set(y)
    assert len(kept) + len(aside) == 200


@pytest.mark.parametrize("sampler", ["none", "random-over"])
def test_rows_that_are_tied_are_set_aside_for_the_estimator(sampler: str) -> None:
    rows = training_rows(FRAME, Y, Task.BINARY, resample=sampler)
    weights = np.arange(200.0)
    matrix = fit_matrix(rows.plan, FRAME, Y, task=Task.BINARY, weights=weights, bonds=Bonds(groups=GROUPS))
    learnt, watching = set_aside(choice("torch-mlp"), matrix, rows.plan)
    X, _ = some(watching.rows)
    raw = matrix.X if matrix.before is None else matrix.before[0]
    sides = [{int(group) for row in part for group in GROUPS[(raw == row).all(axis=1)]} for part in (X, learnt.X)]
    assert not sides[0] & sides[1]
    assert len(sides[0] | sides[1]) == 25
    if sampler == "none":
        assert some(learnt.weights).tolist() == [w for w in weights if GROUPS[int(w)] in sides[1]]
    assert set_aside(choice("logistic"), matrix, rows.plan)[0] is matrix


def test_a_wrapped_estimator_that_takes_no_rows_keeps_all() -> None:
    rows = training_rows(FRAME, np.arange(1.0, 201.0), Task.REGRESSION)
    matrix = fit_matrix(rows.plan, FRAME, rows.y, task=Task.REGRESSION, bonds=Bonds(groups=GROUPS))
    wrapped = ModelChoice(spec=find_estimator("torch-mlp", Task.REGRESSION), target_transform="log")
    assert set_aside(wrapped, matrix, rows.plan)[0] is matrix
    assert set_aside(replace(wrapped, target_transform="none"), matrix, rows.plan)[0] is not matrix
