"""Fewer features: the directions in which the training rows differ most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.utils.validation import check_is_fitted, validate_data

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.params.choices import Reduce

ROWS_AT_A_TIME = 10_000


class Components(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Principal components, or those of a truncated singular value decomposition, as float64.

    A row gives the same numbers to the last bit whatever other rows it comes with.

    Parameters
    ----------
    method : str
        `pca` centres the features, and takes dense matrices only; `svd` does not, and takes sparse ones too.
    n_components : int
        Components wanted, at least 1; no more are made than the training matrix has rows or columns.
    random_state : int
        Seed of the randomised decompositions that large matrices need.

    Attributes
    ----------
    components_ : ndarray of shape (n_components_, n_features)
        The directions, widest first.
    mean_ : ndarray of shape (n_features,)
        What is taken off each feature; 0 for `svd`.
    explained_variance_ratio_ : ndarray of shape (n_components_,)
        Share of the variance of the training rows along each direction.
    n_components_ : int
    """

    def __init__(self, method: Reduce = "svd", n_components: int = 100, random_state: int = 0) -> None:
        self.method = method
        self.n_components = n_components
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002  # scikit-learn passes a target to every step
        """Find the directions.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_rows, n_features)
        """
        if self.method not in {"svd", "pca"}:
            raise ValueError(f"method is {self.method!r}, not svd or pca.")
        X = validate_data(self, X, dtype=np.float64, accept_sparse="csr")
        self._check_dense(X)
        self.n_components_ = min(self.n_components, *X.shape)
        self.components_, self.mean_, ratio = self._decompose(X)
        self.explained_variance_ratio_ = np.nan_to_num(ratio)
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Give the place of each row along each direction.

        Returns
        -------
        ndarray of shape (n_rows, n_components_)
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, accept_sparse="csr", reset=False)
        self._check_dense(X)
        places = np.empty((X.shape[0], self.n_components_))
        directions = np.ascontiguousarray(self.components_.T)
        for start in range(0, X.shape[0], ROWS_AT_A_TIME):
            rows = slice(start, start + ROWS_AT_A_TIME)
            # A dense product rounds by how many rows there are; the sparse one goes row by row.
            part = X[rows] if sparse.issparse(X) else sparse.csr_matrix(X[rows] - self.mean_)
            places[rows] = part @ directions
        return places

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:  # noqa: ARG002  # no feature comes from one column
        """Name the components `pca1`, `pca2`, or `svd1`, `svd2`."""
        check_is_fitted(self)
        return np.array([f"{self.method}{i + 1}" for i in range(self.n_components_)], dtype=object)

    def _decompose(self, X: Any) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Directions, means, and the share of the variance along each direction."""
        mean = np.zeros(X.shape[1])
        if self.method == "svd" and X.shape[1] == 1:
            return np.ones((1, 1)), mean, np.ones(1)  # scikit-learn refuses the only direction there is
        make = PCA if self.method == "pca" else TruncatedSVD
        with np.errstate(divide="ignore", invalid="ignore"):
            # Rows that are all the same have no variance to explain.
            fitted = make(self.n_components_, random_state=self.random_state).fit(X)
        return fitted.components_, getattr(fitted, "mean_", mean), fitted.explained_variance_ratio_

    def _check_dense(self, X: Any) -> None:
        if self.method == "pca" and sparse.issparse(X):
            raise ValueError("PCA would centre the sparse matrix, which fills it; use svd.")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = self.method == "svd"
        return tags
