"""Delimited text: a naive writer and a naive reader to hold the real one against, and its cells as strings."""

from mlpipe.data.reading.parse import parse_block
from mlpipe.data.reading.raw import lines_of
from mlpipe.data.reading.reader import open_raw
from mlpipe.params import ReadParams


def write_cell(cell, delimiter, *, quote_all=False):
    if quote_all or any(mark in cell for mark in (delimiter, '"', "\n", "\r")):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def write_table(rows, delimiter=",", newline="\n", *, quote_all=False, end=True):
    lines = []
    for row in rows:
        line = delimiter.join(write_cell(cell, delimiter, quote_all=quote_all) for cell in row)
        lines.append('""' if line == "" else line)
    return newline.join(lines) + (newline if end else "")


def read_naively(text, delimiter=","):  # noqa: C901  # a machine of states reads best in one piece
    """(rows, physical line of each) letter by letter: a quote opens at the start of a field only."""
    rows: list[list[str]] = []
    lines: list[int] = []
    row: list[str] = []
    cell, state = "", "start"
    line = first = 1
    text = text if text.endswith(("\n", "\r")) else text + "\n"
    i = 0
    while i < len(text):
        letter = text[i]
        ends = letter == "\n" or (letter == "\r" and text[i + 1 : i + 2] != "\n")
        line += ends
        if state == "quoted":
            if letter == '"' and text[i + 1 : i + 2] == '"':
                cell, i = cell + '"', i + 1
            elif letter == '"':
                state = "plain"
            else:
                cell += letter
        elif letter == '"' and state == "start":
            state = "quoted"
        elif letter == delimiter or ends:
            row, cell, state = [*row, cell], "", "start"
            if ends:
                rows, lines, row, first = [*rows, row], [*lines, first], [], line
        elif not (letter == "\r" and text[i + 1 : i + 2] == "\n"):
            cell, state = cell + letter, "plain"
        i += 1
    assert state != "quoted"
    return rows, lines


def read_strings(path, **params):
    """(blocks, rows with the header first, physical line of each row)."""
    blocks = open_raw(str(path), ReadParams(**params))
    rows, lines = [list(blocks.header)], []
    for block in blocks:
        table = parse_block(block, blocks.header, types=dict.fromkeys(blocks.header, "string"), decimal=".")
        rows += [list(row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]
        lines += lines_of(block).tolist()
    return blocks, rows, lines
