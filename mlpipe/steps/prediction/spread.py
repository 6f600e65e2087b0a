"""A table predicted by many workers, each of which reads its own rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from mlpipe.data.reading.reader import open_raw
from mlpipe.data.reading.source import STDIN
from mlpipe.engine.cluster import open_cluster
from mlpipe.errors import UsageError
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlpipe.data.reading.reader import RawBlocks
    from mlpipe.data.schema import Dialect
    from mlpipe.params import ReadParams
    from mlpipe.steps.prediction.blocks import BlockOutcome, BlockWork

Span = tuple[int, int]
"""The first row of a task, and the one behind its last."""
_BLOCKS = 8
"""Blocks a task: a worker reads what lies before them too."""


@dataclass(frozen=True, kw_only=True)
class SpanWork:
    """What a worker needs to predict some rows of a table; it opens the table itself."""

    work: BlockWork
    data: str
    read: ReadParams
    dialect: Dialect
    batch_rows: int

    def open(self) -> RawBlocks:
        """The blocks of the table, from the first on."""
        return open_raw(self.data, self.read, dialect=self.dialect, batch_rows=self.batch_rows)

    def __call__(self, span: Span) -> list[BlockOutcome]:
        """Predict the blocks whose first row is in the span."""
        first, end = span
        outcomes = []
        for block in self.open():
            if block.first_row >= end:
                break
            if block.first_row >= first:
                outcomes.append(self.work(block))
        return outcomes


def spread_outcomes(work: SpanWork, cluster: str) -> Iterator[BlockOutcome]:
    """Predict on a cluster, in order."""
    starts = [block.first_row for block in work.open()]
    spans = [(part[0], part[-1] + 1) for i in range(0, len(starts), _BLOCKS) if (part := starts[i : i + _BLOCKS])]
    shared = None if cluster.startswith("local") else Path(work.data).resolve().parent
    with open_cluster(cluster, shared) as execute:
        yield from chain.from_iterable(execute(work, spans))


def check_spread(data: str) -> None:
    """Raise `UsageError` for standard input, which workers cannot read."""
    if data == STDIN:
        raise UsageError(
            f"Workers read the table themselves: {param('cluster')} takes no standard input.",
            remedy="Give the path of a file that all workers see.",
        )
