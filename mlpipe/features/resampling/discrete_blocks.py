"""Discrete features as codes and back, so that made-up rows have levels that exist."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.feature import Feature

CELLS = 10**7
"""Distances between made-up rows and existing patterns that are held at a time."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """The discrete features of one raw column: only whole patterns of them mean something.

    Parameters
    ----------
    places : ndarray of int
        Where they are in the matrix.
    patterns : csr_array of shape (n_patterns, n_places)
        What the training rows have there.
    codes : ndarray of shape (n_rows,)
        Which pattern each row has.
    """

    places: NDArray[np.intp]
    patterns: Any
    codes: NDArray[np.intp]

    @classmethod
    def of(cls, X: Any, places: Sequence[int]) -> Block:
        """Find the patterns of `X` (dense or CSR) at `places`, in order of appearance."""
        cells = sparse.csr_array(X[:, places])
        cells.sum_duplicates()
        cells.eliminate_zeros()
        seen: dict[tuple[bytes, bytes], int] = {}
        codes = np.empty(cells.shape[0], dtype=np.intp)
        for i, (start, stop) in enumerate(pairwise(cells.indptr)):
            pattern = (cells.indices[start:stop].tobytes(), cells.data[start:stop].tobytes())
            codes[i] = seen.setdefault(pattern, len(seen))
        _, first = np.unique(codes, return_index=True)
        return cls(places=np.asarray(places, dtype=np.intp), patterns=cells[first], codes=codes)

    def nearest(self, cells: Any) -> NDArray[np.intp]:
        """Codes of the patterns nearest to rows of in-between values; the first of two equally near.

        Between two levels in one-hot features, that is the level of the nearer end.
        """
        squares = self.patterns.multiply(self.patterns).sum(axis=1)
        found = np.empty(cells.shape[0], dtype=np.intp)
        step = max(1, CELLS // len(squares))
        for start in range(0, cells.shape[0], step):
            products = sparse.csr_array(cells[start : start + step]) @ self.patterns.T
            found[start : start + step] = np.argmin(squares - 2 * products.toarray(), axis=1)
        return found


def find_blocks(features: Sequence[Feature], X: Any) -> list[Block]:
    """Code the discrete features of each raw column, in the order of the columns."""
    by_column: dict[str, list[int]] = {}
    for i, feature in enumerate(features):
        if feature.discrete:
            by_column.setdefault(feature.column, []).append(i)
    return [Block.of(X, places) for places in by_column.values()]


def continuous(features: Sequence[Feature]) -> NDArray[np.intp]:
    """Places of the features that may have any value."""
    return np.array([i for i, feature in enumerate(features) if not feature.discrete], dtype=np.intp)


def snap(blocks: Sequence[Block], X: Any) -> Any:
    """Rows as in `X`, with the nearest existing pattern in each block."""
    return put_patterns(blocks, X, [block.nearest(X[:, block.places]) for block in blocks])


def put_patterns(blocks: Sequence[Block], X: Any, codes: Sequence[NDArray[np.intp]]) -> Any:
    """Rows as in `X`, with the pattern that `codes` tells in each block."""
    if not blocks:
        return X
    if not sparse.issparse(X):
        X = X.copy()
        for block, chosen in zip(blocks, codes, strict=True):
            X[:, block.places] = block.patterns[chosen].toarray()
        return X
    taken = np.concatenate([block.places for block in blocks])
    others = np.setdiff1d(np.arange(X.shape[1]), taken)
    chosen_patterns = [block.patterns[chosen] for block, chosen in zip(blocks, codes, strict=True)]
    joined = sparse.hstack([X[:, others], *chosen_patterns], format="csr")
    put_back = joined[:, np.argsort(np.concatenate([others, taken]))]
    return type(X)(put_back)
