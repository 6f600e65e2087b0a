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

from mlpipe.errors import DataError, UsageError
from mlpipe.features.resampling.discrete_blocks import Block, continuous, find_blocks, put_patterns, snap
from mlpipe.features.resampling.resamplers import NEIGHBOURS, check_members
from mlpipe.words.lists import count_of, either, listed
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.features.resampling.labelled import Labelled, Sizes
    from mlpipe.features.resampling.resamplers import ResamplerSpec

QUICK_CELLS = 10**7
"""Numbers that SMOTENC or SMOTEN may compare where plain SMOTE was asked for: ten seconds of work."""
MOST_CELLS = 5 * 10**8
"""The same where SMOTENC was asked for by name: four gigabytes."""

Added = tuple[Any, "NDArray[np.intp]"]
"""Rows that were added, and their classes."""


def grow(spec: ResamplerSpec, rows: Labelled, wanted: Sizes, *, seed: int) -> tuple[Added, str]:
    """Add rows until each class in `wanted` has its size.

    ADASYN comes near it, more or less; SVM-SMOTE (whose time grows with the square of the rows) may fall short of it,
    where its support vectors are all safe or all in danger.

    Returns
    -------
    added, sampler
        The new rows, and what made them. With `smote` that is `smotenc` or `smoten` where there are discrete
        features, unless the matrix is sparse or so large that they would take minutes.

    Raises
    ------
    UsageError
        Where codes of discrete features are to be made of what has none, is sparse or is too large.
    DataError
        Where a class has too few members, or none of them is where classes meet.
    """
    if not spec.distances:
        return _repeated(spec, rows, wanted, seed), spec.name
    blocks = find_blocks(rows.features, rows.X)
    if spec.discrete == "codes":
        _check_codes(spec, rows, blocks, wanted)
    check_members(spec, rows, wanted)
    if _goes_by_codes(spec, rows, blocks, wanted):
        return _by_codes(spec, rows, blocks, wanted, seed)
    X, codes = _between(spec, rows, wanted, seed)
    return (snap(blocks, X), codes), spec.name


def _repeated(spec: ResamplerSpec, rows: Labelled, wanted: Sizes, seed: int) -> Added:
    """Members of the classes, drawn at random."""
    sampler = spec.build(wanted=wanted, seed=seed)
    sampler.fit_resample(np.zeros((len(rows.codes), 1)), rows.codes)
    added = sampler.sample_indices_[len(rows.codes) :]
    return rows.X[added], rows.codes[added]


def _check_codes(spec: ResamplerSpec, rows: Labelled, blocks: Sequence[Block], wanted: Sizes) -> None:
    asked, smote = param("resample", spec.name), param("resample", "smote")
    if not blocks:
        raise UsageError(
            f"{asked} needs at least one category or 0/1 feature; here all features are continuous.",
            remedy=f"Use {smote}.",
        )
    if sparse.issparse(rows.X):
        raise UsageError(
            f"{asked} cannot work on a sparse matrix: it would make {rows.X.shape[1]} features dense.",
            remedy=f"Use {smote}, which gives made-up rows levels that exist there too.",
        )
    if (cells := _cells(rows, blocks, wanted)) > MOST_CELLS:
        raise UsageError(
            f"{asked} would need a table of {count_of(cells)} numbers of neighbours; "
            f"the limit is {count_of(MOST_CELLS)}.",
            remedy=ways(f"Use {smote}, a smaller {param('resample_ratio')}", param("resample", "random-over")),
        )


def _goes_by_codes(spec: ResamplerSpec, rows: Labelled, blocks: Sequence[Block], wanted: Sizes) -> bool:
    if spec.discrete != "either" or not blocks:
        return spec.discrete == "codes"
    return not sparse.issparse(rows.X) and _cells(rows, blocks, wanted) <= QUICK_CELLS


def _cells(rows: Labelled, blocks: Sequence[Block], wanted: Sizes) -> int:
    """Size of the largest table that SMOTENC (the neighbours of new rows) or SMOTEN (all distances) makes."""
    n_numbers = len(continuous(rows.features))
    if not n_numbers:
        return max((rows.sizes[code] ** 2 for code in wanted), default=0)
    width = n_numbers + sum(int(block.patterns.shape[0]) for block in blocks)
    return NEIGHBOURS * width * max((size - rows.sizes[code] for code, size in wanted.items()), default=0)


def _by_codes(
    spec: ResamplerSpec, rows: Labelled, blocks: Sequence[Block], wanted: Sizes, seed: int
) -> tuple[Added, str]:
    """Rows made up by SMOTENC, or by SMOTEN where all features are discrete."""
    numbers = continuous(rows.features)
    codes = np.column_stack([block.codes for block in blocks])
    if len(numbers):
        sampler, options = "smotenc", {"categorical_features": list(range(len(numbers), len(numbers) + len(blocks)))}
        table = np.hstack([rows.X[:, numbers], codes])
    else:
        sampler, options, table = "smoten", {}, codes
    machine = spec.build(wanted=wanted, seed=seed, target=f"imblearn.over_sampling:{sampler.upper()}", **options)
    made, classes = machine.fit_resample(table, rows.codes)
    made = np.asarray(made[len(rows.codes) :])
    X = np.empty((len(made), rows.X.shape[1]))
    X[:, numbers] = made[:, : len(numbers)]
    patterns = made[:, len(numbers) :].astype(np.intp)
    return (put_patterns(blocks, X, list(patterns.T)), classes[len(rows.codes) :]), sampler


def _between(spec: ResamplerSpec, rows: Labelled, wanted: Sizes, seed: int) -> Added:
    machine = spec.build(wanted=wanted, seed=seed)
    X = _small_indices(rows.X) if sparse.issparse(rows.X) else rows.X
    try:
        table, codes = machine.fit_resample(X, rows.codes)
    except (ValueError, RuntimeError) as error:
        if not spec.may_fail:
            raise
        raise _no_border(spec, [rows.label(code) for code in wanted], str(error)) from error
    made = codes[len(rows.codes) :]
    if missed := [rows.label(code) for code in wanted if code not in made]:
        raise _no_border(spec, missed)
    return table[len(rows.codes) :], made


def _no_border(spec: ResamplerSpec, labels: Sequence[str], said: str = "") -> DataError:
    """The error for classes that were to grow where classes meet and did not; `said` by imbalanced-learn, if at all."""
    classes = either(len(labels), "class", "classes")
    return DataError(
        f"{param('resample', spec.name)} makes rows where classes meet, and made none of {classes} "
        f"{listed([repr(label) for label in labels], 10)}.",
        where=f"imbalanced-learn says: {said}" if said else "",
        remedy=f"Use {param('resample', 'smote')}, which makes rows anywhere in a class.",
    )


def _small_indices(X: Any) -> Any:
    """The same matrix with indices of 32 bits, which the support vector machine insists on, where they fit."""
    if max(X.nnz, *X.shape) > np.iinfo(np.int32).max:
        return X
    parts = (X.data, X.indices.astype(np.int32, copy=False), X.indptr.astype(np.int32, copy=False))
    return type(X)(parts, shape=X.shape)
