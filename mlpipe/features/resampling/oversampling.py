"""Adding rows to small classes, without inventing half-levels.

SMOTE (Chawla et al. 2002, doi:10.1613/jair.953) and its relatives put new rows between neighbours of a small class.
Between two one-hot rows lies no level at all. SMOTENC (SMOTEN where all features are discrete) therefore works on
codes, one for all discrete features of a raw column, and each code is put back as the pattern of features that some
training row has. The other methods work on the matrix as it stands, and the discrete features of each made-up row
then become the nearest existing pattern of their raw column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from mlpipe.features.resampling.discrete_blocks import Block, continuous, find_blocks, put_patterns, snap
from mlpipe.features.resampling.errors import (
    NoBorderError,
    NoCategoryError,
    SmallClassError,
    SmotencSizeError,
    SparseSmotencError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.features.resampling.labelled import Labelled, Sizes

NEIGHBOURS = 5
QUICK_CELLS = 10**7
"""Numbers that SMOTENC or SMOTEN may compare where plain SMOTE was asked for: ten seconds of work."""
MOST_CELLS = 5 * 10**8
"""The same where SMOTENC was asked for by name: four gigabytes."""

Added = tuple[Any, "NDArray[np.intp]"]
"""Rows that were added, and their classes."""


def repeat(rows: Labelled, wanted: Sizes, *, seed: int) -> Added:
    """Repeat members of each class in `wanted`, drawn at random, until it has its size."""
    from imblearn.over_sampling import RandomOverSampler  # two seconds to import, for those who resample

    sampler = RandomOverSampler(sampling_strategy=wanted, random_state=seed)
    sampler.fit_resample(np.zeros((len(rows.codes), 1)), rows.codes)
    added = sampler.sample_indices_[len(rows.codes) :]
    return rows.X[added], rows.codes[added]


def make_up(method: str, rows: Labelled, wanted: Sizes, *, seed: int) -> tuple[Added, str]:
    """Make rows up until each class in `wanted` has its size.

    ADASYN comes near it, more or less; SVM-SMOTE may fall short of it, where its support vectors are all safe or all
    in danger.

    Parameters
    ----------
    method : str
        `smote`, `smotenc`, `borderline-smote`, `svm-smote` (whose time grows with the square of the rows) or `adasyn`.

    Returns
    -------
    added, sampler
        The new rows, and what made them. With `smote` that is `smotenc` or `smoten` where there are discrete
        features, unless the matrix is sparse or so large that they would take minutes.

    Raises
    ------
    NoCategoryError, SparseSmotencError, SmotencSizeError, SmallClassError, NoBorderError
    """
    blocks = find_blocks(rows.features, rows.X)
    if method == "smotenc":
        _check_smotenc(rows, blocks, wanted)
    for code in sorted(wanted, key=lambda code: rows.sizes[code])[:1]:
        if rows.sizes[code] <= NEIGHBOURS:
            raise SmallClassError(rows.label(code), rows.sizes[code], NEIGHBOURS + 1, resample=method)
    sampler = _choose(method, rows, blocks, wanted)
    if sampler in {"smotenc", "smoten"}:
        return _by_codes(sampler, rows, blocks, wanted, seed=seed), sampler
    X, codes = _between(sampler, rows, wanted, seed=seed)
    return (snap(blocks, X), codes), sampler


def _check_smotenc(rows: Labelled, blocks: Sequence[Block], wanted: Sizes) -> None:
    if not blocks:
        raise NoCategoryError
    if sparse.issparse(rows.X):
        raise SparseSmotencError(rows.X.shape[1])
    if (cells := _cells(rows, blocks, wanted)) > MOST_CELLS:
        raise SmotencSizeError(cells, MOST_CELLS)


def _choose(method: str, rows: Labelled, blocks: Sequence[Block], wanted: Sizes) -> str:
    if method not in {"smote", "smotenc"} or not blocks:
        return method
    slow = sparse.issparse(rows.X) or _cells(rows, blocks, wanted) > QUICK_CELLS
    if method == "smote" and slow:
        return "smote"
    return "smotenc" if len(continuous(rows.features)) else "smoten"


def _cells(rows: Labelled, blocks: Sequence[Block], wanted: Sizes) -> int:
    """Size of the largest table that SMOTENC (the neighbours of new rows) or SMOTEN (all distances) makes."""
    n_numbers = len(continuous(rows.features))
    if not n_numbers:
        return max((rows.sizes[code] ** 2 for code in wanted), default=0)
    width = n_numbers + sum(int(block.patterns.shape[0]) for block in blocks)
    return NEIGHBOURS * width * max((size - rows.sizes[code] for code, size in wanted.items()), default=0)


def _by_codes(sampler: str, rows: Labelled, blocks: Sequence[Block], wanted: Sizes, *, seed: int) -> Added:
    from imblearn.over_sampling import SMOTEN, SMOTENC

    numbers = continuous(rows.features)
    options = {"sampling_strategy": wanted, "random_state": seed, "k_neighbors": NEIGHBOURS}
    codes = np.column_stack([block.codes for block in blocks])
    if sampler == "smotenc":
        machine = SMOTENC(categorical_features=list(range(len(numbers), len(numbers) + len(blocks))), **options)
        table = np.hstack([rows.X[:, numbers], codes])
    else:
        machine, table = SMOTEN(**options), codes
    made, classes = machine.fit_resample(table, rows.codes)
    made = np.asarray(made[len(rows.codes) :])
    X = np.empty((len(made), rows.X.shape[1]))
    X[:, numbers] = made[:, : len(numbers)]
    patterns = made[:, len(numbers) :].astype(np.intp)
    return put_patterns(blocks, X, list(patterns.T)), classes[len(rows.codes) :]


def _between(method: str, rows: Labelled, wanted: Sizes, *, seed: int) -> Added:
    machine = _machine(method, wanted, seed)
    X = _small_indices(rows.X) if sparse.issparse(rows.X) else rows.X
    try:
        table, codes = machine.fit_resample(X, rows.codes)
    except (ValueError, RuntimeError) as error:
        if method not in {"svm-smote", "adasyn"}:
            raise
        raise NoBorderError(method, [rows.label(code) for code in wanted], str(error)) from error
    made = codes[len(rows.codes) :]
    if missed := [rows.label(code) for code in wanted if code not in made]:
        raise NoBorderError(method, missed)
    return table[len(rows.codes) :], made


def _machine(method: str, wanted: Sizes, seed: int) -> Any:
    from imblearn.over_sampling import ADASYN, SMOTE, SVMSMOTE, BorderlineSMOTE

    options = {"sampling_strategy": wanted, "random_state": seed}
    if method == "adasyn":
        return ADASYN(n_neighbors=NEIGHBOURS, **options)
    kinds = {"smote": SMOTE, "borderline-smote": BorderlineSMOTE, "svm-smote": SVMSMOTE}
    return kinds[method](k_neighbors=NEIGHBOURS, **options)


def _small_indices(X: Any) -> Any:
    """The same matrix with indices of 32 bits, which the support vector machine insists on, where they fit."""
    if max(X.nnz, *X.shape) > np.iinfo(np.int32).max:
        return X
    parts = (X.data, X.indices.astype(np.int32, copy=False), X.indptr.astype(np.int32, copy=False))
    return type(X)(parts, shape=X.shape)
