"""Removing rows: of large classes, or where classes touch.

NearMiss keeps the members of a large class that are nearest to the smallest class; a Tomek link (Tomek 1976) is a
pair of rows of different classes that are each other's nearest neighbour; edited nearest neighbours (Wilson 1972)
removes each row that has one of another class among its three nearest. Distances are taken in the matrix as it stands.
The time of both cleanings grows with the square of the rows: minutes for a hundred thousand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.features.resampling.errors import CleanedAwayError, SmallClassError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.features.resampling.labelled import Labelled, Sizes

NEAR = 3
"""Neighbours in the smallest class whose mean distance NearMiss compares."""


def draw(rows: Labelled, wanted: Sizes, *, seed: int) -> NDArray[np.intp]:
    """Positions of what is left, in order, after drawing each class in `wanted` at random down to its size."""
    from imblearn.under_sampling import RandomUnderSampler

    sampler = RandomUnderSampler(sampling_strategy=wanted, random_state=seed)
    return _kept(sampler, np.zeros((len(rows.codes), 1)), rows.codes)


def near_miss(rows: Labelled, wanted: Sizes) -> NDArray[np.intp]:
    """Positions of what is left, in order, when each class in `wanted` keeps its rows nearest to the smallest class.

    Raises
    ------
    SmallClassError
    """
    from imblearn.under_sampling import NearMiss

    smallest = min(rows.sizes, key=lambda code: rows.sizes[code])
    if rows.sizes[smallest] < NEAR:
        raise SmallClassError(rows.label(smallest), rows.sizes[smallest], NEAR, resample="near-miss")
    return _kept(NearMiss(sampling_strategy=wanted, n_neighbors=NEAR), rows.X, rows.codes)


def clean(resample: str, rows: Labelled) -> NDArray[np.intp]:
    """Positions of what is left, in order, without the rows of a Tomek link or those that neighbours contradict.

    Parameters
    ----------
    resample : str
        `tomek`, which never removes rows of the smallest class; `smote-tomek` or `smote-enn`, for which all classes
        are alike.

    Raises
    ------
    CleanedAwayError
        Where no row of some class would be left.
    """
    from imblearn.under_sampling import EditedNearestNeighbours, TomekLinks

    cleaner = EditedNearestNeighbours if resample == "smote-enn" else TomekLinks
    classes = "not minority" if resample == "tomek" else "all"
    kept = _kept(cleaner(sampling_strategy=classes), rows.X, rows.codes)
    if gone := [code for code in rows.sizes if code not in rows.codes[kept]]:
        raise CleanedAwayError(resample, [rows.label(code) for code in gone], sum(rows.sizes[code] for code in gone))
    return kept


def _kept(sampler: Any, X: Any, codes: NDArray[np.intp]) -> NDArray[np.intp]:
    sampler.fit_resample(X, codes)
    return np.sort(sampler.sample_indices_).astype(np.intp)
