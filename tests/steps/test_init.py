"""A starter project: each of its files runs as it stands, whatever the table and its columns are called."""

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mlpipe._version import __version__
from tests.conftest import ROOT, environment
from tests.tables import mixed_table

FILES = ["mlpipe.toml", "Makefile", "dvc.yaml", ".github/workflows/mlpipe.yml"]


@pytest.fixture(params=[("t.csv", "outcome"), ("my $data #1.csv", 'what\'s "up" $1')], ids=["plain", "odd names"])
def project(request, tmp_path, here):
    """A project on a table beside it; gives its folder, the table and the target."""
    name, target = request.param
    table = mixed_table(rows=150).rename(columns={"outcome": target})
    table.to_csv(tmp_path / name, index=False)
    here("init", "new", "--data", name, "--target", target, "--id", "account")
    config = Path("new/mlpipe.toml")
    config.write_text(config.read_text().replace('model = "auto"', 'model = "dummy"'))
    return tmp_path / "new", name, target


def with_commands(folder):
    """An environment in which `mlpipe` is this one."""
    command = folder.parent / "bin" / "mlpipe"
    command.parent.mkdir(exist_ok=True)
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mlpipe "$@"\n')
    command.chmod(0o755)
    return environment(PATH=f"{command.parent}{os.pathsep}{os.environ['PATH']}")


def test_the_configuration_runs(project, here, undrawn):
    folder, _, target = project
    here("run", "new/mlpipe.toml")
    manifest = json.loads((folder / "out/split/manifest.json").read_text())
    assert manifest["params"]["target"] == target
    assert manifest["params"]["roles"]["ids"] == ["account"]


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_the_makefile_splits_and_shows_the_rest(project):
    folder, *_ = project
    env = with_commands(folder)
    shown = subprocess.run(["make", "-n"], cwd=folder, env=env, capture_output=True, check=True, text=True).stdout
    assert [line.split()[1] for line in shown.splitlines()] == ["split", "preprocess", "train", "evaluate"]
    subprocess.run(["make", "out/split/manifest.json"], cwd=folder, env=env, capture_output=True, check=True)
    again = subprocess.run(["make", "-n"], cwd=folder, env=env, capture_output=True, check=True, text=True).stdout
    assert "mlpipe split" not in again


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_a_gate_fails_the_build_each_time(here, chain):
    here("init", "new", "--data", str(chain / "table.csv"), "--target", "outcome")
    for step in ("split", "prep", "model"):
        shutil.copytree(chain / step, f"new/out/{step}")
        Path(f"new/out/{step}/manifest.json").touch()
    makefile = Path("new/Makefile")
    makefile.write_text(
        makefile.read_text().replace("evaluate out/model", "evaluate out/model --fail-under accuracy=1")
    )
    for _ in range(2):
        done = subprocess.run(
            ["make"], check=False, cwd="new", env=with_commands(Path("new").resolve()), capture_output=True, text=True
        )
        assert done.returncode == 2, "make says 2 of whatever failed"
        assert "Error 6" in done.stderr
        assert "A gate failed: accuracy" in done.stderr
        assert Path("new/out/evaluation/report.html").exists()


def test_the_stages_of_dvc_are_commands_that_run_on_what_came_before(project):
    folder, name, _ = project
    text = (folder / "dvc.yaml").read_text()
    commands = [re.sub(r"^cmd: ", "", line.strip()) for line in text.splitlines() if "cmd:" in line]
    commands = [json.loads(line) if line.startswith('"') else line for line in commands]
    assert [line.split()[1] for line in commands] == ["split", "preprocess", "train", "evaluate"]
    assert json.dumps(f"../{name}") in text
    subprocess.run(["sh", "-c", commands[0]], cwd=folder, env=with_commands(folder), check=True, capture_output=True)
    made = re.findall(r"-o (\S+)", " ".join(commands))
    named = {line.strip("- :") for line in text.splitlines() if line.strip().startswith("- out/")}
    assert all(any(name.startswith(folder) for name in named) for folder in made)
    # The ledger of looks grows in the folder of the split: as a whole it would never be up to date.
    assert "out/split" not in named
    assert {name.removeprefix("out/split/") for name in named if name.startswith("out/split")} == {
        path.name for path in (folder / "out/split").iterdir()
    }


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("dvc"), reason="needs dvc")
def test_dvc_reproduces_and_then_has_nothing_to_do(here):
    mixed_table(rows=150).to_csv("t.csv", index=False)
    here("init", "new", "--data", "t.csv", "--target", "outcome")
    stages = Path("new/dvc.yaml")
    stages.write_text(stages.read_text().replace("train out/prep", "train out/prep --model dummy"))
    env = with_commands(Path("new").resolve())

    def dvc(*words):
        return subprocess.run(["dvc", *words], cwd="new", env=env, capture_output=True, check=True, text=True).stdout

    dvc("init", "--no-scm", "-q")
    dvc("repro")
    assert "up to date" in dvc("status")
    mixed_table(rows=160).to_csv("t.csv", index=False)
    dvc("repro")
    assert "up to date" in dvc("status")


def test_the_workflow_installs_this_version_and_runs_the_configuration(project):
    folder, *_ = project
    text = (folder / FILES[3]).read_text()
    from mlpipe import __version__

    assert f"mlpipe=={__version__}" in text
    assert "mlpipe run mlpipe.toml" in text
    assert (ROOT / ".github/workflows/ci.yml").exists()


def test_files_that_are_there_stay_unless_they_are_given_up(here):
    done = here("init")
    assert done.stdout.split() == FILES
    assert "data.csv" in done.stderr
    Path("Makefile").write_text("mine\n")
    refused = here("init", expect=4)
    assert "Makefile" in refused.stderr
    assert Path("Makefile").read_text() == "mine\n"
    here("init", "--force")
    assert Path("Makefile").read_text() != "mine\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("--data t.csv --target outcom", "Did you mean 'outcome'"),
        ("--data t.csv --target outcome --id acount", "Did you mean 'account'"),
        ("--data t.csv", "--target"),
        ("--data none.csv --target y", "There is no file"),
    ],
)
def test_wrong_names_are_told_before_anything_is_written(tmp_path, here, arguments, told):
    mixed_table(rows=20).to_csv("t.csv", index=False)
    assert told in here("init", "new", *arguments.split(), expect=2).stderr
    assert not Path("new").exists()


def test_files_for_a_service_are_written_when_asked_for(here):
    here("init", "plain", "--data", "t.csv", "--target", "y", expect=2)  # there is no such table
    here("init", "plain")
    assert not Path("plain/Dockerfile").exists()
    here("init", "served", "--target", "50% off", "--serve")
    docker = Path("served/Dockerfile").read_text(encoding="utf-8")
    assert f"mlpipe[serve]=={__version__}" in docker
    command = json.loads(docker.split("\nCMD ")[1])
    done = here("serve", *[word.replace("/home/served/model", "nothing") for word in command[2:]], expect=4)
    assert "nothing" in done.stderr  # the options are those of serve
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[method-assign,assignment]
    unit.read("served/mlpipe.service", encoding="utf-8")
    assert unit["Unit"]["Description"] == "mlpipe: predictions of 50%% off over HTTP"
    assert "-HUP" in unit["Service"]["ExecReload"]
    start = unit["Service"]["ExecStart"].split("mlpipe ")[1].replace("/srv/mlpipe/model", "nothing").split()
    assert "nothing" in here(*start, expect=4).stderr
