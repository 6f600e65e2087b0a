"""Where cells are missing: along the rows, and in which columns together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
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


def find_missing(missing: NDArray[np.bool_], *, limit: int = PATTERNS) -> Missingness:
    """Describe a table of flags, shape (n_rows, n_columns), with at least one row.

    Parameters
    ----------
    limit : int
        Most patterns to give.
    """
    n_rows = len(missing)
    starts = np.unique(np.arange(min(BLOCKS, n_rows)) * n_rows // min(BLOCKS, n_rows))
    bounds = [*starts.tolist(), n_rows]
    blocks = np.array([missing[start:stop].mean(axis=0) for start, stop in pairwise(bounds)])
    lacking = missing[missing.any(axis=1)]
    first, counts = _group(lacking)
    order = np.argsort(-counts, kind="stable")[:limit]
    patterns = tuple(
        (tuple(int(k) for k in np.flatnonzero(flag)), int(count))
        for flag, count in zip(lacking[first[order]], counts[order], strict=True)
    )
    return Missingness(
        blocks=blocks.T, patterns=patterns, n_patterns=len(counts), complete=n_rows - len(lacking)
    )  # fmt: skip


def _group(flags: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first row and the number of rows of each pattern; 64 flags are one number, which sorts faster than rows."""
    packed = np.packbits(flags, axis=1)
    padded = np.zeros((len(packed), -(-packed.shape[1] // 8) * 8), dtype=np.uint8)
    padded[:, : packed.shape[1]] = packed
    codes = np.zeros(len(packed), dtype=np.int64)
    for word in padded.view(">u8").astype(np.uint64).T:
        _, places = np.unique(word, return_inverse=True)
        codes = codes * (int(places.max(initial=0)) + 1) + places
        _, codes = np.unique(codes, return_inverse=True)
    _, first, counts = np.unique(codes, return_index=True, return_counts=True)
    return first, counts
