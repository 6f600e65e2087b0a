"""Missing numbers filled from the most similar training rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from sklearn.base import OneToOneFeatureMixin
from sklearn.impute import KNNImputer
from sklearn.utils.validation import _num_samples, check_is_fitted, validate_data

from mlpipe.features.transformers.missing_patterns import by_pattern

if TYPE_CHECKING:
    from numpy.typing import NDArray

DONORS = 2_000
"""Training rows that are kept, since every later row is compared with each."""


class NeighbourImputer(OneToOneFeatureMixin, KNNImputer):  # type: ignore[misc]  # scikit-learn ships no types
    """`sklearn.impute.KNNImputer` with about 2,000 donors at most: training rows evenly spaced over the table.

    A feature without any value among the training rows is filled with 0 (and named, which scikit-learn forgets).

    Parameters
    ----------
    n_neighbors : int
        Donors whose mean fills a gap.
    """

    def __init__(self, n_neighbors: int = 5) -> None:
        super().__init__(n_neighbors=n_neighbors, keep_empty_features=True)

    def fit(self, X: Any, y: Any = None) -> Self:
        """Keep the donors.

        Parameters
        ----------
        X : DataFrame or array of shape (n_rows, n_features)
        """
        if _num_samples(X) > DONORS:
            table = X if isinstance(X, pd.DataFrame) else pd.DataFrame(np.asarray(X))
            kept = table.iloc[_donors(table.notna().to_numpy())]
            X = kept if table is X else kept.to_numpy()
        super().fit(X, y)
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Fill the gaps of rows, each the same whatever rows come with it."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        return by_pattern(super().transform, X)


def _donors(known: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Rows to keep; a feature known in none of those evenly spaced adds the rows that know it, up to as many."""
    spaced = np.linspace(0, len(known) - 1, DONORS).astype(np.intp)
    unknown = known[:, ~known[spaced].any(axis=0)]
    return np.unique(np.concatenate([spaced, *(np.flatnonzero(column)[:DONORS] for column in unknown.T)]))
