"""Files that cannot be read: each refused with its cause, its place and a remedy."""

import bz2
import gzip
import io
import lzma
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlpipe.data.reading.parse import parse_block
from mlpipe.data.reading.reader import open_raw, read_raw
from mlpipe.data.reading.source import _UNPACKED, open_source, unpacked_cap
from mlpipe.errors import DataError, UsageError
from mlpipe.params import ReadParams


@pytest.fixture
def path(tmp_path):
    return tmp_path / "table.csv"


def refused(path, data, what, family=DataError, **params):
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    with pytest.raises(family, match=what) as caught:
        read_raw(str(path), ReadParams(**params))
    assert type(caught.value).exit_code == family.exit_code
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
    refused(path, data, f"is no table: it seems to be .*{kind}")


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \r\n", b"# only\n# comments\n"])
def test_empty(path, data):
    refused(path, data, r"t\w+\.csv is empty\.")


@pytest.mark.parametrize("data", ["a,b", "a,b\n", "a,b\n\n  \n", "a\n\n\n", "# x\na\tb\r\n"])
def test_header_alone(path, data):
    assert "`header=False`" in refused(path, data, r"has a header \(\d columns?\) but 0 rows").remedy


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
    error = refused(path, data, f"Line {line} has {found} fields?, but {expected} are expected")
    assert f", line {line}: " in error.where


@pytest.mark.parametrize(
    ("row", "remedy"), [("%x", "`comment='%'`"), ("#x", "`comment='#'`"), ("x", "give `delimiter`, `skip_lines`")]
)
def test_what_a_ragged_row_may_be(path, row, remedy):
    error = refused(path, f"a,b\n1,2\n{row}\n", "Line 3 has 1 field,")
    assert remedy in error.remedy
    assert "`on_bad_row='skip'`" in error.remedy


def test_ragged_row_far_down(path):
    rows = ["1,2"] * 400_000
    rows[399_990] = "1,2,3"
    refused(path, "a,b\n" + "\n".join(rows) + "\n", "Line 399992 has 3 fields")


@pytest.mark.parametrize(("rows", "found"), [("1,2,3\n4,5,6\n", 3), ("1\n2\n", 1), ("1,2,\n3,4,5\n", 3)])
def test_header_that_does_not_belong_to_its_rows(path, rows, found):
    refused(path, "a,b\n" + rows, f"All rows have {found} fields?, the header has 2")


def test_a_value_in_the_column_behind_the_last_name(path):
    data = "a,b\n" + "1,2,\n" * 2_000_000 + "1,2,x\n"
    error = refused(path, data, "Column 3 has no name in the header, but holds values such as 'x'")
    assert "line 2000002" in error.where


@pytest.mark.parametrize(
    ("data", "what", "line"),
    [
        (b"a,b\n1,2\n3,\x00\n", "There is a NUL byte in line 3", 3),
        ("a,é\n1,è\n".encode() + b"2,\xff\n", "Line 3 is not valid utf-8: the bytes 0xFF 0x0A have no meaning", 3),
        (b"a,b\n" + b"1,2\n" * 90_000 + b"1,caf\xe9\n", "Line 90002 is not valid utf-8", 90_002),
        (b'a,b\n1,"x\n2,y\n3,z\n', "The quote opened in line 2 is never closed", 2),
        (b'a,b\n1,2\n3,"x"y\n', "opened in line 3 is closed, but then comes 'y'", 3),
        (b'a,b\n"1","x"\n"2","y\n"3","z"\n', 'opened in line 3 is closed, but then comes \'3","z"\'', 3),
    ],
)
def test_broken_text(path, data, what, line):
    assert f", line {line}: " in refused(path, data, what).where


def test_a_bad_byte_names_an_encoding_to_try(path):
    error = refused(path, b"a,b\n" + b"1,2\n" * 90_000 + "1,Größe\n".encode("cp1252"), "is not valid utf-8")
    assert "`encoding='cp1252'` or " in error.remedy


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "gb18030", "shift_jis", "ascii"])
def test_bad_bytes_in_any_encoding_have_a_line(path, encoding):
    good = ("a,b\n" + "1,2\n" * 50).encode(encoding)
    bad = {"utf-16": b"\x00\xd8\x31\x00", "utf-16-be": b"\xd8\x00\x00\x31"}.get(encoding, b"\xff\xff")
    refused(path, good + bad + "\n3,4\n".encode(encoding), f"Line 52 is not valid {encoding}", encoding=encoding)


def test_names(path):
    refused(path, "a,b, a\n1,2,3\n", r"names several columns alike: 'a' \(columns 1, 3\)")
    refused(path, ",b\n1,2\n", "Column 1 has no name")


