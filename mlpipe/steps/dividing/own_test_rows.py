"""A test file of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from mlpipe.data.inference.coercion import coerce, without_marks
from mlpipe.data.targets import labelled_rows
from mlpipe.errors import DataError
from mlpipe.steps.dividing.readable import readable
from mlpipe.steps.reading_notes import invisible_notes
from mlpipe.words.lists import count_of, either

if TYPE_CHECKING:
    from mlpipe.data.reading.raw import RawTable
    from mlpipe.data.schema import DataContext


def test_table(test: RawTable, context: DataContext, source: str) -> tuple[pa.Table, list[str]]:
    """A test file of its own, under the types that the training file pinned."""
    names = test.table.column_names
    missing = [column.name for column in context.schema.columns if column.name not in names]
    if missing:
        raise DataError(
            f"{test.file.name} lacks columns of {source}: {', '.join(missing)}.",
            remedy="Both files need the same columns; their order does not matter.",
        )
    columns = without_marks(context.schema.columns, test.file.plain)
    coerced = coerce(test.table, columns, decimal=test.file.dialect.decimal)
    table = readable(coerced, test.file.name, test.lines)
    labelled = labelled_rows(table, context.target)
    if not labelled.any():
        raise DataError(
            f"No row of {test.file.name} has a value in the target column {context.target.name!r}.",
            remedy="A test file needs known targets; rows without are for predict.",
        )
    aside = int((~labelled).sum())
    notes = [f"{test.file.name}, {note}" for note in invisible_notes(coerced.invisible)]
    if aside:
        rows = f"{count_of(aside, 'row')} of {test.file.name} {either(aside, 'has', 'have')}"
        notes.append(f"{rows} no target and {either(aside, 'is', 'are')} left aside")
    return table.filter(pa.array(labelled)), notes
