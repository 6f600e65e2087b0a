"""Spans: rows read from where they lie are those that reading from the beginning gives, block by block."""

import codecs
import gzip
import pickle

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpipe.data.reading.code_pages import is_stateless
from mlpipe.data.reading.reader import open_raw
from mlpipe.errors import DataError
from mlpipe.params import ReadParams
from tests.data.reading.delimited import write_table
from tests.data.reading.test_reader import CUTS, STYLES, tables

STATELESS = ["utf-8", "utf-8-sig", "cp1252", "gb18030", "shift_jis"]


def facts(blocks):
    return [(block.data, block.first_row, block.first_line, block.n_rows, block.n_lines) for block in blocks]


def by_spans(path, params, dialect=None, **options):
    """What the spans of a file give, each read by an opening that has not found them; None where it has none."""
    found = open_raw(str(path), params, dialect, **options)
    if not found.has_spans:
        return None
    table = open_raw(str(path), params, dialect, batch_rows=options.get("batch_rows"))
    backwards = reversed(pickle.loads(pickle.dumps(list(found.spans()))))
    return [fact for parts in reversed([facts(table.part(span)) for span in backwards]) for fact in parts]


def whole(path, params, dialect=None, **options):
    return facts(open_raw(str(path), params, dialect, **options))


@settings(max_examples=150, deadline=None)
@given(
    table=tables(),
    delimiter=st.sampled_from(",;|\t"),
    encoding=st.sampled_from(STATELESS),
    style=STYLES,
    blocks=CUTS,
)
def test_rows_of_spans_are_the_rows_of_the_table(tmp_path_factory, table, delimiter, encoding, style, blocks):
    path = tmp_path_factory.mktemp("spans", numbered=True) / "table.csv"
    path.write_bytes(write_table(table, delimiter, **style).encode(encoding, "replace"))
    params = ReadParams(delimiter=delimiter, encoding=encoding, header=True)
    found = by_spans(path, params, **blocks)
    assert (found is None) == (len(table[0]) == 1)
    assert found is None or found == whole(path, params, **blocks)


ROWS = "".join(f"{i},é{i},x\n" for i in range(60))
AWKWARD = {
    "plain": "a,b,c\n" + ROWS,
    "a mark before the header": codecs.BOM_UTF8 + ("a,b,c\n" + ROWS).encode(),
    "a mark as a letter at the beginning of each row": "a,b,c\n" + ROWS.replace("\n", "\n\ufeff"),
    "lines ending in CRLF": "a,b,c\n".replace("\n", "\r\n") + ROWS.replace("\n", "\r\n"),
    "cells over two lines": "a,b,c\n" + ROWS.replace("x", '"x,\n""y"""'),
    "blank lines": "\n\na,b,c\n\n" + ROWS.replace("5,x\n", "5,x\n  \n\n") + "\n\n",
    "lines above the header": "Report of today\n\na,b,c\n" + ROWS,
    "Latin-1": ("a,b,c\n" + ROWS).encode("latin-1"),
    "Latin-1 without a line end": ("a,b,c\n" + ROWS.replace("x", "é")).encode("latin-1")[:-1],
    "Chinese": ("a,b,c\n" + ROWS.replace("é", "套餐金额")).encode("gb18030"),
    "blanks that set cells apart": "a  b c\n" + ROWS.replace(",", "   "),
    "blanks before quotes": "a, b, c\n" + ROWS.replace(",", ", ").replace("x", '"x, y"'),
    "quotes as letters at first": "a,b,c\n" + ROWS.replace("x", 'x"') + ROWS.replace("x", "'x\"'"),
    "no line end at the end": "a,b,c\n" + ROWS.rstrip(),
    "the end of a DOS file": "a,b,c\n" + ROWS + "\x1a",
}


