"""A header with a quote too many or a delimiter too few: read where bad rows may be left out."""

import pytest

from mlpipe.data.reading.reader import read_raw
from mlpipe.errors import DataError
from mlpipe.params import ReadParams

ROWS = '1,2.5,"red, dark"\n2,3.5,blue\n3,,"red, dark"\n'


def read(tmp_path, text, **params):
    path = tmp_path / "t.csv"
    path.write_text(text, newline="")
    return read_raw(str(path), ReadParams(**params))


@pytest.mark.parametrize(
    "header",
    ['id,"price,"colour"', '"id,price,colour', 'id,price,"colour', 'id,""price"",colour',
     'id,price"colour"', '"id" price,"colour"'],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_names_are_told_apart_by_quotes_and_delimiters_where_the_rows_have_as_many_fields(tmp_path, header, end):
    text = (header + "\n" + ROWS).replace("\n", end)
    with pytest.raises(DataError) as caught:
        read(tmp_path, text)
    assert "line 1" in str(caught.value)
    raw = read(tmp_path, text, on_bad_row="skip")
    assert raw.table.to_pydict() == {
        "id": ["1", "2", "3"], "price": ["2.5", "3.5", ""], "colour": ["red, dark", "blue", "red, dark"],
    }  # fmt: skip
    assert raw.lines.tolist() == [2, 3, 4]
    assert [doubt.code for doubt in raw.file.doubts] == ["MLP501"]
    assert raw.file.rejects.count == 0


@pytest.mark.parametrize(
    ("header", "params"),
    [
        ('id,"price, net,"colour"', {}),
        ('id,"price,"colour",', {"quote": '"'}),
        ('id,"price,"colour"', {"skip_lines": 0}),
        ('id,"price"x,colour', {}),
        ('id,"id,"colour"', {}),
    ],
    ids=["a name cut", "quotes asked for", "lines asked for", "a name too many", "a name twice"],
)  # fmt: skip
def test_a_header_whose_names_are_not_certain_is_refused(tmp_path, header, params):
    with pytest.raises(DataError) as caught:
        read(tmp_path, f"{header}\n{ROWS}", on_bad_row="skip", **params)
    assert "line 1" in str(caught.value)


@pytest.mark.parametrize("rows", ["1,2,3\n4,5,6\n", "1,2,3\n" + "4,5,6,7\n" * 5])
def test_it_takes_three_rows_that_agree(tmp_path, rows):
    with pytest.raises(DataError, match="is closed, but then comes"):
        read(tmp_path, 'a,"b,"c"\n' + rows, on_bad_row="skip")


@pytest.mark.parametrize("row", ['4,"5"x,green\n', '4,5"x, y"\n', '4,"5,green\n'], ids=["letters", "stray", "open"])
def test_quotes_out_of_place_further_down_mend_no_header(tmp_path, row):
    raw = read(tmp_path, '"id","price",colour\n' + ROWS * 10 + row, on_bad_row="skip")
    assert raw.table.column_names == ["id", "price", "colour"]
    assert (raw.file.rejects.count, raw.file.doubts) == (1, ())


def test_a_name_of_two_lines_is_not_mended(tmp_path):
    raw = read(tmp_path, 'id,"pri\nce"\n1,2\n3,4\n5,6\n', on_bad_row="skip")
    assert raw.table.column_names == ["id", "pri\nce"]


def test_a_row_is_no_header_to_be_mended(tmp_path):
    with pytest.raises(DataError, match="is closed, but then comes"):
        read(tmp_path, 'a,4,"red,"x"\n' + 'b,5,"red, dark","y"\n' * 5, on_bad_row="skip")
