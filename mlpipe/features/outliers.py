"""Training rows that hold an outlier, for plans that drop them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.errors import DataError
from mlpipe.features.transformers.clipper import Clipper, outside
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from mlpipe.features.plan.plan import Plan


def dropping_fences(plan: Plan, X: pd.DataFrame) -> Iterator[tuple[str, Clipper]]:
    """The fences that these rows have in each column whose outliers are dropped."""
    for column in plan.columns:
        if column.outliers == "drop":
            yield column.name, Clipper(column.outlier_rule).fit(_cells(X, column.name))


def kept_rows(plan: Plan, X: pd.DataFrame) -> NDArray[np.intp]:
    """Rows within the fences that these rows have in every column whose outliers are dropped.

    Parameters
    ----------
    X : DataFrame of shape (n_rows, n_columns)
        Raw training rows.

    Returns
    -------
    ndarray of shape (n_kept,)
        Row numbers, ascending.

    Raises
    ------
    DataError
        Where fewer than two rows are left.
    """
    outlying = np.zeros(len(X), dtype=bool)
    for name, fences in dropping_fences(plan, X):
        outlying |= outside(fences, _cells(X, name))
    kept = np.flatnonzero(~outlying)
    check_kept(len(kept), len(X))
    return kept


def check_kept(n_kept: int, n_rows: int) -> None:
    """Raise `DataError` where fewer than two rows are left."""
    if n_kept < 2:
        raise DataError(
            f"{param('outliers', 'drop')} leaves {n_kept} of {n_rows} training rows: nearly every row has an "
            "outlier in some column.",
            remedy=ways(f"Use {param('outliers', 'clip')}, which keeps the rows", "drop by single columns in a recipe"),
        )


def _cells(X: pd.DataFrame, name: str) -> NDArray[np.float64]:
    return X[[name]].to_numpy(dtype=np.float64)
