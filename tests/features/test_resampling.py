from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import SMOTE

from mlpipe.data.schema import Role
from mlpipe.errors import DataError, UsageError
from mlpipe.features.errors import MissingCellsError, NoCategoryError, ResampleTaskError, SmallClassError
from mlpipe.features.names import feature_names
from mlpipe.features.resampling import resample
from tests.features.tables import MIXED, column, fitted, labels, mixed_rows, plan_of, strings


def run(X, y, columns=MIXED, *, seed=0, **options):
    options = {"resample": "smote", **options}
    pipeline, matrix = fitted(X, y, columns, **options)
    return resample(pipeline, plan_of(X, y, columns, **options), matrix, y, seed), matrix, feature_names(pipeline)


def two_classes(n_no=400, n_yes=180):
    return np.repeat(["no", "yes"], [n_no, n_yes])


ROWS, Y = mixed_rows(580), two_classes()


def test_smote_as_in_the_textbooks():
    result, matrix, _ = run(ROWS, Y)
    assert result.counts_before == {"no": 400, "yes": 180}
    assert result.counts_after == {"no": 400, "yes": 400}
    assert result.sampler == "smotenc"
    assert result.synthetic.sum() == 220
    np.testing.assert_array_equal(result.X[:580], matrix)
    np.testing.assert_array_equal(result.y[:580], Y)
    assert not result.synthetic[:580].any()
    assert (result.y[580:] == "yes").all()
    assert result.y.dtype == Y.dtype


@pytest.mark.parametrize("encode", ["onehot", "ordinal", "target"])
@pytest.mark.parametrize("scale", ["standard", "none"])
def test_made_up_rows_have_levels_that_exist(encode, scale):
    result, matrix, names = run(ROWS, Y, encode=encode, scale=scale, min_frequency=0.02)
    made_up = result.X[result.synthetic]
    prefixes = {
        "onehot": ("city", "shop", "member"),
        "ordinal": ("city", "shop", "member"),
        "target": ("city_missing",),
    }
    for prefix in (*prefixes[encode], "age_missing", "joined_missing"):
        block = [i for i, name in enumerate(names) if name.startswith(prefix)]
        assert block
        existing = {tuple(row) for row in matrix[:, block]}
        assert {tuple(row) for row in made_up[:, block]} <= existing
    age = names.index("age")
    assert len(set(made_up[:, age]) - set(matrix[:, age])) > 100


def test_numbers_lie_between_members_of_their_class():
    X = mixed_rows(580, missing=0)
    result, matrix, _ = run(X, Y, MIXED[:2])
    assert result.sampler == "smote"
    members = matrix[Y == "yes"]
    made_up = result.X[result.synthetic]
    assert (made_up >= members.min(axis=0)).all()
    assert (made_up <= members.max(axis=0)).all()
    expected, _ = SMOTE(random_state=0).fit_resample(matrix, Y)
    np.testing.assert_array_equal(result.X, expected)


def test_categories_alone_use_smoten():
    result, matrix, _ = run(ROWS, Y, (MIXED[2], MIXED[4]))
    assert result.sampler == "smoten"
    assert {tuple(row) for row in result.X[result.synthetic]} <= {tuple(row) for row in matrix}


def test_selected_features_can_be_resampled():
    result, _, _ = run(ROWS, Y, select="kbest", select_k=8, encode="onehot")
    assert result.X.shape == (800, 8)


@pytest.mark.parametrize(
    ("sampler", "ratio", "after"),
    [
        ("smote", None, {"a": 100, "b": 100, "c": 100}),
        ("smote", 0.5, {"a": 100, "b": 60, "c": 50}),
        ("smote", 0.1, {"a": 100, "b": 60, "c": 20}),
        ("random-over", 0.7, {"a": 100, "b": 70, "c": 70}),
        ("random-under", None, {"a": 20, "b": 20, "c": 20}),
        ("random-under", 0.25, {"a": 80, "b": 60, "c": 20}),
    ],
)
def test_ratio_is_small_class_over_large_class(sampler, ratio, after):
    y = np.repeat(["a", "b", "c"], [100, 60, 20])
    from mlpipe.task import Task

    result, _, _ = run(mixed_rows(180), y, task=Task.MULTICLASS, resample=sampler, resample_ratio=ratio)
    assert result.counts_after == after
    assert {k: int((result.y == k).sum()) for k in "abc"} == after


def test_random_over_repeats_members():
    result, matrix, _ = run(ROWS, Y, resample="random-over")
    members = {tuple(row) for row in matrix[Y == "yes"]}
    assert {tuple(row) for row in result.X[result.synthetic]} <= members
    np.testing.assert_array_equal(result.X[:580], matrix)


def test_random_under_keeps_rows_in_their_order():
    result, matrix, _ = run(ROWS, Y, resample="random-under")
    places = [next(i for i, m in enumerate(matrix) if np.array_equal(m, row)) for row in result.X]
    assert places == sorted(set(places))
    assert not result.synthetic.any()
    assert (result.y == Y[places]).all()


@pytest.mark.parametrize("sampler", ["smote", "smotenc", "random-over", "random-under"])
def test_the_seed_decides(sampler):
    first, again, other = (run(ROWS, Y, resample=sampler, seed=seed)[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.X, again.X)
    assert not np.array_equal(first.X, other.X)


def test_a_class_too_small_for_neighbours():
    y = two_classes(195, 5)
    with pytest.raises(SmallClassError, match="'yes' has 5 of the 6") as caught:
        run(mixed_rows(), y)
    assert isinstance(caught.value, DataError)
    assert (caught.value.label, caught.value.members, caught.value.needed) == ("yes", 5, 6)
    assert "random-over" in caught.value.remedy
    assert run(mixed_rows(), two_classes(194, 6))[0].counts_after == {"no": 194, "yes": 194}
    assert run(mixed_rows(), y, resample="random-over")[0].counts_after == {"no": 195, "yes": 195}


def test_a_balanced_set_stays_as_it_is():
    result, matrix, _ = run(mixed_rows(), two_classes(100, 100))
    np.testing.assert_array_equal(result.X, matrix)
    assert not result.synthetic.any()


def test_smotenc_needs_a_category():
    with pytest.raises(NoCategoryError, match="smotenc") as caught:
        run(mixed_rows(missing=0), labels(), MIXED[:2], resample="smotenc")
    assert isinstance(caught.value, UsageError)


def test_missing_cells_are_named():
    with pytest.raises(MissingCellsError, match="'age'"):
        run(mixed_rows(), labels(), impute_numeric="none")


def test_a_quantity_has_no_classes():
    pipeline, matrix = fitted(mixed_rows(), labels())
    plan = replace(plan_of(mixed_rows(), labels()), resample="smote")
    with pytest.raises(ResampleTaskError):
        resample(pipeline, plan, matrix, np.arange(200.0), 0)


def test_numbers_that_are_constant_in_the_small_class():
    rows = pd.DataFrame({"x": np.r_[np.arange(50.0), np.ones(10)], "c": strings(["a", "b"] * 30)})
    result, _, _ = run(rows, two_classes(50, 10), (column("x", Role.NUMERIC), column("c", Role.CATEGORICAL)))
    assert result.counts_after == {"no": 50, "yes": 50}
    assert np.isfinite(result.X).all()
