"""Making probabilities true: what a model says is mapped to how often it came true on rows it had not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.isotonic import IsotonicRegression

from mlpipe.models.deciding.temperature import best_temperature, sum_in_order, tempered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.matrix import Matrix

    Floats = NDArray[np.float64]

Method = Literal["sigmoid", "isotonic", "temperature"]
SHAPES: tuple[Method, ...] = ("sigmoid", "isotonic")
"""For probabilities that may be wrong in any way, as after resampling."""
SHARPNESS: tuple[Method, ...] = ("temperature",)
"""For probabilities that may only be too sure or too cautious: which row is the more probable stays."""
METHODS: tuple[Method, ...] = (*SHAPES, *SHARPNESS)
EDGE = 1e-6
"""Probabilities are kept so far from 0 and 1: their logit has to be finite."""


class Sigmoid(BaseEstimator):  # type: ignore[misc]
    """`p' = 1 / (1 + exp(-(slope * logit(p) + shift)))`, by maximum likelihood with Platt's softened targets.

    References
    ----------
    Platt (1999), Probabilistic outputs for support vector machines, Advances in Large Margin Classifiers.
    """

    def fit(self, p: Floats, hit: NDArray[np.bool_], weights: Floats) -> Self:
        """Fit on probabilities of a class and whether the row was of it."""
        positive, negative = float(weights[hit].sum()), float(weights[~hit].sum())
        soft = np.where(hit, (positive + 1) / (positive + 2), 1 / (negative + 2))
        x = _logit(p)

        def loss(parameters: Floats) -> tuple[float, Floats]:
            score = parameters[0] * x + parameters[1]
            error = (expit(score) - soft) * weights
            value = float((weights * (np.logaddexp(0, score) - soft * score)).sum())
            return value, np.array([float((error * x).sum()), float(error.sum())])

        found = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[(0, None), (None, None)])
        self.slope_, self.shift_ = (float(value) for value in found.x)
        return self

    def apply(self, p: Floats) -> Floats:
        """Calibrated probabilities."""
        calibrated: Floats = expit(self.slope_ * _logit(p) + self.shift_)
        return calibrated


class Isotonic(BaseEstimator):  # type: ignore[misc]
    """The rising step function of least squares, with straight lines between its steps.

    References
    ----------
    Zadrozny, Elkan (2002), Transforming classifier scores into accurate multiclass probability estimates, KDD.
    """

    def fit(self, p: Floats, hit: NDArray[np.bool_], weights: Floats) -> Self:
        """Fit on probabilities of a class and whether the row was of it."""
        steps = IsotonicRegression(out_of_bounds="clip").fit(p, hit.astype(np.float64), sample_weight=weights)
        # Nothing is certain after so many rows: the ends stay as far from 0 and 1 as half a row would be.
        edge = 1 / (2 * (len(p) + 1))
        self.x_ = np.asarray(steps.X_thresholds_, dtype=np.float64)
        self.y_ = np.clip(np.asarray(steps.y_thresholds_, dtype=np.float64), edge, 1 - edge)
        return self

    def apply(self, p: Floats) -> Floats:
        """Calibrated probabilities."""
        return np.interp(p, self.x_, self.y_)


def _logit(p: Floats) -> Floats:
    odds: Floats = logit(np.clip(p, EDGE, 1 - EDGE))
    return odds


class Calibration(BaseEstimator):  # type: ignore[misc]
    """A map for each class against the rest (one for two classes), or one temperature for all of them.

    The answers add up to 1.

    Parameters
    ----------
    method : {"sigmoid", "isotonic", "temperature"}

    Examples
    --------
    A model that always says 0.9 and is right half of the time:

    >>> says = np.tile([0.1, 0.9], (100, 1))
    >>> calibration = Calibration("sigmoid").fit(says, np.arange(100) % 2)
    >>> calibration.apply(says[:1]).round(2).tolist()
    [[0.5, 0.5]]
    """

    def __init__(self, method: Method = "sigmoid") -> None:
        self.method = method

    def fit(self, proba: Floats, codes: NDArray[np.intp], weights: Floats | None = None) -> Self:
        """Fit on out-of-fold predictions.

        Parameters
        ----------
        proba : ndarray of shape (n_rows, n_classes)
        codes : ndarray of shape (n_rows,)
            Positions of the true classes.
        weights : ndarray of shape (n_rows,), optional
        """
        if self.method == "temperature":
            self.temperature_ = best_temperature(proba, codes, weights)
            return self
        kind = Sigmoid if self.method == "sigmoid" else Isotonic
        row_weights = np.ones(len(codes)) if weights is None else weights
        mapped = [1] if proba.shape[1] == 2 else range(proba.shape[1])
        self.maps_ = [kind().fit(proba[:, k], codes == k, row_weights) for k in mapped]
        return self

    def apply(self, proba: Floats) -> Floats:
        """Calibrated probabilities of shape (n_rows, n_classes)."""
        if self.method == "temperature":
            return tempered(proba, self.temperature_)
        if proba.shape[1] == 2:
            positive = self.maps_[0].apply(proba[:, 1])
            return np.column_stack([1 - positive, positive])
        mapped = np.column_stack([one.apply(proba[:, k]) for k, one in enumerate(self.maps_)])
        return mapped / sum_in_order(list(mapped.T))[:, None]


class CalibratedModel(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A fitted classifier and the calibration of its probabilities."""

    def __init__(self, estimator: Any, calibration: Calibration) -> None:
        self.estimator = estimator
        self.calibration = calibration

    @property
    def classes_(self) -> NDArray[Any]:
        """The class labels, in order."""
        classes: NDArray[Any] = self.estimator.classes_
        return classes

    def fit(self, X: Matrix, y: NDArray[Any]) -> Self:
        """Fit the classifier anew; the calibration stays as it is."""
        self.estimator.fit(X, y)
        return self

    def predict_proba(self, X: Matrix) -> Floats:
        """Calibrated probabilities of shape (n_rows, n_classes)."""
        return self.calibration.apply(self.estimator.predict_proba(X))

    def predict(self, X: Matrix) -> NDArray[Any]:
        """The most probable class of each row."""
        labels: NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return labels


