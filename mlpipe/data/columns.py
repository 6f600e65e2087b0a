"""Tables that are asked for column by column or block by block, be they in memory or on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Blocks(Protocol):
    """A table that gives its rows block by block, so that no column need be held whole."""

    @property
    def column_names(self) -> list[str]:
        """In order."""

    @property
    def num_rows(self) -> int:
        """Of every column."""

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        """One column."""

    def blocks(self, names: Sequence[str]) -> Iterator[pa.Table]:
        """The blocks in order, with some of the columns."""


Columns: TypeAlias = "pa.Table | Blocks"


def blocks_of(table: Columns, names: Sequence[str]) -> Iterator[pa.Table]:
    """The rows of a table in order, with some of the columns: a table in memory is one block."""
    if isinstance(table, pa.Table):
        yield table.select(names)
    else:
        yield from table.blocks(names)
