"""How steady clusters are: whether other rows of the same kind lead to the same ones."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.clustering.agreement import adjusted_rand, contingency
from mlpipe.metrics.clustering.quality import paired_rows
from mlpipe.metrics.results import Measure
from mlpipe.models.clusters.finding import Finder
from mlpipe.models.clusters.search_rows import SearchRows
from mlpipe.models.predicting import predict_matrix
from mlpipe.target import NoTarget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.features.preprocessor.feature import Feature
    from mlpipe.metrics.arrays import Floats
    from mlpipe.models.fitting import ModelChoice

ROWS = 1_000
"""Most rows that are drawn from, and put into clusters."""
SAMPLES = 12


def measure_stability(
    choice: ModelChoice, X: Floats, features: Sequence[Feature], *, n_clusters: int | None, level: float, seed: int
) -> Measure:
    """Adjusted Rand index between clusterings that were fitted on bootstrap samples, over all pairs of them.

    All clusterings put the same rows into clusters. The interval holds the middle `level` of the pairs.

    References
    ----------
    Hennig (2007), Cluster-wise assessment of cluster stability, Computational Statistics & Data Analysis 52, 258-271.
    """
    rows = X[paired_rows(len(X), seed, ROWS)]
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(SAMPLES):
        drawn = rows[rng.integers(0, len(rows), len(rows))]
        n_distinct = len(np.unique(drawn, axis=0))
        if n_distinct < max(2, n_clusters or 2):
            return Measure(value=None, reason="too few different rows")
        estimator = Finder(choice, SearchRows.of(drawn), features).find(n_clusters).estimator
        found.append(predict_matrix(estimator, rows, NoTarget(), rowwise=choice.spec.rowwise).outputs + 1)
    values = [adjusted_rand(contingency(first, second)) for first, second in combinations(found, 2)]
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Measure(value=float(np.mean(values)), low=float(low), high=float(high))
