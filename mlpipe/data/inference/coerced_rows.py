"""The rows of cells that were taken for missing, written down as they came."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlpipe.data.reading.bad_rows import Rejects
from mlpipe.data.reading.raw import lines_of, row_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlpipe.data.inference.column_scan import ColumnScan
    from mlpipe.data.reading.raw import RawBlock
    from mlpipe.data.reading.reader import RawBlocks
    from mlpipe.params import ReadParams


@contextmanager
def kept_rows(rows: RawBlocks, params: ReadParams) -> Iterator[Rejects | None]:
    """What takes the rows of cells that are taken for missing: the file of those left out, if there is one."""
    if not params.coerce or params.rejects is None:
        yield None
    elif rows.rejects is not None:
        yield rows.rejects
    else:
        own = Rejects(params.rejects)
        try:
            yield own
        finally:
            own.close()


def keep_rows(block: RawBlock, scans: Iterable[ColumnScan], kept: Rejects) -> None:
    """Write down the rows of cells that were taken for missing."""
    odd = sorted((row, f"{scan.name}: {cell!r} taken for missing") for scan in scans for row, cell in scan.odd.last)
    if not odd:
        return
    texts, lines = row_texts(block), lines_of(block)
    for row, reason in odd:
        kept.keep(int(lines[row]), reason, texts[row])
