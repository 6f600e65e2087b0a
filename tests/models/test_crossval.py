from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from mlpipe.models.crossval import FoldScore, cross_validate, mean_and_spread
from mlpipe.models.fitting import ModelChoice, fit_estimator, fit_matrix, fit_plan, join_pipeline
from mlpipe.models.portfolio import COMPARED_ROWS, choose_candidates, compared_rows, rank
from mlpipe.models.registry import find_estimator
from mlpipe.params import TrainParams
from mlpipe.task import Task
from tests.models.frames import mixed_frame, training_rows
from tests.optional import some

LOGISTIC = ModelChoice(spec=find_estimator("logistic", Task.BINARY))


def scores(rows, choice, k=5, seed=0):
    return cross_validate(rows, [choice], replace(rows, seed=seed).folds(k), execute=map)


def test_scores_equal_a_pipeline_written_by_hand():
    frame, y = mixed_frame(300)
    by_hand = []
    for train, valid in StratifiedKFold(5, shuffle=True, random_state=0).split(frame, y):
        numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
        pipeline = make_pipeline(
            ColumnTransformer(
                [
                    ("n", numbers, ["age", "income"]),
                    ("m", MissingIndicator(features="all"), ["income"]),
                    ("c", OneHotEncoder(sparse_output=False), ["city"]),
                ]
            ),
            LogisticRegression(max_iter=1000),
        ).fit(frame.iloc[train], y[train])
        by_hand.append(roc_auc_score(y[valid] == "yes", pipeline.predict_proba(frame.iloc[valid])[:, 1]))
    found = [score.values["roc_auc"] for score in scores(training_rows(frame, y, Task.BINARY), LOGISTIC)]
    assert found == pytest.approx(by_hand, abs=1e-6)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_selection_happens_inside_each_fold(seed):
    # Selected before cross-validation, such noise scores 0.87.
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(100, 5000)), columns=[f"x{i}" for i in range(5000)])
    y = rng.permutation(np.repeat(["a", "b"], 50))
    rows = training_rows(frame, y, Task.BINARY, select="kbest", select_k=20)
    assert np.mean([score.values["accuracy"] for score in scores(rows, LOGISTIC)]) <= 0.65


def test_resampling_happens_inside_each_fold():
    # Resampled before cross-validation, a nearest-neighbour model scores 0.83 on such noise.
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(1000, 10)), columns=[f"x{i}" for i in range(10)])
    y = np.where(rng.random(1000) < 0.1, "rare", "common")
    rows = training_rows(frame, y, Task.BINARY, resample="smote")
    knn = ModelChoice(spec=find_estimator("knn", Task.BINARY))
    assert np.mean([score.values["balanced_accuracy"] for score in scores(rows, knn)]) <= 0.62


def test_refitting_the_plan_gives_the_same_model_as_the_saved_matrix():
    frame, y = mixed_frame(400)
    rows = training_rows(frame, y, Task.BINARY, encode="target", resample="smote")
    fitted = fit_matrix(rows.plan, frame, y, task=Task.BINARY)
    plain = fit_plan(rows.plan, frame, y, task=Task.BINARY)
    assert (fitted.X[: len(plain.X)] == plain.X).all()
    assert len(fitted.X) > len(plain.X)
    once = fit_estimator(LOGISTIC, fitted.X, fitted.y, features=fitted.features).estimator
    again = fit_matrix(rows.plan, frame, y, task=Task.BINARY)
    twice = fit_estimator(LOGISTIC, again.X, again.y, features=again.features).estimator
    once, twice = join_pipeline(fitted.preprocessor, once), join_pipeline(plain.preprocessor, twice)
    assert (once.predict_proba(frame) == twice.predict_proba(frame)).all()


def test_ranking_puts_the_best_first_and_the_dummy_at_chance():
    frame, y = mixed_frame(300)
    rows = training_rows(frame, y, Task.BINARY)
    choices = [c for c in choose_candidates(TrainParams(), Task.BINARY) if "tree" not in c.spec.name]
    found = cross_validate(rows, choices, rows.folds(3), execute=map)
    standings = rank(found, "roc_auc", greater_is_better=True)
    means = [some(standing.means["roc_auc"]) for standing in standings]
    assert means == sorted(means, reverse=True)
    assert standings[-1].model == "dummy"
    assert means[-1] == 0.5
    losses = rank(found, "log_loss", greater_is_better=False)
    assert losses[0].means["log_loss"] == min(some(s.means["log_loss"]) for s in losses)


@pytest.mark.parametrize("greater_is_better", [True, False])
def test_a_model_whose_metric_is_undefined_comes_last_and_ties_keep_their_order(*, greater_is_better: bool) -> None:
    values = {"undefined": None, "first": 0.5, "second": 0.5, "negative": -2.0}
    found = [FoldScore(model=m, fold=0, n_train=1, n_valid=1, values={"r2": value}) for m, value in values.items()]
    standings = rank(found, "r2", greater_is_better=greater_is_better)
    best = ["first", "second", "negative"] if greater_is_better else ["negative", "first", "second"]
    assert [standing.model for standing in standings] == [*best, "undefined"]


def test_spread_is_over_the_folds_where_a_metric_is_defined():
    assert mean_and_spread([1.0, None, 3.0]) == pytest.approx((2.0, 2**0.5))
    assert mean_and_spread([None]) == (None, None)


def test_very_many_rows_are_compared_on_a_part_in_order():
    assert len(compared_rows(500, 0)) == 500
    chosen = compared_rows(COMPARED_ROWS * 3, 0)
    assert len(set(chosen.tolist())) == COMPARED_ROWS
    assert (np.diff(chosen) > 0).all()


def test_rows_dropped_for_outliers_are_not_counted_as_learnt_from():
    frame, y = mixed_frame(120)
    frame["age"] = np.linspace(20, 60, 120)
    frame["income"] = np.linspace(1, 2, 120)
    frame.loc[:2, "age"] = 1e6
    rows = training_rows(frame, y, Task.BINARY, outliers="drop")
    folds = rows.folds(3)
    found = scores(rows, ModelChoice(spec=find_estimator("dummy", Task.BINARY)), k=3)
    assert [score.n_train for score in found] == [len(fold.train) - (fold.train <= 2).sum() for fold in folds]
    assert [score.n_valid for score in found] == [len(fold.valid) for fold in folds]
