"""What is doubtful in a table though it can be read."""

import pytest

from mlpipe.data.reading.reader import read_raw
from mlpipe.params import InspectParams, ReadParams
from mlpipe.steps.inspect import inspect


@pytest.fixture
def path(tmp_path):
    return tmp_path / "t.csv"


def doubts(path, text, **params):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return {doubt.code: doubt.message for doubt in read_raw(str(path), ReadParams(**params)).file.doubts}


@pytest.mark.parametrize(
    ("last", "found"),
    [
        ("Total,30", True), ("TOTAL:,9", True), ("Grand total,", True), ("Summe,30", True), ("合计,30", True),
        ("Average,10", True),
        ("Totally,30", False), ("c,30", False), (",30", True), (",31", False), (",", False),
    ],
)  # fmt: skip
def test_totals(path, last, found):
    assert ("MLP504" in doubts(path, f"region,sales\na,10\nb,10\nd,10\n{last}\n")) is found


def test_totals_above_rows_of_delimiters(path):
    found = doubts(path, "region,sales\na,10\nb,10\nd,10\nTotal,30\n,\n,\n")
    assert found["MLP504"] == "The last row looks like totals of the others: it is called 'Total'."
    assert found["MLP503"] == "2 rows are empty: delimiters and no value."


def test_totals_above_all_other_rows(path):
    found = doubts(path, "region,sales\nTotal,30\na,10\nb,10\nd,10\n")
    assert found["MLP504"] == "The first row looks like totals of the others: it is called 'Total'."


@pytest.mark.parametrize(
    ("last", "found"),
    [
        ("Source: office,,", True), ("Quelle: Amt , ,", True), ("Note,,", False), ("Source: office,1,", False),
        (",Source: office,", False), ("12 345,,", False),
    ],
)  # fmt: skip
def test_notes_below_a_table_are_told(path, last, found):
    told = doubts(path, f"a,b,c\nx,1,2\ny,3,4\n{last}\n")
    assert ("MLP506" in told) is found
    if found:
        assert told["MLP506"].startswith("The last row looks like a note below the table: '")
    assert "MLP506" not in doubts(path, f"a,b,c\nx,1,2\nin short,,\ny,3,4\n{last}\n")


@pytest.mark.parametrize(("n_alike", "found"), [(1, True), (2, False)])
def test_a_word_for_totals_that_stands_more_often_is_a_level(path, n_alike, found):
    assert ("MLP504" in doubts(path, "kind,n\n" + "Sum,1\n" * n_alike + "a,2\nSum,3\n")) is found


@pytest.mark.parametrize(("n_rows", "found"), [(3, True), (2, False)])
def test_sums_are_told_from_three_rows_on(path, n_rows, found):
    assert ("MLP504" in doubts(path, "a,n\n" + "x,2\n" * n_rows + f",{2 * n_rows}\n")) is found


def test_sums_where_other_rows_have_gaps_too_tell_nothing(path):
    assert doubts(path, "a,n\nx,2\n,2\nz,2\n,6\n") == {}


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (",", True), ('"",""', True), (" , ", True), ('"",', True), (',""', True), ('" ",""', True),
        ('"""",""', False), ('"a",""', False), (",1", False), ('"",1', False), ("", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_without_a_value_however_they_are_written(path, row, found, end):
    told = doubts(path, f'no,sort{end}"1","x"{end}{row}{end}2,y{end}{row}')
    assert told == ({"MLP503": "2 rows are empty: delimiters and no value."} if found else {})


def test_quotes_are_values_where_they_quote_nothing(path):
    assert doubts(path, 'a,b\n1,x\n"",""\n2,y\n', quote="none") == {}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_of_delimiters_alone_are_counted_over_all_blocks(path, end):
    rows = f"1,2,3{end},,{end},1,{end}" * 400_000 + f"4,5,6{end}"
    assert doubts(path, f"a,b,c{end}{rows}")["MLP503"].startswith("400,000 rows are empty")


@pytest.mark.parametrize(("n_with", "found"), [(3, True), (2, False)])
def test_one_column_with_delimiters_in_half_of_its_lines(path, n_with, found):
    lines = ["notes", *["1,2,x", "3,4,y, extra", "5,6"][:n_with], "more", "end", "no", "so"][: 2 * 3]
    got = doubts(path, "\n".join(lines) + "\n")
    assert ("MLP502" in got) is found
    if found:
        assert got["MLP502"].endswith("3 of its first 6 lines hold a comma, a usual delimiter.")


def test_a_delimiter_that_was_given_leaves_no_doubt(path):
    assert doubts(path, "notes\n1,2,x\n3,4,y, extra\n", delimiter=";") == {}


@pytest.mark.parametrize("data", [b"a,y\r\n1,2\r\n3,4\r\n\x1a", b"a,y\n1,2\n3,4\x1a\x1a"])
def test_the_end_of_file_mark_of_dos_is_no_row(path, data):
    path.write_bytes(data)
    assert read_raw(str(path), ReadParams()).table.to_pylist() == [{"a": "1", "y": "2"}, {"a": "3", "y": "4"}]


def test_doubts_are_findings_and_notes_with_what_to_do(path):
    path.write_text("region,sales\na,10\nb,10\nd,10\nTotal,30\n")
    result = inspect(str(path), InspectParams())
    (finding,) = [finding for finding in result.profile.findings if finding.code == "MLP504"]
    assert (finding.severity, finding.column) == ("warning", None)
    (note,) = [note for note in result.notes if "totals" in note]
    assert note.endswith(f"{finding.message} {finding.remedy}")
