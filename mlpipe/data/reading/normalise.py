"""Odd ways of writing a table turned into the usual one, line by line, so that one parser reads everything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.reading.fields import Rules
from mlpipe.data.reading.records import BLANK, CR, LF, TextBlock, index_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_TAB = ord("\t")


def canonical_rules(rules: Rules) -> Rules:
    """What `canonical_block` makes of text cut by `rules`."""
    rewritten = rules.runs or not rules.usual or rules.line_end != "any"
    return Rules(delimiter="\t" if rules.runs else rules.delimiter, quoted=rules.quoted or rewritten)


def canonical_block(block: TextBlock, rules: Rules) -> TextBlock:
    """The same records on the same lines, fields set apart by one delimiter and nothing else."""
    if rules.runs or not rules.usual or _has_stray_ends(block.data, rules):
        return _reindexed(block, b"".join(_rewritten(block, rules)), canonical_rules(rules))
    if rules.line_end != "any" and not rules.quoted and b'"' in block.data:
        return _reindexed(block, b"".join(_rewritten(block, rules)), canonical_rules(rules))
    if rules.skip_blanks and rules.quoted and b'"' in block.data:
        return _reindexed(block, _without_blanks_before_quotes(block, rules), canonical_rules(rules))
    return block


def blank_records(block: TextBlock) -> NDArray[np.bool_]:
    """Which records are empty lines."""
    empty: NDArray[np.bool_] = (block.heads == LF) | (block.heads == CR)
    return empty


def empty_blank_records(block: TextBlock, rules: Rules) -> TextBlock:
    """The same block with lines of nothing but blanks made empty (tabs count as blanks unless they delimit)."""
    starts, ends = block.starts, block.ends
    blanks = b" \r\n" if rules.delimiter == "\t" else b" \t\r\n"
    suspects = np.flatnonzero((block.heads == BLANK) | (block.heads == _TAB)).tolist()
    found = [i for i in suspects if not block.data[starts[i] : ends[i]].strip(blanks)]
    return emptied(block, found, rules) if found else block


def emptied(block: TextBlock, chosen: list[int], rules: Rules) -> TextBlock:
    """The same block with some records made as many empty lines as they had lines."""
    pieces, at = [], 0
    starts = block.starts
    for i in chosen:
        start, end = int(starts[i]), int(block.ends[i])
        record = block.data[start:end]
        n_lines = record.count(b"\n") + record.count(b"\r") - record.count(b"\r\n")
        # Behind a lone CR a bare LF would make one line end of two.
        line_end = b"\r" if block.data[start - 1 : start] == b"\r" or rules.line_end == "cr" else b"\n"
        line_end = b"\r\n" if rules.line_end == "crlf" else line_end
        pieces += [block.data[at:start], line_end * n_lines]
        at = end
    pieces.append(block.data[at:])
    return _reindexed(block, b"".join(pieces), rules)


def _reindexed(block: TextBlock, data: bytes, rules: Rules) -> TextBlock:
    return replace(block, data=data, ends=index_records(data, rules, final=True).ends)


def _has_stray_ends(data: bytes, rules: Rules) -> bool:
    """Whether there are line ends that end no record, quotes left aside."""
    if rules.line_end == "any":
        return False
    both = data.count(b"\r\n")
    if rules.line_end == "cr":
        return b"\n" in data
    return data.count(b"\r") != both or (rules.line_end == "crlf" and data.count(b"\n") != both)


def _rewritten(block: TextBlock, rules: Rules) -> Iterator[bytes]:
    delimiter = canonical_rules(rules).delimiter.encode()
    for start, end in zip(block.starts.tolist(), block.ends.tolist(), strict=True):
        record = block.data[start:end]
        blank = record[:1] in {b"\n", b"\r"}
        yield b"\n" if blank else delimiter.join(_written(cell, delimiter) for cell in rules.split(record)) + b"\n"


def _written(cell: bytes, delimiter: bytes) -> bytes:
    if cell and not any(mark in cell for mark in (delimiter, b'"', b"\n", b"\r")):
        return cell
    return b'"' + cell.replace(b'"', b'""') + b'"'


def _without_blanks_before_quotes(block: TextBlock, rules: Rules) -> bytes:
    letters = np.frombuffer(block.data, np.uint8)
    before = index_records(block.data, rules, final=True).opens - 1
    dropped = []
    while len(before := before[(before >= 0) & (letters[before] == BLANK)]):
        dropped.append(before)
        before = before - 1
    return np.delete(letters, np.concatenate(dropped)).tobytes() if dropped else block.data
