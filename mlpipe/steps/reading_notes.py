"""What a person should know of how a table was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.data.profiling.findings import find_spec
from mlpipe.words.lists import count_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlpipe.data.reading.raw import FileFacts
    from mlpipe.data.schema import Dialect

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
