"""Small files as other programs write them: what each gives, or how and where it is refused."""

import csv
from typing import Any

import pytest

from mlpipe.errors import DataError
from tests.data.reading.delimited import read_strings

AB = [["a", "b"], ["1", "2"], ["3", "4"]]
SHOP = "cap,5,1.5\nhat,6,2.5\ncoat,7,3.5\nshoe,8,4.5\nsock,9,5.5\nvest,3,6.5\n"
SHOP_ROWS = [line.split(",") for line in SHOP.splitlines()]
SKIP: dict[str, Any] = {"on_bad_row": "skip", "max_bad_rows": 1.0}
READ: dict[str, tuple[str | bytes, list[list[str]], dict[str, Any]]] = {
    "comma": ("a,b\n1,2\n3,4\n", AB, {}),
    "semicolon": ("a;b\n1;2\n3;4\n", AB, {}),
    "tab": ("a\tb\n1\t2\n3\t4\n", AB, {}),
    "bar": ("a|b\n1|2\n3|4\n", AB, {}),
    "blanks": ("a b\n1 2\n3 4\n", AB, {}),
    "carets": ("a^b\n1^2\n3^4\n", AB, {}),
    "colons": ("a:b\n1:2\n3:4\n", AB, {}),
    "unit separator": ("a\x1fb\n1\x1f2\n3\x1f4\n", AB, {}),
    "double colons": ("a::b\n1::2\n3::4\n", AB, {}),
    "double bars": ("a||b\n1||2\n3||4\n", AB, {}),
    "comma and blank": ('a, b\n"1", "2"\n3, "4"\n', [["a", "b"], ["1", "2"], ["3", "4"]], {}),
    "CR": ("a,b\r1,2\r3,4\r", AB, {}),
    "CRLF": ("a,b\r\n1,2\r\n3,4\r\n", AB, {}),
    "CR CR LF": ("a,b\r\r\n1,2\r\r\n3,4\r\r\n", AB, {}),
    "CRLF and LF": ("a,b\r\n1,2\n3,4\r\n", AB, {}),
    "no end": ("a,b\n1,2\n3,4", AB, {}),
    "two ends": ("a,b\n1,2\n3,4\n\n", AB, {}),
    "quotes throughout": ('"a","b"\n"1","2"\n"3","4"\n', AB, {}),
    "mark before a quote": ('\ufeff"a","b"\n1,2\n3,4\n', AB, {}),
    "apostrophes": ("'a','b'\n'1','2'\n'3','4'\n", AB, {}),
    "apostrophes round text": ("a,b\n'x, y',1\n'it''s',2\n", [["a", "b"], ["x, y", "1"], ["it's", "2"]], {}),
    "apostrophes as letters": ("a,b\nit's,1\n'tis,2\n", [["a", "b"], ["it's", "1"], ["'tis", "2"]], {}),
    "apostrophes told to be letters": ("a,b\n'1','2'\n", [["a", "b"], ["'1'", "'2'"]], {"quote": '"'}),
    "doubled quotes": ('a,b\n"say ""hi""",2\n', [["a", "b"], ['say "hi"', "2"]], {}),
    "escaped quotes": ('a,b\n"say \\"hi\\"",2\n', [["a", "b"], ['say "hi"', "2"]], {}),
    "escaped delimiter": ("a,b\nx\\,y,2\nz,4\n", [["a", "b"], ["x,y", "2"], ["z", "4"]], {}),
    "path that ends in a backslash": ('a,b\n"C:\\",2\n', [["a", "b"], ["C:\\", "2"]], {}),
    "escaped line end": ("a,b\nx!\ny,2\n", [["a", "b"], ["x\ny", "2"]], {"escape": "!", "quote": "none"}),
    "escape told to be none": ('a,b\n"x\\",2\n', [["a", "b"], ["x\\", "2"]], {"escape": "none"}),
    "other quote": ("a,b\n$x,y$,2\n", [["a", "b"], ["x,y", "2"]], {"quote": "$"}),
    "quotes told to be letters": ('a,b\n"x",2\n', [["a", "b"], ['"x"', "2"]], {"quote": "none"}),
    "CR in a cell": ("a,b\n1\rx,2\n", [["a", "b"], ["1\rx", "2"]], {"line_end": "lf"}),
    "LF in a cell": ("a,b\r\n1\nx,2\r\n", [["a", "b"], ["1\nx", "2"]], {"line_end": "crlf"}),
    "line in a cell": ('a,b\n"1\nx",2\n', [["a", "b"], ["1\nx", "2"]], {}),
    "line separator of Unicode": ("a,b\n1\u2028x,2\n", [["a", "b"], ["1\u2028x", "2"]], {}),
    "form feed": ("a,b\n1\fx,2\n", [["a", "b"], ["1\fx", "2"]], {}),
    "mark in the middle": ("a,b\n\ufeff1,2\n", [["a", "b"], ["\ufeff1", "2"]], {}),
    "title": ("Report of May\na,b\n1,2\n3,4\n", AB, {}),
    "titles and an empty line": ("Report of May\nExported on Monday\n\na,b\n1,2\n3,4\n", AB, {}),
    "comments": ("# x\n# y, z\na,b\n1,2\n3,4\n", AB, {}),
    "header in a comment": ("# a,b\n1,2\n3,4\n", [["# a", "b"], *AB[1:]], {}),
    "sep line": ("sep=;\na;b\n1;2\n3;4\n", AB, {}),
    "lines to skip": ("x,y,z\nq\na,b\n1,2\n3,4\n", AB, {"skip_lines": 2}),
    "comments within": ("a,b\n%x\n1,2\n%y,z,w\n3,4\n", AB, {"comment": "%"}),
    "quotes in comments": ('a,b\n%,"x\n1,2\n%,"y\n"3",4\n', AB, {"comment": "%"}),
    "comments within one column": ("a\n1\n%x\n2\n", [["a"], ["1"], ["2"]], {"comment": "%"}),
    "no comments": ("#a,b\n1,2\n3,4\n", [["#a", "b"], *AB[1:]], {"comment": "none"}),
    "padded titles": ("Report,,\nMay,,\n,,\nitem,size,price\n" + SHOP, [["item", "size", "price"], *SHOP_ROWS], {}),
    "quotes and blanks": ('"a" "b c"\n"1" "x ""y"""\n"z" "4"\n', [["a", "b c"], ["1", 'x "y"'], ["z", "4"]], {}),
    "dates for names": ("2015-11-04,2015-11-05\n1,2\n", [["2015-11-04", "2015-11-05"], ["1", "2"]], {}),
    "years": ("2019,2020\n1.5,2\n3.5,4\n2.5,1\n1.5,2\n",
              [["2019", "2020"], ["1.5", "2"], ["3.5", "4"], ["2.5", "1"], ["1.5", "2"]], {}),
    "insisted header": ("0.5,1.5\n1,2\n3,4\n5,6\n", [["0.5", "1.5"], ["1", "2"], ["3", "4"], ["5", "6"]],
                        {"header": True}),
    "insisted second line": ("item,size,price\nname,cm,EUR\n" + SHOP,
                             [["item", "size", "price"], ["name", "cm", "EUR"], *SHOP_ROWS], {"header": True}),
    "words for missing values": ("item,size,price\n" + SHOP + "scarf,unknown,unknown\n",
                                 [["item", "size", "price"], *SHOP_ROWS, ["scarf", "unknown", "unknown"]], {}),
    "no header": ("1,2\n3,4\n", [["0", "1"], ["1", "2"], ["3", "4"]], {"header": False}),
    "numbered names": ("a,a,a.2,\n1,2,3,4\n", [["a", "a.3", "a.2", "column 4"], ["1", "2", "3", "4"]],
                       {"rename_duplicates": True}),
    "delimiter at the end": ("a,b\n1,2,\n3,4,\n", AB, {}),
    "quotes alone": ('a,b\n"",""\n', [["a", "b"], ["", ""]], {}),
    "inches where nothing is quoted": ('a,b\n1,5"\n2,6\n', [["a", "b"], ["1", '5"'], ["2", "6"]], {}),
    "inches as a habit": ('a,b\n"x, y",5"\n2,6"\n3,7"\n',
                          [["a", "b"], ["x, y", '5"'], ["2", '6"'], ["3", '7"']], {}),
    "inches told to be": ('a,b\n"x, y",5"\n2,z"\n', [["a", "b"], ["x, y", '5"'], ["2", 'z"']], {"quote": '"'}),
    "one huge cell": ("a,b\n" + "x" * 3_000_000 + ",2\n", [["a", "b"], ["x" * 3_000_000, "2"]], {}),
}  # fmt: skip
REFUSED: dict[str, tuple[str | bytes, str, int | None, dict[str, Any]]] = {
    "long row": ("a,b\n1,2\n3,4,5\n", "fields?, but . are expected", 3, {}),
    "short row": ("a,b\n1,2\n3\n", "fields?, but . are expected", 3, {}),
    "names on two lines": ("item,size,price\nname,cm,EUR\n" + SHOP, "looks like part of a header", 2, {}),
    "units under the names": ("item,size,price\n,cm,EUR\n" + SHOP, "looks like part of a header", 2, {}),
    "another table of equal width": (
        "item,size,price\n" + SHOP + "\nx,y,z\n5,6,7\n",
        "looks like part of a header",
        9,
        {},
    ),
    "other quotes in a row": ("item,size,price\n" + SHOP + "'hat','1','2'\n", "has its cells in apostrophes", 8, {}),
    "header with blanks": (
        "item size price\n" + SHOP,
        "is one field, but most lines are 3 fields set apart by ','",
        1,
        {},
    ),
    "empty cell between blanks": (
        'name size note\n"cap a" 5 x\n"hat b" 6 \n"hat c" 6 z\n"hat d" 6 z\n"hat e" 6 z\n"hat f" 6 z\n',
        "fields?, but . are expected",
        3,
        {},
    ),
    "no value under one name": ("item,,\na,b,c\nd,e,f\n", "has no name in the header", 2, {}),
    "footer of a long table": ("a,b,c\n" + "1,2,3\n" * 80 + "Total: 80\n", "fields?, but . are expected", 82, {}),
    "footer": ("a,b,c\n1,2,3\n4,5,6\nTotal,9\n", "fields?, but . are expected", 4, {}),
    "two tables": ("a,b\n1,2\n3,4\nc,d,e\n1,2,3\n", "fields?, but . are expected", 4, {}),
    "two equal tables": ("a,b\n1,2\n3,4\n5,6\na,b\n1,2\n", "The header stands again in line", 5, {}),
    "header again far below": (
        "a,b\n" + "1,2\n" * 400_000 + "a,b\n1,2\n",
        "The header stands again in line",
        400_002,
        {},
    ),
    "unclosed": ('a,b\n1,"x\n2,y\n', "is never closed", 2, {}),
    "broken": ('a,b\n1,2\n3,"x"y\n', "is closed, but then comes", 3, {}),
    "NUL": ("a,b\n1,2\n3,\0\n", "There is a NUL byte", 3, {}),
    "bad byte": ("a,é\n1,é\n".encode() + b"2,\xff\n", "is not valid utf-8", 3, {}),
    "cut in a character": ("a,é\n1,é\n".encode() + b"2,\xc3", "Line 3 is not valid", 3, {}),
    "names twice": ("a,b,a\n1,2,3\n", "names several columns alike", 1, {}),
    "no name": ("a,,c\n1,2,3\n", "has no name in the header", 2, {}),
    "numbers on top": ("5.1,3.5\n4.9,3.0\n4.7,3.2\n4.6,3.1\n", "looks like a row of values", 1, {}),
    "quotes round whole rows": ('"a,b"\n"1,2"\n"3,4"\n', "Every row is one quoted cell", 1, {}),
    "wide commas": ("名，数\n甲，1\n乙，2\n", "which is not one ASCII character", 1, {}),  # noqa: RUF001 - wide commas
    "Markdown": ("| a | b |\n|---|--:|\n| 1 | 2 |\n", "looks like part of a header", 2, {}),
    "SQL": ("INSERT INTO t VALUES (1, 'a');\n", "is no table", None, {}),
    "dates on top": ("x,2015-11-04,go\ny,2015-11-05,stay\n", "looks like a row of values", 1, {}),
    "blanks in cells set apart by blanks": (
        'id kind "what is"\n1 red hat "a hat"\n2 hat "a big one"\n3 hat "both"\n', "set apart by blanks, but", 1, {}
    ),
    "fixed width": ("Ann Lee    1971\nBob        1980\nCid Ray    1981\n", "seems to be a file of fixed width", 1, {}),
    "labels on top": ("ham\tgo on\nham\tok\nspam\tfree\nham\tyes\n", "looks like a row of values", 1, {}),
    "long delimiter": ("a~|~b\n1~|~2\n3~|~4\n", "which is not one ASCII character", 1, {}),
    "CR in a column": ("a\n1\rx\n2\n", "ends in a bare CR", 2, {}),
    "empty": ("", "is empty", None, {}),
    "ends alone": ("\n\r\n\n", "is empty", None, {}),
    "header alone": ("a,b\n", "but 0 rows", None, {}),
    "a quote alone": ('"', "is never closed", 1, {}),
    "a title above words": (
        "Meetings 2014\nwho,when,why\n" + "a,may,x\nb,june,y\n" * 2, "most lines are 3 fields set apart by ','", 1, {}
    ),
    "a delimiter lost before quotes": (
        'a,b,c\n1,x,"y, z"\n2,x"y, z"\n', "ends in a quote but does not begin with one", 3, {}
    ),
    "a quote lost before a cell": ('a,b\n1,"x, y"\n2,x"\n', "ends in a quote but does not begin with one", 3, {}),
    "a quote in excess behind a name": ('a,b"\n1,"x, y"\n', "ends in a quote but does not begin with one", 1, {}),
    "a quote lost before the first quoted cell": (
        "a,b\n" + "1,2\n" * 100_000 + '2,x"\n3,"x, y"\n', "ends in a quote but does not", 100_002, {}
    ),
    "a quote lost far behind the last quoted cell": (
        'a,b\n1,2\n2,"x, y"\n' + "1,2\n" * 600_000 + '2,x"\n', "ends in a quote but does not", 600_004, {}
    ),
    "a short row before a broken one": ('a,b\n1,2\n3\n4,"x" y\n', "Line 3 has 1 field", 3, {}),
    "a short row before an open quote": ('a,b\n1,2\n3\n4,"x\n', "Line 3 has 1 field", 3, {}),
    "a short row before a NUL": ("a,b\n1,2\n3\n4,\0\n", "Line 3 has 1 field", 3, {}),
    "a short row before a foreign byte": (
        "a,é\n".encode() + b"1,2\n" * 200_000 + b"3\n4,\xff\n", "Line 200002 has 1 field", 200_002, {}
    ),
    "a broken header": ('a,"b,"c"\n1,2,3\n', "is closed, but then comes", 1, SKIP),
    "a header that stays open": ('"a,b\n1,2\n3,4\n', "is never closed", 1, {**SKIP, "quote": '"'}),
    "a quote in excess before a name": ('a,"b\n1,"x, y"\n2,z\n', "is closed, but then comes", 1, SKIP),
    "a broken header under blank lines": ('\n \na,"b,"c"\n1,2,3\n', "is closed, but then comes", 3, SKIP),
    "a NUL in the header": ("a,b\0\n1,2\n", "come, has a NUL byte", 1, SKIP),
    "a foreign byte in the header": (
        b"a,b\xff\n" + "é,2\n".encode() * 9, "come, is not valid utf-8", 1, SKIP
    ),
}  # fmt: skip
SKIPPED = {
    "ragged": ("a,b\n1,2\n3\n3,4\n5,6,7\n", AB, [2, 4], [3, 5]),
    "unclosed": ('a,b\n1,2\n9,"x\n3,4\n', AB, [2, 4], [3]),
    "broken": ('a,b\n9,"x"y\n1,2\n\n3,4\n', AB, [3, 5], [2]),
    "NUL": ("a,b\n1,2\n9,\0\n3,4\n", AB, [2, 4], [3]),
    "bad byte": (b"a,b\n1,2\n9,\xff\n3,4\n\xc3\xa9,\xc3\xa9\n\xc3\xa9,1\n",
                 [*AB, ["é", "é"], ["é", "1"]], [2, 4, 5, 6], [3]),
    "quotes and fields by turns": ('a,b\n1\n9,"x"y\n1,2\n3\n9,"x"y\n3,4\n', AB, [4, 7], [2, 3, 5, 6]),
    "CR in a column": ("a\n1\n2\r3\n4\n", [["a"], ["1"], ["4"]], [2, 5], [3, 4]),
    "CR in a cell": ("a,b\n1,2\n5,\r6\n3,4\n", AB, [2, 5], [3, 4]),
    "one column": ("a\n1\n2,3\n\n4\n", [["a"], ["1"], ["2,3"], [""], ["4"]], [2, 3, 4, 5], []),
    "a delimiter lost before quotes": ('a,b,c\n1,x,"y, z"\n2,x"y, z"\n3,x,z\n',
                                       [["a", "b", "c"], ["1", "x", "y, z"], ["3", "x", "z"]], [2, 4], [3]),
    "lines in cells": ('a,b\n"1\nx","2"\n"3\ny"\n3,4\n', [["a", "b"], ["1\nx", "2"], ["3", "4"]], [2, 6], [4]),
}  # fmt: skip


