"""Removing rows: of large classes, or where classes touch.

NearMiss keeps the members of a large class that are nearest to the smallest class; a Tomek link (Tomek 1976) is a
pair of rows of different classes that are each other's nearest neighbour; edited nearest neighbours (Wilson 1972)
removes each row that has one of another class among its three nearest. Distances are taken in the matrix as it stands.
The time of both cleanings grows with the square of the rows: minutes for a hundred thousand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.errors import DataError
from mlpipe.features.resampling.resamplers import check_members
from mlpipe.words.lists import either, listed
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.features.resampling.labelled import Labelled, Sizes
    from mlpipe.features.resampling.resamplers import ResamplerSpec


def shrink(spec: ResamplerSpec, rows: Labelled, wanted: Sizes, *, seed: int) -> NDArray[np.intp]:
    """Positions of what is left, in order, when each class in `wanted` is brought down to its size.

    Raises
    ------
    DataError
        Where the smallest class has too few rows to find neighbours among.
    """
    check_members(spec, rows, rows.sizes)
    X = rows.X if spec.distances else np.zeros((len(rows.codes), 1))
    return _kept(spec.build(wanted=wanted, seed=seed), X, rows.codes)


def clean(spec: ResamplerSpec, rows: Labelled) -> NDArray[np.intp]:
    """Positions of what is left, in order, without the rows that the cleaner finds where classes meet.

    Raises
    ------
    DataError
        Where no row of some class would be left.
    """
    kept = _kept(spec.build(), rows.X, rows.codes)
    gone = [code for code in rows.sizes if code not in rows.codes[kept]]
    if not gone:
        return kept
    labels = listed([repr(rows.label(code)) for code in gone], 10)
    raise DataError(
        f"{param('resample', spec.name)} would remove {either(len(gone), 'class', 'classes')} {labels} entirely "
        f"({sum(rows.sizes[code] for code in gone)} rows): each of its rows has a neighbour of another class.",
        remedy=ways(f"Use {param('resample', 'smote')} or smote-tomek, which remove less", "random-over"),
    )


def _kept(sampler: Any, X: Any, codes: NDArray[np.intp]) -> NDArray[np.intp]:
    sampler.fit_resample(X, codes)
    return np.sort(sampler.sample_indices_).astype(np.intp)
