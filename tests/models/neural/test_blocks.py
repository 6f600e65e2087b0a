"""Nets that learn block by block: the same descent where a step takes all rows, one as good where it does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from mlpipe.models.registry import find_estimator
from mlpipe.models.streaming.fitting import fit_by_blocks, learns_from_blocks
from mlpipe.models.streaming.matrix_rows import ArrayRows
from mlpipe.task import Task
from tests.features.streaming.blocks import BLOCK, small_blocks

pytest.importorskip("torch", reason="torch is not installed: nets are not tested")

RNG = np.random.default_rng(0)
N = 1_050
X = RNG.normal(size=(N, 4))
X[:, 3] = RNG.integers(0, 5, N)
SIGNAL = X[:, :3] @ [1.0, -2.0, 0.5] + (X[:, 3] == 2) + RNG.normal(size=N) / 4
TARGETS: dict[Task, Any] = {
    Task.BINARY: np.where(SIGNAL > 0, "yes", "no"),
    Task.MULTICLASS: np.array(["high", "low", "mid"])[np.digitize(SIGNAL, [-1, 1])],
    Task.REGRESSION: 200_000 + 50_000 * SIGNAL,
}


@pytest.fixture(autouse=True)
def blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    small_blocks(monkeypatch)


def net(name: str, task: Task, **params: Any) -> Any:
    return find_estimator(name, task).load()(random_state=0, **params)


@pytest.mark.parametrize("weights", [None, RNG.random(N)], ids=["alike", "weighed"])
@pytest.mark.parametrize("task", TARGETS)
def test_a_step_on_all_rows_is_the_same_whether_they_come_at_once_or_not(task: Task, weights: Any) -> None:
    model = net("torch-linear", task, l1=0.001, l2=0.01, epochs=15)
    whole = clone(model).fit(X, TARGETS[task], weights)
    found = fit_by_blocks(clone(model), ArrayRows(X=X, y=TARGETS[task], weights=weights))
    for name, array in whole.weights_.items():
        np.testing.assert_allclose(found.weights_[name], array, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(found.history_["train_loss"], whole.history_["train_loss"], rtol=1e-6)
    assert vars(found).keys() == vars(whole).keys()


@pytest.mark.parametrize("task", TARGETS)
def test_rows_in_the_order_of_their_target_are_learnt_as_well_as_in_any(task: Task) -> None:
    model = net("torch-mlp", task, hidden=(32,), categories=(3,), epochs=12, batch_size=25, patience=None)
    order = np.argsort(SIGNAL)
    rows = ArrayRows(X=X[order], y=TARGETS[task][order])
    found = fit_by_blocks(clone(model), rows)
    assert found.score(X, TARGETS[task]) > clone(model).fit(rows.X, rows.y).score(X, TARGETS[task]) - 0.02
    again = fit_by_blocks(clone(model), rows)
    assert [a.tobytes() for a in again.weights_.values()] == [a.tobytes() for a in found.weights_.values()]
    assert found.n_levels_ == [5]


def test_progress_is_watched_on_rows_set_aside_or_given() -> None:
    told: list[int] = []
    model = net("torch-mlp", Task.BINARY, hidden=(8,), epochs=3, patience=2)
    rows = ArrayRows(X=X, y=TARGETS[Task.BINARY])
    aside = fit_by_blocks(clone(model), rows)
    watching = {"validation": (X[:50], np.full(50, "yes")), "watch": lambda epoch, *_: told.append(epoch)}
    given = fit_by_blocks(clone(model), rows, watching=watching)
    assert told == [1, 2, 3]
    assert len(aside.history_["valid_loss"]) == len(given.history_["valid_loss"]) == 3
    assert aside.history_["valid_loss"][0] != given.history_["valid_loss"][0]


def test_batches_larger_than_a_block_need_rows_in_memory() -> None:
    assert learns_from_blocks(net("torch-mlp", Task.BINARY, batch_size="full"))
    assert learns_from_blocks(net("torch-mlp", Task.BINARY, batch_size=BLOCK))
    assert not learns_from_blocks(net("torch-mlp", Task.BINARY, batch_size=BLOCK + 1))
