"""Hashes of 64 bits of typed cells: equal for equal cells, without a Python object for each of them."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEP = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no bit is lost
_LANE = 8
_MOST_LANES = 32
"""Longer words, of which there are few, are hashed one by one."""
_MISSING = np.uint64(0xD1B54A32D192ED03)


def hash_cells(cells: pa.Array) -> NDArray[np.uint64]:
    """A number for each cell; those of missing ones are alike, whatever the others are, and so are both zeros.

    Examples
    --------
    >>> first, second, third = hash_cells(pa.array(["a", "b", "a"]))
    >>> bool(first == third), bool(first == second)
    (True, False)
    """
    if pa.types.is_dictionary(cells.type):
        words = np.append(hash_cells(cells.dictionary), _MISSING)
        return words.take(np.asarray(pc.fill_null(cells.indices, len(words) - 1)))
    if pa.types.is_large_string(cells.type):
        cells = pc.cast(cells, pa.string())
    if pa.types.is_string(cells.type):
        return _or_missing(_hash_words(cells), cells)
    if pa.types.is_temporal(cells.type):
        cells = pc.cast(cells, pa.int64())
    values = np.asarray(pc.fill_null(pc.cast(cells, pa.float64(), safe=False), np.nan)) + 0.0  # one zero of two
    return np.where(np.isnan(values), _MISSING, mixed(values.view(np.uint64) + _STEP))


def mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Bits spread by the finaliser of SplitMix64 (Steele, Lea and Flood 2014)."""
    spread = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    spread = (spread ^ (spread >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return spread ^ (spread >> np.uint64(31))


def _or_missing(hashes: NDArray[np.uint64], cells: pa.Array) -> NDArray[np.uint64]:
    if cells.null_count:
        hashes[np.asarray(pc.is_null(cells))] = _MISSING
    return hashes


def _hash_words(cells: pa.Array) -> NDArray[np.uint64]:
    """Words are taken eight bytes at a time, all of them together."""
    _, offsets, letters = cells.buffers()
    if letters is None:
        return mixed(np.zeros(len(cells), np.uint64))
    ends = np.frombuffer(offsets, np.int32, len(cells) + 1, 4 * cells.offset).astype(np.int64)
    starts, lengths = ends[:-1] - ends[0], np.diff(ends)
    data = letters.slice(int(ends[0]), int(ends[-1] - ends[0])).to_pybytes() + bytes(_LANE)
    lanes = np.ndarray(len(data) - _LANE + 1, "<u8", data, strides=(1,))
    hashes, rows = lengths.astype(np.uint64) * _STEP, np.arange(len(cells))
    for lane in range(_MOST_LANES):
        beyond = np.int64(_LANE * (lane + 1)) - lengths[rows]
        if lane or (beyond >= _LANE).any():
            rows, beyond = rows[beyond < _LANE], beyond[beyond < _LANE]
        if not len(rows):
            break
        unused = (np.maximum(beyond, 0) << 3).astype(np.uint64)
        found = lanes[starts[rows] + _LANE * lane]
        found <<= unused
        found >>= unused
        found ^= hashes[rows]
        found *= _STEP
        found ^= found >> np.uint64(29)
        hashes[rows] = found
    for row in rows[lengths[rows] > _LANE * _MOST_LANES].tolist():
        word = data[int(starts[row]) : int(starts[row] + lengths[row])]
        hashes[row] = int.from_bytes(blake2b(word, digest_size=_LANE).digest(), "little")
    return mixed(hashes)