def test_unclear_encoding(path):
    text = "".join(map(chr, range(0x0430, 0x0450)))  # the small letters of Russian
    refused(path, f"{text[:9]},{text[9:18]}\n{text[18:]},{text}\n".encode("cp1251"), "The encoding of .* is unclear")


@pytest.mark.parametrize(
    ("params", "what"),
    [
        ({"delimiter": ",,"}, "`delimiter` ',,': a delimiter is one ASCII character"),
        ({"delimiter": '"'}, "`delimiter` '\"': a delimiter is one"),
        ({"delimiter": "§"}, "`delimiter` '§': a delimiter is one"),
        ({"decimal": ";"}, "`decimal` ';': not a decimal mark"),
        ({"quote": "ab"}, "`quote` 'ab': this is one ASCII character"),
        ({"escape": "é"}, "`escape` 'é': this is one ASCII character"),
        ({"comment": "\n"}, "`comment` '.*': this is one ASCII character"),
        ({"encoding": "utf8x"}, "There is no encoding 'utf8x'"),
        ({"encoding": "rot13"}, "There is no encoding 'rot13'"),
    ],
)
def test_options_that_no_file_can_have(path, params, what):
    refused(path, "a,b\n1,2\n", what, UsageError, **params)


def test_nothing_there(path):
    path.write_text("a\n1\n")
    error = refused_path(path.with_name("tabel.csv"), "There is no file")
    assert error.remedy == "Did you mean 'table.csv'?"
    refused_path(path.parent, "is a folder, not a table")
    refused_path(path / "inside.csv", "There is no file")
    refused_path("", "There is no file ''")
    refused_path("a\0b", "There is no file")
    refused_path("x" * 5000, "cannot be read: File name too long")


def refused_path(path, what):
    with pytest.raises(UsageError, match=what) as caught:
        open_raw(str(path), ReadParams())
    return caught.value


def test_a_packed_file_that_unpacks_to_too_much(path):
    bomb = gzip.compress(b"a,b\n" + b"0,0\n" * 5_000_000)
    error = refused(path, bomb, "unpacks to more than 1,000,000 bytes", max_bytes=1_000_000)
    assert "`max_bytes`" in error.remedy
    piped = io.BytesIO(bz2.compress(b"a,b\n" + b"0,0\n" * 5_000_000))  # which can be looked into only once
    with (
        open_source("-", max_bytes=10_000_000, stdin=piped) as source,
        pytest.raises(DataError, match="unpacks to more than 10,000,000 bytes"),
    ):
        source.read(50_000_000)


def test_a_packed_file_may_unpack_to_just_as_much(path):
    data = b"a,b\n" + b"0,0\n" * 100_000
    path.write_bytes(gzip.compress(data))
    assert read_raw(str(path), ReadParams(max_bytes=len(data))).table.num_rows == 100_000
    refused(path, path.read_bytes(), "unpacks to more than", max_bytes=len(data) - 1)


def test_by_default_a_file_may_unpack_to_a_multiple_of_its_size():
    assert unpacked_cap(None, 1) == 1_000_000_000
    assert unpacked_cap(None, 10_000_001) == 1_000_000_100
    assert unpacked_cap(5, 10_000_001) == 5


def test_a_gzip_file_that_says_how_much_it_holds_is_refused_before_a_row_is_read(path, monkeypatch):
    monkeypatch.setattr("mlpipe.data.reading.source._LEAST_CAP", 1_000_000)
    bomb = gzip.compress(b"a,b\n" + b"0,0\n" * 5_000_000)
    path.write_bytes(bomb)
    with pytest.raises(DataError, match="unpacks to more than"):
        open_source(str(path), max_bytes=None)
    path.write_bytes(bomb[: len(bomb) // 2] + b"\xff" * 4)  # cut short: its end says nothing
    with pytest.raises(DataError, match="damaged"):
        read_raw(str(path), ReadParams(max_bytes=100_000_000))


def zstd(data):
    packed = pa.BufferOutputStream()
    with pa.CompressedOutputStream(packed, "zstd") as stream:
        stream.write(data)
    return packed.getvalue().to_pybytes()


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstd])
def test_a_bomb_in_many_pieces_is_refused_before_a_row_is_read(path, monkeypatch, pack):
    """No piece says how much the others hold."""
    monkeypatch.setattr("mlpipe.data.reading.source._LEAST_CAP", 4_000_000)
    path.write_bytes(pack(b"a,b\n") + pack(b"0,0\n" * 100_000) * 11)
    with pytest.raises(DataError, match="unpacks to more than 4,000,000 bytes"):
        open_source(str(path), max_bytes=None)
    path.write_bytes(pack(b"a,b\n") + pack(b"0,0\n" * 100_000) * 9)
    assert read_raw(str(path), ReadParams()).table.num_rows == 900_000


