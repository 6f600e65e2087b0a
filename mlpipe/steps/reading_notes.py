"""What a person should know of how a table was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.data.profiling.findings import count_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlpipe.data.inference.table_scan import Scanned
    from mlpipe.data.reading.reader import RawTable
    from mlpipe.data.schema import Dialect

_DELIMITERS = {"\t": "tab", " ": "blanks", ",": "comma", ";": "semicolon", "|": "bar"}


def reading_notes(raw: RawTable | Scanned) -> Iterator[str]:
    """Whatever about the file is not plain UTF-8 with commas, or was left out."""
    if odd := [*_odd_text(raw.dialect), *_odd_quotes(raw.dialect)]:
        yield f"{raw.name}: {', '.join(odd)}"
    if raw.blank_lines:
        yield f"{raw.name}: {count_of(raw.blank_lines, 'blank line')} skipped"
    if raw.comment_lines:
        yield f"{raw.name}: {count_of(raw.comment_lines, 'comment line')} skipped"
    if raw.dropped_columns:
        yield f"{raw.name}: {count_of(len(raw.dropped_columns), 'trailing column')} without name or value dropped"
    if raw.renamed:
        listed = ", ".join(f"{new!r}" if not old else f"{old!r} to {new!r}" for old, new in raw.renamed[:8])
        yield f"{raw.name}: {count_of(len(raw.renamed), 'column')} renamed: {listed}"
    if raw.rejects is not None and raw.rejects.count:
        first = "; ".join(f"line {one.line} has {one.reason}" for one in raw.rejects.first)
        yield f"{raw.name}: {count_of(raw.rejects.count, 'bad row')} left out ({first})"


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
