"""Rows that stay where rows with outliers are dropped."""

import numpy as np
import pandas as pd
import pytest

from mlpipe.data.schema import Role
from mlpipe.errors import DataError
from mlpipe.features.outliers import kept_rows
from tests.features.tables import column, labels, plan_of


def spread_over(n_columns):
    """Rows of which each column makes two drop: its lowest and its highest."""
    rng = np.random.default_rng(0)
    return pd.DataFrame({f"x{i}": np.roll(np.sort(rng.normal(size=8)), 2 * i) for i in range(n_columns)})


@pytest.mark.parametrize("n_columns", [1, 2, 3])
def test_two_rows_are_enough(n_columns):
    X = spread_over(n_columns)
    columns = tuple(column(name, Role.NUMERIC) for name in X.columns)
    plan = plan_of(X, labels(8), columns, outliers="drop", outlier_rule="quantile")
    assert len(kept_rows(plan, X)) == 8 - 2 * n_columns


def test_one_row_is_not():
    X = pd.DataFrame({"x": [1.0, 2.0, 3.0]})
    plan = plan_of(X, labels(3), (column("x", Role.NUMERIC),), outliers="drop", outlier_rule="quantile")
    with pytest.raises(DataError, match="leaves 1 of 3 training rows"):
        kept_rows(plan, X)
