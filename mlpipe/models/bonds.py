"""What ties training rows together, whoever divides them: groups, copies and time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.models.folds import Fold, choose_folds

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Bonds:
    """What ties training rows together.

    Parameters
    ----------
    groups : ndarray of shape (n_rows,) or None
        Rows that share a value stay on one side.
    copies : ndarray of shape (n_rows,) or None
        Rows that share a number are identical, where some are and there are no groups.
    order : ndarray of shape (n_rows,) or None
        Time, where the split was made by time: what is learnt from is older.
    """

    groups: NDArray[np.int64] | None = None
    copies: NDArray[np.int64] | None = None
    order: NDArray[Any] | None = None

    @property
    def divides(self) -> bool:
        """Whether groups or time say which rows may be set aside."""
        return self.groups is not None or self.order is not None

    def folds(self, n_rows: int, strata: NDArray[Any] | None, *, n_folds: int, seed: int) -> list[Fold]:
        """The folds that respect them; see `choose_folds`."""
        return choose_folds(
            n_rows, strata=strata, n_folds=n_folds, seed=seed, groups=self.groups, copies=self.copies, order=self.order
        )

    def most_folds(self, n_rows: int, strata: NDArray[Any] | None, *, wanted: int) -> int:
        """As many folds as wanted, or as rows, groups and classes allow; 2 at least."""
        together = self.copies if self.groups is None else self.groups
        units = n_rows if together is None else len(np.unique(together))
        if strata is not None and strata.ndim == 1:
            units = min(units, int(np.unique(strata, return_counts=True)[1].max()))
        return max(2, min(wanted, units))

    def take(self, chosen: NDArray[np.intp]) -> Bonds:
        """Those of some of the rows, in the order of `chosen`."""
        return Bonds(groups=_at(self.groups, chosen), copies=_at(self.copies, chosen), order=_at(self.order, chosen))


def _at(values: NDArray[Any] | None, chosen: NDArray[np.intp]) -> NDArray[Any] | None:
    return None if values is None else values[chosen]


FREE = Bonds()
"""No row is tied to another."""
