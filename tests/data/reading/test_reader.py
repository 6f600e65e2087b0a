"""Whole tables: whatever is written comes back, cell by cell and line by line."""

import gzip
import hashlib
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpipe.data.reading.parse import parse_block
from mlpipe.data.reading.raw import line_of, lines_of
from mlpipe.data.reading.reader import open_raw, read_raw
from mlpipe.data.schema import Dialect
from mlpipe.params import ReadParams
from tests.data.reading.delimited import read_naively, write_table

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "cp1252"]
CELLS = st.text(alphabet=st.sampled_from(list("ab 1.5'\",;|\t\n\r#-é你°")), max_size=6)


STYLES = st.fixed_dictionaries(
    {"newline": st.sampled_from(["\n", "\r\n", "\r"]), "quote_all": st.booleans(), "end": st.booleans()}
)
"""Ways to write a table."""
CUTS = st.fixed_dictionaries(
    {"block_bytes": st.sampled_from([1, 7, 64, 1 << 20]), "batch_rows": st.sampled_from([None, 1, 3])}
)
"""Ways to cut it into blocks."""


@st.composite
def tables(draw):
    n_columns = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(CELLS, min_size=n_columns, max_size=n_columns), min_size=1, max_size=12))
    return [[f"c{i}" for i in range(n_columns)], *rows]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("raw") / "table.csv"


