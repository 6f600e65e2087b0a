"""Typed tables for the tests of the profile, as coercion would hand them over."""

import pyarrow as pa

from mlpipe.data.profiling.column_profile import cells_of
from mlpipe.data.profiling.profile import profile_table
from mlpipe.data.schema import Column, Kind, Role


def column(name, values, role=None, **facts):
    """A `Column` that fits typed values, and their array."""
    array = values if isinstance(values, pa.Array) else pa.array(values)
    if pa.types.is_timestamp(array.type):
        kind, usual = Kind.DATETIME, Role.DATETIME
    elif pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        kind, usual = Kind.STRING, Role.CATEGORICAL
    else:
        kind, usual = Kind.NUMBER, Role.NUMERIC
    return Column(name=name, role=role or usual, kind=kind, **facts), array


def profile(*pairs, **options):
    columns = [pair[0] for pair in pairs]
    table = pa.table({pair[0].name: pair[1] for pair in pairs})
    return profile_table(cells_of(table, columns), **options)
