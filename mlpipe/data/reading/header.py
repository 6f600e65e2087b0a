"""The header line: names by rule, and whether it belongs to the rows under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.reading.errors import at_line
from mlpipe.data.reading.normalise import blank_records
from mlpipe.data.reading.records import count_fields, index_records
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.reading.fields import Rules
    from mlpipe.data.reading.records import TextBlock
    from mlpipe.errors import DataError

_LF, _CR = b"\n\r"


@dataclass(frozen=True, kw_only=True)
class Header:
    """Names of the columns.

    Parameters
    ----------
    names : tuple of str
        Of the columns that have one, in file order.
    unnamed : tuple of int
        Zero-based positions of columns without a name, which must be without values.
    """

    names: tuple[str, ...]
    unnamed: tuple[int, ...] = ()

    @property
    def n_fields(self) -> int:
        """Fields of every row."""
        return len(self.names) + len(self.unnamed)

    @property
    def dropped(self) -> tuple[str, ...]:
        """What to call the unnamed columns."""
        return tuple(f"column {position + 1}" for position in self.unnamed)


def positional_header(n_fields: int) -> Header:
    """Names of a table without a header line: `0`, `1` and so on."""
    return Header(names=tuple(map(str, range(n_fields))))


def build_header(fields: Sequence[str], *, file: str, line: int, rename: bool = False) -> Header:
    """Names without the blanks around them.

    Parameters
    ----------
    rename : bool
        Whether the second `a` becomes `a.2`, and a third column without a name `column 3`.

    Raises
    ------
    DataError
        Where several columns have one name.

    Examples
    --------
    >>> build_header(["a", " b", ""], file="t.csv", line=1)
    Header(names=('a', 'b'), unnamed=(2,))
    """
    names = [field.strip() for field in fields]
    if rename:
        names = _numbered(names)
    places: dict[str, list[int]] = {}
    for position, name in enumerate(names, start=1):
        if name:
            places.setdefault(name, []).append(position)
    duplicates = {name: positions for name, positions in places.items() if len(positions) > 1}
    if duplicates:
        raise _duplicate_names(file, line, ",".join(fields), duplicates)
    unnamed = tuple(position for position, name in enumerate(names) if not name)
    return Header(names=tuple(places), unnamed=unnamed)


def _duplicate_names(file: str, line: int, text: str, duplicates: Mapping[str, Sequence[int]]) -> DataError:
    listed = "; ".join(
        f"{name!r} (columns {', '.join(map(str, positions[:8]))})" for name, positions in list(duplicates.items())[:8]
    )
    return at_line(
        file, line, text, f"The header names several columns alike: {listed}.",
        remedy=f"Give each column a name of its own, or {param('rename_duplicates', True)} to number them.",
    )  # fmt: skip


def _numbered(names: Sequence[str]) -> list[str]:
    """Every name once, and no new one that was there already."""
    taken, seen, found = set(names), set(), []
    for position, name in enumerate(names, start=1):
        wanted = new = name or f"column {position}"
        number = 2
        while new in seen or (new in taken and new != name):
            new = f"{wanted}.{number}"
            number += 1
        seen.add(new)
        found.append(new)
    return found


def fit_header(header: Header, block: TextBlock, rules: Rules, *, file: str, least: int = 1) -> Header:
    """The header as its first rows want it: a delimiter that ends every row makes an unnamed column.

    Parameters
    ----------
    block : TextBlock
        Rows, at least one of them not blank.
    least : int
        How many rows it takes to find the header wrong.

    Raises
    ------
    DataError
        Where no row has as many fields as the header, but all have equally many.
    """
    filled = np.flatnonzero(~blank_records(block))
    records = index_records(block.data, rules, final=True)
    counts = count_fields(block.data, records, rules)[filled]
    found = int(counts[0])
    if found == header.n_fields or not np.all(counts == found):
        return header
    if found == header.n_fields + 1 and _all_end_with_delimiter(block, filled, rules):
        return Header(names=header.names, unnamed=(*header.unnamed, header.n_fields))
    if len(filled) < least:
        return header
    first = int(filled[0])
    line = block.after(first).first_line
    text = block.record(first).decode("utf-8").rstrip("\r\n")
    raise at_line(
        file, line, text, f"All rows have {count_of(found, 'field')}, the header has {header.n_fields}.",
        remedy=f"Correct the header, or give {param('delimiter')}; a file without a header needs"
        f" {param('header', False)}.",
    )  # fmt: skip


def _all_end_with_delimiter(block: TextBlock, filled: NDArray[np.int64], rules: Rules) -> bool:
    letters = np.frombuffer(block.data, np.uint8)
    line_end = block.ends[filled] - 1
    last = line_end - 1
    last -= (letters[line_end] == _LF) & (letters[last] == _CR)
    return bool(np.all(letters[last] == ord(rules.delimiter)))
