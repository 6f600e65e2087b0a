"""What a person should know of how a table was read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mlpipe.data.profiling.findings import find_spec
from mlpipe.data.roles.assign import COUNTER, DIFFERENT, SPELLINGS
from mlpipe.data.schema import Kind, Role
from mlpipe.words.lists import count_of, listed
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlpipe.data.reading.raw import FileFacts
    from mlpipe.data.schema import Column, Dialect

_DELIMITERS = {"\t": "tab", " ": "blanks", ",": "comma", ";": "semicolon", "|": "bar"}


def reading_notes(file: FileFacts) -> Iterator[str]:
    """Whatever about the file is not plain UTF-8 with commas, or was left out."""
    if odd := [*_odd_text(file.dialect), *_odd_quotes(file.dialect)]:
        yield f"{file.name}: {', '.join(odd)}"
    if file.blank_lines:
        yield f"{file.name}: {count_of(file.blank_lines, 'blank line')} skipped"
    if file.comment_lines:
        yield f"{file.name}: {count_of(file.comment_lines, 'comment line')} skipped"
    if file.dropped_columns:
        yield f"{file.name}: {count_of(len(file.dropped_columns), 'trailing column')} without name or value dropped"
    if file.renamed:
        listed = ", ".join(f"{new!r}" if not old else f"{old!r} to {new!r}" for old, new in file.renamed[:8])
        yield f"{file.name}: {count_of(len(file.renamed), 'column')} renamed: {listed}"
    if file.rejects is not None and file.rejects.count:
        first = "; ".join(f"line {one.line} has {one.reason}" for one in file.rejects.first)
        yield f"{file.name}: {count_of(file.rejects.count, 'bad row')} left out ({first})"
    for code, message in file.doubts:
        yield f"{file.name}: {message} {find_spec(code).remedy}"


def invisible_notes(invisible: Mapping[str, int]) -> Iterator[str]:
    """The columns out of which invisible characters were taken."""
    for name, n_cells in invisible.items():
        if n_cells:
            yield f"{name}: invisible characters are taken out of {count_of(n_cells, 'cell')}"


def missing_notes(markers: Mapping[str, Mapping[str, int]], columns: Iterable[Column]) -> Iterator[str]:
    """The words that were read as missing in columns of numbers and dates, with their cells.

    Parameters
    ----------
    markers : mapping
        Per column, as `Scanned` has them.
    """
    read = {c.name: markers[c.name] for c in columns if c.kind is not Kind.STRING and markers.get(c.name)}
    if not read:
        return
    counts: Counter[str] = Counter()
    for found in read.values():
        counts.update(found)
    told = listed(f"{word!r} ({count_of(n, 'cell')})" for word, n in counts.most_common())
    where = f"{count_of(len(read), 'column')}: {listed(read)}"
    yield f"read as missing: {told}, in {where}; {param('categorical')} COL keeps all as words"


def column_notes(columns: Iterable[Column]) -> Iterator[str]:
    """The columns that are no features, and those whose cells are not read as they stand."""
    for column in columns:
        if column.reason == COUNTER or (column.role is Role.ID and DIFFERENT in column.reason):
            numbers = column.reason.startswith((COUNTER, DIFFERENT))
            instead = param("numeric" if numbers else "categorical", column.name)
            yield f"{column.name}: id, {column.reason}; {instead} makes it a feature"
        elif column.role in (Role.ID, Role.IGNORE, Role.TEXT) and column.reason:
            yield f"{column.name}: {column.role.value}, {column.reason}"
        elif column.unit:
            yield f"{column.name}: {column.reason}"
        elif column.truth and column.reason.endswith(SPELLINGS):
            yield f"{column.name}: true is {column.truth[0]!r} and false {column.truth[1]!r}, {column.reason}"


def _odd_text(dialect: Dialect) -> Iterator[str]:
    if dialect.encoding.replace("-", "").lower() not in {"utf8", "ascii"}:
        yield f"encoding {dialect.encoding}"
    if dialect.delimiter not in {",", "\x1f"}:  # the latter stands for a file of one column
        yield f"fields divided by {_DELIMITERS.get(dialect.delimiter, repr(dialect.delimiter))}"
    if dialect.decimal != ".":
        yield "decimal comma"


def _odd_quotes(dialect: Dialect) -> Iterator[str]:
    if dialect.quote != '"':
        yield f"cells enclosed in {dialect.quote}" if dialect.quote else "quotes are letters"
    if dialect.escape:
        yield f"escapes written with {dialect.escape}"
    if dialect.skip_lines:
        yield f"{count_of(dialect.skip_lines, 'line')} before the header"
