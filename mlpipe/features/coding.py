"""Discrete features as codes and back, so that made-up rows have levels that exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.features.names import Feature


@dataclass(frozen=True, kw_only=True)
class CodedMatrix:
    """A matrix with the discrete features of each raw column as one code, behind the continuous ones.

    Parameters
    ----------
    table : ndarray of shape (n_rows, n_numbers + n_blocks)
        Continuous features, then codes.
    numbers : list of int
        Places of the continuous features in the matrix.
    blocks : list of list of int
        Places of the discrete features that come from one raw column.
    patterns : list of ndarray of shape (n_patterns, n_features_of_the_block)
        What the training rows have in each block; a code is a row of it.
    width : int
        Features of the matrix.
    """

    table: NDArray[np.float64]
    numbers: list[int]
    blocks: list[list[int]]
    patterns: list[NDArray[np.float64]]
    width: int

    @classmethod
    def of(cls, features: Sequence[Feature], X: NDArray[np.float64]) -> CodedMatrix:
        """Code the matrix `X` whose columns `features` describes."""
        numbers = [i for i, feature in enumerate(features) if not feature.discrete]
        by_column: dict[str, list[int]] = {}
        for i, feature in enumerate(features):
            if feature.discrete:
                by_column.setdefault(feature.column, []).append(i)
        found = [np.unique(X[:, block], axis=0, return_inverse=True) for block in by_column.values()]
        codes = [inverse.reshape(-1).astype(np.float64) for _, inverse in found]
        return cls(
            table=np.column_stack([X[:, numbers], *codes]),
            numbers=numbers,
            blocks=list(by_column.values()),
            patterns=[patterns for patterns, _ in found],
            width=X.shape[1],
        )

    def decode(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """Features of rows that were made in the coded table."""
        X = np.empty((len(table), self.width))
        X[:, self.numbers] = table[:, : len(self.numbers)]
        codes = np.asarray(table[:, len(self.numbers) :]).astype(np.intp)
        for i, (block, patterns) in enumerate(zip(self.blocks, self.patterns, strict=True)):
            X[:, block] = patterns[codes[:, i]]
        return X
