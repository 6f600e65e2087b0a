from __future__ import annotations

import numpy as np
import pytest

from mlpipe.metrics.registry import find_metric
from mlpipe.models.explaining import importance as explaining
from mlpipe.models.explaining.importance import MEASURED_ROWS, column_importance
from mlpipe.models.fitting import ModelChoice, fit_estimator, fit_plan
from mlpipe.models.predicting import predict_matrix
from mlpipe.models.registry import find_estimator
from mlpipe.task import Task
from tests.models.frames import mixed_frame, numbers, training_rows
from tests.targets import NUMBER, classes


def importance(model, metric, n=600):
    """Of a model fitted on half of the rows, measured on the others, where age alone decides."""
    frame, _ = mixed_frame(n)
    y = np.where(frame["age"] > 40, "old", "young")
    rows = training_rows(frame, y, Task.BINARY)
    fitted = fit_plan(rows.plan, frame, y, task=Task.BINARY)
    choice = ModelChoice(spec=find_estimator(model, Task.BINARY))
    half = n // 2
    estimator = fit_estimator(choice, fitted.X[:half], y[:half], features=fitted.features).estimator
    return column_importance(
        lambda X: predict_matrix(estimator, X, classes("old", "young"), rowwise=choice.spec.rowwise),
        fitted.X[half:], y[half:], fitted.features, find_metric(metric, Task.BINARY), seed=0,
    )  # fmt: skip


@pytest.mark.parametrize("model", ["logistic", "random-forest", "hist-gradient-boosting", "knn", "naive-bayes"])
def test_importance_finds_the_column_that_matters_in_one_unit_for_all_models(model):
    found = importance(model, "roc_auc")
    assert found[0].column == "age"
    assert {one.column for one in found} == {"age", "income", "city"}
    assert 0.3 < found[0].importance <= 0.6
    assert found[0].is_sure
    assert all(one.low <= one.importance <= one.high for one in found)
    assert not any(one.is_sure for one in found[1:])


def test_a_rise_of_an_error_is_importance_too():
    assert importance("logistic", "log_loss")[0].importance > 0.5


def test_the_unit_is_the_metrics():
    # A shuffled column that is all there is leaves the mean: r2 falls from 1 to about -1.
    X = np.linspace(0, 1, 500)[:, None]
    found = column_importance(
        lambda matrix: predict_matrix(Identity(), matrix, NUMBER, rowwise=True), X, X[:, 0], numbers(X),
        find_metric("r2", Task.REGRESSION), seed=0,
    )  # fmt: skip
    assert found[0].importance == pytest.approx(2.0, abs=0.1)
    assert found[0].low < 2.0 < found[0].high


class Identity:
    """Predicts its only feature."""

    def predict(self, X: np.ndarray) -> np.ndarray:
        return X[:, 0]


def test_more_rows_than_are_needed_are_sampled():
    seen = []

    class Counting(Identity):
        def predict(self, X: np.ndarray) -> np.ndarray:
            seen.append(len(X))
            return X[:, 0]

    X = np.zeros((MEASURED_ROWS + 1, 1))
    column_importance(
        lambda matrix: predict_matrix(Counting(), matrix, NUMBER, rowwise=True), X, np.arange(len(X)) * 1.0,
        numbers(X), find_metric("rmse", Task.REGRESSION), seed=0,
    )  # fmt: skip
    assert sum(seen) == MEASURED_ROWS * 6  # as they are, and shuffled five times


def test_what_is_asked_together_answers_as_if_asked_one_by_one(monkeypatch: pytest.MonkeyPatch):
    """Twelve columns on fifty rows are few calls, each as long as a batch allows, and the same numbers."""
    X = np.random.default_rng(0).normal(size=(50, 12))
    seen = []

    class Sum:
        def predict(self, matrix: np.ndarray) -> np.ndarray:
            seen.append(len(matrix))
            return np.asarray(matrix @ np.arange(12.0))

    def measured():
        return column_importance(
            lambda matrix: predict_matrix(Sum(), matrix, NUMBER, rowwise=True), X, X @ np.arange(12.0), numbers(X),
            find_metric("rmse", Task.REGRESSION), seed=0,
        )  # fmt: skip

    together = measured()
    assert seen == [50 * 61]
    assert together[0].importance > 10
    seen.clear()
    monkeypatch.setattr(explaining, "BATCH_ROWS", 99)
    assert [one.importance for one in measured()] == pytest.approx([one.importance for one in together])
    assert seen == [50] * 61
