"""Fitting one clustering: any estimator of the registry, so that it has a rule for new rows and numbers by size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.cluster import AgglomerativeClustering
from sklearn.mixture import GaussianMixture

from mlpipe.errors import FitError, UsageError
from mlpipe.features.streaming.rows import BLOCK_ROWS
from mlpipe.models.clusters.density import KDistances, k_distances, usual_neighbours
from mlpipe.models.clusters.nearest import NearestCluster
from mlpipe.models.clusters.numbering import by_size, renumber_centres, renumber_components, renumbered, sizes_of
from mlpipe.models.clusters.tree import cut, linkage_matrix
from mlpipe.models.fitting import ModelChoice, fit_estimator
from mlpipe.models.streaming.fitting import learns_from_blocks
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import param
from mlpipe.words.remedies import in_step, ways

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.feature import Feature
    from mlpipe.metrics.arrays import Floats, Places
    from mlpipe.models.clusters.search_rows import SearchRows

_NO_RADIUS = ("agglomerative", "dbscan", "hdbscan")
_SMALLEST_SHARE, _SMALLEST = 0.02, 5
"""Least share of the rows, and least number of them, that HDBSCAN calls a cluster."""
_MANY_ROWS, _FEW_STARTS = 10_000, 3
"""Rows beyond which k-means begins anew less often."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """A fitted clustering.

    Parameters
    ----------
    estimator : object
        Its `predict` knows any row.
    clusters : ndarray of shape (n_rows,)
        What it says of all training rows: 0 for the largest cluster, -1 for noise.
    bic : float or None
        Of a mixture.
    """

    choice: ModelChoice
    estimator: Any
    clusters: Places
    bic: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def n_clusters(self) -> int:
        """Clusters that have rows."""
        return int(np.count_nonzero(sizes_of(self.clusters)))


class Finder:
    """Finds clusters among fixed rows with one estimator, for any number of clusters.

    Parameters
    ----------
    rows : SearchRows
    features : sequence of Feature
        What their columns are.

    Attributes
    ----------
    asked : ModelChoice
        As it was given; `choice` has the parameters that depend on the table, too.
    by_blocks : bool
        Whether all rows are fitted block by block.
    rows : ndarray of shape (n_fitted,)
        Else the rows that are fitted, of those held: all, or a sample of as many as the estimator can take.
    linkage : ndarray or None
        The tree of an agglomerative clustering, once it has been fitted.
    neighbours : KDistances or None
        What DBSCAN's radius was chosen by.
    """

    def __init__(self, choice: ModelChoice, rows: SearchRows, features: Sequence[Feature]) -> None:
        _check_params(choice)
        self.asked = choice
        self._all, self._features = rows, features
        self.by_blocks = rows.n_rows > BLOCK_ROWS and learns_from_blocks(choice.build())
        held = rows.held
        self.rows = _fitted_rows(choice, len(held))
        self._sample = held if len(self.rows) == len(held) else np.ascontiguousarray(held[self.rows])
        self.neighbours: KDistances | None = None
        self.choice = self._with_usual(choice)
        self._tree: AgglomerativeClustering | None = None

    @property
    def linkage(self) -> Floats | None:
        """The tree as SciPy writes one."""
        return None if self._tree is None else linkage_matrix(self._tree.children_, self._tree.distances_)

    @property
    def note(self) -> str:
        """That a sample is fitted; empty where all rows are that memory holds."""
        if len(self.rows) == len(self._all.held):
            return ""
        return (
            f"{self.choice.spec.name} is fitted on a sample of {count_of(len(self.rows), 'row')} of "
            f"{count_of(self._all.n_rows)}; the others go where new rows would"
        )

    def find(self, n_clusters: int | None = None) -> Found:
        """Fit, with as many clusters as asked where the estimator takes a number."""
        count = self.choice.spec.count
        chosen = () if n_clusters is None or not count else ((count, str(n_clusters)),)
        choice = replace(self.choice, params=(*self.choice.params, *chosen))
        estimator, notes = self._fit(choice, n_clusters)
        clusters = self._all.clusters(estimator, rowwise=choice.spec.rowwise)
        return Found(choice=choice, estimator=estimator, clusters=clusters, bic=self._bic(estimator), notes=notes)

    def _fit(self, choice: ModelChoice, n_clusters: int | None) -> tuple[Any, tuple[str, ...]]:
        if self._tree is not None and n_clusters is not None:
            return self._of_tree(choice, self._tree, n_clusters), ()
        X = self._sample
        fitted = fit_estimator(choice, X, np.empty((len(X), 0)), features=self._features, every=self._all.every)
        estimator = fitted.estimator
        if self.by_blocks:
            clusters = self._all.clusters(estimator, rowwise=choice.spec.rowwise)
            renumber_centres(estimator, by_size(clusters, len(estimator.cluster_centers_)))
            return estimator, fitted.notes
        if isinstance(estimator, AgglomerativeClustering):
            self._tree = estimator
            return self._of_tree(choice, estimator, int(estimator.n_clusters_)), fitted.notes
        return _with_rule(choice, estimator, X), fitted.notes

    def _of_tree(self, choice: ModelChoice, tree: AgglomerativeClustering, n_clusters: int) -> NearestCluster:
        return _nearest(choice, self._sample, cut(tree.children_, n_clusters))

    def _bic(self, estimator: Any) -> float | None:
        return float(estimator.bic(self._all.held)) if isinstance(estimator, GaussianMixture) else None

    def _with_usual(self, choice: ModelChoice) -> ModelChoice:
        """Parameters that depend on the table, where they are not given."""
        given = dict(choice.params)
        if choice.spec.name == "hdbscan" and "min_cluster_size" not in given:
            smallest = max(_SMALLEST, round(_SMALLEST_SHARE * len(self._sample)))
            return replace(choice, params=(*choice.params, ("min_cluster_size", str(smallest))))
        if choice.spec.name == "kmeans" and "n_init" not in given and len(self._sample) > _MANY_ROWS:
            return replace(choice, params=(*choice.params, ("n_init", str(_FEW_STARTS))))
        if choice.spec.name != "dbscan":
            return choice
        n_rows, n_features = self._sample.shape
        neighbours = _whole(given.get("min_samples"), usual_neighbours(n_rows, n_features))
        self.neighbours = k_distances(self._sample, neighbours)
        usual = {"min_samples": str(neighbours), "eps": repr(self.neighbours.eps)}
        return replace(choice, params=(*choice.params, *((k, v) for k, v in usual.items() if k not in given)))


def _whole(given: str | None, usual: int) -> int:
    return int(given) if given is not None and given.isdecimal() and int(given) > 0 else usual


def _check_params(choice: ModelChoice) -> None:
    spec, given = choice.spec, dict(choice.params)
    if spec.count and spec.count in given:
        raise UsageError(
            f"{param('params', f'{spec.count}={given[spec.count]}')} is the number of clusters, which has an option.",
            remedy=f"Give {param('k', given[spec.count])}.",
        )
    metric = given.get("metric", "euclidean")
    if spec.name in _NO_RADIUS and metric not in ("euclidean", "l2"):
        raise UsageError(
            f"{spec.name} with metric={metric} has no rule for new rows: theirs goes by Euclidean distances.",
            remedy=ways(
                "Leave metric away", in_step("preprocess", f"prepare the columns differently ({param('scale')})")
            ),
        )


def _fitted_rows(choice: ModelChoice, n_rows: int) -> NDArray[np.intp]:
    most = choice.spec.most_rows
    if most is None or n_rows <= most:
        return np.arange(n_rows)
    return np.sort(np.random.default_rng(choice.seed).choice(n_rows, most, replace=False))


def _with_rule(choice: ModelChoice, estimator: Any, X: Floats) -> Any:
    """The fitted estimator with clusters numbered by size, and a rule for new rows."""
    if isinstance(estimator, GaussianMixture):
        renumber_components(estimator, by_size(estimator.predict(X), estimator.n_components))
        return estimator
    if hasattr(estimator, "cluster_centers_"):
        if not hasattr(estimator, "labels_"):  # of mini-batches, with compute_labels=false
            estimator.labels_ = estimator.predict(X)
        renumber_centres(estimator, by_size(estimator.labels_, len(estimator.cluster_centers_)))
        return estimator
    if not hasattr(estimator, "labels_"):
        raise FitError(
            f"{choice.spec.name} gives no clusters.", remedy=f"Choose another {param('model')}, such as kmeans."
        )
    core = getattr(estimator, "core_sample_indices_", None)
    if core is None:
        return _nearest(choice, X, estimator.labels_)
    return _nearest(choice, X[core], estimator.labels_[core], radius=float(estimator.eps))


def _nearest(
    choice: ModelChoice, X: Floats, labels: NDArray[np.integer[Any]], radius: float | None = None
) -> NearestCluster:
    order = by_size(labels, int(labels.max(initial=-1)) + 1)
    return NearestCluster(choice.build()).keep(X, renumbered(labels, order), radius=radius)
