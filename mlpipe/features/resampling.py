"""Balancing the classes of a training matrix, without inventing half-levels.

SMOTE (Chawla et al. 2002, doi:10.1613/jair.953) puts new rows between neighbours of a small class. Between two
one-hot rows lies no level at all; where there are categories, all discrete features of a column therefore become one
code, SMOTENC (SMOTEN where nothing else is left) works on the codes, and each code is put back as the pattern of
features that some training row has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.features.coding import CodedMatrix
from mlpipe.features.errors import MissingCellsError, NoCategoryError, ResampleTaskError, SmallClassError
from mlpipe.features.names import describe_features

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

    from mlpipe.features.names import Feature
    from mlpipe.features.plan import Plan

NEIGHBOURS = 5


@dataclass(frozen=True, kw_only=True)
class Resampled:
    """A balanced training matrix.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features)
        The original rows first, as they were; after random-under those that are left, in their order.
    y : ndarray of shape (n_rows,)
    synthetic : ndarray of shape (n_rows,)
        Whether a row was added (made up, or an original one repeated).
    counts_before, counts_after : dict
        Rows of each class.
    sampler : str
        What was used: `smote`, `smotenc`, `smoten`, `random-over`, `random-under`.
    """

    X: NDArray[np.float64]
    y: NDArray[Any]
    synthetic: NDArray[np.bool_]
    counts_before: dict[str, int]
    counts_after: dict[str, int]
    sampler: str


def resample(fitted: Pipeline, plan: Plan, X: NDArray[np.float64], y: NDArray[Any], seed: int) -> Resampled:
    """Balance the classes of the training matrix that `fitted` made.

    Over-sampling brings each smaller class to `resample_ratio` (default 1) times the largest one; under-sampling
    brings each larger class down until the smallest is that share of it. No other class is touched.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features)
        The result of `fitted.fit_transform` on the training rows.
    y : ndarray of shape (n_rows,)
        Class labels.

    Raises
    ------
    ResampleTaskError, NoCategoryError, MissingCellsError, SmallClassError
    """
    if y.dtype.kind == "f":
        raise ResampleTaskError(plan.resample)
    counts = _counts(y)
    ratio = 1.0 if plan.resample_ratio is None else plan.resample_ratio
    if plan.resample == "random-under":
        return _under(X, y, _fewer(counts, ratio), seed)
    wanted = _more(counts, ratio)
    if plan.resample == "random-over":
        return _extended(X, y, _repeat(X, y, wanted, seed), sampler="random-over")
    features = describe_features(fitted)
    _check_interpolates(plan, features, X)
    _check_neighbours(counts, wanted)
    sampler = _choose_sampler(features)
    return _extended(X, y, _interpolate(sampler, features, X, y, wanted, seed), sampler=sampler)


Added = tuple["NDArray[np.float64]", "NDArray[Any]"]


def _counts(y: NDArray[Any]) -> dict[str, int]:
    labels, sizes = np.unique(y, return_counts=True)
    return {str(label): int(size) for label, size in zip(labels, sizes, strict=True)}


def _more(counts: dict[str, int], ratio: float) -> dict[str, int]:
    """Classes that are to grow, and to what size."""
    size = round(ratio * max(counts.values()))
    return {label: size for label, members in counts.items() if members < size}


def _fewer(counts: dict[str, int], ratio: float) -> dict[str, int]:
    """Classes that are to shrink, and to what size."""
    size = round(min(counts.values()) / ratio)
    return {label: size for label, members in counts.items() if members > size}


def _extended(X: NDArray[np.float64], y: NDArray[Any], added: Added, *, sampler: str) -> Resampled:
    new_X, new_y = added
    y_after = np.concatenate([y, new_y.astype(y.dtype)])
    return Resampled(
        X=np.vstack([X, new_X]),
        y=y_after,
        synthetic=np.arange(len(y_after)) >= len(y),
        counts_before=_counts(y),
        counts_after=_counts(y_after),
        sampler=sampler,
    )


def _repeat(X: NDArray[np.float64], y: NDArray[Any], wanted: dict[str, int], seed: int) -> Added:
    from imblearn.over_sampling import RandomOverSampler  # two seconds to import, for those who resample

    sampler = RandomOverSampler(sampling_strategy=wanted, random_state=seed)
    sampler.fit_resample(np.zeros((len(y), 1)), y)
    added = sampler.sample_indices_[len(y) :]
    return X[added], y[added]


def _under(X: NDArray[np.float64], y: NDArray[Any], wanted: dict[str, int], seed: int) -> Resampled:
    from imblearn.under_sampling import RandomUnderSampler

    sampler = RandomUnderSampler(sampling_strategy=wanted, random_state=seed)
    sampler.fit_resample(np.zeros((len(y), 1)), y)
    kept = np.sort(sampler.sample_indices_)
    return Resampled(
        X=X[kept],
        y=y[kept],
        synthetic=np.zeros(len(kept), dtype=bool),
        counts_before=_counts(y),
        counts_after=_counts(y[kept]),
        sampler="random-under",
    )


def _check_interpolates(plan: Plan, features: Sequence[Feature], X: NDArray[np.float64]) -> None:
    gaps = np.flatnonzero(np.isnan(X).any(axis=0))
    if len(gaps):
        raise MissingCellsError(plan.resample, [features[int(i)].name for i in gaps])
    if plan.resample == "smotenc" and not any(feature.discrete for feature in features):
        raise NoCategoryError


def _check_neighbours(counts: dict[str, int], wanted: dict[str, int]) -> None:
    smallest = min(wanted, key=lambda label: counts[label], default=None)
    if smallest is not None and counts[smallest] <= NEIGHBOURS:
        raise SmallClassError(smallest, counts[smallest], NEIGHBOURS + 1)


def _choose_sampler(features: Sequence[Feature]) -> str:
    discrete = [feature.discrete for feature in features]
    if all(discrete):
        return "smoten"
    return "smotenc" if any(discrete) else "smote"


def _interpolate(
    sampler: str,
    features: Sequence[Feature],
    X: NDArray[np.float64],
    y: NDArray[Any],
    wanted: dict[str, int],
    seed: int,
) -> Added:
    from imblearn.over_sampling import SMOTE, SMOTEN, SMOTENC

    coded = CodedMatrix.of(features, X)
    n_numbers = len(coded.numbers)
    options = {"sampling_strategy": wanted, "random_state": seed, "k_neighbors": NEIGHBOURS}
    if sampler == "smotenc":
        codes = list(range(n_numbers, coded.table.shape[1]))
        machine = SMOTENC(categorical_features=codes, **options)
    else:
        machine = (SMOTE if sampler == "smote" else SMOTEN)(**options)
    table, labels = machine.fit_resample(coded.table, y)
    return coded.decode(table[len(y) :]), labels[len(y) :]
