"""One block of rows into columns."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from mlpipe.data.missing_markers import NUMBER_MISSING
from mlpipe.data.reading.errors import at_line, no_name
from mlpipe.data.reading.raw import line_of, row_records
from mlpipe.data.reading.records import count_fields, index_records
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlpipe.data.reading.raw import RawBlock
    from mlpipe.errors import DataError

_NULLS = [blank + marker for marker in NUMBER_MISSING for blank in ("", " ")]
"""What the parser takes for missing in a number; it knows no trimming, and `a, b` files have a blank in front."""
_TYPES = {"string": pa.string(), "number": pa.float64(), "integer": pa.int64()}
_FAILED_COLUMN = re.compile(r"In CSV column #(\d+)")


def parse_block(
    block: RawBlock, header: Sequence[str], *, types: Mapping[str, str], decimal: str, nulls: Sequence[str] = _NULLS
) -> pa.Table:
    """Chosen columns of a block.

    Parameters
    ----------
    header : sequence of str
        Names of the table's columns.
    types : mapping of str to {"string", "number", "integer"}
        The wanted columns. A "number" comes as float64, an "integer" as int64, with null for missing where every cell
        of the block is such a finite number or a standard missing marker, else as string, to be coerced by its schema.
    decimal : {".", ","}
        Decimal mark of the numbers.
    nulls : sequence of str
        What is missing in a number.

    Raises
    ------
    DataError
        Where a row has another number of fields, or a column without a name holds values.
    """
    names = _physical_names(block, header)
    wanted = {name: _TYPES[kind] for name, kind in types.items()}
    watched = () if block.known else block.unnamed
    wanted |= {names[position]: pa.string() for position in watched}
    table = _read_demoting(block, names, wanted, decimal, nulls)
    if table.num_rows != block.n_rows:
        raise _unreadable(block, f"{table.num_rows} rows instead of {block.n_rows}")
    for position in watched:
        _check_no_values(block, position, table.column(names[position]))
    return table.select(list(types))


def _physical_names(block: RawBlock, header: Sequence[str]) -> list[str]:
    names = list(header)
    for position in block.unnamed:
        names.insert(position, f"\0{position}")
    return names


def _read_demoting(
    block: RawBlock, names: list[str], wanted: dict[str, Any], decimal: str, nulls: Sequence[str]
) -> pa.Table:
    """Read; columns in which a number fails are read again as strings."""
    while True:
        try:
            table = _read(block, names, wanted, decimal, nulls)
        except pa.ArrowInvalid as error:
            failed = _failed_columns(block, names, wanted, error)
        else:
            failed = [name for name, kind in wanted.items() if kind == pa.float64() and not _finite(table[name])]
            if not failed:
                return table
        wanted |= dict.fromkeys(failed, pa.string())


def _failed_columns(block: RawBlock, names: list[str], wanted: dict[str, Any], error: pa.ArrowInvalid) -> list[str]:
    _check_field_counts(block)
    numbers = [name for name, kind in wanted.items() if kind != pa.string()]
    if not numbers:
        raise _unreadable(block, str(error)) from error
    found = _FAILED_COLUMN.search(str(error))
    failed = names[int(found[1])] if found and int(found[1]) < len(names) else ""
    return [failed] if failed in numbers else numbers


def _finite(column: pa.ChunkedArray) -> bool:
    return pc.all(pc.is_finite(column), min_count=0).as_py() is not False


def _read(block: RawBlock, names: list[str], wanted: dict[str, Any], decimal: str, nulls: Sequence[str]) -> pa.Table:
    options = pyarrow.csv.ReadOptions(column_names=names, use_threads=False, block_size=len(block.data) + 4)
    parse = pyarrow.csv.ParseOptions(
        delimiter=block.delimiter,
        quote_char='"' if block.quoted else False,
        newlines_in_values=block.quoted and block.n_lines != block.n_rows,
        ignore_empty_lines=block.n_fields > 1,
    )
    convert = pyarrow.csv.ConvertOptions(
        # Each block was decoded strictly when it was cut.
        check_utf8=False,
        column_types=wanted,
        include_columns=list(wanted),
        null_values=list(nulls),
        strings_can_be_null=False,
        decimal_point=decimal,
    )
    # The parser takes a mark at the beginning away; here it is a letter.
    data = codecs.BOM_UTF8 + block.data if block.data.startswith(codecs.BOM_UTF8) else block.data
    return pyarrow.csv.read_csv(pa.BufferReader(data), options, parse, convert)


def _check_field_counts(block: RawBlock) -> None:
    records = index_records(block.data, block.rules, final=True)
    counts = count_fields(block.data, records, block.rules)
    filled = row_records(block, records.starts)
    wrong = filled[counts[filled] != block.n_fields]
    if not len(wrong):
        return
    first = int(wrong[0])
    text = block.data[int(records.starts[first]) : int(records.ends[first])].decode("utf-8").rstrip("\r\n")
    line = line_of(block, int(np.searchsorted(filled, first)))
    raise _ragged_row(block, line, text, int(counts[first]))


def _ragged_row(block: RawBlock, line: int, text: str, found: int) -> DataError:
    left_out = param("on_bad_row", "skip")
    if text[:1] in {"#", "%"}:
        remedy = ways(
            f"If it is a comment, give {param('comment', text[0])}", "; else correct the line", f"give {left_out}"
        )
    else:
        remedy = ways(
            "Correct the line (quote fields that hold the delimiter)",
            f"give {param('delimiter')}, {param('skip_lines')} for lines above the table",
            left_out,
        )
    what = f"Line {line} has {count_of(found, 'field')}, but {block.n_fields} are expected."
    return at_line(block.name, line, text, what, remedy=remedy)


def _check_no_values(block: RawBlock, position: int, column: pa.ChunkedArray) -> None:
    held = pc.not_equal(pc.utf8_trim_whitespace(column), "")
    if not pc.any(held, min_count=0).as_py():
        return
    row = pc.index(held, True).as_py()
    records = index_records(block.data, block.rules, final=True)
    at = int(row_records(block, records.starts)[row])
    text = block.data[int(records.starts[at]) : int(records.ends[at])].decode("utf-8").rstrip("\r\n")
    raise no_name(block.name, line_of(block, row), text, position=position, value=column[row].as_py())


def _unreadable(block: RawBlock, reason: str) -> DataError:
    """Rows that the two readers, ours and the parser's, do not take apart alike; never to be passed over."""
    text = block.data[:1000].splitlines()[0].decode("utf-8", "ignore") if block.data else ""
    line = block.first_line
    return at_line(
        block.name, line, text, f"The rows from line {line} on cannot be taken apart: {reason}.",
        remedy="Look for unusual quotes or line ends there.",
    )  # fmt: skip
