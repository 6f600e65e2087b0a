"""Headers that do not quite suit their rows: named, read with a doubt, or refused with what looks like the header."""

import csv

import pytest

from mlpipe.data.reading.reader import read_raw
from mlpipe.data.schema import Dialect
from mlpipe.errors import DataError
from mlpipe.params import ReadParams


@pytest.fixture
def path(tmp_path):
    return tmp_path / "t.csv"


def read(path, text, dialect=None, **params):
    path.write_text(text)
    return read_raw(str(path), ReadParams(**params), dialect)


def codes(raw):
    return [doubt.code for doubt in raw.file.doubts]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (",x,y\n0,5,a\n1,6,b\n", ("row_name", "x", "y")),
        (",x,y\nMazda,5,a\nFiat,6,b\n", ("row_name", "x", "y")),
        ('"","x","y"\n"1",5,"a"\n"2",6,"b"\n', ("row_name", "x", "y")),
        (",x,y\n" + "0,5,a\n1,6,b\n" * 2, ("row_name", "x", "y")),
        (",row_name,y\n0,5,a\n1,6,b\n", ("row_name.2", "row_name", "y")),
        (",x,\n0,5,\n1,6,\n", ("row_name", "x")),
        (",x\n0,5,\n1,6,\n", ("row_name", "x")),
    ],
    ids=["pandas", "words", "R", "parts joined", "taken", "empty column too", "delimiter at the end too"],
)
def test_a_first_column_without_a_name_that_tells_rows_apart_names_them(path, text, names):
    raw = read(path, text)
    assert tuple(raw.table.column_names) == names
    assert raw.table.column(names[1]).to_pylist()[:2] == ["5", "6"]


@pytest.mark.parametrize(
    "text",
    ['"x" "y"\n"1" 5 "a"\n"2" 6 "b"\n', "x\ty\nn1\t5\ta\nn2\t6\tb\n", '"x","y"\n"1",5,"a"\n"2",6,"b"\n',
     "x y\n1 5 8\n2 6 9\n"],
    ids=["blanks", "tabs", "commas", "no quotes"],
)  # fmt: skip
def test_a_header_one_short_leaves_out_the_names_of_rows_as_in_r(path, text):
    raw = read(path, text)
    assert raw.table.column_names == ["row_name", "x", "y"]
    assert raw.table.column("x").to_pylist() == ["5", "6"]
    assert codes(raw) == ["MLP501"]


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        (",x\na,5\nb,6\na,7\n", "Column 1 has no name", "Name it in the header"),
        (",x\n3,5\n3,6\n", "Column 1 has no name", "Name it in the header"),
        (",x\n3,5\n,6\n", "Column 1 has no name", "Name it in the header"),
        ("x,,y\n0,5,a\n1,6,b\n", "Column 2 has no name", "Name it in the header"),
        (",x,,y\n0,5,1,a\n1,6,2,b\n", "Column 1 has no name", "Name it in the header"),
        ("idkind,y\n0,k0,1\n1,k1,2\n", "All rows have 3 fields, the header has 2", "has it lost a delimiter"),
        ("x\ty\nn1\t5\ta\nn1\t6\tb\n", "All rows have 3 fields, the header has 2", "has it lost a delimiter"),
        (",2023,,2024,\nregion,q1,q2,q1,q2\nr0,1,2,3,4\nr1,5,6,7,8\n", "no name",
         "Line 2 looks like the header: give `skip_lines=1`"),
        ("Report,,\nof May,,\nitem,day,y\nm0,may,A\nm1,june,B\n", "no name",
         "Line 3 looks like the header: give `skip_lines=2`"),
        ("Report,,\n1,2,3\nitem,day,\nm0,may,A\n", "no name", "Line 4 looks like the header: give `skip_lines=3`"),
    ],
)  # fmt: skip
def test_other_columns_without_a_name_are_refused(path, text, what, remedy):
    with pytest.raises(DataError, match=what) as caught:
        read(path, text)
    assert remedy in caught.value.remedy


def test_a_ragged_row_is_told_before_a_column_without_a_name(path):
    with pytest.raises(DataError, match="Line 2 has 2 fields"):
        read(path, "x,,y\n0,5\n1,6,b\n")


@pytest.mark.parametrize(
    "text",
    ["id,kindname,y,note\n0,k0,1,B,\n1,k1,2,A,\n", "id,name,lat,\n0,n0,5\n1,n1,6\n", "id,,name,lat\n0,n0,5\n1,n1,6\n",
     ",id,name\n0,n0\n1,n1\n", '"id","name",y\n"a","b",5,\n"c","d",6,\n', 'id,"na,me",y\n0,"b",5,\n1,"d",6,\n'],
    ids=["short", "long", "long within", "long in front", "short, quoted alike", "short, one name quoted"],
)  # fmt: skip
def test_an_empty_field_more_or_less_is_read_with_a_doubt(path, text):
    raw = read(path, text)
    written = [[cell for cell in line if cell] for line in csv.reader(text.splitlines())]
    assert [raw.table.column_names, *([*row.values()] for row in raw.table.to_pylist())] == written
    assert codes(raw) == ["MLP501"]


@pytest.mark.parametrize(
    ("header", "row"),
    [('idday,"name","y",v', '1,may,"b","c",'), ('id,"name""y",z,v', '1,"b","c",5,')],
    ids=["before quotes", "between quotes"],
)  # fmt: skip
@pytest.mark.parametrize("rule", ["error", "skip"])
def test_a_header_whose_quotes_fit_their_columns_one_further_on_has_lost_a_delimiter(path, header, row, rule):
    with pytest.raises(DataError, match="All rows have 5 fields, the header has"):
        read(path, f"{header}\n" + f"{row}\n" * 12, on_bad_row=rule)


def test_where_the_columns_are_known_those_without_a_name_are_left_out(path):
    assert read(path, ",x,,y\n0,5,1,a\n0,6,2,b\n", Dialect()).table.column_names == ["row_name", "x", "y"]
    assert read(path, ",x\n0,5\n", Dialect()).table.column_names == ["row_name", "x"]
    assert read(path, "x,,y\n5,1,a\n", Dialect()).table.column_names == ["x", "y"]


def test_a_file_without_header_has_no_names_of_rows(path):
    assert read(path, "7,x\n8,y\n", header=False).table.column_names == ["0", "1"]
