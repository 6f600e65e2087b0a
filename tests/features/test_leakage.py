"""Fitting learns from the rows it is given and from no row's own target."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from mlpipe.data.schema import Role
from mlpipe.features.build import build_preprocessor
from mlpipe.features.names import feature_names
from mlpipe.features.transform import transform
from mlpipe.task import Task
from tests.features.tables import MIXED, column, fitted, labels, mixed_rows, plan_of, strings, target

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


@pytest.mark.parametrize("task", list(Task))
def test_a_row_s_own_target_does_not_move_its_encoding(task):
    X, y = mixed_rows(), target(task)
    plan = plan_of(X, y, MIXED[3:4], task=task, missing_indicator=False, scale="none")

    def encoded(y):
        return build_preprocessor(plan, task, 0).fit_transform(X, y)

    before = encoded(y)
    moved = others = 0
    for i in range(0, 200, 7):
        changed = y.copy()
        changed[i] = y[i] + 1000 if task is Task.REGRESSION else y[(np.flatnonzero(y != y[i]))[0]]
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
    columns = [column(name, Role.NUMERIC) for name in rows]
    y = rng.choice(["a", "b"], 100)
    plan = plan_of(rows, y, columns, select="kbest", select_k=20)
    kept = []
    for fold in range(3):
        train = np.arange(100) % 3 != fold
        pipeline = build_preprocessor(plan, Task.BINARY, 0).fit(rows[train], y[train])
        kept.append(set(feature_names(pipeline)))
        assert len(kept[-1]) == 20
    assert len(kept[0] & kept[1] & kept[2]) < 10
