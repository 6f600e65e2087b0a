"""A rule for new rows where a clustering has none: the cluster of the nearest core point, if it is near enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from scipy.spatial import cKDTree
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils.validation import check_is_fitted, validate_data

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOISE = -1


class NearestCluster(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """The cluster of the nearest core point within the radius of that cluster, else -1.

    Of DBSCAN the core points are its own, and the radius is its `eps`. Of other clusterings they are all training rows,
    those of noise among them, and the radius of a cluster is the largest distance from one of its rows to the next: a
    new row of the same kind lies farther out about once in as many rows as the cluster has. A training row is its own
    nearest one. Distances are Euclidean.

    Parameters
    ----------
    estimator : object
        The unfitted clustering.

    Attributes
    ----------
    points_ : ndarray of shape (n_points, n_features)
    labels_ : ndarray of shape (n_points,)
        The cluster of each, -1 for noise.
    radii_ : ndarray of shape (n_clusters,)
    """

    RULE = (
        "has no rule for new rows: they are answered by the nearest row of a cluster within the cluster's own reach, "
        "else -1"
    )

    def __init__(self, estimator: Any = None) -> None:
        self.estimator = estimator

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002  # scikit-learn passes a target to every step
        """Find clusters, and keep what tells where they are.

        Parameters
        ----------
        X : array of shape (n_rows, n_features)
        """
        from sklearn.base import clone

        X = validate_data(self, X, dtype=np.float64)
        fitted = clone(self.estimator).fit(X)
        core = getattr(fitted, "core_sample_indices_", None)
        if core is not None:
            return self.keep(X[core], fitted.labels_[core], radius=float(fitted.eps))
        return self.keep(X, fitted.labels_)

    def keep(self, points: NDArray[np.float64], labels: NDArray[np.integer[Any]], radius: float | None = None) -> Self:
        """Take points with known clusters, numbered from 0, as what new rows are held against."""
        self.n_features_in_ = points.shape[1]
        self.points_, self.labels_ = np.ascontiguousarray(points), labels.astype(np.int64)
        n_clusters = int(labels.max(initial=NOISE)) + 1
        self.radii_ = np.full(n_clusters, radius) if radius is not None else _radii(self.points_, labels, n_clusters)
        return self

    def predict(self, X: Any) -> NDArray[np.int64]:
        """The cluster of each row.

        Returns
        -------
        ndarray of shape (n_rows,)
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        if not len(self.radii_):
            return np.full(len(X), NOISE)
        if not hasattr(self, "_tree"):
            self._tree = cKDTree(self.points_)
        reach = float(self.radii_.max())
        # The bound is exclusive, and the radius is not.
        distances, nearest = self._tree.query(X, distance_upper_bound=np.nextafter(reach, np.inf))
        found = np.append(self.labels_, NOISE)[nearest]
        within = distances <= np.append(self.radii_, 0.0)[found]
        return np.where(within, found, NOISE)

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the tree, which is built again where it is needed."""
        return {name: value for name, value in super().__getstate__().items() if name != "_tree"}


def _radii(points: NDArray[np.float64], labels: NDArray[np.integer[Any]], n_clusters: int) -> NDArray[np.float64]:
    """Of each cluster the largest distance from a row of it to its nearest neighbour in it.

    A cluster of one row, or of equal rows, tells nothing of its own: it has the smallest radius of the others.
    """
    radii = np.zeros(n_clusters)
    for cluster in range(n_clusters):
        own = points[labels == cluster]
        if len(own) > 1:
            radii[cluster] = cKDTree(own).query(own, k=2)[0][:, 1].max()
    known = radii[radii > 0]
    return np.where(radii > 0, radii, known.min() if len(known) else 0.0)
