"""What scaling does to a column: how its spread, its skewness and its shape change."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.metrics.arrays import Floats

_SAME = 1e-6
"""Changes of shape below this are those of rounding."""


@dataclass(frozen=True, kw_only=True)
class Scaled:
    """A column before and after scaling.

    Parameters
    ----------
    bend : float
        One minus the correlation between the two: 0 where only unit and origin change, 2 at most.
    spread, skew : (float, float)
        Standard deviation and skewness before and after; 0 for a constant column.
    """

    bend: float
    spread: tuple[float, float]
    skew: tuple[float, float]

    @property
    def stretch(self) -> float:
        """By how many powers of ten the spread changes."""
        before, after = self.spread
        return abs(math.log10(after / before)) if before > 0 and after > 0 else 0.0


def compare_shapes(before: Floats, after: Floats) -> Scaled:
    """Compare a column before and after: the bend over the rows that are finite in both, the rest over its own.

    A gap that scaling comes with a value for belongs to what there is after.

    Examples
    --------
    >>> heights = np.array([1.5, 1.6, 1.9, np.nan])
    >>> compare_shapes(heights, 100 * heights - 3).bend
    0.0
    """
    both = np.isfinite(before) & np.isfinite(after)
    (x, spread_x), (y, spread_y) = (_standardised(values[both]) for values in (before, after))
    alike = float(np.mean(x * y)) if spread_x and spread_y else 1.0
    own = [_standardised(values[np.isfinite(values)]) for values in (before, after)]
    first, last = (_mean_cube(values) for values, _ in own)
    return Scaled(bend=1 - alike if 1 - alike > _SAME else 0.0, spread=(own[0][1], own[1][1]), skew=(first, last))


def skewness(values: Floats) -> float:
    """Third standardised moment of finite values; 0 for a constant.

    Examples
    --------
    >>> round(skewness(np.array([1.0, 1.0, 4.0])), 3), skewness(np.array([0.1, 0.1, 0.1]))
    (0.707, 0.0)
    """
    return _mean_cube(_standardised(values)[0])


def _mean_cube(standardised: Floats) -> float:
    return float(np.mean(standardised**3)) if len(standardised) else 0.0


def _standardised(values: Floats) -> tuple[Floats, float]:
    """Values of mean 0 and spread 1, and their spread; noughts for a constant, also one that rounding makes uneven."""
    if not len(values):
        return values, 0.0
    size = float(np.abs(values).max()) or 1.0  # squares of large numbers do not fit
    scaled = values / size
    centred = scaled - scaled.mean()
    spread = float(centred.std())
    if spread <= 1e-12 * float(np.abs(scaled).max()):
        return np.zeros_like(values), 0.0
    return centred / spread, spread * size


def order_by_change(columns: Sequence[Scaled]) -> list[int]:
    """Positions of columns, those first whose shape changes most; of equal ones, those whose spread does."""
    return sorted(range(len(columns)), key=lambda k: (-columns[k].bend, -columns[k].stretch, k))
