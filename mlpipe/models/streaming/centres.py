"""k-means by mini-batches, block by block: blocks in a new seeded order in every epoch.

The start is the best of `n_init` k-means on some of the rows. An epoch begins with what the centres weigh cut to one
block, so that rows which went to other centres long ago do not hold them; it ends the descent unless a sample of rows
is closer to its centres than before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.cluster import KMeans

from mlpipe.features.streaming.rows import BLOCK_ROWS, even_rows, spread_rows
from mlpipe.models.streaming.matrix_rows import n_blocks, some_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sklearn.cluster import MiniBatchKMeans

    from mlpipe.models.streaming.matrix_rows import MatrixRows

_START_SHARE = 4
"""Of one in so many rows of a block the start is made, unless clusters are many."""
_ROWS_A_CLUSTER = 20
_CLOSER = 1e-3
"""By which share the squared distances have to fall in an epoch for another one."""


def fit_centres(estimator: MiniBatchKMeans, rows: MatrixRows) -> MiniBatchKMeans:
    """Find centres; what the estimator keeps of rows, `labels_` and `inertia_`, is of a sample of one block."""
    asked = estimator.get_params(deep=False)
    sample = some_rows(rows, spread_rows(rows.n_rows, BLOCK_ROWS, asked["random_state"] or 0))
    estimator.set_params(init=_start(estimator, sample), n_init=1).fit(sample)
    estimator.set_params(compute_labels=False)
    rng = np.random.default_rng(asked["random_state"])
    apart, before, epoch = _apart(estimator, sample), np.inf, 0
    while epoch < asked["max_iter"] and apart < (1 - _CLOSER) * before:
        _go_through(estimator, rows, rng)
        apart, before, epoch = _apart(estimator, sample), apart, epoch + 1
    estimator.set_params(**asked)
    estimator.labels_, estimator.inertia_, estimator.n_iter_ = estimator.predict(sample), apart, epoch
    del vars(estimator)["_random_state"]  # no part of what `fit` leaves
    return estimator


def _start(estimator: MiniBatchKMeans, sample: NDArray[np.float64]) -> NDArray[np.float64]:
    asked = {name: getattr(estimator, name) for name in ("n_clusters", "init", "n_init", "random_state")}
    few = sample[even_rows(len(sample), max(BLOCK_ROWS // _START_SHARE, _ROWS_A_CLUSTER * estimator.n_clusters))]
    centres: NDArray[np.float64] = KMeans(**asked).fit(few).cluster_centers_
    return centres


def _go_through(estimator: MiniBatchKMeans, rows: MatrixRows, rng: np.random.Generator) -> None:
    """One epoch, in batches of rows of one block."""
    weights = estimator._counts  # noqa: SLF001 - what its own centres weigh
    weights *= BLOCK_ROWS / weights.sum()
    for place in rng.permutation(n_blocks(rows)):
        X = rows.block(int(place))[0]
        X = X[rng.permutation(len(X))]
        for start in range(0, len(X), estimator.batch_size):
            estimator.partial_fit(X[start : start + estimator.batch_size])


def _apart(estimator: MiniBatchKMeans, X: NDArray[np.float64]) -> float:
    """Squared distances to the centres, added up."""
    return -float(estimator.score(X))
