"""Balancing the classes of a training matrix and adding noisy copies, every row accounted for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from mlpipe.features.augmenting import jitter, spreads
from mlpipe.features.errors import ResampleTaskError
from mlpipe.features.labelled import Labelled
from mlpipe.features.oversampling import make_up, repeat
from mlpipe.features.resampling_errors import (
    MissingCellsError,
    OneClassError,
    RatioError,
    TooManySyntheticError,
)
from mlpipe.features.undersampling import clean, draw, near_miss

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.features.feature import Feature
    from mlpipe.features.plan import Plan

AT_RANDOM = {"random-over", "random-under"}
"""Methods that look at classes alone, so that cells may be missing."""
REMOVING = {"random-under", "near-miss", "tomek"}
"""Methods that add nothing."""
CLEANING = {"smote-tomek": "tomek", "smote-enn": "enn"}
"""Methods that remove after SMOTE has added, and how."""


@dataclass(frozen=True, kw_only=True)
class Resampled:
    """What an estimator is fitted on in place of the training rows.

    Parameters
    ----------
    X : ndarray or CSR of shape (n_rows, n_features)
        The kept original rows first, as they were and in their order; then rows from resampling; then noisy copies
        of all these.
    y : ndarray of shape (n_rows,)
    synthetic : ndarray of shape (n_rows,)
        Whether a row was added (made up, repeated, or a noisy copy).
    kept : ndarray of int
        Positions of the original rows that are left, ascending.
    counts_before, counts_after : dict
        Rows of each class; empty where the target is a quantity.
    sampler : str
        What was really used: `none`, the method asked for, or with `smote` what it stood for: `smotenc`, `smoten`,
        and with cleaning `smotenc + tomek`.
    n_removed : int
        Original rows that are no longer there; made-up rows that cleaning took away were never counted.
    n_augmented : int
        Noisy copies among the synthetic rows.
    """

    X: Any
    y: NDArray[Any]
    synthetic: NDArray[np.bool_]
    kept: NDArray[np.intp]
    counts_before: dict[str, int]
    counts_after: dict[str, int]
    sampler: str
    n_removed: int
    n_augmented: int

    @property
    def n_synthetic(self) -> int:
        """Rows that were added, noisy copies among them."""
        return int(self.synthetic.sum())

    def to_json(self) -> dict[str, Any]:
        """What `resampling.json` tells: rows after = rows before - `n_removed` + `n_synthetic`."""
        return {
            "sampler": self.sampler,
            "before": self.counts_before,
            "after": self.counts_after,
            "n_synthetic": self.n_synthetic,
            "n_removed": self.n_removed,
            "n_augmented": self.n_augmented,
        }


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
    balanced = _unchanged(X, y) if plan.resample == "none" else _balance(features, plan, X, y, seed)
    if plan.augment == "none":
        return balanced
    return _augment(balanced, spreads(features, X) * plan.augment_scale, plan, seed)


def _counts(y: NDArray[Any]) -> dict[str, int]:
    if y.dtype.kind == "f":
        return {}
    labels, sizes = np.unique(y, return_counts=True)
    return {str(label): int(size) for label, size in zip(labels, sizes, strict=True)}


def _unchanged(X: Any, y: NDArray[Any]) -> Resampled:
    return Resampled(
        X=X,
        y=y,
        synthetic=np.zeros(len(y), dtype=np.bool_),
        kept=np.arange(len(y)),
        counts_before=_counts(y),
        counts_after=_counts(y),
        sampler="none",
        n_removed=0,
        n_augmented=0,
    )


def _balance(features: Sequence[Feature], plan: Plan, X: Any, y: NDArray[Any], seed: int) -> Resampled:
    if y.dtype.kind == "f":
        raise ResampleTaskError(plan.resample)
    rows = Labelled.of(features, X, y)
    _check(plan, rows)
    start = _unchanged(X, y)
    if plan.resample in REMOVING:
        return _without(start, _left(plan, rows, seed), plan.resample)
    grown = _with_more(start, plan, rows, seed)
    if plan.resample not in CLEANING:
        return grown
    kept = clean(plan.resample, Labelled.of(features, grown.X, grown.y))
    return _without(grown, kept, f"{grown.sampler} + {CLEANING[plan.resample]}")


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
        return replace(_with(start, X, rows.classes[codes]), sampler=plan.resample)
    method = "smote" if plan.resample in CLEANING else plan.resample
    (X, codes), sampler = make_up(method, rows, wanted, seed=seed)
    _check_made(plan, len(codes))  # ADASYN may make some more than it was to make
    return replace(_with(start, X, rows.classes[codes]), sampler=sampler)


def _check_made(plan: Plan, n_new: int) -> None:
    if n_new > plan.max_synthetic:
        raise TooManySyntheticError(
            n_new,
            plan.max_synthetic,
            cause=f"--resample {plan.resample} makes them, to bring small classes nearer to the largest.",
            remedy="Give a smaller --resample-ratio",
        )


def _with(start: Resampled, X: Any, y: NDArray[Any]) -> Resampled:
    """The same, followed by rows that were added."""
    y_after = np.concatenate([start.y, y])
    return replace(
        start,
        X=sparse.vstack([start.X, X], format="csr") if sparse.issparse(start.X) else np.vstack([start.X, X]),
        y=y_after,
        synthetic=np.concatenate([start.synthetic, np.ones(len(y), dtype=np.bool_)]),
        counts_after=_counts(y_after),
    )


def _without(start: Resampled, kept: NDArray[np.intp], sampler: str) -> Resampled:
    """Only the rows at the positions `kept`."""
    originals = kept[~start.synthetic[kept]]
    return replace(
        start,
        X=start.X[kept],
        y=start.y[kept],
        synthetic=start.synthetic[kept],
        kept=originals,
        counts_after=_counts(start.y[kept]),
        sampler=sampler,
        n_removed=len(start.kept) - len(originals),
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
    return replace(_with(start, copies, np.tile(start.y, plan.augment_copies)), n_augmented=n_copies)
