from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from mlpipe.models.explain import column_importance, linear_coefficients
from mlpipe.models.fitting import ModelChoice, fit_estimator, fit_plan
from mlpipe.models.history import training_history
from mlpipe.models.registry import find_estimator
from mlpipe.task import Task
from tests.models.frames import mixed_frame, training_rows
from tests.optional import some
from tests.targets import NO_YES, NUMBER, classes


@pytest.mark.parametrize("scale", ["standard", "minmax", "robust", "none"])
@pytest.mark.parametrize("model", ["linear", "huber"])
def test_coefficients_are_told_in_original_units(scale, model):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"area": rng.normal(100, 30, 200), "rooms": rng.integers(1, 6, 200).astype(float)})
    y = 50_000 + 2000.0 * frame["area"].to_numpy() - 300.0 * frame["rooms"].to_numpy() + rng.normal(size=200)
    rows = training_rows(frame, y, Task.REGRESSION, scale=scale)
    fitted = fit_plan(rows.plan, frame, y, task=Task.REGRESSION)
    choice = ModelChoice(spec=find_estimator(model, Task.REGRESSION), params=(("alpha", "0.0"),) * (model == "huber"))
    estimator = fit_estimator(choice, fitted.X, y, features=fitted.features).estimator
    told = {c.feature: c.original for c in linear_coefficients(estimator, fitted.preprocessor, NUMBER)}
    by_hand = LinearRegression().fit(frame, y)
    assert told["area"] == pytest.approx(by_hand.coef_[0], rel=1e-3)
    assert told["rooms"] == pytest.approx(by_hand.coef_[1], rel=0.01)
    assert told["(intercept)"] == pytest.approx(by_hand.intercept_, rel=1e-3)


def test_coefficients_rebuild_the_log_odds():
    frame, y = mixed_frame(300)
    frame["income"] = frame["income"].fillna(20_000.0)
    rows = training_rows(frame, y, Task.BINARY)
    fitted = fit_plan(rows.plan, frame, y, task=Task.BINARY)
    choice = ModelChoice(spec=find_estimator("logistic", Task.BINARY))
    estimator = fit_estimator(choice, fitted.X, y, features=fitted.features).estimator
    told = {c.feature: c.original for c in linear_coefficients(estimator, fitted.preprocessor, NO_YES)}
    row = frame.iloc[7]
    odds = told["(intercept)"] + told["age"] * row["age"] + told["income"] * row["income"] + told[f"city_{row['city']}"]
    assert odds == pytest.approx(estimator.decision_function(fitted.X[7:8])[0])


@pytest.mark.parametrize("model", ["logistic", "random-forest", "hist-gradient-boosting", "knn", "naive-bayes"])
def test_importance_finds_the_column_that_matters(model):
    frame, _ = mixed_frame(400)
    y = np.where(frame["age"] > 40, "old", "young")
    rows = training_rows(frame, y, Task.BINARY)
    fitted = fit_plan(rows.plan, frame, y, task=Task.BINARY)
    choice = ModelChoice(spec=find_estimator(model, Task.BINARY))
    estimator = fit_estimator(choice, fitted.X, y, features=fitted.features).estimator
    found = column_importance(
        estimator, fitted.preprocessor, fitted.X, lambda X: float((estimator.predict(X) != y).mean()), seed=0
    )
    assert found[0].column == "age"
    assert {row.column for row in found} == {"age", "income", "city"}
    assert found[0].importance > 2 * found[1].importance


@pytest.mark.parametrize(("model", "falls"), [("mlp", True), ("gradient-boosting", True), ("decision-tree", None)])
def test_history_of_learners_that_iterate(model, falls):
    frame, y = mixed_frame(200)
    rows = training_rows(frame, y, Task.BINARY)
    fitted = fit_plan(rows.plan, frame, y, task=Task.BINARY)
    choice = ModelChoice(spec=find_estimator(model, Task.BINARY), params=(("max_iter", "30"),) * (model == "mlp"))
    history = training_history(fit_estimator(choice, fitted.X, y, features=fitted.features).estimator, fitted.X, y)
    if falls is None:
        assert history is None
    else:
        assert history is not None
        assert history.train[-1] < history.train[0]


def test_history_of_histogram_boosting_is_its_loss_on_training_rows():
    frame, y = mixed_frame(200)
    rows = training_rows(frame, y, Task.BINARY)
    fitted = fit_plan(rows.plan, frame, y, task=Task.BINARY)
    choice = ModelChoice(spec=find_estimator("hist-gradient-boosting", Task.BINARY), params=(("max_iter", "20"),))
    estimator = fit_estimator(choice, fitted.X, y, features=fitted.features).estimator
    history = training_history(estimator, fitted.X, y)
    given = estimator.predict_proba(fitted.X)[np.arange(200), (y == "yes").astype(int)]
    assert history is not None
    assert len(history.train) == 20
    assert history.train[-1] == pytest.approx(-np.log(given).mean())


def test_coefficients_of_two_classes_speak_for_the_positive_one():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=200)})
    y = np.where(frame["x"] > 0, "b", "a")
    fitted = fit_plan(training_rows(frame, y, Task.BINARY).plan, frame, y, task=Task.BINARY)
    choice = ModelChoice(spec=find_estimator("logistic", Task.BINARY))
    estimator = fit_estimator(choice, fitted.X, fitted.y, features=fitted.features).estimator
    told = {
        positive: linear_coefficients(estimator, fitted.preprocessor, classes("a", "b", positive=positive))
        for positive in ("a", "b")
    }
    for at_a, at_b in zip(told["a"], told["b"], strict=True):
        assert (at_a.label, at_b.label, at_a.feature) == ("a", "b", at_b.feature)
        assert at_a.original == pytest.approx(-some(at_b.original))
        assert at_a.scaled == -at_b.scaled
    assert told["b"][0].scaled > 0
