"""Sparse matrices: where they come from, and that the quick way through gives the same."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy import sparse

from mlpipe.data.schema import Role
from mlpipe.features.preprocessor.transform import QuickTransform, transform, transform_table
from mlpipe.models.fitting import fit_plan
from mlpipe.params import ColumnRecipe
from mlpipe.task import Task
from tests.features.every_kind import every_kind
from tests.features.tables import MIXED, column, labels, mixed_rows, plan_of, strings

X, COLUMNS = every_kind()
Y = labels(len(X))
LATER, _ = every_kind(40, seed=1)

OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"preset": "linear", "text": "bow", "missing_indicator": False},
    {"preset": "tree", "text": "hash", "max_features": 32},
    {"encode": "onehot", "polynomial": 2, "select": "kbest", "select_k": 15},
    {"impute_numeric": "knn", "select": "variance"},
    {"bins": 3, "reduce": "svd", "components": 4},
    {"text": "drop"},
    {"impute_numeric": "iterative", "text": "drop", "reduce": "pca", "components": 3},
)


def plain(matrix):
    return matrix.toarray() if sparse.issparse(matrix) else matrix


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_the_quick_way_gives_what_the_pipeline_gives(options):
    fitted = fit_plan(plan_of(X, Y, COLUMNS, **options), X, Y, task=Task.BINARY)
    dense = options.get("text") == "drop" or "reduce" in options
    assert sparse.issparse(fitted.X) != dense
    quick = QuickTransform(fitted.preprocessor)
    for rows in (LATER, LATER.iloc[:1], LATER.iloc[7:8], LATER[LATER.columns[::-1]].assign(junk=1)):
        expected = fitted.preprocessor.transform(rows)
        table = pa.Table.from_pandas(rows, preserve_index=False)
        for found in (transform(fitted.preprocessor, rows), transform_table(fitted.preprocessor, table),
                      quick.transform(rows), quick.transform_table(table)):  # fmt: skip
            assert dense or isinstance(found, sparse.csr_matrix)
            assert found.dtype == np.float64
            np.testing.assert_array_equal(plain(found), plain(expected))
    for none in (
        quick.transform(LATER[:0]),
        quick.transform_table(pa.Table.from_pandas(LATER[:0], preserve_index=False)),
    ):
        assert (sparse.issparse(none), none.shape) == (not dense, (0, fitted.X.shape[1]))
    whole = plain(transform(fitted.preprocessor, LATER))
    for i in range(0, 40, 9):
        np.testing.assert_array_equal(plain(transform(fitted.preprocessor, LATER.iloc[i : i + 1]))[0], whole[i])


def test_text_makes_a_csr_matrix_whose_other_features_are_those_of_the_dense_one():
    with_text = fit_plan(plan_of(X, Y, COLUMNS), X, Y, task=Task.BINARY)
    without = fit_plan(plan_of(X, Y, COLUMNS, text="drop"), X, Y, task=Task.BINARY)
    assert isinstance(with_text.X, sparse.csr_matrix)
    assert isinstance(without.X, np.ndarray)
    others = [i for i, feature in enumerate(with_text.features) if feature.column != "note"]
    np.testing.assert_array_equal(plain(with_text.X[:, others]), without.X)
    assert [with_text.features[i] for i in others] == list(without.features)


def many_levels(n_levels):
    rows = pd.DataFrame(
        {"code": strings(f"l{i % n_levels}" for i in range(3 * n_levels)), "x": np.arange(3.0 * n_levels)}
    )
    columns = (column("code", Role.CATEGORICAL), column("x", Role.NUMERIC))
    options: dict[str, Any] = {"encode": "onehot", "max_categories": 10**6, "min_frequency": 0.0}
    return rows, plan_of(rows, labels(len(rows)), columns, **options)


def test_more_than_a_thousand_levels_make_a_sparse_matrix():
    assert not many_levels(999)[1].sparse
    rows, plan = many_levels(1000)
    assert plan.sparse
    fitted = fit_plan(plan, rows, labels(3000), task=Task.BINARY)
    assert isinstance(fitted.X, sparse.csr_matrix)
    assert {feature.kind for feature in fitted.features} == {"number", "level"}
    place = [feature.name for feature in fitted.features].index("code_l7")
    np.testing.assert_array_equal(plain(fitted.X[:, [place]])[:, 0], rows["code"] == "l7")


def test_few_levels_and_no_text_stay_dense():
    assert not plan_of(mixed_rows(), labels(), MIXED, encode="onehot").sparse
    assert not plan_of(X, Y, COLUMNS, recipes=(ColumnRecipe(name="note", use=False),)).sparse
