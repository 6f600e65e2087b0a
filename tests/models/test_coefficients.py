from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from mlpipe.models.explaining.coefficients import linear_coefficients
from mlpipe.models.fitting import ModelChoice, fit_estimator, fit_plan
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