def test_of_a_large_file_the_start_is_looked_into(path, monkeypatch):
    """Rows like those at its start make no more than is allowed: the rest is not unpacked twice."""
    rows = b"".join(f"{i},{i * 7919 % 10007}\n".encode() for i in range(200_000))
    path.write_bytes(bz2.compress(b"a,b\n" + rows))
    unpacked = []

    class Counted(bz2.BZ2File):
        def read(self, size=-1):
            unpacked.append(piece := super().read(size))
            return piece

    monkeypatch.setitem(_UNPACKED, "bzip2", Counted)
    with open_source(str(path), max_bytes=None) as source:
        assert 0 < sum(map(len, unpacked)) < len(rows) / 2
        assert source.read(6) == b"a,b\n0,"


@pytest.mark.parametrize("cells", [["x" * 100_000] * 20_000, [7] * 2_000_000, [None] * 3_000_000])
def test_a_parquet_file_whose_cells_are_stored_once_is_counted_as_they_unpack(path, cells, monkeypatch):
    monkeypatch.setattr("mlpipe.data.reading.source._LEAST_CAP", 2_000_000)
    pq.write_table(pa.table({"a": cells, "b": range(len(cells))}).select(["a"]), path)
    assert path.stat().st_size < 20_000
    refused(path, path.read_bytes(), "unpacks to more than 2,000,000 bytes")


def test_a_parquet_file_may_hold_just_as_much(path):
    pq.write_table(pa.table({"a": range(1000)}), path)
    size = max(8 * 1000, pq.ParquetFile(path).metadata.row_group(0).total_byte_size)
    assert read_raw(str(path), ReadParams(max_bytes=size)).table.num_rows == 1000
    refused(path, path.read_bytes(), "unpacks to more than", max_bytes=size - 1)


@pytest.mark.parametrize(("n_rows", "what"), [(9, "but 0 rows"), (10, "All rows have 3 fields, the header has 2")])
def test_ten_rows_that_do_not_fit_are_no_bad_rows_but_show_a_wrong_header(path, n_rows, what):
    refused(path, "a,b\n" + "1,2,3\n" * n_rows, what, on_bad_row="skip")


@pytest.mark.parametrize(("n_bad", "n_rows", "share"), [(5, 100, None), (6, 100, 0.06), (1, 20, None), (1, 19, 0.06)])
def test_more_than_a_twentieth_is_not_left_out_unless_that_is_allowed(path, n_bad, n_rows, share):
    data = "a,b\n" + "1,2,3\n" * n_bad + "1,2\n" * (n_rows - n_bad)
    if share is not None:
        what = f"{n_bad} rows? of .* would be left out, .* line 2 has 3 fields instead of 2"
        error = refused(path, data, what, on_bad_row="skip")
        assert f"`max_bad_rows={share}`" in error.remedy
    path.write_text(data)
    kept = read_raw(str(path), ReadParams(on_bad_row="skip", max_bad_rows=share or 0.05))
    assert kept.table.num_rows == n_rows - n_bad


def test_most_rows_left_out_is_told_so(path):
    refused(path, "a,b\n" + "1,2\n" * 2 + "1,2,3\n" * 3, "left out, most of its 5 rows", on_bad_row="skip")


@pytest.mark.parametrize(("length", "shown"), [(60, "x" * 60), (61, "x" * 59 + "…")])
def test_a_line_is_shown_as_far_as_sixty_letters(path, length, shown):
    assert f"line 2: '{shown}'" in refused(path, "a,b\n" + "x" * length + "\n1,2\n", "Line 2 has 1 field").where


def test_a_name_of_many_columns_is_told_with_eight_of_its_places(path):
    refused(path, ",".join("a" * 9) + "\n" + ",".join("1" * 9) + "\n", r"'a' \(columns 1, 2, 3, 4, 5, 6, 7, 8\)\.")


@pytest.mark.parametrize("cut", [12, 40, -5])
def test_a_packed_file_cut_short(path, cut):
    refused(
        path, gzip.compress(random.Random(0).randbytes(2000).hex().encode())[:cut], "its gzip data cannot be unpacked"
    )


def test_parquet_that_is_none(path):
    refused(path, b"PAR1" + b"x" * 100, "its Parquet data cannot be unpacked")
    pq.write_table(pa.table({"a": [[1]]}), path)
    refused(path, path.read_bytes(), "it seems to be one with nested columns")
    refused(path, gzip.compress(path.read_bytes()), "it seems to be a Parquet file in a pipe or packed once more")
    pq.write_table(pa.table({"a": pa.array([], pa.int64())}), path)
    refused(path, path.read_bytes(), "but 0 rows")


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


def test_rows_of_other_widths_before_words_are_no_second_header(path):
    assert "2 are expected" in refused(path, b"a,b\n1\n1\n1\nred,blue\n1,2\n2,4\n3,6\n", "Line 2 has 1 field").what
