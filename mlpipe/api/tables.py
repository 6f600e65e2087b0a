"""Tables in memory, for steps that read files."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from mlpipe.errors import UsageError
from mlpipe.words.sources import Passing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    import pandas as pd
    import pyarrow as pa

    Data: TypeAlias = str | PathLike[str] | pd.DataFrame | pa.Table

NAME = "table.parquet"


@contextmanager
def as_source(data: Any, number: str = "") -> Iterator[str]:
    """A path for what may be a path, a DataFrame or an Arrow table; a file that was made for it goes in the end.

    Parameters
    ----------
    data : str, path, DataFrame or Arrow table
    number : str
        Tells a table in memory from others in messages.

    Raises
    ------
    UsageError
        For anything else.
    """
    if isinstance(data, str | Path):
        yield str(data)
        return
    folder = Path(tempfile.mkdtemp(prefix="mlpipe-"))
    try:
        write_table(data, folder / NAME)
        yield Passing(str(folder / NAME), f"{type(data).__name__} {number}".strip())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def as_sources(data: Any) -> Iterator[list[str]]:
    """A path for each of several tables, or for one alone."""
    with ExitStack() as stack:
        numbered = enumerate(data, 1) if isinstance(data, list | tuple) else [("", data)]
        yield [stack.enter_context(as_source(one, str(number))) for number, one in numbered]


def each_path(given: Any) -> list[Path]:
    """Several paths, or one alone."""
    return [Path(path) for path in given] if isinstance(given, list | tuple) else [Path(given)]


def write_table(data: Any, path: Path) -> None:
    """Write a table in memory to a Parquet file; an index that has a name becomes a column."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(data if isinstance(data, pa.Table) else _from_frame(data), path)


def _from_frame(data: Any) -> pa.Table:
    import pandas as pd
    import pyarrow as pa

    if not isinstance(data, pd.DataFrame):
        raise UsageError(
            f"A {type(data).__name__} is no table.", remedy="Give a path, a pandas DataFrame or a pyarrow Table."
        )
    # By position: what shares a name is told by who reads the file.
    named = [] if data.index.name is None else [(data.index.name, data.index.to_series())]
    columns = [(name, data.iloc[:, place]) for place, name in enumerate(data.columns)] + named
    return pa.table([_cells(column) for _, column in columns], names=[str(name) for name, _ in columns])


def _cells(column: pd.Series[Any]) -> pa.Array:
    """A column as Arrow has it; what no cell of a CSV file would hold, or several kinds of it, as text."""
    import pyarrow as pa

    if column.dtype != object:
        with suppress(pa.ArrowException, TypeError):
            cells = pa.array(column)
            if not pa.types.is_nested(cells.type) and not isinstance(cells.type, pa.BaseExtensionType):
                return cells
    return pa.array(column.astype(object).map(str, na_action="ignore"), pa.string())
