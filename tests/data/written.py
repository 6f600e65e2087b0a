"""Tables of cells as written, and short cuts to what is inferred from them."""

import numpy as np
import pyarrow as pa

from mlpipe.data.inference import infer_columns
from mlpipe.data.kinds import infer_formats
from mlpipe.data.role_options import ask_roles
from mlpipe.data.roles import assign_roles
from mlpipe.data.schema import Dialect
from mlpipe.params import ReadParams, RoleParams


def raw(**columns):
    return pa.table(
        {name: pa.chunked_array([pa.array([str(c) for c in cells], pa.string())]) for name, cells in columns.items()}
    )


def cells(*values):
    return pa.chunked_array([pa.array(values, pa.string())])


def inferred(cells, *, decimal=".", name="x", **options):
    """The one column `name` beside a feature that keeps the table from being without any."""
    table = raw(**{name: cells, "other": [f"{i % 7}.5" for i in range(len(cells))]})
    return infer_columns(table, dialect=Dialect(decimal=decimal), **options)[0]


def columns_of(table, roles=None, *, target=None, fit_rows=None, from_file=None, read=None, strict=True):
    asked = ask_roles(table.column_names, roles or RoleParams(), target=target, from_file=from_file)
    formats = infer_formats(table, dialect=Dialect(), asked=asked, read=read or ReadParams(), strict=strict)
    return {column.name: column for column in assign_roles(table, formats, asked, fit_rows=fit_rows)}


def shuffled(values, seed=0):
    return list(np.random.default_rng(seed).permutation(np.array(values, dtype=object)))
