"""The estimators that find clusters, as rows of the registry."""

from __future__ import annotations

from typing import Any

from mlpipe.models.estimator_spec import NO_GAPS, EstimatorSpec
from mlpipe.task import Task


def _row(name: str, target: str, summary: str, **facts: Any) -> EstimatorSpec:
    return EstimatorSpec(
        name=name, tasks=frozenset({Task.CLUSTERING}), target=f"sklearn.{target}", summary=summary,
        needs=NO_GAPS | {"dense matrix"}, **facts,
    )  # fmt: skip


_MANY, _SOME, _FEW = 100_000, 20_000, 5_000
"""Rows beyond which a sample is fitted: distances between all pairs of more fill the memory, or take hours."""

CLUSTER_ESTIMATORS = (
    _row("kmeans", "cluster:KMeans", "k-means: each row to the nearest of k centres", count="n_clusters",
         defaults={"n_init": 10}),
    _row("minibatch-kmeans", "cluster:MiniBatchKMeans", "k-means on small batches, for many rows", count="n_clusters",
         defaults={"n_init": 10}, by_blocks=True),
    _row("agglomerative", "cluster:AgglomerativeClustering", "the nearest clusters are joined, up to a tree",
         count="n_clusters", defaults={"compute_full_tree": True, "compute_distances": True}, most_rows=_FEW,
         rowwise=True),
    _row("dbscan", "cluster:DBSCAN", "dense regions of any shape; rows between them are noise", rowwise=True,
         most_rows=_MANY),
    _row("hdbscan", "cluster:HDBSCAN", "dense regions of different density; rows between them are noise", rowwise=True,
         defaults={"copy": True}, most_rows=_SOME),
    _row("gmm", "mixture:GaussianMixture", "mixture of normal distributions, with soft memberships",
         count="n_components", defaults={"reg_covar": 1e-4}),
)  # fmt: skip
