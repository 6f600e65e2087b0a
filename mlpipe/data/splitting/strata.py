"""What rows are kept in proportion by when they are divided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.target import Target


def strata_of(
    targets: pa.Table, labelled: NDArray[np.bool_], target: Target
) -> tuple[NDArray[np.int32] | None, NDArray[np.int64] | None]:
    """What is kept in proportion, as codes; and of several labels, which each row has.

    Parameters
    ----------
    targets : pyarrow.Table
        The columns that hold the target.
    labelled : ndarray of shape (n_rows,)
        Rows with a target.

    Returns
    -------
    codes : ndarray of shape (n_rows,) or None
        From 0, and -1 for rows without a target; of labels, their combination. `None` for quantities.
    labels : ndarray of shape (n_rows, n_labels) or None
        0 or 1, all 0 for rows without a target; `None` where there are not several labels.
    """
    distinct, which = _distinct_rows(targets.filter(pa.array(labelled)))
    strata = target.strata(target.encode(distinct))
    if strata is None:
        return None, None
    labels = None
    if strata.ndim == 2:
        labels = np.zeros((len(labelled), strata.shape[1]), dtype=np.int64)
        labels[labelled] = strata[which]
        strata = np.unique(strata, axis=0, return_inverse=True)[1].ravel()
    codes = np.full(len(labelled), -1, dtype=np.int32)
    codes[labelled] = pd.factorize(strata)[0].astype(np.int32)[which]
    return codes, labels


def _distinct_rows(table: pa.Table) -> tuple[pa.Table, NDArray[np.int64] | slice]:
    """The rows of a table that differ, in order, and which of them each row is; all rows where it has many columns."""
    if table.num_columns != 1 or not table.num_rows or table.column(0).null_count:
        return table, slice(None)
    chunks = table.column(0).dictionary_encode().chunks
    codes = np.concatenate([np.asarray(chunk.indices) for chunk in chunks])
    return pa.table([chunks[-1].dictionary], names=table.column_names), codes
