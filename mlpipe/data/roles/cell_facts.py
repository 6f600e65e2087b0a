"""What the cells of a column are like, gathered block by block: of a column however long, no more than its hashes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.cell_hashes import hash_cells
from mlpipe.data.inference.cells import present_cells
from mlpipe.data.spellings import MOST_SPELLINGS, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

FEW_VALUES = 20
_WORD = r"[^\s\x{3000}]+"
_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
"""Letters of scripts that put no blanks between words."""


@dataclass(frozen=True, kw_only=True)
class NumberFacts:
    """Numbers or moments.

    Parameters
    ----------
    low, high : number or None
        The ends, of moments in microseconds; `None` where no cell has a value.
    few : int or None
        How many values differ, where they are whole and at most `FEW_VALUES`.
    step : float or None
        What all of them are beyond the numbers of their rows, where that is one and the same.
    repeats : bool
        Whether one is known to stand twice.
    """

    n_cells: int
    n_missing: int
    low: Any
    high: Any
    few: int | None
    step: float | None
    repeats: bool


@dataclass(frozen=True, kw_only=True)
class WordFacts:
    """Words, those left out that mean no value.

    Parameters
    ----------
    n_levels : int
        How many differ; by hashes of 64 bits, of which two among 50 million are alike once in 15,000 tables.
    counts : dict
        Cells of each, in the order in which they come; empty where there are more than `MOST_SPELLINGS`.
    n_words, n_unspaced, n_letters : float
        Words of a cell, letters of scripts without blanks, and letters: means.
    blanks : bool
        Whether one holds a blank.
    whole : bool
        Whether all are whole numbers.
    first : str
        The first of them.
    """

    n_cells: int
    n_missing: int
    n_levels: int
    counts: dict[str, int]
    n_words: float
    n_unspaced: float
    n_letters: float
    blanks: bool
    whole: bool
    first: str


def number_facts(blocks: Iterable[tuple[pa.ChunkedArray, NDArray[np.int64]]], *, whole: bool) -> NumberFacts:
    """Facts about numbers or moments, given beside the numbers of their rows.

    Parameters
    ----------
    whole : bool
        Whether the numbers are whole; of others only the ends are looked for.
    """
    n_cells = n_missing = 0
    ends: list[Any] = []
    steps: set[float] = set()
    few: set[float] | None = set() if whole else None
    repeats = False
    for cells, rows in blocks:
        n_cells += len(cells)
        n_missing += cells.null_count
        known = pc.cast(cells, pa.int64()) if pa.types.is_temporal(cells.type) else cells
        known = known.drop_null() if known.null_count else known
        if not len(known):
            continue
        found = pc.min_max(known).as_py()
        ends += (found["min"], found["max"])
        if not whole:
            continue
        values = known.to_numpy()
        if not n_missing and len(steps) < 2:
            steps.update(_ends(values - rows))
        if few is not None or not repeats:
            distinct = np.unique(values)
            repeats = repeats or len(distinct) < len(values)
            few = _at_most(few, distinct[: FEW_VALUES + 1].tolist())
    return NumberFacts(
        n_cells=n_cells,
        n_missing=n_missing,
        low=min(ends, default=None),
        high=max(ends, default=None),
        few=None if few is None else len(few),
        step=steps.pop() if len(steps) == 1 and not n_missing else None,
        repeats=repeats,
    )


def _ends(values: NDArray[np.float64]) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def _at_most(few: set[float] | None, more: list[float]) -> set[float] | None:
    """A few values and some more; none where these are too many."""
    joined = None if few is None else few.union(more)
    return None if joined is None or len(joined) > FEW_VALUES else joined


def each_once(blocks: Iterable[NDArray[np.float64]], low: float, high: float) -> bool:
    """Whether whole numbers within these ends stand once each."""
    seen = np.zeros(int(high - low) + 1, dtype=bool)
    for values in blocks:
        places = (values - low).astype(np.int64)
        if seen[places].any() or len(np.unique(places)) < len(places):
            return False
        seen[places] = True
    return True


class _Levels:
    """How many words differ, and which they are while they are few."""

    def __init__(self) -> None:
        self.counts: Counter[str] | None = Counter()
        self._hashes = [np.empty(0, np.uint64)]
        self._waiting = 0

    def add(self, levels: pa.Array, times: NDArray[np.int64]) -> None:
        """Take the words that differ among the next cells, and how often each stands."""
        hashes = hash_cells(levels)
        if self.counts is not None and len(np.unique(hashes)) > MOST_SPELLINGS:
            self.counts = None
        if self.counts is not None:
            for word, n in zip(levels.to_pylist(), times.tolist(), strict=True):
                self.counts[word] += n
            self.counts = self.counts if len(self.counts) <= MOST_SPELLINGS else None
        self._hashes.append(hashes)
        self._waiting += len(levels)
        if self._waiting > len(self._hashes[0]):
            self._merge()

    def __len__(self) -> int:
        if self.counts is not None:
            return len(self.counts)
        self._merge()
        return len(self._hashes[0])

    def _merge(self) -> None:
        joined = np.concatenate(self._hashes)
        self._hashes.clear()
        joined.sort()
        first = np.ones(len(joined), dtype=bool)
        np.not_equal(joined[1:], joined[:-1], out=first[1:])
        self._hashes.append(joined if first.all() else joined[first])
        self._waiting = 0


def word_facts(blocks: Iterable[pa.ChunkedArray], missing: tuple[str, ...]) -> WordFacts:
    """Facts about words.

    Parameters
    ----------
    missing : tuple of str
        Cells that mean "no value", beside blank ones.
    """
    n_cells = n_missing = 0
    sums = np.zeros(3, dtype=np.int64)
    found, blanks, whole, first = _Levels(), False, True, ""
    for cells in blocks:
        levels, times = _present_levels(cells, missing)
        n_cells += len(cells)
        n_missing += len(cells) - int(times.sum())
        if not len(levels):
            continue
        found.add(levels, times)
        first = first or levels[0].as_py()
        blanks = blanks or bool(pc.any(pc.match_substring_regex(levels, r"\s")).as_py())
        sums += [int(np.asarray(n, np.int64) @ times) for n in _lengths(levels, blanks=blanks)]
        whole = whole and bool(pc.all(pc.match_substring_regex(levels, WHOLE)).as_py())
    n_words, n_unspaced, n_letters = sums / max(1, n_cells - n_missing)
    return WordFacts(
        n_cells=n_cells,
        n_missing=n_missing,
        n_levels=len(found),
        counts=dict(found.counts or {}),
        n_words=n_words,
        n_unspaced=n_unspaced,
        n_letters=n_letters,
        blanks=blanks,
        whole=whole and n_missing < n_cells,
        first=first,
    )


def _present_levels(cells: pa.ChunkedArray, missing: tuple[str, ...]) -> tuple[pa.Array, NDArray[np.int64]]:
    """The words among some cells, blanks around them off, and how often each stands; one may come twice."""
    counted = pc.value_counts(cells)
    levels = present_cells(pa.chunked_array([counted.field("values")]), missing).combine_chunks()
    times = np.asarray(counted.field("counts"))
    if not levels.null_count:
        return levels, times
    return levels.drop_null(), times[np.asarray(pc.is_valid(levels))]


def _lengths(levels: pa.Array, *, blanks: bool) -> tuple[Any, Any, Any]:
    """Words, letters of scripts without blanks, and letters of each; looked for where there may be several, or any."""
    letters = pc.utf8_length(levels)
    ascii_alone = letters.equals(pc.binary_length(levels))
    unspaced = np.zeros(len(levels)) if ascii_alone else pc.count_substring_regex(levels, _UNSPACED)
    several = blanks or not ascii_alone
    return pc.count_substring_regex(levels, _WORD) if several else np.ones(len(levels)), unspaced, letters
