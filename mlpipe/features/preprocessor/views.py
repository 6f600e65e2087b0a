"""Several plans of one table side by side, so that each estimator of a blend sees the features that suit it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin

from mlpipe.features.preprocessor.feature_names import describe_features
from mlpipe.features.preprocessor.transform import QuickTransform

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

    from mlpipe.features.preprocessor.feature import Feature
    from mlpipe.features.preprocessor.matrix import Matrix


class Views(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Fitted preprocessors whose matrices are put next to each other, in order.

    Parameters
    ----------
    views : sequence of (str, Pipeline)
        Unique names, and preprocessors as `build_preprocessor` makes them.
    """

    def __init__(self, views: Sequence[tuple[str, Pipeline]]) -> None:
        self.views = views

    def fit(self, X: pd.DataFrame, y: NDArray[Any]) -> Self:
        """Fit every view."""
        for _, view in self.views:
            view.fit(X, y)
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def transform(self, X: pd.DataFrame) -> Matrix:
        """The features of all views, of shape (n_rows, n_features)."""
        return side_by_side([QuickTransform(view).transform(X) for _, view in self.views])

    def places(self) -> dict[str, tuple[int, int]]:
        """The first column of each view's features, and the one behind its last."""
        ends = np.cumsum([len(describe_features(view)) for _, view in self.views]).tolist()
        return {name: span for (name, _), span in zip(self.views, zip([0, *ends[:-1]], ends, strict=True), strict=True)}

    def features(self) -> tuple[Feature, ...]:
        """What the columns of the matrix are; a feature's name tells its view."""
        return tuple(
            replace(feature, name=f"{name}:{feature.name}")
            for name, view in self.views
            for feature in describe_features(view)
        )


class QuickViews:
    """The quick way through each view, for block after block."""

    def __init__(self, fitted: Views) -> None:
        self._views = [QuickTransform(view) for _, view in fitted.views]

    def transform_table(self, table: pa.Table) -> Matrix:
        """What `Views.transform` gives for the same rows as a DataFrame."""
        return side_by_side([view.transform_table(table) for view in self._views])


def side_by_side(matrices: Sequence[Matrix]) -> Matrix:
    """Matrices with equal rows as one; sparse where one of them is."""
    if len(matrices) == 1:
        return matrices[0]
    if any(sparse.issparse(matrix) for matrix in matrices):
        return sparse.hstack(matrices, format="csr")
    return np.hstack(matrices)