def cells_of(table):
    return [list(row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]


def in_blocks(path, params, **options):
    blocks = open_raw(str(path), params, **options)
    rows, lines, numbers = [], [], []
    for block in map(pickle.loads, map(pickle.dumps, blocks)):
        types = dict.fromkeys(blocks.header, "string")
        rows += cells_of(parse_block(block, blocks.header, types=types, decimal="."))
        lines += lines_of(block).tolist()
        numbers += [block.first_row, block.n_rows]
    assert np.cumsum([0, *numbers[1::2]]).tolist()[:-1] == numbers[0::2]
    return rows, lines


@settings(max_examples=150, deadline=None)
@given(
    table=tables(),
    delimiter=st.sampled_from(",;|\t"),
    encoding=st.sampled_from(ENCODINGS),
    style=STYLES,
    blocks=CUTS,
)
def test_what_is_written_comes_back(path, table, delimiter, encoding, style, blocks):
    text = write_table(table, delimiter, **style)
    path.write_bytes(text.encode(encoding, "replace"))
    expected = [[cell.encode(encoding, "replace").decode(encoding) for cell in row] for row in table]
    params = ReadParams(delimiter=delimiter, encoding=encoding)
    raw = read_raw(str(path), params)
    lines = read_naively(text, delimiter)[1]
    assert list(raw.table.column_names) == expected[0]
    assert cells_of(raw.table) == expected[1:]
    assert raw.lines.tolist() == lines[1:]
    assert raw.file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert in_blocks(path, params, **blocks) == (expected[1:], lines[1:])


def write_bytes(path, data):
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return str(path)


def read(path, data, **params):
    return read_raw(write_bytes(path, data), ReadParams(**params))


@pytest.mark.parametrize(
    ("data", "columns"),
    [
        pytest.param("a,b\n1,2\n", {"a": ["1"], "b": ["2"]}, id="plain"),
        pytest.param("\ufeffa;b\n1;2\n", {"a": ["1"], "b": ["2"]}, id="mark and semicolon"),
        pytest.param(" a , b\n1, x\n2, y\n", {"a": ["1", "2"], "b": [" x", " y"]}, id="blanks stay in cells"),
        pytest.param('a, b\n1, "x, y"\n2, z\n', {"a": ["1", "2"], "b": ["x, y", " z"]}, id="blank before a quote"),
        pytest.param("a b  c\n1 2\t3\n4  5 6\n", {"a": ["1", "4"], "b": ["2", "5"], "c": ["3", "6"]}, id="blank runs"),
        pytest.param('x  y\n 1 "a  b"\n 2 c\n', {"x": ["1", "2"], "y": ["a  b", "c"]}, id="quotes in blank runs"),
        pytest.param("a,b\r1,2\r3,4\r", {"a": ["1", "3"], "b": ["2", "4"]}, id="lone CR"),
        pytest.param("a,b\n\n1,2\n  \n\n3,4\n\n", {"a": ["1", "3"], "b": ["2", "4"]}, id="blank lines"),
        pytest.param("a\n1\n\n2\n\n\n", {"a": ["1", "", "2"]}, id="a blank line is a cell where there is one column"),
        pytest.param("a,b,\n1,2,\n3,4,\n", {"a": ["1", "3"], "b": ["2", "4"]}, id="trailing delimiter"),
        pytest.param("a,b\n1,2,\n3,4,\n", {"a": ["1", "3"], "b": ["2", "4"]}, id="trailing delimiter in rows only"),
        pytest.param("a,,b\n1,,2\n3, ,4\n", {"a": ["1", "3"], "b": ["2", "4"]}, id="an empty column without a name"),
        pytest.param('d,n\n5" disk,1\n3" d,2\n8",3\n', {"d": ['5" disk', '3" d', '8"'], "n": list("123")}, id="5 inch"),
        pytest.param("# made by hand\n#\na,b\n1,2\n", {"a": ["1"], "b": ["2"]}, id="comments"),
        pytest.param("#a,b\n1,2\n3,4\n", {"#a": ["1", "3"], "b": ["2", "4"]}, id="a header with a hash"),
        pytest.param("sep=;\na;b,c\n1;2\n", {"a": ["1"], "b,c": ["2"]}, id="a spreadsheet's first line"),
        pytest.param("text\nHi, you\none\nah, well, no\n", {"text": ["Hi, you", "one", "ah, well, no"]}, id="prose"),
        pytest.param("a\tb\nx, y\t1\nz\t2\n", {"a": ["x, y", "z"], "b": ["1", "2"]}, id="tab with commas in cells"),
        pytest.param("full name\nAnn Lee\nBo Ek\n", {"full name": ["Ann Lee", "Bo Ek"]}, id="words are no columns"),
        pytest.param("a|b\nNA|007\n-|9007199254740993\n", {"a": ["NA", "-"], "b": ["007", str(2**53 + 1)]}, id="as is"),
    ],
)  # fmt: skip
def test_ugly_tables(path, data, columns):
    assert read(path, data).table.to_pydict() == columns


def test_dropped_columns_and_blank_lines_are_told(path):
    raw = read(path, "a,,b,\n\n1,,2,\n \n3,,4,\n")
    assert raw.file.dropped_columns == ("column 2", "column 4")
    assert raw.file.blank_lines == 2
    assert raw.lines.tolist() == [3, 5]


def test_positions_name_the_columns_of_a_table_without_header(path):
    assert read(path, "x,1\ny,2\n", header=False).table.to_pydict() == {"0": ["x", "y"], "1": ["1", "2"]}


def test_text_messages_with_loose_quotes(path):
    """Tab-separated prose, as in collections of text messages: quotes are letters there."""
    messages = ['ham\t"Hello he said', "ham\tok", 'spam\the "won" a prize', 'ham\tsay "yes"', "spam\twhat's"] * 30
    raw = read(path, "\n".join(messages) + "\n", header=False)
    assert raw.file.dialect.quote == ""
    assert raw.table.column("1").to_pylist()[:3] == ['"Hello he said', "ok", 'he "won" a prize']
    assert raw.table.num_rows == 150
    again = open_raw(write_bytes(path, 'ham\t"Just "one" more\n'), ReadParams(), raw.file.dialect)
    (block,) = again
    assert parse_block(block, again.header, types={"1": "string"}, decimal=".").to_pydict() == {
        "1": ['"Just "one" more']
    }


def test_a_huge_cell_over_many_blocks(path):
    text = "x\n" * 1_500_000
    data = f'a,b\n1,"{text}"\n2,y\n'
    rows, lines = in_blocks(write_bytes(path, data), ReadParams(), block_bytes=1 << 16)
    assert rows == [["1", text], ["2", "y"]]
    assert lines == [2, 1_500_003]


def test_lines_of_records_with_quoted_newlines(path):
    blocks = open_raw(write_bytes(path, 'a,b\n1,"x\ny"\n\n2,z\n'), ReadParams())
    (block,) = blocks
    assert [line_of(block, row) for row in range(block.n_rows)] == [2, 5]


def test_a_file_of_another_dialect_is_read_as_it_is_written(path):
    pinned = Dialect(delimiter=";", decimal=",")
    blocks = open_raw(write_bytes(path, "a,b\n1.5,2\n"), ReadParams(), pinned)
    (block,) = blocks
    table = parse_block(block, blocks.header, types={"a": "number"}, decimal=blocks.dialect.decimal)
    assert (blocks.dialect.delimiter, table.to_pydict()) == (",", {"a": [1.5]})


def test_what_a_short_file_leaves_open_the_earlier_file_decides(path):
    pinned = Dialect(delimiter=";", decimal=",")
    assert open_raw(write_bytes(path, "a;b\n1;2\n"), ReadParams(), pinned).dialect.decimal == ","
    assert open_raw(write_bytes(path, "a;b\n1.5;2\n"), ReadParams(), pinned).dialect.decimal == "."
    short = write_bytes(path, "größe,n\n1,2\n".encode("cp1250"))
    assert read_raw(short, ReadParams(), Dialect(encoding="cp1250")).file.dialect.encoding == "cp1250"
    assert read_raw(short, ReadParams(), Dialect(encoding="utf-16")).file.dialect.encoding == "cp1252"
    headless = Dialect(delimiter="\t", header=False)
    assert open_raw(write_bytes(path, "a, b\tc, d\n"), ReadParams(), headless).header == ("0", "1")


def test_numbers_where_the_whole_block_is_numbers(path):
    data = "n,m,w,e,q\n1,NA,x,1e400,'1'\n-2.5, ?,2,3,4\n,\\N,,5,6\n"
    blocks = open_raw(write_bytes(path, data), ReadParams())
    (block,) = blocks
    table = parse_block(block, blocks.header, types=dict.fromkeys("wmneq", "number"), decimal=".")
    assert table.to_pydict() == {
        "w": ["x", "2", ""], "m": [None] * 3, "n": [1.0, -2.5, None], "e": ["1e400", "3", "5"], "q": ["'1'", "4", "6"],
    }  # fmt: skip


def test_numbers_with_a_decimal_comma(path):
    blocks = open_raw(write_bytes(path, "a;b\n1,5;x\n-0,25;y\n"), ReadParams())
    assert blocks.dialect.decimal == ","
    (block,) = blocks
    table = parse_block(block, blocks.header, types={"a": "number"}, decimal=",")
    assert table.to_pydict() == {"a": [1.5, -0.25]}


def test_a_number_is_exactly_what_python_reads(path):
    numbers = np.random.default_rng(0).normal(size=2000) * 10.0 ** np.random.default_rng(1).integers(-300, 300, 2000)
    blocks = open_raw(write_bytes(path, "x\n" + "\n".join(map(repr, numbers.tolist())) + "\n"), ReadParams())
    (block,) = blocks
    assert parse_block(block, ("x",), types={"x": "number"}, decimal=".").column("x").to_pylist() == numbers.tolist()


def test_memory_stays_bounded_while_streaming(path):
    """A packed file of 60 MB is read in blocks, none of which is larger than asked for."""
    row = b"1,2,abcdefghijklmnopqrstuvwxyz\n"
    path.write_bytes(gzip.compress(b"a,b,c\n" + row * 2_000_000, 1))
    sizes = [len(block.data) for block in open_raw(str(path), ReadParams(), block_bytes=4 << 20)]
    assert sum(sizes) == len(row) * 2_000_000
    assert max(sizes) <= 6 << 20
