"""Keeping the features that a linear model relies on."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_selection import RFE, SelectorMixin
from sklearn.linear_model import Lasso, LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP = 0.1
"""Share of the features that each round of elimination takes away."""


class ModelBased(SelectorMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """At most `k` features, by the coefficients of a linear model of them all; sparse matrices stay sparse.

    Features are compared on one scale: each is divided by its standard deviation.

    Parameters
    ----------
    method : str
        `l1`: those with the largest coefficients of a model whose L1 penalty makes useless ones 0, so that fewer than
        `k` may be left, but at least one. `rfe`: the weakest tenth of a ridge model goes, round by round, until
        `k` are left.
    k : int
        Most features to keep, at least 1.
    classification : bool
        Whether the target holds classes.
    random_state : int
        Seed of the solver.

    Attributes
    ----------
    support_ : ndarray of shape (n_features,)
        Which features are kept.
    """

    def __init__(
        self,
        method: Literal["l1", "rfe"] = "l1",
        k: int = 20,
        *,
        classification: bool = True,
        random_state: int = 0,
    ) -> None:
        self.method = method
        self.k = k
        self.classification = classification
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Fit the model and choose.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_rows, n_features)
            Without missing cells.
        y : array of shape (n_rows,) or (n_rows, n_targets)
        """
        if self.method not in {"l1", "rfe"}:
            raise ValueError(f"method is {self.method!r}, not l1 or rfe.")
        X, y = validate_data(
            self, X, y, dtype=np.float64, accept_sparse="csr", y_numeric=not self.classification, multi_output=True
        )
        if self.classification:
            check_classification_targets(y)
        scaled = StandardScaler(with_mean=not sparse.issparse(X)).fit_transform(X)
        with warnings.catch_warnings():
            # An order of coefficients does not need their last digits.
            warnings.simplefilter("ignore", ConvergenceWarning)
            self.support_ = self._choose(scaled, _targets(y, classification=self.classification))
        return self

    def _choose(self, X: Any, targets: list[NDArray[np.float64]]) -> NDArray[np.bool_]:
        if self.method == "rfe":
            # A penalty of one for each feature: what follows if together they explain as much as the noise does.
            model = Ridge(alpha=X.shape[1])
            rounds = RFE(model, n_features_to_select=min(self.k, X.shape[1]), step=STEP)
            return np.asarray(rounds.fit(X, np.column_stack(targets)).support_)
        weights = np.abs([self._coefficients(X, target) for target in targets]).max(axis=0)
        if not weights.any():
            weights = np.abs([X.T @ (target - target.mean()) for target in targets]).max(axis=0)
            return _largest(weights, 1)
        return _largest(weights, min(self.k, int((weights > 0).sum())))

    def _coefficients(self, X: Any, target: NDArray[np.float64]) -> NDArray[np.float64]:
        # The size below which a coefficient is likely noise (Donoho and Johnstone 1994, doi:10.1093/biomet/81.3.425).
        penalty = target.std() * np.sqrt(2 * np.log(2 * X.shape[1]) / X.shape[0])
        if not penalty:
            return np.zeros(X.shape[1])
        if not self.classification:
            return np.asarray(Lasso(alpha=penalty).fit(X, target).coef_)
        # The intercept is penalised like a feature of this value: hardly.
        model = LogisticRegression(
            C=1 / (penalty * X.shape[0]),
            l1_ratio=1,
            solver="liblinear",
            intercept_scaling=10,
            random_state=self.random_state,
        )
        return np.asarray(model.fit(X, target).coef_[0])

    def _get_support_mask(self) -> NDArray[np.bool_]:
        check_is_fitted(self)
        return np.asarray(self.support_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.target_tags.required = True
        return tags


def _targets(y: NDArray[Any], *, classification: bool) -> list[NDArray[np.float64]]:
    """Each target as numbers: 0 and 1 for a class or a label, a quantity as it is."""
    if y.ndim > 1:
        return list(y.T.astype(np.float64))
    return _against_the_rest(y) if classification else [y]


def _against_the_rest(y: NDArray[Any]) -> list[NDArray[np.float64]]:
    """A target of 0 and 1 for each class; for two classes one says it all."""
    classes = np.unique(y)
    return [(y == label).astype(np.float64) for label in (classes if len(classes) > 2 else classes[:1])]


def _largest(weights: NDArray[np.float64], k: int) -> NDArray[np.bool_]:
    mask = np.zeros(len(weights), dtype=bool)
    mask[np.argsort(-weights, kind="stable")[:k]] = True
    return mask
