"""How near neighbours are: the radius of DBSCAN from the knee of the distances to the k-th neighbour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FEWEST, _USUAL, _MOST = 5, 15, 30
_SHARE = 20


@dataclass(frozen=True, kw_only=True, eq=False)
class KDistances:
    """Distances to the k-th neighbour.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        In rising order.
    knee : int
        The place from which on they rise steeply.
    """

    n_neighbours: int
    values: NDArray[np.float64]
    knee: int

    @property
    def eps(self) -> float:
        """The distance at the knee."""
        return float(self.values[self.knee])


def usual_neighbours(n_rows: int, n_features: int) -> int:
    """Rows within the radius, itself included, that make a row a core point.

    Twice as many as features [1]_, from 15 to 30: with fewer the knee of the distances lies so low that clusters fall
    apart. In small tables a twentieth of the rows, at least 5.

    References
    ----------
    .. [1] Sander, Ester, Kriegel and Xu (1998), Density-based clustering in spatial databases, section 4.2.

    Examples
    --------
    >>> usual_neighbours(500, 2), usual_neighbours(500, 10), usual_neighbours(100, 2)
    (15, 20, 5)
    """
    return max(_FEWEST, min(max(_USUAL, min(2 * n_features, _MOST)), n_rows // _SHARE))


def k_distances(X: NDArray[np.float64], n_neighbours: int) -> KDistances:
    """Distance of each row to its k-th neighbour (itself is the first), and their knee.

    The knee is where the curve is farthest below the straight line between its ends.

    References
    ----------
    Ester, Kriegel, Sander and Xu (1996), A density-based algorithm, section 4.2.
    Satopää, Albrecht, Irwin and Raghavan (2011), Finding a "kneedle" in a haystack.
    """
    k = min(n_neighbours, len(X))
    values = np.sort(cKDTree(X).query(X, k=[k])[0][:, 0])
    return KDistances(n_neighbours=k, values=values, knee=_knee(values))


def _knee(values: NDArray[np.float64]) -> int:
    height = values[-1] - values[0]
    if height <= 0:
        return len(values) - 1
    across, up = np.linspace(0, 1, len(values)), (values - values[0]) / height
    return int(np.argmax(across - up))
