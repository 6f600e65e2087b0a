"""Tables of cells as written, and short cuts to what is inferred from them."""

import numpy as np
import pyarrow as pa

from mlpipe.data.asked import ask_roles
from mlpipe.data.inference.column_format import ColumnFormat
from mlpipe.data.inference.column_scan import ColumnScan
from mlpipe.data.inference.column_store import join_chunks
from mlpipe.data.inference.dates.date_orders import contrary_orders
from mlpipe.data.inference.numbers.thousands import FileMarks
from mlpipe.data.inference.odd_cells import Place, mixed_columns
from mlpipe.data.roles.assign import assign_roles
from mlpipe.params import ReadParams, RoleParams
from tests.optional import some


def raw(**columns):
    return pa.table(
        {name: pa.chunked_array([pa.array([str(c) for c in cells], pa.string())]) for name, cells in columns.items()}
    )


def cells(*values):
    return pa.chunked_array([pa.array(values, pa.string())])


def inferred(cells, *, decimal=".", name="x", roles=None, na_values=(), target=None, fit_rows=None):
    """The one column `name` beside a feature that keeps the table from being without any."""
    table = raw(**{name: cells, "other": [f"{i % 7}.5" for i in range(len(cells))]})
    read = ReadParams(na_values=tuple(na_values))
    return columns_of(table, roles, target=target, fit_rows=fit_rows, read=read, decimal=decimal)[name]


def scanned(table, asked=None, *, read=None, strict=True, decimal=".", chunks=1):
    """Formats, and typed cells, of a table in memory, handed to the scans in `chunks` pieces."""
    typed, formats = {}, {}
    step = -(-table.num_rows // chunks) or 1
    for name in table.column_names:
        form: ColumnFormat | None = None
        tried: tuple[ColumnFormat, ...] = ()
        while True:
            scan = ColumnScan(
                name, (asked or {}).get(name), read=read or ReadParams(), file=FileMarks(decimal=decimal),
                form=form, tried=tried,
            )  # fmt: skip
            lines = np.arange(table.num_rows) + 2  # below a header
            parts = [
                scan.feed(table[name].slice(row, step), Place(row, lines[row : row + step]))
                for row in range(0, table.num_rows, step)
            ]
            form = scan.revised()
            if form is None:
                break
            tried = (*tried, some(scan.form))
        typed[name], formats[name] = join_chunks(parts), scan.settled()
        if strict and formats[name].two_orders is not None:
            raise contrary_orders(name, some(formats[name].two_orders))
        if strict and formats[name].mixed is not None:
            raise mixed_columns([some(formats[name].mixed)])
    return formats, pa.table(typed)


def columns_of(
    table, roles=None, *, target=None, fit_rows=None, from_file=None, read=None, strict=True, decimal=".", chunks=1
):
    asked = ask_roles(table.column_names, roles or RoleParams(), target=target, from_file=from_file)
    formats, typed = scanned(table, asked, read=read, strict=strict, decimal=decimal, chunks=chunks)
    chosen = None if fit_rows is None else np.isin(np.arange(table.num_rows), fit_rows)
    return {column.name: column for column in assign_roles(typed, formats, asked, fit_rows=chosen)}


def shuffled(values, seed=0):
    return list(np.random.default_rng(seed).permutation(np.array(values, dtype=object)))
