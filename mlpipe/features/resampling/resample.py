"""Balancing the classes of a training matrix, then adding noisy copies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from mlpipe.errors import DataError, UsageError
from mlpipe.features.resampling.augment import jitter, spreads
from mlpipe.features.resampling.labelled import Labelled
from mlpipe.features.resampling.oversampling import grow
from mlpipe.features.resampling.resampled import Resampled
from mlpipe.features.resampling.resamplers import RESAMPLERS, ResamplerSpec, needs_classes
from mlpipe.features.resampling.undersampling import clean, shrink
from mlpipe.words.lists import count_of, listed
from mlpipe.words.numbers import format_exact
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.features.plan.plan import Plan
    from mlpipe.features.preprocessor.feature import Feature


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
    UsageError
        Where options do not fit the matrix or the target, or would make too many rows.
    DataError
        Where a class is too small, too far from the others, or alone.
    """
    balanced = Resampled.unchanged(X, y) if plan.resample == "none" else _balance(features, plan, X, y, seed)
    if plan.augment == "none":
        return balanced
    return _augment(balanced, spreads(features, X) * plan.augment_scale, plan, seed)


def _balance(features: Sequence[Feature], plan: Plan, X: Any, y: NDArray[Any], seed: int) -> Resampled:
    spec = RESAMPLERS[plan.resample]
    if y.dtype.kind == "f":
        raise needs_classes(spec.name)
    rows = Labelled.of(features, X, y)
    _check(spec, plan, rows)
    start = Resampled.unchanged(X, y)
    if spec.kind == "over":
        return _grown(start, spec, plan, rows, seed)
    if spec.kind == "under":
        kept = shrink(spec, rows, rows.shrunk(plan.resample_ratio or 1.0), seed=seed)
        return replace(start.only(kept), sampler=spec.name)
    if not spec.first:
        return replace(start.only(clean(spec, rows)), sampler=spec.name)
    grown = _grown(start, RESAMPLERS[spec.first], plan, rows, seed)
    kept = clean(spec, Labelled.of(features, grown.X, grown.y))
    return replace(grown.only(kept), sampler=f"{grown.sampler} + {spec.name.removeprefix(spec.first + '-')}")


def _check(spec: ResamplerSpec, plan: Plan, rows: Labelled) -> None:
    asked = param("resample", spec.name)
    if len(rows.classes) < 2:
        raise DataError(
            f"{asked} needs two classes; all training rows are of class {rows.label(0)!r}.",
            remedy=ways("Split again so that the training rows have every class", f"leave {param('resample')} out"),
        )
    ratio = param("resample_ratio")
    if not spec.takes_ratio and plan.resample_ratio is not None:
        raise UsageError(
            f"{asked} takes no {ratio} ({format_exact(plan.resample_ratio)}): the data decides which rows it removes.",
            remedy=ways(f"Leave {ratio} away", f"use {param('resample', 'random-under')} or near-miss"),
        )
    if spec.distances and len(gaps := _gaps(rows.X)):
        raise UsageError(
            f"{asked} cannot work with missing cells.",
            where=f"Missing cells are left in {listed([repr(rows.features[i].name) for i in gaps], 10)}.",
            remedy=ways(
                f"Impute them ({param('impute_numeric', 'median')})",
                f"use {param('resample', 'random-over')} or random-under",
            ),
        )


def _gaps(X: Any) -> NDArray[np.intp]:
    """Places of the features with missing cells."""
    if sparse.issparse(X):
        return np.unique(X.indices[np.isnan(X.data)])
    return np.flatnonzero(np.isnan(X).any(axis=0))


def _grown(start: Resampled, spec: ResamplerSpec, plan: Plan, rows: Labelled, seed: int) -> Resampled:
    wanted = rows.grown(plan.resample_ratio or 1.0)
    _check_made(plan, sum(size - rows.sizes[code] for code, size in wanted.items()))
    (X, codes), sampler = grow(spec, rows, wanted, seed=seed)
    _check_made(plan, len(codes))  # ADASYN may make some more than it was to make
    return replace(start.extended(X, rows.classes[codes]), sampler=sampler)


def _check_made(plan: Plan, n_new: int) -> None:
    if n_new > plan.max_synthetic:
        cause = f"{param('resample', plan.resample)} makes them, to bring small classes nearer to the largest."
        raise _too_many(plan, n_new, cause, f"Give a smaller {param('resample_ratio')}")


def _too_many(plan: Plan, wanted: int, cause: str, remedy: str) -> UsageError:
    return UsageError(
        f"{count_of(wanted)} rows would be made; {param('max_synthetic')} allows {count_of(plan.max_synthetic)}.",
        where=cause,
        remedy=ways(remedy, f"give {param('max_synthetic', wanted)}"),
    )


def _augment(start: Resampled, noise: NDArray[np.float64], plan: Plan, seed: int) -> Resampled:
    n_copies = plan.augment_copies * len(start.y)
    wanted = start.n_synthetic + n_copies
    if wanted > plan.max_synthetic:
        after = (
            f" after {count_of(start.n_synthetic)} from {param('resample', plan.resample)}" if start.n_synthetic else ""
        )
        cause = f"{param('augment', plan.augment)} makes {count_of(n_copies)} copies{after}."
        raise _too_many(plan, wanted, cause, f"Give fewer {param('augment_copies')}")
    copies = jitter(start.X, noise, copies=plan.augment_copies, seed=seed)
    return replace(start.extended(copies, np.concatenate([start.y] * plan.augment_copies)), n_augmented=n_copies)