def choose_calibration(
    proba: Floats,
    codes: NDArray[np.intp],
    folds: NDArray[np.intp],
    weights: Floats | None = None,
    *,
    methods: Sequence[Method] = SHAPES,
) -> Method | None:
    """The method that lowers the log loss on folds that it was not fitted on, by more than a standard error.

    Parameters
    ----------
    proba : ndarray of shape (n_rows, n_classes)
        Out-of-fold predictions.
    folds : ndarray of shape (n_rows,)
        The fold of each row.
    methods : sequence of str
        Those to choose from.

    Returns
    -------
    method or None
        `None` where the probabilities are better left as they are.
    """
    before = _row_losses(proba, codes)
    best: tuple[float, Method] | None = None
    for method in methods:
        after = _row_losses(_cross_fitted(method, proba, codes, folds, weights), codes)
        gain, error = _mean_and_error(before - after, weights)
        if gain > error and (best is None or gain > best[0]):
            best = gain, method
    return best[1] if best else None


def _cross_fitted(
    method: Method, proba: Floats, codes: NDArray[np.intp], folds: NDArray[np.intp], weights: Floats | None
) -> Floats:
    calibrated = proba.copy()
    for fold in np.unique(folds):
        held_out = folds == fold
        row_weights = None if weights is None else weights[~held_out]
        calibration = Calibration(method).fit(proba[~held_out], codes[~held_out], row_weights)
        calibrated[held_out] = calibration.apply(proba[held_out])
    return calibrated


def _row_losses(proba: Floats, codes: NDArray[np.intp]) -> Floats:
    return -np.log(np.clip(proba[np.arange(len(codes)), codes], 1e-15, 1))


def _mean_and_error(values: Floats, weights: Floats | None) -> tuple[float, float]:
    mean = float(np.average(values, weights=weights))
    return mean, float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else np.inf
