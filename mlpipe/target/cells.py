"""Cells of a target as arrays, and arrays as columns of a table. Heavy libraries are loaded when asked."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

Columns = dict[str, Any]
"""Arrow arrays of equal length by column name, as a table of predictions takes them."""
_TAG_MARKS = (";", "|", ",")


def class_labels(values: pa.ChunkedArray | pa.Array, column: str) -> NDArray[np.str_]:
    """Class labels as text, of shape (n_rows,): numbers in their shortest form (`1`, not `1.0`), words as they are.

    Parameters
    ----------
    values : pyarrow.ChunkedArray of shape (n_rows,)
        Typed by `coerce`, none missing.
    """
    import numpy as np
    import pyarrow.compute as pc

    if values.null_count:
        raise ValueError(f"{values.null_count} rows of {column!r} have no label")
    if not len(values):
        return np.empty(0, dtype=np.str_)
    distinct = pc.unique(values)
    codes = np.asarray(pc.index_in(values, value_set=distinct))
    named: NDArray[np.str_] = np.asarray([label_of(value) for value in distinct.to_pylist()], dtype=np.str_)[codes]
    return named


def label_counts(values: pa.ChunkedArray | pa.Array) -> dict[str, int]:
    """How many rows have each class label; those without one do not count."""
    import pyarrow.compute as pc

    pairs = pc.value_counts(values.drop_null())
    counts: dict[str, int] = {}
    for value, count in zip(pairs.field("values").to_pylist(), pairs.field("counts").to_pylist(), strict=True):
        counts[label_of(value)] = counts.get(label_of(value), 0) + count
    return counts


def label_of(value: Any) -> str:
    """One class label as text.

    Examples
    --------
    >>> label_of(1.0), label_of(0.5), label_of("01")
    ('1', '0.5', '01')
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    return repr(value) if isinstance(value, float) else str(value)


def order_classes(labels: Iterable[str]) -> tuple[str, ...]:
    """Distinct class labels in order: of size where all are numbers, else of the alphabet.

    Examples
    --------
    >>> order_classes(["10", "9", "10"])
    ('9', '10')
    >>> order_classes(["yes", "no", "10"])
    ('10', 'no', 'yes')
    """
    distinct = sorted({str(label) for label in labels})
    sizes = [_as_number(label) for label in distinct]
    if any(size is None for size in sizes):
        return tuple(distinct)
    return tuple(label for _, label in sorted(zip(sizes, distinct, strict=True), key=_by_size))


def _as_number(label: str) -> float | None:
    try:
        size = float(label)
    except ValueError:
        return None
    return size if math.isfinite(size) and "_" not in label else None


def _by_size(pair: tuple[float | None, str]) -> tuple[float, str]:
    size, label = pair
    assert size is not None
    return size, label


def numbers_of(table: pa.Table, column: str) -> NDArray[np.float64]:
    """The numbers of a column, of shape (n_rows,); none may be missing."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    values = table[column]
    if values.null_count:
        raise ValueError(f"{values.null_count} rows of {column!r} have no number")
    return np.asarray(pc.cast(values, pa.float64()), dtype=np.float64)


def split_tags(cell: str, separator: str) -> list[str]:
    """The tags of a cell, blanks about them taken away, each once.

    Examples
    --------
    >>> split_tags("red; blue;;red", ";")
    ['red', 'blue']
    """
    parts = (part.strip() for part in cell.split(separator))
    return list(dict.fromkeys(part for part in parts if part))


def joined_by(words: Collection[str]) -> str:
    """The mark at which most of these words fall into tags that other words share; "" where there is none.

    Examples
    --------
    >>> joined_by(["red;blue", "blue", "red;green;blue", "green;red"]), joined_by(["Bonn, DE", "Köln, DE", "Ulm, DE"])
    (';', '')
    """
    for mark in _TAG_MARKS:
        parted = [split_tags(word, mark) for word in words]
        tags = Counter(tag for parts in parted for tag in parts)
        shared = sum(n > 1 for n in tags.values())
        if 2 * sum(len(parts) > 1 for parts in parted) > len(words) > len(tags) and 2 * shared > len(tags):
            return mark
    return ""


def tags_of(values: pa.ChunkedArray | pa.Array, labels: Iterable[str], separator: str) -> NDArray[np.int64]:
    """Which of the labels each cell holds, 0 or 1, of shape (n_rows, n_labels); none where it is missing."""
    import numpy as np
    import pyarrow.compute as pc

    place = {label: i for i, label in enumerate(labels)}
    distinct = pc.unique(values)
    held = np.zeros((len(distinct), len(place)), dtype=np.int64)
    for row, cell in enumerate(distinct.to_pylist()):
        held[row, [place[tag] for tag in split_tags(cell or "", separator) if tag in place]] = 1
    return held[np.asarray(pc.index_in(values, value_set=distinct))] if len(distinct) else held


def columns_of(what: str, names: Iterable[object], values: NDArray[Any]) -> Columns:
    """The columns of a matrix, each under its own name."""
    import numpy as np
    import pyarrow as pa

    return {f"{what}_{name}": pa.array(np.ascontiguousarray(values[:, i])) for i, name in enumerate(names)}
