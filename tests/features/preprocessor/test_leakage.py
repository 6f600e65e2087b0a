"""Fitting learns from the rows it is given and from no row's own target."""

import hashlib
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from mlpipe.data.schema import Role
from mlpipe.features.preprocessor.build import build_preprocessor
from mlpipe.features.preprocessor.feature_names import feature_names
from mlpipe.features.preprocessor.transform import transform
from mlpipe.models.comparison.candidates import PREPARED, Candidate
from mlpipe.models.comparison.rounds import score_fold
from mlpipe.models.fitting import ModelChoice, fit_matrix, fit_plan
from mlpipe.models.folds import Fold
from mlpipe.models.registry import find_estimator
from mlpipe.models.training_rows import TrainingRows
from mlpipe.params import ColumnRecipe
from mlpipe.task import Task
from tests.features.every_kind import GRADES, every_kind
from tests.features.tables import MIXED, column, fitted, labels, mixed_rows, plan_of, strings, target
from tests.targets import NO_YES, PREDICTED

NOISE_AND_SIGNAL = (column("x", Role.NUMERIC), column("code", Role.CATEGORICAL))


def noise_and_signal(seed, n=4000, n_levels=1500):
    """One number that matters and a category of very many levels that does not."""
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame({"x": rng.normal(size=n), "code": strings(f"l{i}" for i in rng.integers(0, n_levels, n))})
    y = np.where(rows["x"] + rng.normal(size=n) > 0, "yes", "no")
    return rows, y


def test_a_category_of_noise_does_not_drown_the_signal():
    gaps, leaks = [], []
    for seed in range(5):
        rows, y = noise_and_signal(seed)
        train, test = rows.iloc[:2000], rows.iloc[2000:]
        pipeline, matrix = fitted(train, y[:2000], NOISE_AND_SIGNAL)
        held_out = transform(pipeline, test)

        def auc(X, Z, y=y):
            model = LogisticRegression().fit(X, y[:2000])
            return roc_auc_score(y[2000:], model.decision_function(Z))

        alone = auc(matrix[:, :1], held_out[:, :1])
        gaps.append(alone - auc(matrix, held_out))
        leaks.append(alone - auc(transform(pipeline, train), held_out))
    assert np.mean(gaps) < 0.02
    assert np.mean(leaks) > 0.05, "the naive way would show here"


def other(y, i):
    """Another class than that of row `i`, or the other side of each of its labels."""
    return 1 - y[i] if y.ndim > 1 else y[np.flatnonzero(y != y[i])[0]]


@pytest.mark.parametrize("task", PREDICTED)
def test_a_row_s_own_target_does_not_move_its_encoding(task):
    X, y = mixed_rows(), target(task)
    plan = plan_of(X, y, MIXED[3:4], task=task, missing_indicator=False, scale="none")

    def encoded(y):
        return build_preprocessor(plan, task, 0).fit_transform(X, y)

    before = encoded(y)
    moved = others = 0
    for i in range(0, 200, 7):
        changed = y.copy()
        changed[i] = y[i] + 1000 if y.dtype.kind == "f" else other(y, i)
        after = encoded(changed)
        moved += not np.array_equal(after[i], before[i])
        others += not np.array_equal(np.delete(after, i, axis=0), np.delete(before, i, axis=0))
    assert moved == 0
    assert others == 29


def test_later_rows_change_nothing():
    X, y = mixed_rows(), labels()
    pipeline, _ = fitted(X, y)
    absurd = X.copy()
    absurd["age"] = 1e6
    absurd["city"] = "CANARY"
    before = transform(pipeline, X)
    transform(pipeline, absurd)
    pipeline.transform(absurd)
    np.testing.assert_array_equal(transform(pipeline, X), before)


def test_selection_among_noise_differs_between_folds():
    rng = np.random.default_rng(0)
    rows = pd.DataFrame(rng.normal(size=(100, 1000)), columns=[f"x{i}" for i in range(1000)])
    columns = [column(name, Role.NUMERIC) for name in rows.columns]
    y = rng.choice(["a", "b"], 100)
    plan = plan_of(rows, y, columns, select="kbest", select_k=20)
    kept = []
    for fold in range(3):
        train = np.arange(100) % 3 != fold
        pipeline = build_preprocessor(plan, Task.BINARY, 0).fit(rows[train], y[train])
        kept.append(set(feature_names(pipeline)))
        assert len(kept[-1]) == 20
    assert len(kept[0] & kept[1] & kept[2]) < 10


EVERY, COLUMNS = every_kind(160)
EVERY_Y = labels(160)
TRAIN, VALID = np.arange(160) % 4 != 0, np.arange(160) % 4 == 0

