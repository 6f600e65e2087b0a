"""A table predicted by many workers, each of which reads its own rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from mlpipe.data.reading.raw import Span
from mlpipe.data.reading.reader import open_raw
from mlpipe.data.reading.source import STDIN
from mlpipe.engine.cluster import open_cluster
from mlpipe.errors import DataError, UsageError
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlpipe.data.reading.raw import RawBlock
    from mlpipe.data.reading.reader import RawBlocks
    from mlpipe.data.schema import Dialect
    from mlpipe.params import ReadParams
    from mlpipe.steps.prediction.blocks import BlockOutcome, BlockWork

RowSpan = tuple[int, int]
"""The first row of a task, and the one behind its last, in a table that must be read from its beginning."""
_BLOCKS = 8
"""Blocks of such a task: a worker reads what lies before them too."""


class Forward:
    """The blocks of a table as far as a row at a time: who asks for later and later rows reads the table once."""

    def __init__(self, blocks: RawBlocks) -> None:
        self._table = blocks  # whose file is closed when nobody has it any more
        self._blocks = iter(blocks)
        self._held: RawBlock | None = None
        self.row = 0

    def until(self, end: int) -> Iterator[RawBlock]:
        """The blocks, from where the last ones ended, whose first row is before `end`."""
        self.row = end
        while (block := self._held or next(self._blocks, None)) is not None:
            self._held = block if block.first_row >= end else None
            if self._held is not None:
                return
            yield block


@dataclass(frozen=True, kw_only=True)
class SpanWork:
    """What a worker needs to predict some rows of a table; it opens the table itself.

    It reads the rows of its spans alone, where the file says where they lie. Where it does not, a worker, which is
    given spans in rising order, keeps the table open and reads it once instead of once a span.
    """

    work: BlockWork
    data: str
    read: ReadParams
    dialect: Dialect
    batch_rows: int
    _open: list[Forward] = field(default_factory=list, init=False, repr=False, compare=False)

    def open(self) -> RawBlocks:
        """The blocks of the table, from the first on."""
        return open_raw(self.data, self.read, dialect=self.dialect, batch_rows=self.batch_rows)

    def __call__(self, span: Span | RowSpan) -> list[BlockOutcome]:
        """Predict the blocks whose first row is in the span."""
        if isinstance(span, Span):
            return [self.work(block) for block in self._table.part(span)]
        first, end = span
        blocks = self._forward(first)
        outcomes = [self.work(block) for block in blocks.until(end) if block.first_row >= first]
        self._open.append(blocks)
        return outcomes

    @cached_property
    def _table(self) -> RawBlocks:
        """The table open for its spans."""
        return self.open()

    def _forward(self, first: int) -> Forward:
        """The table from some row before `first` on; tables that are further on are let go of."""
        while self._open:
            # Taken out while it is read: another thread of this worker opens the table for itself.
            blocks = self._open.pop()
            if blocks.row <= first:
                return blocks
        return Forward(self.open())


class Spans:
    """The spans of a table, found while workers are busy with the first of them.

    A fault of the table ends them; what is wrong in the rows before it is to be told first.
    """

    def __init__(self, blocks: RawBlocks) -> None:
        self._blocks = blocks
        self.fault: DataError | None = None

    def __iter__(self) -> Iterator[Span | RowSpan]:
        try:
            yield from self._blocks.spans() if self._blocks.has_spans else self._row_spans()
        except DataError as error:
            self.fault = error

    def _row_spans(self) -> Iterator[RowSpan]:
        blocks = iter(self._blocks)
        while part := [block.first_row for block in islice(blocks, _BLOCKS)]:
            yield part[0], part[-1] + 1


def spread_outcomes(work: SpanWork, blocks: RawBlocks, cluster: str) -> Iterator[BlockOutcome]:
    """Predict the blocks of a table on a cluster, in order."""
    spans = Spans(blocks)
    shared = None if cluster.startswith("local") else Path(work.data).resolve().parent
    with open_cluster(cluster, shared) as execute:
        yield from chain.from_iterable(execute(work, spans))
    if spans.fault is not None:
        raise spans.fault


def check_spread(data: str) -> None:
    """Raise `UsageError` for standard input, which workers cannot read."""
    if data == STDIN:
        raise UsageError(
            f"Workers read the table themselves: {param('cluster')} takes no standard input.",
            remedy="Give the path of a file that all workers see.",
        )
