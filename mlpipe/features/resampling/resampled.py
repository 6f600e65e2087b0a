"""What balancing and augmenting made of the training rows, every row accounted for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray


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

    @classmethod
    def unchanged(cls, X: Any, y: NDArray[Any]) -> Self:
        """The training rows themselves."""
        return cls(
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

    def extended(self, X: Any, y: NDArray[Any]) -> Self:
        """The same, followed by rows that were added."""
        y_after = np.concatenate([self.y, y])
        return replace(
            self,
            X=sparse.vstack([self.X, X], format="csr") if sparse.issparse(self.X) else np.vstack([self.X, X]),
            y=y_after,
            synthetic=np.concatenate([self.synthetic, np.ones(len(y), dtype=np.bool_)]),
            counts_after=_counts(y_after),
        )

    def only(self, left: NDArray[np.intp]) -> Self:
        """The rows at the positions `left`, ascending."""
        originals = left[~self.synthetic[left]]
        return replace(
            self,
            X=self.X[left],
            y=self.y[left],
            synthetic=self.synthetic[left],
            kept=originals,
            counts_after=_counts(self.y[left]),
            n_removed=len(self.kept) - len(originals),
        )


def _counts(y: NDArray[Any]) -> dict[str, int]:
    if y.ndim > 1 or y.dtype.kind == "f":
        return {}
    labels, sizes = np.unique(y, return_counts=True)
    return {str(label): int(size) for label, size in zip(labels, sizes, strict=True)}
