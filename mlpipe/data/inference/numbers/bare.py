"""Numbers of a column that had a unit or marks of its own, in a later file that writes them plainly."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.cells import narrow
from mlpipe.data.inference.numbers.numbers import NumberFormat, parse_numbers


def read_bare(
    cells: pa.ChunkedArray, values: pa.ChunkedArray, form: NumberFormat, decimal: str
) -> tuple[pa.ChunkedArray, int, pa.ChunkedArray]:
    """Read what is no number in a column's format without its unit, or as the file writes numbers.

    Each cell by itself, so that a row alone is what it is among others. Percentages are not read so: whether 0.5 means
    0.5 % or 50 % is not written.

    Parameters
    ----------
    values : pyarrow.ChunkedArray of float64
        What the format reads.
    decimal : str
        The decimal mark of the file.

    Returns
    -------
    values : pyarrow.ChunkedArray of float64
    n_bare : int
        Cells that were read so.
    unclear : pyarrow.ChunkedArray of bool
        Cells such as 1.234 beside others such as 12.5, where training wrote 1.234 for a thousand and more.

    Examples
    --------
    >>> cells = pa.chunked_array([["3 kg", "4", "5 lb"]])
    >>> form = NumberFormat(unit="kg")
    >>> values, n_bare, _ = read_bare(cells, parse_numbers(cells, form), form, ".")
    >>> values.to_pylist(), n_bare
    ([3.0, 4.0, None], 1)
    """
    found = parse_numbers(cells, replace(form, unit="")) if form.unit else values
    found = pc.coalesce(values, found)
    unclear = pa.chunked_array([np.zeros(len(cells), dtype=bool)])
    if "%" not in form.symbols:
        without = pc.coalesce(found, parse_numbers(cells, NumberFormat(decimal=decimal)))
        if form.thousands == decimal and without.null_count < found.null_count:
            unclear = pc.fill_null(pc.match_substring_regex(narrow(cells), _grouped_once(decimal)), False)
        found = without
    return found, values.null_count - found.null_count, unclear


def _grouped_once(mark: str) -> str:
    return f"^[+-]?[1-9][0-9]{{0,2}}{re.escape(mark)}[0-9]{{3}}$"
