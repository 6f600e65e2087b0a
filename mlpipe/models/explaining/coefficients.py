"""Coefficients of a linear model, in the units of the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, assert_never

import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.preprocessing import StandardScaler

from mlpipe.features.preprocessor.feature_names import describe_scaling, feature_names
from mlpipe.models.estimators import inner_estimator
from mlpipe.target import ClassTarget, LabelsTarget, NoTarget, NumbersTarget, NumberTarget, Target

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline


@dataclass(frozen=True, kw_only=True)
class Coefficient:
    """One coefficient of a linear model.

    Parameters
    ----------
    label : str
        The class that it speaks for (the positive one of two); empty for numbers.
    scaled : float
        Change of the score for one unit of the scaled feature: comparable between features.
    original : float or None
        Change of the score for one unit of the column as it came; `None` where the feature is no line of it.
    """

    label: str
    feature: str
    scaled: float
    original: float | None


def linear_coefficients(estimator: Any, preprocessor: Pipeline, target: Target) -> list[Coefficient]:
    """Coefficients of a linear model in units of the scaled features and of the columns as they came, strongest first.

    The intercept comes last.

    With `x' = x * scale + shift` for each feature, `b' x' + a` equals `(b' * scale) x + (a + b' * shift)`. Features
    that are no such line (powers, products, components) count in the intercept as they are.
    """
    inner = inner_estimator(estimator)
    scale, shift = describe_scaling(preprocessor)
    shift = np.nan_to_num(shift)
    names = feature_names(preprocessor)
    factor, offset = _target_scale(estimator)
    labels, sign = _labels(inner, target)
    weights = sign * np.atleast_2d(inner.coef_) * factor[:, None]
    if (more := weights.shape[1] - len(names)) > 0:  # in a chain, the labels before are features too
        names = [*names, *labels[:more]]
        scale, shift = np.append(scale, np.ones(more)), np.append(shift, np.zeros(more))
    intercepts = np.broadcast_to(sign * np.atleast_1d(inner.intercept_) * factor + offset, (len(weights),))
    rows = []
    for label, row, intercept in zip(labels, weights, intercepts, strict=True):
        told = [
            Coefficient(label=label, feature=name, scaled=float(b), original=None if np.isnan(s) else float(b * s))
            for name, b, s in zip(names, row, scale, strict=True)
        ]
        rows += sorted(told, key=lambda coefficient: -abs(coefficient.scaled))
        original = float(intercept + row @ shift)
        rows.append(Coefficient(label=label, feature="(intercept)", scaled=float(intercept), original=original))
    return rows


def _labels(inner: Any, target: Target) -> tuple[list[str], int]:
    """What each row of coefficients speaks for, and the sign that makes it so: scikit-learn's speak for the last."""
    match target:
        case ClassTarget(positive=None):
            seen = [str(label) for label in inner.classes_]
            return seen if len(seen) > 2 else seen[-1:], 1  # of many classes, training may have seen two alone
        case ClassTarget():
            return [str(target.positive)], 1 if inner.classes_[-1] == target.positive else -1
        case NumberTarget() | NoTarget():
            return [""], 1
        case LabelsTarget() | NumbersTarget():
            return list(target.columns), 1
        case _:
            assert_never(target)


def _target_scale(estimator: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Factor and offset of each target that undo its standardisation, where there is one."""
    if isinstance(estimator, TransformedTargetRegressor) and isinstance(estimator.transformer_, StandardScaler):
        scaler = estimator.transformer_
        return np.asarray(scaler.scale_), np.asarray(scaler.mean_)
    return np.ones(1), np.zeros(1)
