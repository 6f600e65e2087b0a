"""Where records begin and end, against a reader that goes letter by letter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpipe.data.reading.fields import QuoteFaultError, Rules
from mlpipe.data.reading.records import count_fields, index_records
from tests.data.reading.delimited import read_naively

COMMA = Rules(delimiter=",")


def take_apart(text, rules=COMMA):
    data = text.encode()
    data = data if data.endswith((b"\n", b"\r")) else data + b"\n"
    records = index_records(data, rules, final=True)
    if records.still_open is not None:
        raise QuoteFaultError(records.still_open, len(data))
    cells = [rules.split(data[a:b]) for a, b in zip(records.starts, records.ends, strict=True)]
    lines = 1 + np.searchsorted(records.newlines, records.starts)
    assert count_fields(data, records, rules).tolist() == [len(row) for row in cells]
    return [[cell.decode() for cell in row] for row in cells], lines.tolist()


@given(st.text(alphabet='a",\n\r b"é', max_size=40))
def test_any_text_is_taken_apart_as_letter_by_letter_or_refused(text):
    try:
        found = take_apart(text)
    except QuoteFaultError:
        return
    assert found == read_naively(text) or not text


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('5" disk,x\n6" disk,y\n7" disk,z\n', [['5" disk', "x"], ['6" disk', "y"], ['7" disk', "z"]]),
        ('a"b\n"c,d"\n', [['a"b'], ["c,d"]]),
        ('"a\nb",c\r\nd,"e""\n"\n', [["a\nb", "c"], ["d", 'e"\n']]),
        ('"",""\n"""",""""""\n', [["", ""], ['"', '""']]),
        ("a\rb\r\nc\n", [["a"], ["b"], ["c"]]),
        ('"a" ,b\n', [["a ", "b"]]),
    ],
)
def test_known_records(text, rows):
    assert take_apart(text)[0] == rows


@pytest.mark.parametrize("text", ['"a"b,c\n', 'x,"a" "b"\n', '"never\nclosed\n', '5" disk,"open\n'])
def test_quotes_without_sense_are_refused(text):
    with pytest.raises(QuoteFaultError):
        take_apart(text)


@given(st.text(alphabet='ab",\n\r', max_size=60), st.integers(1, 59))
def test_a_part_shows_the_same_records_as_the_whole(text, cut):
    """What is complete in the first part is complete, and the same, in the whole."""
    data = (text + "\n").encode()
    try:
        whole = index_records(data, COMMA, final=True)
        part = index_records(data[:cut], COMMA, final=False)
    except QuoteFaultError:
        return
    assert part.ends.tolist() == whole.ends.tolist()[: len(part.ends)]


@pytest.mark.parametrize(
    ("record", "fields"),
    [
        (b'  1\t "a b"  c"d \n', [b"1", b"a b", b'c"d']),
        (b'"" x\n', [b"", b"x"]),
        (b" \t \n", []),
    ],
)
def test_runs_of_blanks(record, fields):
    assert Rules(delimiter=" ").split(record) == fields


def test_blanks_before_a_quote():
    rules = Rules(delimiter=",", skip_blanks=True)
    assert take_apart('a, "b, c",  d\n', rules)[0] == [["a", "b, c", "  d"]]