def write(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("block_bytes", [1, 100, 1 << 20])
@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_awkward_files_have_spans_too(tmp_path, text, block_bytes):
    path = write(tmp_path / "t.csv", text)
    found = by_spans(path, ReadParams(), block_bytes=block_bytes, batch_rows=7)
    assert found == whole(path, ReadParams(), block_bytes=block_bytes, batch_rows=7)
    assert sum(n_rows for _, _, _, n_rows, _ in found) >= 60


WRITTEN = {
    "comments": ({"comment": "#"}, "a,b,c\n" + ROWS.replace("7,x\n", "7,x\n# more\n")),
    "other quotes": ({"quote": "'"}, "a,b,c\n" + ROWS.replace("x", "'x,\ny'")),
    "escapes": ({"escape": "\\"}, "a,b,c\n" + ROWS.replace("x", "x\\,y")),
    "bare CR as letters": ({"line_end": "crlf"}, ("a,b,c\n" + ROWS).replace("\n", "\r\n").replace("x", "x\ry")),
    "no header": ({"header": False}, ROWS),
}


@pytest.mark.parametrize(("params", "text"), WRITTEN.values(), ids=WRITTEN)
def test_files_that_are_rewritten_on_the_way_have_spans_of_the_bytes_before(tmp_path, params, text):
    path = write(tmp_path / "t.csv", text)
    found = by_spans(path, ReadParams(**params), block_bytes=100)
    assert found == whole(path, ReadParams(**params), block_bytes=100)
    assert len(found) > 3


WITHOUT = {
    "packed": ({}, gzip.compress(b"a,b\n1,2\n")),
    "of one column, where blank lines at the end are no rows": ({}, "a\n1\n2\n"),
    "in units of two bytes": ({}, "a,b\n1,2\n".encode("utf-16")),
    "of which rows may be left out": ({"on_bad_row": "skip"}, "a,b\n1,2\n"),
    "without a header, behind a mark": ({"header": False}, codecs.BOM_UTF8 + b"1,2\n3,4\n"),
    "whose header ends behind what is looked at first": ({"skip_lines": 3}, 3 * ("-" * 90_000 + "\n") + "a,b\n1,2\n"),
}


@pytest.mark.parametrize(("params", "text"), WITHOUT.values(), ids=WITHOUT)
def test_other_files_have_none_and_can_still_be_read(tmp_path, params, text):
    blocks = open_raw(str(write(tmp_path / "t.csv", text)), ReadParams(**params))
    assert not blocks.has_spans
    assert sum(block.n_rows for block in blocks) >= 1


def test_parquet_files_are_read_by_row_groups(tmp_path):
    path = tmp_path / "t.parquet"
    pd.DataFrame({"a": range(100), "b": "x"}).to_parquet(path, row_group_size=30)
    rows = by_spans(path, ReadParams(), batch_rows=20)
    assert [(first_row, n_rows) for _, first_row, _, n_rows, _ in rows] == [
        (0, 20), (20, 10), (30, 20), (50, 10), (60, 20), (80, 10), (90, 10)
    ]  # fmt: skip
    assert b"".join(data for data, *_ in rows) == b"".join(data for data, *_ in whole(path, ReadParams()))


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "a,b\n1,2\n3,4\n5,6\n7,8\n"], ids=["shorter", "other lines"])
def test_a_file_that_was_changed_meanwhile_is_no_file_of_those_rows(tmp_path, text):
    path = write(tmp_path / "t.csv", "a,b\n1,2\n30,40\n500,600\n")
    (span,) = open_raw(str(path), ReadParams()).spans()
    write(path, text)
    with pytest.raises(DataError, match="was changed while it was read: other rows stand behind line 2") as caught:
        list(open_raw(str(path), ReadParams()).part(span))
    assert caught.value.remedy == "Run again once nothing writes to the file."


@pytest.mark.parametrize(
    ("last", "message"),
    [
        ("a,b,c\n", "The header stands again in line 30002"),
        ('1,"2,3\n', "The quote opened in line 30002 is never closed"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_by_the_pass_that_finds_its_spans(tmp_path, last, message):
    path = write(tmp_path / "t.csv", "a,b,c\n" + 500 * ROWS + last)
    spans = open_raw(str(path), ReadParams(), block_bytes=1 << 16).spans()
    assert next(spans).first_line == 2
    with pytest.raises(DataError, match=message):
        list(spans)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp437", "mac-roman", "koi8-r", "gbk", "big5", "cp949"])
def test_text_of_these_encodings_is_as_long_as_its_bytes(encoding):
    assert is_stateless(encoding)
    seen = 0
    for pair in (bytes([first, second]) for first in range(128, 256) for second in range(64, 256)):
        try:
            text = pair.decode(encoding)
        except UnicodeDecodeError:
            continue
        seen += 1
        assert len(text.encode(encoding)) == 2
    assert seen > 1000


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-7", "hz", "iso2022_jp", "euc_jp", "cp037"])
def test_text_of_those_is_not_or_its_lines_end_in_other_bytes(encoding):
    assert not is_stateless(encoding)
