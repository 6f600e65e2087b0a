"""What reading a column shows is told by `inspect` and by `split` alike."""

import pytest

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.splits import Split
from mlpipe.artifacts.store.folder import open_artifact
from mlpipe.errors import DataError, UnknownNameError
from mlpipe.params import InspectParams, ReadParams, SplitParams
from mlpipe.steps.inspect import inspect
from mlpipe.steps.split import split

DOUBTFUL = "x;y\n" + "".join(f"{1 + i % 9}.{100 + i};{'AB'[i % 2]}\n" for i in range(40))


@pytest.fixture
def write(tmp_path):
    def written(text):
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return written


def told(data, tmp_path):
    """What both say of a table: codes of findings, and notes."""
    findings = inspect(data, InspectParams()).profile.findings
    notes = split(data, tmp_path / "split", SplitParams(target="y")).notes
    return [finding.code for finding in findings], [note for note in notes if note.startswith("x: ")]


def test_doubtful_marks_are_told_with_both_options(write, tmp_path):
    codes, notes = told(write(DOUBTFUL), tmp_path)
    assert "MLP131" in codes
    (note,) = notes
    assert "may mean 1100" in note
    assert "`thousands='.'`" in note
    assert "`decimal='.'`" in note


NEARLY = "x,z,y\n" + "".join(
    f"{'low' if i % 13 == 0 else i},{'n. b.' if i % 7 == 0 else i / 8},{'AB'[i % 2]}\n" for i in range(60)
)


def test_all_nearly_numeric_columns_are_refused_at_once(write, tmp_path):
    data = write(NEARLY)
    with pytest.raises(DataError, match="Column 'x' holds numbers") as caught:
        split(data, tmp_path / "split", SplitParams(target="y"))
    assert "\nColumn 'z' holds numbers, but 9 of its 60 cells are something else: 'n. b.' (9 times" in caught.value.what
    assert "`na_value='n. b.'`" in caught.value.remedy
    assert "`coerce='x,z'`" in caught.value.remedy
    assert "`categorical='x,z'`" in caught.value.remedy
    findings = inspect(data, InspectParams()).profile.findings
    mixed = [(finding.column, finding.message) for finding in findings if finding.code == "MLP106"]
    assert mixed == [
        ("x", "Holds numbers, but 5 of its 60 cells are something else: 'low' (5 times, from line 2)."),
        ("z", "Holds numbers, but 9 of its 60 cells are something else: 'n. b.' (9 times, from line 2)."),
    ]


@pytest.mark.parametrize("skip", [False, True])
def test_one_option_settles_all_of_them_and_keeps_the_rows(write, tmp_path, skip):
    rejects = tmp_path / "rejects.csv"
    read = ReadParams(coerce=("x,z",), rejects=str(rejects), on_bad_row="skip" if skip else "error")
    data = write(NEARLY + "1,2\n" * skip)
    notes = split(data, tmp_path / "split", SplitParams(target="y", read=read)).notes
    assert "5 of 60 cells taken for missing: 'low' (5 times, from line 2)" in "".join(notes)
    lines = rejects.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "line,reason,row"
    assert lines[1 + skip] == """2,x: 'low' taken for missing,"low,n. b.,A\""""
    assert len(lines) == 1 + 5 + 9 + skip
    table = Split.of(open_artifact(tmp_path / "split", ArtifactKind.SPLIT)).part("train")
    assert str(table.schema.field("x").type) == "int64"
    result = inspect(data, InspectParams(read=read))
    assert {c.name: c.missing for c in result.profile.columns} == {"x": 5, "z": 9, "y": 0}


def test_a_column_to_coerce_must_exist(write, tmp_path):
    with pytest.raises(UnknownNameError, match="no column 'q'"):
        split(write(NEARLY), tmp_path / "split", SplitParams(target="y", read=ReadParams(coerce=("q",))))
