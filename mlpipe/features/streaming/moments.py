"""Mean and spread of numbers that come in blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Moments:
    """Count, least, largest, mean and squared deviations of numbers, added up block by block.

    References
    ----------
    T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample
    Variances", 1979: deviations are summed about the mean of their own block, so that no digits are lost.

    Examples
    --------
    >>> moments = Moments()
    >>> for block in ([1.0, 2.0], [6.0]):
    ...     moments.add(np.array(block))
    >>> moments.n, float(moments.mean), bool(moments.std(ddof=1) == np.std([1, 2, 6], ddof=1))
    (3, 3.0, True)
    """

    def __init__(self) -> None:
        self.n = 0
        self.min = np.inf
        self.max = -np.inf
        self.mean: float = 0.0
        self._squares: float = 0.0

    def add(self, numbers: NDArray[np.float64]) -> None:
        """Take the next numbers; none is missing."""
        n = len(numbers)
        if not n:
            return
        self.min, self.max = min(self.min, float(numbers.min())), max(self.max, float(numbers.max()))
        with np.errstate(over="ignore", invalid="ignore"):
            mean = numbers.mean()
            apart = numbers - mean
            squares = (apart * apart).sum()
            total = self.n + n
            gap = mean - self.mean
            self._squares = squares if not self.n else self._squares + squares + gap * gap * (self.n * n / total)
            self.mean = mean if not self.n else self.mean + gap * (n / total)
        self.n = total

    def std(self, *, ddof: int = 0) -> Any:
        """Standard deviation; NaN where there are too few numbers."""
        with np.errstate(invalid="ignore"):
            return np.sqrt(self._squares / (self.n - ddof)) if self.n > ddof else np.float64(np.nan)
