import numpy as np
import pytest
from sklearn.model_selection import KFold

from mlpipe.features.preprocessor.build import build_preprocessor
from mlpipe.features.streaming.fitting import fit_in_blocks
from mlpipe.features.streaming.rows import FrameRows, joined
from mlpipe.features.streaming.target_means import BlockTarget, fold_of_rows
from mlpipe.models.fitting import fit_plan
from mlpipe.task import Task
from tests.features.streaming.blocks import small_blocks
from tests.features.tables import mixed_rows, plan_of, target

N = 1_100
OPTIONS = [
    {},
    {"preset": "tree"},
    {"preset": "minimal"},
    {"preset": "linear"},
    {"scale": "robust", "impute_numeric": "mean"},
    {"scale": "minmax", "encode": "count"},
    {"scale": "maxabs", "encode": "ordinal", "impute_categorical": "constant"},
    {"datetime": "cyclic", "max_categories": 10},
    {"impute_numeric": "constant", "encode": "target", "scale": "none"},
    {"impute_numeric": "most-frequent", "min_frequency": 0.02},
    {"polynomial": 2},
    {"outliers": "clip", "outlier_rule": "quantile"},
]


def both(monkeypatch, task, **options):
    X, y = mixed_rows(N), target(task, N)
    plan = plan_of(X, y, task=task, **options)
    whole = fit_plan(plan, X, y, task=task)
    small_blocks(monkeypatch)
    return whole, fit_plan(plan, X, y, task=task), X


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_what_blocks_teach_is_what_all_rows_at_once_teach_to_rounding(options, monkeypatch):
    whole, blocks, X = both(monkeypatch, Task.BINARY, **options)
    np.testing.assert_allclose(blocks.X, whole.X, rtol=1e-11, atol=1e-11)
    new = mixed_rows(300, seed=9)
    for rows in (X, new):
        np.testing.assert_allclose(
            blocks.preprocessor.transform(rows), whole.preprocessor.transform(rows), rtol=1e-11, atol=1e-11
        )
    assert [f.name for f in blocks.features] == [f.name for f in whole.features]


@pytest.mark.parametrize("task", [Task.MULTICLASS, Task.REGRESSION, Task.MULTILABEL, Task.MULTIOUTPUT])
def test_target_means_are_cross_fitted_for_every_kind_of_target(task, monkeypatch):
    whole, blocks, X = both(monkeypatch, task)
    np.testing.assert_allclose(blocks.X, whole.X, rtol=1e-11, atol=1e-11)
    means = [i for i, feature in enumerate(blocks.features) if feature.kind == "mean"]
    later = blocks.preprocessor.transform(X)
    assert means
    assert np.abs(later[:, means] - blocks.X[:, means]).max() > 0.01  # else a row would know its own target


@pytest.mark.parametrize(
    "options", [{"scale": "power"}, {"bins": 4}, {"select": "kbest", "select_k": 4}, {"reduce": "pca"}], ids=str
)
def test_what_needs_rows_side_by_side_is_fitted_on_all_or_on_a_sample_that_is_told(options, monkeypatch):
    whole, blocks, X = both(monkeypatch, Task.BINARY, **options)
    assert blocks.X.shape == whole.X.shape
    y = target(Task.BINARY, N)
    plan = plan_of(X, y, **options)
    unfitted = build_preprocessor(plan, Task.BINARY, plan.seed)
    every, some = (
        fit_in_blocks(unfitted, FrameRows(X=X, most_cells=most), BlockTarget.of(y), seed=0) for most in (None, 520)
    )
    assert every.sampled is None
    assert some.sampled is not None
    assert some.sampled & (some.sampled - 1) == 0
    rows = FrameRows(X=X)
    assert joined(list(some.training_blocks(rows))).shape == blocks.X.shape


def test_rows_are_dealt_to_folds_as_scikit_learn_deals_them():
    folds = KFold(5, shuffle=True, random_state=3)
    found = fold_of_rows(folds, 1_003)
    for number, (_, held_out) in enumerate(folds.split(np.zeros(1_003))):
        assert np.flatnonzero(found == number).tolist() == sorted(held_out.tolist())
