"""Cells as one value however it is written: decided in training, recorded in the schema, applied ever after."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.cells import map_distinct
from mlpipe.data.spellings import INVISIBLE, canonical_text, truth_of, whole_level

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlpipe.data.schema import Column

# Bytes that begin no letter which is invisible or could be composed: ASCII, the middle of letters, Latin letters,
# Cyrillic, Chinese, Korean.
_PLAIN = bytes([*range(0xC2), *range(0xC3, 0xCC), *range(0xCF, 0xD6), *range(0xE4, 0xEA), 0xEB, 0xEC, 0xED])

_FORMULA = re.compile(b'="')


def canonical_cells(cells: pa.ChunkedArray) -> tuple[pa.ChunkedArray, int]:
    """Cells composed, without formulas of a text and without invisible characters, and how many cells held such.

    Plain cells cost a look at their bytes.
    """
    if not any(map(_is_odd, cells.chunks)):
        return cells, 0
    hidden = map_distinct(cells, lambda words: pa.array([INVISIBLE.search(w) is not None for w in words.to_pylist()]))
    return _rewritten(cells, canonical_text), pc.sum(hidden).as_py() or 0


def _is_odd(chunk: pa.Array) -> bool:
    """Whether a letter of the cells may be invisible or decomposed, or a cell a formula."""
    _, offsets, letters = chunk.buffers()
    if letters is None or not len(chunk):
        return False
    ends = np.frombuffer(offsets, np.int32, len(chunk) + 1, 4 * chunk.offset)
    data = letters.slice(int(ends[0]), int(ends[-1] - ends[0]))
    if not data.size:
        return False
    if _FORMULA.search(memoryview(data)):
        return True
    if np.frombuffer(data, np.uint8).max() < 0x80:
        return False
    written = data.to_pybytes()
    if not written.translate(None, _PLAIN):
        return False
    text = written.decode("utf-8", "replace")
    return INVISIBLE.search(text) is not None or not unicodedata.is_normalized("NFC", text)


def settle_words(words: pa.ChunkedArray, column: Column) -> pa.ChunkedArray:
    """Words as training wrote them: whole numbers in digits, true and false by their labels."""
    if column.whole:
        words = _rewritten(words, whole_level)
    if not column.truth or pc.all(pc.is_in(words, value_set=pa.array([*column.truth, None])), min_count=0).as_py():
        return words
    labels = dict(zip((True, False), column.truth, strict=True))

    def settled(word: str) -> str:
        meaning = truth_of(word)
        return word if meaning is None else labels[meaning] or word

    return _rewritten(words, settled)


def _rewritten(cells: pa.ChunkedArray, rewrite: Callable[[str], str]) -> pa.ChunkedArray:
    return map_distinct(cells, lambda words: pa.array(list(map(rewrite, words.to_pylist())), pa.string()))
