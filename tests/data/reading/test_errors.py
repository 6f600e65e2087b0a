"""Files that cannot be read: each refused with its cause, its place and a remedy."""

import gzip
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlpipe.data.reading import errors
from mlpipe.data.reading.reader import open_raw, parse_block, read_raw
from mlpipe.errors import DataError, UnknownNameError, UsageError
from mlpipe.params import ReadParams


@pytest.fixture
def path(tmp_path):
    return tmp_path / "table.csv"


def refused(path, data, error, **params):
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    with pytest.raises(error) as caught:
        read_raw(str(path), ReadParams(**params))
    assert caught.value.what
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<!DOCTYPE html>\n<html></html>", "HTML"),
        (b"\n <html><body>a,b</body>", "HTML"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 5\n", "LFS"),
        (b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml", "spreadsheet"),
        (b"PK\x03\x04\x14\x00data.csv", "zip"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "spreadsheet"),
        (b'[{"a": 1, "b": 2}]', "JSON"),
        (b'<?xml version="1.0"?><a/>', "XML"),
        (b"% x\n@RELATION iris\n@ATTRIBUTE a REAL\n@DATA\n1\n", "ARFF"),
        (b"From a@b.c Mon May  1 2023\nSubject: x\n\ny\n", "mailbox"),
        (b"+1 1:0.5 3:1\n-1 2:1 3:2\n", "SVMLight"),
        (b'{"a": 1}\n{"a": 2}\n', "JSON"),
        (b"SQLite format 3\0abc", "SQLite"),
    ],
)
def test_no_table(path, data, kind):
    assert kind in str(refused(path, data, errors.NotATableError))


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \r\n", b"# only\n# comments\n"])
def test_empty(path, data):
    refused(path, data, errors.EmptyFileError)


@pytest.mark.parametrize("data", ["a,b", "a,b\n", "a,b\n\n  \n", "a\n\n\n", "# x\na\tb\r\n"])
def test_header_alone(path, data):
    assert "0 rows" in str(refused(path, data, errors.NoRowsError))


@pytest.mark.parametrize(
    ("data", "line", "found", "expected"),
    [
        ("a,b\n1,2\n3,4,5\n6,7\n", 3, 3, 2),
        ("a,b\n1,2\n3\n", 3, 1, 2),
        ('a,b\n1,"x\ny"\n\n3,4,5\n', 5, 3, 2),
        ("a b  c\n" + "1 2 3\n" * 20 + "1 2\n", 22, 2, 3),
        ("a;b\r1;2\r3\r", 3, 1, 2),
        ('a, b\n1, "x, y"\n2, z, z\n', 3, 3, 2),
    ],
)
def test_ragged_row(path, data, line, found, expected):
    error = refused(path, data, errors.RaggedRowError)
    assert (error.line, error.found, error.expected) == (line, found, expected)
    assert f"line {line}" in error.where


def test_ragged_row_far_down(path):
    rows = ["1,2"] * 400_000
    rows[399_990] = "1,2,3"
    error = refused(path, "a,b\n" + "\n".join(rows) + "\n", errors.RaggedRowError)
    assert error.line == 399_992


@pytest.mark.parametrize(("rows", "found"), [("1,2,3\n4,5,6\n", 3), ("1\n2\n", 1), ("1,2,\n3,4,5\n", 3)])
def test_header_that_does_not_belong_to_its_rows(path, rows, found):
    error = refused(path, "a,b\n" + rows, errors.AllRowsRaggedError)
    assert f"All rows have {found} field" in str(error)
    assert "the header has 2" in str(error)


def test_a_value_in_the_column_behind_the_last_name(path):
    data = "a,b\n" + "1,2,\n" * 2_000_000 + "1,2,x\n"
    error = refused(path, data, errors.EmptyNameError)
    assert (error.position, "line 2000002" in error.where) == (3, True)


@pytest.mark.parametrize(
    ("data", "error", "line"),
    [
        (b"a,b\n1,2\n3,\x00\n", errors.NulByteError, 3),
        ("a,é\n1,è\n".encode() + b"2,\xff\n", errors.BadBytesError, 3),
        (b"a,b\n" + b"1,2\n" * 90_000 + b"1,caf\xe9\n", errors.BadBytesError, 90_002),
        (b'a,b\n1,"x\n2,y\n3,z\n', errors.UnclosedQuoteError, 2),
        (b'a,b\n1,2\n3,"x"y\n', errors.BrokenQuoteError, 3),
        (b'a,b\n"1","x"\n"2","y\n"3","z"\n', errors.BrokenQuoteError, 3),
    ],
)
def test_broken_text(path, data, error, line):
    found = refused(path, data, error)
    assert found.line == line
    assert f"line {line}" in found.where


