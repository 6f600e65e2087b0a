"""Two tables of any program, typed alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlpipe.data.asked import ask_roles
from mlpipe.data.auditing.checks import flags_of
from mlpipe.data.auditing.pair import Pair
from mlpipe.data.inference.coercion import coerce, without_marks
from mlpipe.data.inference.stored_table import read_table
from mlpipe.data.reading.reader import Rereadable, read_raw
from mlpipe.data.roles.assign import assign_roles
from mlpipe.data.schema import Role
from mlpipe.data.spellings import canonical_text
from mlpipe.data.targets import choose_task
from mlpipe.errors import DataError
from mlpipe.params import ReadParams, RoleParams
from mlpipe.steps.inputs import source_input

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from mlpipe.artifacts.store.manifest import Input
    from mlpipe.data.asked import Asked
    from mlpipe.data.schema import Column
    from mlpipe.params.trust import AuditParams
    from mlpipe.task import Task


@dataclass(frozen=True, kw_only=True)
class TwoTables:
    """A table to learn from and one to test with.

    Parameters
    ----------
    flags : pa.Table
        The columns of the test rows that flag made ones, cells as written.
    """

    pair: Pair
    flags: pa.Table
    inputs: tuple[Input, ...]


def open_tables(train: str, test: str, params: AuditParams) -> TwoTables:
    """Read both tables: the first settles what each column is, the second is read likewise.

    Raises
    ------
    DataError, UsageError
        Where one is no table, or they share no column.
    """
    read = ReadParams(max_bytes=params.max_bytes)
    target = None if params.target is None else canonical_text(params.target)

    def ask(header: Sequence[str]) -> dict[str, Asked]:
        roles = RoleParams(ids=params.ids, group=params.group, time=params.time)
        return ask_roles(header, roles, target=target)

    with Rereadable(train, read) as source:
        table = read_table(source, read, ask=ask, strict=False)
        columns = assign_roles(table.typed, table.scanned.formats, table.asked)
        old = table.coerced(columns).table.whole()
    raw = read_raw(test, read)
    shared = tuple(c for c in columns if c.name in raw.table.column_names and c.role is not Role.IGNORE)
    if not shared:
        raise DataError(
            "The two tables share no column.", where=f"{train}, {test}", remedy="Give two parts of one table."
        )
    new = coerce(raw.table, without_marks(shared, raw.file.plain), decimal=raw.file.dialect.decimal).table
    pair = Pair(train=old, test=new, columns=shared, task=_task(old, shared), by_time=params.time is not None)
    inputs = (
        source_input("train", train, table.scanned.file.sha256),
        source_input("test", test, raw.file.sha256),
    )
    return TwoTables(pair=pair, flags=flags_of(raw.table), inputs=inputs)


def _task(table: pa.Table, columns: Sequence[Column]) -> Task | None:
    target = next((column for column in columns if column.role is Role.TARGET), None)
    if target is None:
        return None
    try:
        return choose_task(table.column(target.name), target)
    except DataError:
        return None
