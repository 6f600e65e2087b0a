"""The error tree: every class belongs to a family with an exit code; and the classes that are hard to meet."""

import importlib
import pkgutil
from dataclasses import replace

import pytest

import mlpipe
from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.store.folder import open_artifact
from mlpipe.data.reading.parse import parse_block
from mlpipe.data.reading.reader import open_raw, read_raw
from mlpipe.errors import ArtifactError, DataError, ExitCode, MlpipeError, UnknownNameError
from mlpipe.params import ReadParams, SplitParams
from mlpipe.steps.split import split
from tests.tables import mixed_table

FAMILIES = {"UsageError": 2, "DataError": 3, "ArtifactError": 4, "FitError": 5, "GateError": 6}


def every_class(family=MlpipeError):
    for found in family.__subclasses__():
        yield found
        yield from every_class(found)


def test_every_class_belongs_to_one_family_and_says_why_it_is_there():
    for module in pkgutil.walk_packages(mlpipe.__path__, "mlpipe."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found = list(every_class())
    assert len(found) > len(FAMILIES)
    for kind in found:
        families = [family.__name__ for family in kind.__mro__ if family.__name__ in FAMILIES]
        assert len(families) == 1, kind
        assert kind.exit_code == FAMILIES[families[0]], kind
        assert kind.__doc__, kind


def test_the_exit_codes_are_the_interfaces():
    assert {code.name: int(code) for code in ExitCode} == {
        "DONE": 0, "BUG": 1, "USAGE": 2, "DATA": 3, "ARTIFACT": 4, "FIT": 5, "GATE": 6, "INTERRUPTED": 130,
        "BROKEN_PIPE": 141,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("outcom", "Did you mean 'outcome'?"),
        ("zzz", "Known: 'age', 'outcome', 'Town'."),
        ("town", "Did you mean 'Town'?"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest_or_with_all(name, remedy):
    assert UnknownNameError("column", name, ["age", "outcome", "Town"]).remedy == remedy


def test_what_an_artifact_was_not_written_with(tmp_path):
    mixed_table(rows=100).to_csv(tmp_path / "t.csv", index=False)
    split(str(tmp_path / "t.csv"), tmp_path / "split", SplitParams(target="outcome"))
    with open_artifact(tmp_path / "split", ArtifactKind.SPLIT) as folder:
        with pytest.raises(ArtifactError, match=r"holds no valid\.parquet") as caught:
            folder.read_bytes("valid.parquet")
        assert "train.parquet" in caught.value.remedy
        with pytest.raises(ArtifactError, match="what model it was made from") as unrecorded:
            folder.input("model")
        assert "data" in unrecorded.value.remedy


def test_a_row_without_an_end(tmp_path, monkeypatch):
    monkeypatch.setattr("mlpipe.data.reading.blocks.MAX_RECORD_BYTES", 10_000)
    (tmp_path / "t.csv").write_text("a,b\n" + "1,2\n" * 3 + "1," + "x" * 9_000_000)
    with pytest.raises(DataError, match="longer than 10,000 bytes"):
        for _ in open_raw(str(tmp_path / "t.csv"), ReadParams()):
            pass


def test_a_line_of_absurdly_many_fields(tmp_path, monkeypatch):
    monkeypatch.setattr("mlpipe.data.reading.header.names._MOST_COLUMNS", 1000)
    path = tmp_path / "t.csv"
    path.write_text(",".join(f"x{i}" for i in range(1000)) + "\n" + ",".join("1" * 1000) + "\n")
    assert read_raw(str(path), ReadParams()).table.num_columns == 1000
    path.write_text(",".join(f"x{i}" for i in range(1001)) + "\n1\n")
    with pytest.raises(DataError, match="Line 1 has 1,001 fields") as caught:
        read_raw(str(path), ReadParams())
    assert "does each row stand on a line of its own?" in caught.value.remedy


def test_two_readers_that_disagree_are_never_passed_over(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3,4\n")
    blocks = open_raw(str(tmp_path / "t.csv"), ReadParams())
    block = replace(next(iter(blocks)), n_rows=3)
    with pytest.raises(DataError, match="2 rows instead of 3"):
        parse_block(block, blocks.header, types={"a": "string"}, decimal=".")
