"""Where cells are missing: along the rows, and in which columns together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCKS = 60
PATTERNS = 6


@dataclass(frozen=True, kw_only=True)
class Missingness:
    """Where cells are missing.

    Parameters
    ----------
    blocks : ndarray of shape (n_columns, n_blocks)
        Share of missing cells in each of up to 60 equal runs of rows.
    patterns : tuple of (tuple of int, int)
        Which columns are missing together (by position) and in how many rows, the most frequent first; rows that
        lack nothing are left out.
    n_patterns : int
        Patterns there are in all.
    complete : int
        Rows that lack nothing.
    """

    blocks: NDArray[np.float64]
    patterns: tuple[tuple[tuple[int, ...], int], ...]
    n_patterns: int
    complete: int


def find_missing(missing: NDArray[np.bool_]) -> Missingness:
    """Describe a table of flags, shape (n_rows, n_columns), with at least one row."""
    n_rows = len(missing)
    starts = np.unique(np.arange(min(BLOCKS, n_rows)) * n_rows // min(BLOCKS, n_rows))
    sizes = np.diff([*starts.tolist(), n_rows])
    blocks = np.add.reduceat(missing.astype(np.int64), starts, axis=0) / sizes[:, None]
    lacking = missing[missing.any(axis=1)]
    packed, counts = np.unique(np.packbits(lacking, axis=1), axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:PATTERNS]
    flags = np.unpackbits(packed[order], axis=1, count=missing.shape[1]).astype(bool)
    patterns = tuple(
        (tuple(int(k) for k in np.flatnonzero(flag)), int(count))
        for flag, count in zip(flags, counts[order], strict=True)
    )
    return Missingness(
        blocks=blocks.T, patterns=patterns, n_patterns=len(counts), complete=n_rows - len(lacking)
    )  # fmt: skip
