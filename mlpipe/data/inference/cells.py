"""Columns of cells as written: blanks off, missing cells found, distinct values worked on once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from numpy.typing import NDArray

_NO_CELL = pa.scalar(None, pa.string())
_ZEROS = (0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0, 0x1040, 0x17E0)
"""The digits of Arabic, Persian, Devanagari and its neighbours begin here."""
_NARROW = {
    **{wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)},
    **{zero + digit: str(digit) for zero in _ZEROS for digit in range(10)},
    **dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"), " "),
    **dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u02b9\u2032"), "'"),
    **dict.fromkeys(map(ord, "\u2212\u2010\u2011\u2012\u2013\ufe63"), "-"),
    **dict.fromkeys(map(ord, "\u200e\u200f\u061c"), None),
    **{ord(w): sign for w, sign in zip("\uffe0\uffe1\uffe5\uffe6\u066a\ufe6a\u066b\u066c", "¢£¥₩%%.,", strict=True)},
}


def as_cells(column: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    """The column as chunks of plain strings."""
    chunked = column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
    return chunked if chunked.type == pa.string() else pc.cast(chunked, pa.string())


def trim(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells without the blanks (of any script) around them."""
    return pc.utf8_trim_whitespace(cells)


def present_cells(cells: pa.ChunkedArray, markers: Collection[str]) -> pa.ChunkedArray:
    """Trimmed cells, null where blank or one of `markers`."""
    trimmed = trim(cells)
    missing = pc.is_in(trimmed, value_set=pa.array(sorted({"", *markers}), pa.string()))
    return pc.if_else(missing, _NO_CELL, trimmed)


def narrow(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Digits and signs as ASCII has them: full-width ones, blanks of all kinds, apostrophes, dashes for a minus."""
    if pc.all(pc.string_is_ascii(cells), min_count=0).as_py():
        return cells
    return map_distinct(cells, lambda words: pa.array(list(map(narrow_text, words.to_pylist())), pa.string()))


def narrow_text(text: str) -> str:
    """The same of one text."""
    return text.translate(_NARROW)


def only(cells: pa.ChunkedArray, mask: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells where `mask` holds, null elsewhere."""
    return pc.if_else(mask, cells, _NO_CELL)


def map_distinct(cells: pa.ChunkedArray, function: Callable[[pa.Array], pa.Array]) -> pa.ChunkedArray:
    """Apply `function` to the distinct values and spread the results over the rows."""
    encoded = cells.dictionary_encode()
    if not encoded.num_chunks:
        return pa.chunked_array([function(pa.array([], cells.type))])
    results = function(encoded.chunk(encoded.num_chunks - 1).dictionary)
    return pa.chunked_array([results.take(chunk.indices) for chunk in encoded.chunks])


def counts_of(cells: pa.ChunkedArray) -> dict[str, int]:
    """How often each value stands."""
    return {pair["values"]: pair["counts"] for pair in pc.value_counts(cells).to_pylist()}


def sample_cells(cells: pa.ChunkedArray, limit: int = 1000) -> pa.ChunkedArray:
    """At most `limit` of the cells that are there, evenly spread."""
    present = cells.drop_null()
    if len(present) <= limit:
        return present
    return present.take(pa.array(np.linspace(0, len(present) - 1, limit).astype(np.int64)))


def rows_where(mask: pa.ChunkedArray) -> NDArray[np.int64]:
    """Row numbers at which a boolean column is true (null counts as false)."""
    truth: NDArray[np.bool_] = np.asarray(pc.fill_null(mask, False))
    return np.flatnonzero(truth).astype(np.int64)
