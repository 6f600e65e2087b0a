"""The features of the whole matrix, in order, with names that are unique."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.features.preprocessor.branch_features import branch_features
from mlpipe.features.preprocessor.branches import branches
from mlpipe.features.preprocessor.feature import Feature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline


def describe_features(fitted: Pipeline) -> tuple[Feature, ...]:
    """Describe each column of the matrix that a fitted preprocessor makes, after any selection.

    Names are unique: where two would be the same, the later one gets a number.
    """
    features = describe_unreduced(fitted)
    if "reduce" in fitted.named_steps:
        features = [_component(name) for name in fitted["reduce"].get_feature_names_out()]
    return tuple(features)


def describe_unreduced(fitted: Pipeline) -> list[Feature]:
    """Describe what there is before `--reduce` replaces it by components."""
    features = _unique([feature for branch in branches(fitted) for feature in branch_features(branch)])
    if "products" in fitted.named_steps:
        features = _unique(_multiplied(features, fitted["products"].named_transformers_["numbers"].powers_))
    if "select" in fitted.named_steps:
        features = [features[i] for i in fitted["select"].get_support(indices=True)]
    return features


def feature_names(fitted: Pipeline) -> list[str]:
    """Name each feature after its column: `age`, `age_missing`, `city_north`, `city_rare`, `joined_month`."""
    return [feature.name for feature in describe_features(fitted)]


def source_columns(fitted: Pipeline) -> list[str]:
    """Tell the raw column of each feature."""
    return [feature.column for feature in describe_features(fitted)]


def describe_scaling(fitted: Pipeline) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Tell how each feature was scaled: `x' = x * scale + shift`, NaN where that is no line.

    A linear model `b' x' + a` is then `(b' * scale) x + (a + b' * shift)` in original units.

    Returns
    -------
    scale, shift : ndarray of shape (n_features,)
    """
    features = describe_features(fitted)
    scale = np.array([f.scale for f in features], dtype=np.float64)
    return scale, np.array([f.shift for f in features], dtype=np.float64)


def _component(name: str) -> Feature:
    return Feature(name=name, column=name, kind="component", scale=None, shift=None)


def _multiplied(features: Sequence[Feature], powers: NDArray[np.int64]) -> list[Feature]:
    """What `PolynomialFeatures` makes of the first features, then the others."""
    numbers, rest = features[: powers.shape[1]], features[powers.shape[1] :]
    made = [numbers[int(np.argmax(row))] if row.sum() == 1 else _product(numbers, row) for row in powers]
    return [*made, *rest]


def _product(numbers: Sequence[Feature], powers: NDArray[np.int64]) -> Feature:
    factors = [(numbers[i], int(powers[i])) for i in np.flatnonzero(powers).tolist()]
    name = "*".join(feature.name if power == 1 else f"{feature.name}^{power}" for feature, power in factors)
    columns = "*".join(dict.fromkeys(feature.column for feature, _ in factors))
    return Feature(name=name, column=columns, kind="product", scale=None, shift=None)


def _unique(features: Sequence[Feature]) -> list[Feature]:
    wanted = {feature.name for feature in features}
    taken: set[str] = set()
    unique = []
    for feature in features:
        name = feature.name
        if name in taken:
            name = next(n for i in count(2) if (n := f"{feature.name}_{i}") not in wanted | taken)
            feature = replace(feature, name=name)  # noqa: PLW2901 - the same feature under another name
        taken.add(name)
        unique.append(feature)
    return unique
