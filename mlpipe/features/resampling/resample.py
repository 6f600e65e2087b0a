"""Balancing the classes of a training matrix, then adding noisy copies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from mlpipe.features.errors import ResampleTaskError
from mlpipe.features.resampling.augment import jitter, spreads
from mlpipe.features.resampling.errors import (
    MissingCellsError,
    OneClassError,
    RatioError,
    TooManySyntheticError,
)
from mlpipe.features.resampling.labelled import Labelled
from mlpipe.features.resampling.oversampling import make_up, repeat
from mlpipe.features.resampling.resampled import Resampled
from mlpipe.features.resampling.undersampling import clean, draw, near_miss

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.features.plan.plan import Plan
    from mlpipe.features.preprocessor.feature import Feature

AT_RANDOM = {"random-over", "random-under"}
"""Methods that look at classes alone, so that cells may be missing."""
REMOVING = {"random-under", "near-miss", "tomek"}
"""Methods that add nothing."""
CLEANING = {"smote-tomek": "tomek", "smote-enn": "enn"}
"""Methods that remove after SMOTE has added, and how."""


def resample(features: Sequence[Feature], plan: Plan, X: Any, y: NDArray[Any], *, seed: int) -> Resampled:
    """Balance the classes as `plan.resample` says, then add noisy copies as `plan.augment` says.

    Over-sampling brings each smaller class to `resample_ratio` (default 1) times the largest one; under-sampling
    brings each larger class down until the smallest is that share of it. No other class is touched.

    Parameters
    ----------
    features : sequence of Feature
        What each column of `X` is.
    X : ndarray or CSR of shape (n_rows, n_features)
        The training rows as they leave the preprocessor; sparse stays sparse.
    y : ndarray of shape (n_rows,)
        Class labels; or a quantity (floats), which can be augmented and not resampled.

    Raises
    ------
    ResampleTaskError, RatioError, NoCategoryError, MissingCellsError, SparseSmotencError, SmotencSizeError,
    TooManySyntheticError, OneClassError, SmallClassError, NoBorderError, CleanedAwayError
    """
    balanced = Resampled.unchanged(X, y) if plan.resample == "none" else _balance(features, plan, X, y, seed)
    if plan.augment == "none":
        return balanced
    return _augment(balanced, spreads(features, X) * plan.augment_scale, plan, seed)


def _balance(features: Sequence[Feature], plan: Plan, X: Any, y: NDArray[Any], seed: int) -> Resampled:
    if y.dtype.kind == "f":
        raise ResampleTaskError(plan.resample)
    rows = Labelled.of(features, X, y)
    _check(plan, rows)
    start = Resampled.unchanged(X, y)
    if plan.resample in REMOVING:
        return replace(start.only(_left(plan, rows, seed)), sampler=plan.resample)
    grown = _with_more(start, plan, rows, seed)
    if plan.resample not in CLEANING:
        return grown
    kept = clean(plan.resample, Labelled.of(features, grown.X, grown.y))
    return replace(grown.only(kept), sampler=f"{grown.sampler} + {CLEANING[plan.resample]}")


def _check(plan: Plan, rows: Labelled) -> None:
    if len(rows.classes) < 2:
        raise OneClassError(plan.resample, rows.label(0))
    if plan.resample == "tomek" and plan.resample_ratio is not None:
        raise RatioError(plan.resample, plan.resample_ratio)
    if plan.resample not in AT_RANDOM and len(gaps := _gaps(rows.X)):
        raise MissingCellsError(plan.resample, [rows.features[i].name for i in gaps])


def _gaps(X: Any) -> NDArray[np.intp]:
    """Places of the features with missing cells."""
    if sparse.issparse(X):
        return np.unique(X.indices[np.isnan(X.data)])
    return np.flatnonzero(np.isnan(X).any(axis=0))


def _left(plan: Plan, rows: Labelled, seed: int) -> NDArray[np.intp]:
    if plan.resample == "tomek":
        return clean("tomek", rows)
    wanted = rows.shrunk(plan.resample_ratio or 1.0)
    if plan.resample == "random-under":
        return draw(rows, wanted, seed=seed)
    return near_miss(rows, wanted)


def _with_more(start: Resampled, plan: Plan, rows: Labelled, seed: int) -> Resampled:
    wanted = rows.grown(plan.resample_ratio or 1.0)
    _check_made(plan, sum(size - rows.sizes[code] for code, size in wanted.items()))
    if plan.resample == "random-over":
        X, codes = repeat(rows, wanted, seed=seed)
        return replace(start.extended(X, rows.classes[codes]), sampler=plan.resample)
    method = "smote" if plan.resample in CLEANING else plan.resample
    (X, codes), sampler = make_up(method, rows, wanted, seed=seed)
    _check_made(plan, len(codes))  # ADASYN may make some more than it was to make
    return replace(start.extended(X, rows.classes[codes]), sampler=sampler)


def _check_made(plan: Plan, n_new: int) -> None:
    if n_new > plan.max_synthetic:
        raise TooManySyntheticError(
            n_new,
            plan.max_synthetic,
            cause=f"--resample {plan.resample} makes them, to bring small classes nearer to the largest.",
            remedy="Give a smaller --resample-ratio",
        )


def _augment(start: Resampled, noise: NDArray[np.float64], plan: Plan, seed: int) -> Resampled:
    n_copies = plan.augment_copies * len(start.y)
    wanted = start.n_synthetic + n_copies
    if wanted > plan.max_synthetic:
        made = f" after {start.n_synthetic:,} from --resample {plan.resample}" if start.n_synthetic else ""
        raise TooManySyntheticError(
            wanted,
            plan.max_synthetic,
            cause=f"--augment {plan.augment} makes {n_copies:,} copies{made}.",
            remedy="Give fewer --augment-copies",
        )
    copies = jitter(start.X, noise, copies=plan.augment_copies, seed=seed)
    return replace(start.extended(copies, np.tile(start.y, plan.augment_copies)), n_augmented=n_copies)
