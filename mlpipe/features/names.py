"""What each feature of the matrix is: its name, the raw column it comes from, how it was scaled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from sklearn.impute import MissingIndicator
from sklearn.pipeline import FeatureUnion
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, RobustScaler, StandardScaler

from mlpipe.features.branches import Branch, branches
from mlpipe.features.dates import DateParts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

LONGEST = 1e16
"""Larger whole numbers are written with an exponent."""

FeatureKind = Literal["number", "part", "level", "mean", "code", "missing"]


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One column of the matrix.

    Parameters
    ----------
    column : str
        The raw column it comes from.
    kind : str
        `number` itself, `part` of a date, 0/1 for a `level`, `mean` of the target, ordinal `code`, 0/1 for `missing`.
    scale, shift : float
        The feature is `x * scale + shift`, with `x` the number, part, mean or code before scaling.
    """

    name: str
    column: str
    kind: FeatureKind
    scale: float = 1.0
    shift: float = 0.0

    @property
    def discrete(self) -> bool:
        """Whether values between two that occur mean nothing."""
        return self.kind in {"level", "code", "missing"}


def describe_features(fitted: Pipeline) -> tuple[Feature, ...]:
    """Describe each column of the matrix that a fitted preprocessor makes, after any selection.

    Names are unique: where two would be the same, the later one gets a number.
    """
    named = _unique([feature for branch in branches(fitted) for feature in _branch_features(branch)])
    if "select" not in fitted.named_steps:
        return tuple(named)
    return tuple(named[i] for i in fitted["select"].get_support(indices=True))


def feature_names(fitted: Pipeline) -> list[str]:
    """Name each feature after its column: `age`, `age_missing`, `city_north`, `city_rare`, `joined_month`."""
    return [feature.name for feature in describe_features(fitted)]


def source_columns(fitted: Pipeline) -> list[str]:
    """Tell the raw column of each feature."""
    return [feature.column for feature in describe_features(fitted)]


def describe_scaling(fitted: Pipeline) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Tell how each feature was scaled: `x' = x * scale + shift`.

    A linear model `b' x' + a` is then `(b' * scale) x + (a + b' * shift)` in original units.

    Returns
    -------
    scale, shift : ndarray of shape (n_features,)
    """
    features = describe_features(fitted)
    return np.array([f.scale for f in features]), np.array([f.shift for f in features])


def _unique(features: Sequence[Feature]) -> list[Feature]:
    wanted = {feature.name for feature in features}
    taken: set[str] = set()
    unique = []
    for feature in features:
        name = feature.name
        if name in taken:
            name = next(n for i in count(2) if (n := f"{feature.name}_{i}") not in wanted | taken)
        taken.add(name)
        unique.append(replace(feature, name=name))
    return unique


def _branch_features(branch: Branch) -> list[Feature]:
    if branch.by_value:
        return _column_features(branch.transformer, branch.columns[0])
    if isinstance(branch.transformer, MissingIndicator):
        return [_gap(column) for column in branch.columns]
    numbers = [Feature(name=column, column=column, kind="number") for column in branch.columns]
    return _scaled(numbers, _steps(branch.transformer).get("scale"))


def _column_features(transformer: Any, column: str) -> list[Feature]:
    if isinstance(transformer, FeatureUnion):
        return [feature for _, part in transformer.transformer_list for feature in _column_features(part, column)]
    steps = _steps(transformer)
    if isinstance(transformer, MissingIndicator) or "missing" in steps:
        return [_gap(column)]
    values = _part_features(steps["parts"], column) if "parts" in steps else _encoded(steps["encode"], column)
    return _scaled(values, steps.get("scale"))


def _steps(transformer: Any) -> dict[str, Any]:
    return dict(getattr(transformer, "named_steps", {}))


def _gap(column: str) -> Feature:
    return Feature(name=f"{column}_missing", column=column, kind="missing")


def _part_features(dates: DateParts, column: str) -> list[Feature]:
    return [Feature(name=f"{column}_{part}", column=column, kind="part") for part in dates.parts_]


def _encoded(encoder: Any, column: str) -> list[Feature]:
    if isinstance(encoder, OneHotEncoder):
        return [Feature(name=f"{column}_{level}", column=column, kind="level") for level in _levels(encoder)]
    if isinstance(encoder, OrdinalEncoder):
        return [Feature(name=f"{column}_code", column=column, kind="code")]
    of_classes = [f"_{label}" for label in encoder.classes_] if encoder.target_type_ == "multiclass" else [""]
    return [Feature(name=f"{column}_target{label}", column=column, kind="mean") for label in of_classes]


def _levels(encoder: OneHotEncoder) -> list[str]:
    """Words for the features of a one-hot encoder: frequent levels in order, then the rare ones as one."""
    rare = encoder.infrequent_categories_[0] if encoder.min_frequency or encoder.max_categories else None
    grouped = set() if rare is None else {level_word(level) for level in rare}
    frequent = [word for level in encoder.categories_[0] if (word := level_word(level)) not in grouped]
    return [*frequent, "rare"] if grouped else frequent


def level_word(level: object) -> str:
    """A level as a word: whole numbers without a point, a gap as `missing`."""
    if isinstance(level, float):
        if np.isnan(level):
            return "missing"
        return str(int(level)) if level.is_integer() and abs(level) < LONGEST else repr(float(level))
    return str(level)


def _scaled(features: list[Feature], scaler: Any) -> list[Feature]:
    if scaler is None:
        return features
    scale, shift = _affine(scaler)
    return [
        replace(feature, scale=float(a), shift=float(b)) for feature, a, b in zip(features, scale, shift, strict=True)
    ]


def _affine(scaler: StandardScaler | MinMaxScaler | RobustScaler) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if isinstance(scaler, MinMaxScaler):
        return scaler.scale_, scaler.min_
    centre = scaler.mean_ if isinstance(scaler, StandardScaler) else scaler.center_
    return 1 / scaler.scale_, -centre / scaler.scale_
