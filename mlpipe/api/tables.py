"""Tables in memory, for steps that read files."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from mlpipe.errors import UsageError
from mlpipe.steps.inputs import Passing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    import pandas as pd
    import pyarrow as pa

    Data: TypeAlias = str | PathLike[str] | pd.DataFrame | pa.Table

NAME = "table.parquet"


@contextmanager
def as_source(data: Any) -> Iterator[str]:
    """A path for what may be a path, a DataFrame or an Arrow table; a file that was made for it goes in the end.

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
        yield Passing(folder / NAME)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
    frame = data.rename(columns=str)
    mixed = [name for name in frame.columns if frame[name].dtype == object]
    # Cells of several kinds are what a CSV file would have: text.
    frame = frame.assign(**{name: frame[name].map(str, na_action="ignore") for name in mixed})
    return pa.Table.from_pandas(frame, preserve_index=frame.index.name is not None)
