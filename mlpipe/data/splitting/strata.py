"""What rows are kept in proportion by when they are divided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.columns import blocks_of
from mlpipe.target import NumbersTarget, NumberTarget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mlpipe.data.columns import Columns
    from mlpipe.target import Target


def strata_of(
    table: Columns, labelled: NDArray[np.bool_], target: Target
) -> tuple[NDArray[np.integer] | None, NDArray[np.int64] | None]:
    """What is kept in proportion, as codes; and of several labels, which each row has.

    Parameters
    ----------
    table : pyarrow.Table or ColumnStore
        With the columns that hold the target.
    labelled : ndarray of shape (n_rows,)
        Rows with a target.

    Returns
    -------
    codes : ndarray of int8 or int32, shape (n_rows,), or None
        From 0, and -1 for rows without a target; of labels, their combination. `None` for quantities.
    labels : ndarray of shape (n_rows, n_labels) or None
        0 or 1, all 0 for rows without a target; `None` where there are not several labels.
    """
    if isinstance(target, NumberTarget | NumbersTarget):
        return None, None
    distinct, which = _distinct_rows(table, labelled, target.sources)
    strata = target.strata(target.encode(distinct))
    if strata is None:
        return None, None
    labels = None
    if strata.ndim == 2:
        labels = np.zeros((len(labelled), strata.shape[1]), dtype=np.int64)
        labels[labelled] = strata[which]
        strata = np.unique(strata, axis=0, return_inverse=True)[1].ravel()
    numbers = pd.factorize(strata)[0]
    small = numbers.max(initial=0) <= np.iinfo(np.int8).max  # with many rows these arrays are what memory holds
    kind: type[np.int8 | np.int32] = np.int8 if small else np.int32
    codes: NDArray[np.integer] = np.full(len(labelled), -1, dtype=kind)
    codes[labelled] = numbers.astype(kind)[which]
    return codes, labels


def _distinct_rows(
    table: Columns, labelled: NDArray[np.bool_], names: tuple[str, ...]
) -> tuple[pa.Table, NDArray[np.int32] | slice]:
    """The targets that differ, in order, and which of them each row has; those of all rows where they are several."""
    if len(names) != 1:
        return pa.concat_tables(_labelled(table, labelled, names)), slice(None)
    known, codes = None, []
    for block in _labelled(table, labelled, names):
        cells = block.column(0)
        found = pc.unique(cells)
        new = found if known is None else found.filter(pc.invert(pc.is_in(found, value_set=known)))
        known = new if known is None else pa.concat_arrays([known, new])
        codes.append(np.asarray(pc.index_in(cells, known), dtype=np.int32))
    return pa.table([known], names=names), np.concatenate(codes)


def _labelled(table: Columns, labelled: NDArray[np.bool_], names: tuple[str, ...]) -> Iterator[pa.Table]:
    """The rows that have a target, block by block."""
    start = 0
    for block in blocks_of(table, names):
        yield block.filter(pa.array(labelled[start : start + block.num_rows]))
        start += block.num_rows
