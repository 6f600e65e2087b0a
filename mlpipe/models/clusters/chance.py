"""Whether there are clusters at all: silhouettes beside those of tables that have none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.cluster.hierarchy import linkage

from mlpipe.metrics.clustering.quality import Clustering, paired_rows, silhouettes
from mlpipe.models.clusters.finding import Finder
from mlpipe.models.clusters.search_rows import SearchRows
from mlpipe.models.clusters.tree import cut
from mlpipe.words.numbers import HUNDREDTH, format_number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mlpipe.features.preprocessor.feature import Feature
    from mlpipe.metrics.arrays import Floats
    from mlpipe.models.fitting import ModelChoice

ROWS = 500
"""Most rows that are compared."""
TABLES = 20
CLEARER = 0.02
"""By how much the silhouette has to be higher than the best of the references."""


@dataclass(frozen=True, kw_only=True)
class Chance:
    """The best silhouette of a table, and of tables without clusters that are like it.

    Parameters
    ----------
    value : float
        0 where no two clusters were found.
    shuffled : tuple of float
        Of the table with the cells of each column in another order: what the columns have alone, without what they
        have together. Empty where there is one column.
    clouds : tuple of float
        Of normal distributions with the table's covariances: one cluster, however long.
    n_rows : int
        Rows that were compared.
    """

    value: float
    shuffled: tuple[float, ...]
    clouds: tuple[float, ...]
    n_rows: int

    @cached_property
    def found(self) -> bool:
        """Whether the clusters are clearer than all of them."""
        return self.value > 0 and all(self.value > _limit(values) for values in (self.shuffled, self.clouds) if values)

    @property
    def sentence(self) -> str:
        """What that means."""
        value = format_number(self.value, HUNDREDTH)
        if self.value <= 0:
            return "no clusters found: the rows do not fall apart into two"
        told = [
            f"{name} {_span(values)}"
            for name, values in (("shuffled columns", self.shuffled), ("a single cloud of rows", self.clouds))
            if values and (self.found or self.value <= _limit(values))
        ]
        where = f"the best silhouette, {value},"
        if self.found:
            return f"there are clusters: {where} is beyond what chance gives ({'; '.join(told)})"
        return f"no clusters found: {where} is what chance gives too ({'; '.join(told)})"


def _limit(values: Sequence[float]) -> float:
    return max(values) + CLEARER


def _span(values: Sequence[float]) -> str:
    return f"{format_number(min(values), HUNDREDTH)} to {format_number(max(values), HUNDREDTH)}"


def compare_with_chance(
    choice: ModelChoice, X: Floats, features: Sequence[Feature], *, numbers: Sequence[int], seed: int
) -> Chance:
    """Hold the best silhouette against those of shuffled tables, and of normal clouds.

    Models that take a number of clusters are all judged by Ward's tree, whose cuts are nearly those of k-means and cost
    next to nothing; the others by themselves. Rows of noise count as 0.

    Parameters
    ----------
    numbers : sequence of int
        The numbers of clusters that were tried: the best of as many is taken of every table.

    References
    ----------
    Tibshirani, Walther and Hastie (2001), Estimating the number of clusters via the gap statistic, Journal of the Royal
    Statistical Society B 63, 411-423: clusters are held against tables that have none.
    """
    rows = paired_rows(len(X), seed, ROWS)
    sample = X[rows]
    judge = _ward(numbers) if choice.spec.count else _itself(choice, features)
    rng = np.random.default_rng(seed)
    blocks = _blocks(features)
    shuffled = [judge(_shuffle(sample, blocks, rng)) for _ in range(TABLES)] if len(blocks) > 1 else []
    clouds = [judge(_cloud(sample, rng)) for _ in range(TABLES)]
    return Chance(value=judge(sample), shuffled=tuple(shuffled), clouds=tuple(clouds), n_rows=len(rows))


def _ward(numbers: Sequence[int]) -> Callable[[Floats], float]:
    def judge(X: Floats) -> float:
        children = linkage(X, method="ward")[:, :2].astype(np.int64)
        return max(_silhouette(X, cut(children, k)) for k in numbers if 2 <= k < len(X))

    return judge


def _itself(choice: ModelChoice, features: Sequence[Feature]) -> Callable[[Floats], float]:
    return lambda X: _silhouette(X, Finder(choice, SearchRows.of(X), features).find().clusters)


def _silhouette(X: Floats, clusters: np.ndarray) -> float:
    found = Clustering(X=X, labels=clusters)
    return float(silhouettes(found).sum() / len(X)) if found.comparable else 0.0


def _blocks(features: Sequence[Feature]) -> list[list[int]]:
    """The places of the features of each raw column, which stay together."""
    places: dict[str, list[int]] = {}
    for i, feature in enumerate(features):
        places.setdefault(feature.column, []).append(i)
    return list(places.values())


def _shuffle(X: Floats, blocks: list[list[int]], rng: np.random.Generator) -> Floats:
    shuffled = np.empty_like(X)
    for block in blocks:
        shuffled[:, block] = X[rng.permutation(len(X))][:, block]
    return shuffled


def _cloud(X: Floats, rng: np.random.Generator) -> Floats:
    mean = X.mean(axis=0)
    _, sizes, directions = np.linalg.svd(X - mean, full_matrices=False)
    scores = rng.standard_normal((len(X), len(sizes))) * sizes / np.sqrt(len(X))
    cloud: Floats = scores @ directions + mean
    return cloud
