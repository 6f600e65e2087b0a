"""Cells as strings, by the one way that the tests of reading go."""

from mlpipe.data.reading.parse import parse_block
from mlpipe.data.reading.raw import lines_of
from mlpipe.data.reading.reader import open_raw
from mlpipe.params import ReadParams


def read_strings(path, **params):
    """(blocks, rows with the header first, physical line of each row)."""
    blocks = open_raw(str(path), ReadParams(**params))
    rows, lines = [list(blocks.header)], []
    for block in blocks:
        table = parse_block(block, blocks.header, types=dict.fromkeys(blocks.header, "string"), decimal=".")
        rows += [list(row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]
        lines += lines_of(block).tolist()
    return blocks, rows, lines