EVERYTHING: tuple[dict[str, Any], ...] = (
    {"preset": "general"},
    {"preset": "linear"},
    {"preset": "tree"},
    {"preset": "minimal"},
    {"impute_numeric": "knn", "encode": "count", "scale": "quantile"},
    {"impute_numeric": "iterative", "encode": "onehot", "scale": "maxabs", "datetime": "cyclic"},
    {"outliers": "drop", "scale": "power"},
    {"outliers": "clip", "outlier_rule": "quantile", "bins": 3},
    {"text": "bow", "analyzer": "char", "min_df": 0.1, "max_df": 0.8, "max_features": 30},
    {"text": "hash", "max_features": 16, "polynomial": 2},
    {"select": "variance"},
    {"select": "kbest", "select_k": 7},
    {"select": "mutual-info", "select_k": 7},
    {"select": "l1", "select_k": 7},
    {"select": "rfe", "select_k": 7, "text": "drop"},
    {"reduce": "svd", "components": 3},
    {"reduce": "pca", "components": 3, "text": "drop"},
    {"resample": "random-over"},
    {"resample": "smote", "text": "drop"},
    {"augment": "jitter"},
    {"recipes": (ColumnRecipe(name="grade", order=tuple(GRADES)), ColumnRecipe(name="joined", timezone="Asia/Tokyo"))},
)


def digest(fitted):
    """What was learnt, byte by byte."""
    values = fitted.X.toarray() if hasattr(fitted.X, "toarray") else fitted.X
    return joblib.hash(fitted.preprocessor), hashlib.sha256(values.tobytes()).hexdigest(), fitted.y.tolist()


def absurd(rows, outside):
    """The same table, with nonsense in the rows outside."""
    changed = rows.copy()
    changed.loc[outside, 'age "years"'] = 1e9
    changed.loc[outside, "收入"] = -5.0
    changed.loc[outside, "grade"] = "CANARY"
    changed.loc[outside, "rooms.n"] = 99.0
    changed.loc[outside, "shop\nname"] = None
    changed.loc[outside, "joined"] = pd.Timestamp("1950-01-01")
    changed.loc[outside, "note"] = "canary canary"
    return changed


@pytest.mark.parametrize("options", EVERYTHING, ids=str)
def test_rows_outside_a_fold_change_nothing_that_is_fitted(options, monkeypatch):
    """As cross-validation fits: the plan of all training rows, refitted on the fold's own rows."""
    plan = plan_of(EVERY, EVERY_Y, COLUMNS, **options)
    found = []

    def watched(*arguments, **options):
        found.append(fit_matrix(*arguments, **options))
        return found[-1]

    monkeypatch.setattr("mlpipe.models.comparison.rounds.fit_matrix", watched)
    flipped = np.where(VALID, np.where(EVERY_Y == "yes", "no", "yes"), EVERY_Y)
    fold = Fold(number=0, train=np.flatnonzero(TRAIN), valid=np.flatnonzero(VALID))
    dummy = Candidate(name="dummy", choice=ModelChoice(spec=find_estimator("dummy", Task.BINARY)))
    for rows, y in ((EVERY, EVERY_Y), (absurd(EVERY, VALID), flipped)):
        training = TrainingRows(X=rows, y=y, weights=None, plan=plan, target=NO_YES, seed=0)
        score_fold(training, {PREPARED: plan}, (dummy,), fold)
    assert digest(found[0]) == digest(found[1])


def test_nonsense_would_show_in_what_is_fitted():
    """The test above can fail: among the rows that are fitted, the nonsense changes the fit."""
    for options in EVERYTHING[:4]:
        plan = plan_of(EVERY, EVERY_Y, COLUMNS, **options)
        before, after = (fit_plan(plan, rows, EVERY_Y, task=Task.BINARY) for rows in (EVERY, absurd(EVERY, VALID)))
        assert digest(before) != digest(after), options


@pytest.mark.parametrize("rule", ["iqr", "quantile"])
def test_fences_of_a_fold_come_from_its_own_rows(rule):
    """Values that are far out among all rows and ordinary in the fold stay; the reverse go."""
    rng = np.random.default_rng(0)
    x = np.r_[rng.normal(0, 1, 300), rng.normal(1000, 1, 300)]
    rows, y = pd.DataFrame({"x": np.r_[x, 30.0]}), labels(601)
    columns = (column("x", Role.NUMERIC),)
    plan = plan_of(rows, y, columns, outliers="drop", outlier_rule=rule, scale="none")
    fold = np.r_[np.arange(300), 600]
    whole = fit_plan(plan, rows, y, task=Task.BINARY)
    assert 600 in whole.rows
    fitted = fit_plan(plan, rows.take(fold), y[fold], task=Task.BINARY)
    assert 300 not in fitted.rows
    low, high = np.quantile(rows["x"].iloc[fold], [0.25, 0.75] if rule == "iqr" else [0.01, 0.99])
    reach = 3 * (high - low) if rule == "iqr" else 0
    inside = (rows["x"].iloc[fold] >= low - reach) & (rows["x"].iloc[fold] <= high + reach)
    np.testing.assert_array_equal(fitted.rows, np.flatnonzero(inside))
