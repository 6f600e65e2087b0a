"""Wrappers of optional libraries: skipped where a library is not installed."""

from __future__ import annotations

import os

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import log_loss

from mlpipe.artifacts.fitted.unpickle import dump_joblib, load_joblib, trace_globals
from mlpipe.errors import ParameterError, UsageError
from mlpipe.models import estimator_spec
from mlpipe.models.comparison.candidates import choose_portfolio, models_of
from mlpipe.models.estimators import build_estimator
from mlpipe.models.fitting import ModelChoice, fit_estimator
from mlpipe.models.history import training_history
from mlpipe.models.registry import find_estimator
from mlpipe.models.streaming.fitting import fit_by_blocks, learns_from_blocks
from mlpipe.models.streaming.matrix_rows import ArrayRows
from mlpipe.task import Task
from tests.features.streaming.blocks import small_blocks
from tests.models.frames import numbers
from tests.optional import some

NAMES = ("lightgbm", "xgboost", "catboost")
FEW = {"lightgbm": {"n_estimators": 30}, "xgboost": {"n_estimators": 30}, "catboost": {"iterations": 30}}


TASKS = (Task.BINARY, Task.MULTICLASS, Task.REGRESSION)


def rows(task, n=300):
    """Numbers with gaps, and a category that is told by its codes."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 4))
    X[:, 2] = rng.integers(0, 6, n)
    score = np.nan_to_num(X[:, 0]) + 2.0 * (X[:, 2] == 3)
    X[rng.random((n, 4)) < 0.05] = np.nan
    if task is Task.REGRESSION:
        return X, score * 10 + 40
    return X, np.array(["a", "b", "c"][: 2 if task is Task.BINARY else 3])[
        np.digitize(score, [0.5] if task is Task.BINARY else [0.0, 1.0])
    ]


def build(name, task, **params):
    pytest.importorskip(name)
    return find_estimator(name, task).load()(**FEW[name], categories=(2,), random_state=0, **params)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("weighed", [False, True])
@pytest.mark.parametrize("name", ["lightgbm", "xgboost"])
def test_what_is_learnt_block_by_block_is_what_all_rows_at_once_teach(monkeypatch, name, weighed, task):
    small_blocks(monkeypatch)
    model, (X, y) = build(name, task, **({} if name == "lightgbm" else {"subsample": 0.7})), rows(task, n=1_050)
    X[:30, 2] = -1
    weights = np.random.default_rng(1).integers(0, 4, len(X)).astype(float) if weighed else None
    assert learns_from_blocks(model)
    whole = clone(model).fit(X, y, weights)
    found = fit_by_blocks(clone(model), ArrayRows(X=X, y=y, weights=weights))
    assert found.model_ == whole.model_
    assert vars(found).keys() == vars(whole).keys()
    assert answers(found, X).tolist() == answers(whole, X).tolist()


def test_catboost_takes_all_rows_at_once():
    assert not learns_from_blocks(build("catboost", Task.BINARY))


def answers(model, X):
    return model.predict(X) if not hasattr(model, "predict_proba") else model.predict_proba(X)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("name", NAMES)
def test_a_wrapper_learns_is_kept_as_its_own_format_and_repeats_itself(name, task):
    model, (X, y) = build(name, task), rows(task)
    fitted = clone(model).fit(X, y)
    assert fitted.score(X, y) > 0.5
    data = dump_joblib(fitted)
    assert dump_joblib(clone(model).fit(X, y)) == data
    assert not [module for module, _ in trace_globals(fitted) if module.partition(".")[0] == name]
    again = load_joblib(data)
    assert (answers(again, X) == answers(fitted, X)).all()
    assert dump_joblib(again) == data


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("name", NAMES)
def test_a_row_alone_gets_the_number_that_it_gets_among_others(name, task):
    X, y = rows(task)
    fitted = build(name, task).fit(X, y)
    together = answers(fitted, X)
    assert all((answers(fitted, X[i : i + 1]) == together[i : i + 1]).all() for i in range(20))


@pytest.mark.parametrize("name", NAMES)
def test_levels_that_training_has_not_seen_are_answered(name):
    X, y = rows(Task.BINARY)
    fitted = build(name, Task.BINARY).fit(X, y)
    X[:, 2] = np.resize([-1.0, 99.0, np.nan], 300)
    assert np.isfinite(fitted.predict_proba(X)).all()


@pytest.mark.parametrize("name", NAMES)
def test_the_plans_categories_reach_the_library(name):
    pytest.importorskip(name)
    X, y = rows(Task.BINARY)
    features = list(numbers(X))
    features[2] = type(features[2])(name="x2", column="x2", kind="category")
    params = tuple((key, repr(value)) for key, value in FEW[name].items())
    choice = ModelChoice(spec=find_estimator(name, Task.BINARY), params=params)
    assert fit_estimator(choice, X, y, features=features).estimator.categories == [2]


@pytest.mark.parametrize("name", NAMES)
def test_a_library_that_is_not_installed_is_named_with_the_way_to_install_it(name, monkeypatch):
    monkeypatch.setattr(estimator_spec, "find_spec", lambda library: None)
    with pytest.raises(UsageError, match=rf"(?s){name} needs {name}.*mlpipe\[boost\]"):
        find_estimator(name, Task.BINARY).check_installed()
    assert name not in models_of(Task.BINARY)


def test_the_portfolio_takes_what_is_installed(monkeypatch):
    def names(quality):
        found = choose_portfolio(Task.REGRESSION, n_rows=500, quality=quality, class_weight="none", seed=0)
        return [candidate.name for candidate in found]

    monkeypatch.setattr(estimator_spec, "find_spec", lambda library: True)
    assert set(NAMES) <= set(names("best"))
    assert "xgboost" not in names("good")
    assert names("fast") == ["ridge", "hist-gradient-boosting", "dummy"]


@pytest.mark.parametrize(
    ("name", "typed", "near"),
    [
        ("lightgbm", "objective=quantil", "objective=quantile"),
        ("xgboost", "objective=reg:gama", "objective=reg:gamma"),
        ("catboost", "loss_function=rmse", "loss_function=RMSE"),
    ],
)
def test_a_loss_that_is_none_is_answered_with_the_nearest(name, typed, near):
    pytest.importorskip(name)
    with pytest.raises(UsageError, match=rf"must be .* among .*\nDid you mean {near}\?"):
        build_estimator(find_estimator(name, Task.REGRESSION), params=(tuple(typed.split("=")),))


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [("lightgbm", "objective", "multiclass"), ("xgboost", "objective", "multi:softprob"),
     ("catboost", "loss_function", "Quantile:alpha=7")],
)  # fmt: skip
def test_what_only_the_library_can_refuse_is_told_in_its_words(name, key, value):
    pytest.importorskip(name)
    task = Task.REGRESSION if name == "catboost" else Task.BINARY
    choice = ModelChoice(spec=find_estimator(name, task), params=((key, value),))
    X = np.arange(40.0)[:, None]
    y = X[:, 0] if name == "catboost" else np.where(X[:, 0] > 20, "b", "a")
    with pytest.raises(ParameterError, match=f"{name} could be fitted, but not with .*{value}.*: "):
        fit_estimator(choice, X, y, features=numbers(X))


@pytest.mark.parametrize("loss", ["RMSE", "Poisson", "Tweedie:variance_power=1.5"])
def test_catboost_answers_with_the_quantity_itself_where_it_learns_the_logarithm(loss):
    pytest.importorskip("catboost")
    X = np.random.default_rng(0).uniform(size=(200, 1))
    y = 100 * np.exp(2 * X[:, 0])
    params = (("loss_function", loss), ("iterations", "200"))
    choice = ModelChoice(spec=find_estimator("catboost", Task.REGRESSION), params=params)
    predicted = fit_estimator(choice, X, y, features=numbers(X)).estimator.predict(X)
    assert np.corrcoef(predicted, y)[0, 1] > 0.99
    assert predicted.mean() == pytest.approx(y.mean(), rel=0.1)


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS, Task.REGRESSION])
@pytest.mark.parametrize("name", NAMES)
def test_the_loss_after_each_round_ends_where_the_answer_is(name, task):
    pytest.importorskip(name)
    X, y = rows(task)
    choice = ModelChoice(spec=find_estimator(name, task), params=tuple((k, str(v)) for k, v in FEW[name].items()))
    model = fit_estimator(choice, X, y, features=numbers(X)).estimator
    history = some(training_history(model, X, y))
    assert len(history.train) == 30
    assert history.train[-1] < history.train[0]
    if task is Task.REGRESSION:
        assert history.train[-1] == pytest.approx(((model.predict(X) - y) ** 2).mean())
    else:
        proba = model.predict_proba(X)  # of xgboost in single precision
        assert history.train[-1] == pytest.approx(log_loss(y, proba / proba.sum(axis=1, keepdims=True)), rel=1e-4)


@pytest.mark.parametrize("task", [Task.BINARY, Task.REGRESSION])
def test_catboost_left_to_itself_is_the_librarys_own(task):
    """It chooses the learning rate by rows and rounds, unless a penalty is given, be it the one that it would take."""
    catboost = pytest.importorskip("catboost")
    X, y = rows(task)
    own = catboost.CatBoostRegressor if task is Task.REGRESSION else catboost.CatBoostClassifier
    rates = []
    for given in ({}, {"l2_leaf_reg": 3.0}):
        learnt = find_estimator("catboost", task).load()(iterations=30, random_state=0, **given).fit(X, y)
        theirs = own(iterations=30, random_seed=0, verbose=0, thread_count=1, allow_writing_files=False, **given)
        theirs.fit(X, y)
        expected = theirs.predict(X) if task is Task.REGRESSION else theirs.predict_proba(X)
        assert answers(learnt, X) == pytest.approx(expected, abs=1e-9)
        rates.append(theirs.get_all_params()["learning_rate"])
    assert rates[0] > 0.1
    assert rates[1] == pytest.approx(0.03)


def test_catboost_needs_no_folder(monkeypatch):
    pytest.importorskip("catboost")
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 3))

    def learnt():
        model = find_estimator("catboost", Task.REGRESSION).load()(iterations=5).fit(X, X[:, 0])
        return model.model_, model.predict(X).tolist()

    usual = learnt()
    monkeypatch.setattr("tempfile._get_default_tempdir", lambda: pytest.fail("no folder is writable"))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert learnt() == usual
    monkeypatch.undo()
    monkeypatch.delattr(os, "memfd_create", raising=False)
    assert learnt() == usual
