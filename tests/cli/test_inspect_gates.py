"""Gates and comparison of `inspect`, one by the real executable: exit codes, and what is written all the same."""

import hashlib
import json

import pytest

from tests.cli.recording import invoke

ROWS = [f"{i * 37 % 101}.5,{'ab'[i % 2]},same" for i in range(60)]
WARNED = "\n".join(["x,y,k", *ROWS]) + "\n"
LATER = "\n".join(["x,y,j", *ROWS[:50]]) + "\n"


@pytest.fixture
def files(tmp_path):
    (tmp_path / "old.csv").write_text(WARNED)
    (tmp_path / "new.csv").write_text(LATER)
    return tmp_path


def test_fail_on_warning_shuts_the_gate_after_all_is_said_and_written(mlpipe, files):
    done = mlpipe("inspect", "old.csv", "--fail-on", "warning", "-o", "profile", expect=6)
    assert "60 rows × 3 columns" in done.stdout
    assert "MLP101" in done.stdout
    assert "MLP101 k" in done.stderr
    assert "--ignore" in done.stderr
    assert {"profile.json", "columns.toml", "report.html"} <= {path.name for path in (files / "profile").iterdir()}
    assert invoke("inspect", files / "old.csv", "--fail-on", "error").exit_code == 0


def test_an_ignored_code_opens_the_gate_and_is_counted(here, files):
    done = here("inspect", "old.csv", "--fail-on", "warning", "--ignore", "mlp101", "--ignore", "MLP201", "--json")
    told = json.loads(done.stdout)
    assert "MLP101" not in {finding["code"] for finding in told["profile"]["findings"]}
    assert told["ignored"] == 1
    assert told["gate"] == {"fail_on": "warning", "failed": 0}
    assert told["changes"] is None


def test_a_constant_target_is_an_error_at_the_gate_and_none_without_it(here, files):
    shut = here("inspect", "old.csv", "--target", "k", "--fail-on", "error", "--json", expect=6)
    assert json.loads(shut.stdout)["gate"] == {"fail_on": "error", "failed": 1}
    assert "MLP305 k" in shut.stderr
    assert invoke("inspect", files / "old.csv", "--target", "k").exit_code == 0


@pytest.mark.parametrize("against", ["old.csv", "profile"])
def test_against_tells_changes_and_records_what_was_read(here, files, against):
    assert invoke("inspect", files / "old.csv", "-o", files / "profile").exit_code == 0
    done = here("inspect", "new.csv", "--against", against, "--fail-on", "error", "--json", "-o", "seen", expect=6)
    told = json.loads(done.stdout)
    assert [(change["code"], change["column"]) for change in told["changes"]][:2] == [("MLP401", "k"), ("MLP402", "j")]
    assert told["gate"]["failed"] == 1
    assert "MLP401 k" in done.stderr
    manifest = json.loads((files / "seen" / "manifest.json").read_text())
    used = {record["role"]: record for record in manifest["inputs"]}
    assert set(used) == {"data", "against"}
    assert used["against"]["path"] == f"../{against}"
    old = json.loads((files / "profile" / "manifest.json").read_text())["fingerprint"]
    digest = hashlib.sha256((files / "old.csv").read_bytes()).hexdigest()
    assert used["against"]["fingerprint"] == (old if against == "profile" else digest)
    assert "Is in the old table" in (files / "seen" / "report.html").read_text()


def test_changes_are_ignored_by_their_codes_too(here, files):
    told = here("inspect", "new.csv", "--against", "old.csv", "--fail-on", "error", "--ignore", "MLP401,MLP402").stdout
    assert "MLP401" not in told
    assert "2 left out by --ignore" in told
