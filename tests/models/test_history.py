from __future__ import annotations

import numpy as np
import pytest

from mlpipe.models.fitting import ModelChoice, fit_estimator, fit_plan
from mlpipe.models.history import training_history
from mlpipe.models.registry import find_estimator
from mlpipe.models.unseen import Unseen
from mlpipe.task import Task
from tests.models.frames import mixed_frame, training_rows
from tests.optional import some
from tests.targets import NO_YES, NUMBER


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


def test_the_loss_on_rows_held_back_stands_beside_that_of_training_rows():
    frame, _ = mixed_frame(200)
    y = np.random.default_rng(0).permutation(np.repeat(["no", "yes"], 100))  # nothing to learn: it can only get worse
    rows = training_rows(frame, y, Task.BINARY)
    fitted = fit_plan(rows.plan, frame, y, task=Task.BINARY)
    choice = ModelChoice(spec=find_estimator("hist-gradient-boosting", Task.BINARY))
    X, features = fitted.X, fitted.features
    part = fit_estimator(choice, X[:150], y[:150], features=features).estimator
    unseen = Unseen(target=NO_YES, estimator=part, rowwise=True, X=X[150:], y=y[150:], features=features)
    history = training_history(fit_estimator(choice, X, y, features=features).estimator, X, y, unseen)
    assert history is not None
    assert history.valid is not None
    assert history.train[-1] < history.train[0]
    assert history.valid[-1] > history.valid[0]


@pytest.mark.parametrize("task", [Task.BINARY, Task.REGRESSION])
def test_a_network_goes_its_way_again_to_tell_its_loss_on_rows_held_back(task):
    frame, labels = mixed_frame(240)
    y = labels if task is Task.BINARY else 1000 + 50 * frame["age"].to_numpy()
    fitted = fit_plan(training_rows(frame, y, task).plan, frame, y, task=task)
    X, features = fitted.X, fitted.features
    choice = ModelChoice(spec=find_estimator("mlp", task), params=(("max_iter", "25"),))
    part = fit_estimator(choice, X[:200], y[:200], features=features).estimator
    target = NO_YES if task is Task.BINARY else NUMBER
    learnt = (X[:200], y[:200])
    unseen = Unseen(
        target=target, estimator=part, rowwise=False, X=X[200:], y=y[200:], features=features, learnt=learnt
    )
    history = some(training_history(fit_estimator(choice, X, y, features=features).estimator, X, y, unseen))
    valid = some(history.valid)
    assert len(valid) == len(history.train) == 25
    assert valid[-1] < valid[0]
    assert not history.valid_is_score
    if task is Task.REGRESSION:
        squared = ((part.predict(X[200:]) - y[200:]) ** 2).mean() / y[:200].var() / 2
        assert valid[-1] == pytest.approx(squared, rel=0.3)


def test_the_loss_of_boosting_on_logarithms_is_that_of_logarithms():
    frame, _ = mixed_frame(200)
    y = np.exp(8 + 0.02 * frame["age"].to_numpy())
    fitted = fit_plan(training_rows(frame, y, Task.REGRESSION).plan, frame, y, task=Task.REGRESSION)
    spec = find_estimator("hist-gradient-boosting", Task.REGRESSION)
    choice = ModelChoice(spec=spec, params=(("max_iter", "20"),), target_transform="log")
    X, features = fitted.X, fitted.features
    estimator = fit_estimator(choice, X, y, features=features).estimator
    unseen = Unseen(target=NUMBER, estimator=estimator, rowwise=True, X=X[150:], y=y[150:], features=features)
    history = some(training_history(estimator, X, y, unseen))
    errors = (np.log(estimator.predict(X)) - np.log(y)) ** 2
    assert history.train[-1] == pytest.approx(errors.mean())
    assert some(history.valid)[-1] == pytest.approx(errors[150:].mean())