@pytest.fixture
def path(tmp_path):
    return tmp_path / "t.csv"


def write(path, data):
    path.write_bytes(data if isinstance(data, bytes) else data.encode())


@pytest.mark.parametrize("case", READ)
def test_read(path, case):
    data, rows, params = READ[case]
    write(path, data)
    assert read_strings(path, **params)[1] == rows


@pytest.mark.parametrize("case", REFUSED)
def test_refused(path, case):
    data, what, line, params = REFUSED[case]
    write(path, data)
    with pytest.raises(DataError, match=what) as caught:
        read_strings(path, **params)
    assert line is None or f"line {line}" in caught.value.where
    assert caught.value.remedy


@pytest.mark.parametrize("case", SKIPPED)
def test_bad_rows_left_out(path, case):
    data, rows, lines, left_out = SKIPPED[case]
    write(path, data)
    rejects = path.with_name("rejects.csv")
    blocks, found, found_lines = read_strings(path, on_bad_row="skip", max_bad_rows=1.0, rejects=str(rejects))
    assert (found, found_lines) == (rows, lines)
    assert blocks.facts().rejects.count == len(left_out)
    with rejects.open(newline="") as file:
        assert [int(row["line"]) for row in csv.DictReader(file)] == left_out


def test_headers_among_the_rows_are_bad_rows_too(path):
    write(path, "a,b\n" + "1,2\n" * 400_000 + "a,b\n3,4\n")
    blocks, rows, lines = read_strings(path, on_bad_row="skip")
    assert (len(rows), rows[-1], lines[-1]) == (400_002, ["3", "4"], 400_003)
    assert blocks.facts().rejects.first == [(400_002, "the header again", "a,b")]
    assert read_strings(path, header=True)[1][400_001] == ["a", "b"]
