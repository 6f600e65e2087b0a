"""What reading a column shows is told by `inspect` and by `split` alike."""

import pytest

from mlpipe.params import InspectParams, SplitParams
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
