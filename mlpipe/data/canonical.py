"""Odd ways of writing a table turned into the usual one, line by line, so that one parser reads everything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.blocks import Block
from mlpipe.data.fields import Rules
from mlpipe.data.records import index_records

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LF, _CR, _BLANK, _TAB = b"\n\r \t"


def canonical_rules(rules: Rules) -> Rules:
    """What `canonical_block` makes of text cut by `rules`."""
    return Rules(delimiter="\t" if rules.runs else rules.delimiter, quoted=rules.quoted or rules.runs)


def canonical_block(block: Block, rules: Rules) -> Block:
    """The same records on the same lines, fields set apart by one delimiter and nothing else."""
    if rules.runs:
        return _reindexed(block, _from_runs(block, rules), canonical_rules(rules))
    if rules.skip_blanks and rules.quoted and b'"' in block.data:
        return _reindexed(block, _without_blanks_before_quotes(block, rules), canonical_rules(rules))
    return block


def blank_records(block: Block) -> NDArray[np.bool_]:
    """Which records are empty lines."""
    first = np.frombuffer(block.data, np.uint8)[block.starts]
    return np.isin(first, (_LF, _CR))


def empty_blank_records(block: Block, rules: Rules) -> Block:
    """The same block with lines of nothing but blanks made empty (tabs count as blanks unless they delimit)."""
    letters = np.frombuffer(block.data, np.uint8)
    starts, ends = block.starts, block.ends
    blanks = b" \r\n" if rules.delimiter == "\t" else b" \t\r\n"
    suspects = np.flatnonzero((letters[starts] == _BLANK) | (letters[starts] == _TAB)).tolist()
    found = [i for i in suspects if not block.data[starts[i] : ends[i]].strip(blanks)]
    if not found:
        return block
    pieces, at = [], 0
    for i in found:
        # Behind a lone CR a bare LF would make one line end of two.
        pieces += [block.data[at : starts[i]], b"\r" if block.data[starts[i] - 1 : starts[i]] == b"\r" else b"\n"]
        at = int(ends[i])
    pieces.append(block.data[at:])
    return _reindexed(block, b"".join(pieces), rules)


def _reindexed(block: Block, data: bytes, rules: Rules) -> Block:
    return replace(block, data=data, ends=index_records(data, rules, final=True).ends)


def _from_runs(block: Block, rules: Rules) -> bytes:
    bounds = zip(block.starts.tolist(), block.ends.tolist(), strict=True)
    records = (rules.split(block.data[start:end]) for start, end in bounds)
    return b"".join(b"\t".join(map(_written, fields)) + b"\n" for fields in records)


def _written(cell: bytes) -> bytes:
    if cell and not any(mark in cell for mark in (b"\t", b'"', b"\n", b"\r")):
        return cell
    return b'"' + cell.replace(b'"', b'""') + b'"'


def _without_blanks_before_quotes(block: Block, rules: Rules) -> bytes:
    letters = np.frombuffer(block.data, np.uint8)
    before = index_records(block.data, rules, final=True).opens - 1
    dropped = []
    while len(before := before[(before >= 0) & (letters[before] == _BLANK)]):
        dropped.append(before)
        before = before - 1
    return np.delete(letters, np.concatenate(dropped)).tobytes() if dropped else block.data