def test_a_bad_byte_names_an_encoding_to_try(path):
    error = refused(path, b"a,b\n" + b"1,2\n" * 90_000 + "1,Größe\n".encode("cp1252"), errors.BadBytesError)
    assert "--encoding cp1252" in error.remedy


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "gb18030", "shift_jis", "ascii"])
def test_bad_bytes_in_any_encoding_have_a_line(path, encoding):
    good = ("a,b\n" + "1,2\n" * 50).encode(encoding)
    bad = {"utf-16": b"\x00\xd8\x31\x00", "utf-16-be": b"\xd8\x00\x00\x31"}.get(encoding, b"\xff\xff")
    error = refused(path, good + bad + "\n3,4\n".encode(encoding), errors.BadBytesError, encoding=encoding)
    assert error.line == 52


def test_names(path):
    assert refused(path, "a,b, a\n1,2,3\n", errors.DuplicateNamesError).duplicates == {"a": [1, 3]}
    assert refused(path, ",b\n1,2\n", errors.EmptyNameError).position == 1


def test_unclear_encoding(path):
    text = "".join(map(chr, range(0x0430, 0x0450)))  # the small letters of Russian
    refused(path, f"{text[:9]},{text[9:18]}\n{text[18:]},{text}\n".encode("cp1251"), errors.EncodingUnclearError)


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"delimiter": ",,"}, errors.ReadOptionError),
        ({"delimiter": '"'}, errors.ReadOptionError),
        ({"delimiter": "§"}, errors.ReadOptionError),
        ({"decimal": ";"}, errors.ReadOptionError),
        ({"encoding": "utf8x"}, UnknownNameError),
        ({"encoding": "rot13"}, UnknownNameError),
    ],
)
def test_options_that_no_file_can_have(path, params, error):
    assert issubclass(error, UsageError)
    refused(path, "a,b\n1,2\n", error, **params)


def test_nothing_there(path):
    path.write_text("a\n1\n")
    error = refused_path(path.with_name("tabel.csv"), errors.NoFileError)
    assert error.near == ["table.csv"]
    assert "table.csv" in error.remedy
    refused_path(path.parent, errors.NotAFileError)
    refused_path(path / "inside.csv", errors.NoFileError)
    refused_path("", errors.NoFileError)
    refused_path("a\0b", errors.NoFileError)
    refused_path("x" * 5000, errors.UnreadableFileError)


def refused_path(path, error):
    with pytest.raises(error) as caught:
        open_raw(str(path), ReadParams())
    assert isinstance(caught.value, UsageError)
    return caught.value


def test_a_packed_file_that_unpacks_to_too_much(path):
    bomb = gzip.compress(b"a,b\n" + b"0,0\n" * 5_000_000)
    error = refused(path, bomb, errors.TooManyBytesError, max_bytes=1_000_000)
    assert "--max-bytes" in error.remedy
    path.write_bytes(bomb)
    blocks = open_raw(str(path), ReadParams(max_bytes=10_000_000))
    with pytest.raises(errors.TooManyBytesError):
        sum(block.n_rows for block in blocks)


@pytest.mark.parametrize("cut", [12, 40, -5])
def test_a_packed_file_cut_short(path, cut):
    refused(path, gzip.compress(random.Random(0).randbytes(2000).hex().encode())[:cut], errors.DamagedFileError)


def test_parquet_that_is_none(path):
    refused(path, b"PAR1" + b"x" * 100, errors.DamagedFileError)
    pq.write_table(pa.table({"a": [[1]]}), path)
    refused(path, path.read_bytes(), errors.NotATableError)
    refused(path, gzip.compress(path.read_bytes()), errors.NotATableError)
    pq.write_table(pa.table({"a": pa.array([], pa.int64())}), path)
    refused(path, path.read_bytes(), errors.NoRowsError)


PIECES = [
    b",",
    b"\n",
    b'"',
    b"\r",
    b"\t",
    b";",
    b" ",
    b"\0",
    b"\xff",
    b"1",
    b"a,b\n",
    b'"x"',
    "é".encode(),
    b"#",
    b"\n\n",
]


@pytest.mark.parametrize("seed", range(300))
def test_whatever_comes_is_read_or_refused(path, seed):
    """Damaged files end in a table or in an error of ours; the blocks say the same as the whole."""
    chance = random.Random(seed)
    data = bytearray(b"id,name,value\n" + b"".join(b'%d,"n %d",%d.5\n' % (i, i, i) for i in range(30)))
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data))
        data[at : at + chance.randint(0, 2)] = chance.choice(PIECES)
    path.write_bytes(data)
    try:
        table = read_raw(str(path), ReadParams()).table
    except DataError:
        return
    blocks = open_raw(str(path), ReadParams(), block_bytes=50)
    types = dict.fromkeys(blocks.header, "string")
    parts = [parse_block(block, blocks.header, types=types, decimal=".") for block in blocks]
    assert pa.concat_tables(parts).equals(table)
