"""What a person should know of how a table was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.data.findings import count_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlpipe.data.reading import RawTable

_DELIMITERS = {"\t": "tab", " ": "blanks", ",": "comma", ";": "semicolon", "|": "bar"}


def reading_notes(raw: RawTable) -> Iterator[str]:
    """Whatever about the file is not plain UTF-8 with commas, or was left out."""
    dialect = raw.dialect
    odd = []
    if dialect.encoding.replace("-", "").lower() not in {"utf8", "ascii"}:
        odd.append(f"encoding {dialect.encoding}")
    if dialect.delimiter not in {",", "\x1f"}:  # the latter stands for a file of one column
        odd.append(f"fields divided by {_DELIMITERS.get(dialect.delimiter, repr(dialect.delimiter))}")
    if dialect.decimal != ".":
        odd.append("decimal comma")
    if not dialect.quote:
        odd.append("quotes are letters")
    elif dialect.quote != '"':
        odd.append(f"cells enclosed in {dialect.quote}")
    if dialect.escape:
        odd.append(f"escapes written with {dialect.escape}")
    if dialect.skip_lines:
        odd.append(f"{count_of(dialect.skip_lines, 'line')} before the header")
    if odd:
        yield f"{raw.name}: {', '.join(odd)}"
    if raw.blank_lines:
        yield f"{raw.name}: {count_of(raw.blank_lines, 'blank line')} skipped"
    if raw.dropped_columns:
        yield f"{raw.name}: {count_of(len(raw.dropped_columns), 'trailing column')} without name or value dropped"
