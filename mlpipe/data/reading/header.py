"""The header line: names by rule, and whether it belongs to the rows under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.reading.errors import AllRowsRaggedError, DuplicateNamesError
from mlpipe.data.reading.normalise import blank_records
from mlpipe.data.reading.records import count_fields, index_records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.data.reading.blocks import Block
    from mlpipe.data.reading.fields import Rules

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
    DuplicateNamesError

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
        raise DuplicateNamesError(file, line, ",".join(fields), duplicates)
    unnamed = tuple(position for position, name in enumerate(names) if not name)
    return Header(names=tuple(places), unnamed=unnamed)


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


def fit_header(header: Header, block: Block, rules: Rules, *, file: str, least: int = 1) -> Header:
    """The header as its first rows want it: a delimiter that ends every row makes an unnamed column.

    Parameters
    ----------
    block : Block
        Rows, at least one of them not blank.
    least : int
        How many rows it takes to find the header wrong.

    Raises
    ------
    AllRowsRaggedError
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
    raise AllRowsRaggedError(file, line, text, expected=header.n_fields, found=found)


def _all_end_with_delimiter(block: Block, filled: NDArray[np.int64], rules: Rules) -> bool:
    letters = np.frombuffer(block.data, np.uint8)
    line_end = block.ends[filled] - 1
    last = line_end - 1
    last -= (letters[line_end] == _LF) & (letters[last] == _CR)
    return bool(np.all(letters[last] == ord(rules.delimiter)))
