"""Every option of `inspect` changes what it says."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlpipe.data.roles.columns_toml import read_columns_toml
from mlpipe.params import InspectParams, ReadParams
from mlpipe.steps.inspect import inspect
from tests.optional import some


@pytest.fixture
def look(rows, write):
    """Inspect a text as a table."""

    def run(text=None, *, target=None, out=None, force=False, seed=0, **read):
        data = write("t.csv", rows(60) if text is None else text)
        params = InspectParams(target=target, read=ReadParams(**read))
        return inspect(data, params, out=None if out is None else Path(out), force=force, seed=seed)

    return run


def columns(result):
    return {column.name: column for column in result.profile.columns}


def test_it_says_what_is_in_the_table_and_writes_nothing(look, tmp_path):
    result = look()
    assert result.profile.rows == 60
    assert {name: column.role.value for name, column in columns(result).items()} == {
        "size": "numeric", "colour": "categorical", "outcome": "boolean",
    }  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
    json.dumps(result.to_json(), allow_nan=False)


def test_out_writes_a_profile_and_roles_that_split_takes(look, splitting):
    result = look(out="profile", target="outcome")
    assert {path.name for path in Path("profile").iterdir()} >= {"profile.json", "columns.toml", "manifest.json"}
    names = list(columns(result))
    assert read_columns_toml(Path("profile/columns.toml").read_text(), names)["outcome"].value == "target"
    split = splitting("t.csv", roles={"columns_file": "profile/columns.toml"})
    assert [(name, role) for name, role, _ in split.columns] == [(c.name, c.role.value) for c in result.profile.columns]


def test_a_target_is_measured_against(look, rows):
    lines = rows(60).splitlines()
    leaking = "\n".join([lines[0] + ",copy", *(f"{line},{'a' if line.endswith('yes') else 'b'}" for line in lines[1:])])
    assert "MLP304" in {finding.code for finding in look(leaking, target="outcome").profile.findings}
    assert "MLP304" not in {finding.code for finding in look(leaking).profile.findings}


def test_a_wrong_target_is_answered_with_the_nearest(look, refused, rows, write):
    write("t.csv", rows(60))
    assert "'outcome'" in refused(2, inspect, "t.csv", InspectParams(target="outcom")).remedy


def test_no_header(look):
    result = look("1.5,red\n2.5,blue\n" * 20, header=False)
    assert list(columns(result)) == ["0", "1"]
    assert result.profile.rows == 40


def test_na_value(look):
    text = "x\n" + "1.5\n2.5\nunknown\n" * 20
    assert columns(look(text, na_values=("unknown",)))["x"].missing == 20
    assert columns(look(text))["x"].missing == 0


def test_decimal_and_delimiter(look):
    text = "x;y\n" + "1,5;a\n2,5;b\n" * 20
    assert columns(look(text, delimiter=";", decimal=","))["x"].numbers.mean == 2
    assert columns(look(text))["x"].numbers.mean == 2
    assert list(columns(look("x;y,z\n1;2,3\n4;5,6\n", delimiter=";"))) == ["x", "y,z"]


def test_thousands(look):
    text = "x\n" + "1.100\n2.500\n" * 20
    assert columns(look(text, thousands=".", decimal=","))["x"].numbers.mean == 1800
    assert columns(look(text))["x"].numbers.mean == pytest.approx(1.8)


def test_mixed_cells_are_a_finding_here_and_no_error(look):
    text = "x,y\n" + "".join(f"{i}.5,a\n" for i in range(100)) + "oops,b\n"
    assert look(text).profile.rows == 101


@pytest.mark.parametrize("text", ["x,y\n1,2\n", "x,y\n,\n,\n", "x\nred\n"])
def test_tiny_and_empty_looking_tables_are_described(look, text):
    look(text, out="profile")


def test_a_target_from_which_nothing_can_be_learnt_is_no_error_here(look):
    look("x,y\n" + "1.5,same\n2.5,same\n" * 9, target="y")


def test_the_folder_is_not_put_over_another_thing(look, refused):
    Path("profile").mkdir()
    Path("profile/mine.txt").write_text("mine")
    with pytest.raises(Exception, match="not mlpipe's"):
        look(out="profile")
    look(out="profile", force=True)
    assert not Path("profile/mine.txt").exists()


CONSTANT = "x,y,k\n" + "".join(f"{i * 37 % 101}.5,{'ab'[i % 2]},same\n" for i in range(60))


def test_fail_on_is_a_gate_and_ignore_lets_a_code_pass(write, refused, tmp_path):
    data = write("t.csv", CONSTANT)
    open_gate = inspect(data, InspectParams())
    open_gate.check_gates()
    shut = inspect(data, InspectParams(fail_on="warning"), out=tmp_path / "profile")
    assert "MLP101 k" in str(refused(6, shut.check_gates))
    assert (tmp_path / "profile" / "profile.json").exists()
    inspect(data, InspectParams(fail_on="error")).check_gates()
    passed = inspect(data, InspectParams(fail_on="warning", ignore=("MLP101,MLP201",)))
    passed.check_gates()
    assert passed.ignored == 1
    assert "MLP101" not in {finding.code for finding in passed.profile.findings}


@pytest.mark.parametrize(
    ("code", "meant"),
    [("MLP1O1", "'MLP101'?"), ("mlp30l", "'MLP301'?"), ("MLP1O2", "'MLP102'?"), ("MLP200", "'MLP201'"), ("101", "MLP")],
)
def test_an_unknown_code_is_answered_with_what_was_meant(write, refused, code, meant):
    data = write("t.csv", CONSTANT)
    remedy = refused(2, inspect, data, InspectParams(ignore=(code,))).remedy
    assert meant in remedy
    assert "MLP4" not in remedy.split(meant)[0]


def test_against_a_table_or_its_profile_says_the_same(write, tmp_path, refused):
    old, new = write("old.csv", CONSTANT), write("new.csv", CONSTANT.replace("x,y,k", "x,y,j").replace(",b,", ",c,"))
    inspect(old, InspectParams(), out=tmp_path / "old")
    by_table = inspect(new, InspectParams(against=old), out=tmp_path / "new").changes
    by_profile = inspect(new, InspectParams(against=str(tmp_path / "old"), fail_on="error"))
    assert by_profile.changes == by_table
    assert [(c.code, c.column) for c in some(by_table)] == [
        ("MLP401", "k"), ("MLP402", "j"), ("MLP411", "y"), ("MLP412", "y"), ("MLP413", "y"),
    ]  # fmt: skip
    assert "MLP401 k" in str(refused(6, by_profile.check_gates))
    assert len(json.loads((tmp_path / "new" / "changes.json").read_text())) == 5
    assert inspect(new, InspectParams()).changes is None


def test_a_target_that_the_old_table_lacks_is_no_error(write):
    old, new = write("old.csv", "x\n1.5\n2.5\n"), write("new.csv", "x,y\n1.5,a\n2.5,b\n")
    changes = inspect(new, InspectParams(against=old, target="y")).changes
    assert [(c.code, c.column) for c in some(changes)] == [("MLP402", "y")]


def test_a_target_next_to_the_largest_number_is_looked_at_without_a_warning(here):
    rng = np.random.default_rng(0)
    ends = np.where(np.arange(200) % 2 == 0, 1e308, -1e308) * rng.random(200)
    pd.DataFrame({"a": rng.normal(size=200), "b": rng.integers(0, 5, 200), "y": ends}).to_csv("t.csv", index=False)
    here("inspect", "t.csv", "--target", "y", "-o", "profile")
    assert "3 columns" in here("inspect", "t.csv", "--target", "y").stdout
