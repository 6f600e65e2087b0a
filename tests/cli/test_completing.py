"""A shell completes models, metrics, codes, topics, columns of the table on the line, folders of the right kind."""

import json
import re
import shlex
import shutil
import subprocess
import sys

import pytest

from tests.cli.recording import command_line
from tests.conftest import environment


def completed(*words):
    """What may stand in place of the last word."""
    *before, incomplete = words
    command = command_line()
    context = command.make_context("mlpipe", list(before), resilient_parsing=True)
    inner = command.commands[before[0]]
    context = inner.make_context(before[0], list(before[1:]), parent=context, resilient_parsing=True)
    last = before[-1]
    options = {name: one for one in inner.params for name in one.opts if one.param_type_name == "option"}
    arguments = [one for one in inner.params if one.param_type_name == "argument"]
    place = options.get(last) or next(one for one in arguments if context.params.get(one.name) is None)
    return [item.value for item in place.shell_complete(context, incomplete)]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text("age,annual income,y\n1,2,a\n3,4,b\n")
    schema = {"columns": [{"name": "age"}, {"name": "annual income"}]}
    kinds = {"out/split": "split", "out/model": "model", "out/evaluation": "evaluation", "out/other": ""}
    for name, kind in kinds.items():
        (tmp_path / name).mkdir(parents=True)
        if kind:
            (tmp_path / name / "manifest.json").write_text(json.dumps({"kind": kind, "context": {"schema": schema}}))
    return tmp_path


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (("train", "prep", "--model", "extra"), ["extra-trees"]),
        (("train", "prep", "--metric", "roc_a"), ["roc_auc", "roc_auc_macro"]),
        (("evaluate", "m", "--metrics", "f1,mc"), ["f1,mcc"]),
        (("evaluate", "m", "--fail-under", "mc"), ["mcc="]),
        (("inspect", "t.csv", "--ignore", "MLP101,MLP10"), [f"MLP101,MLP10{n}" for n in range(2, 10)]),
        (("inspect", "t.csv", "--target", "a"), ["age", "annual income"]),
        (("split", "t.csv", "--drop", "age,"), ["age,annual income", "age,y"]),
        (("split", "none.csv", "--target", "a"), []),
        (("run", "t.csv", "--target", ""), ["age", "annual income", "y"]),
        (("predict", "out/"), ["out/model", "out/other/"]),
        (("preprocess", "out/s"), ["out/split"]),
        (("predict", "ou"), ["out/"]),
        (("evaluate", "out/m"), ["out/model"]),
        (("compare", "out/"), ["out/evaluation", "out/model", "out/other/"]),
        (("audit", "out/"), ["out/model", "out/other/", "out/split"]),
        (("verify", "out/"), ["out/evaluation", "out/model", "out/other/", "out/split"]),
        (("evaluate", "out/model", "--slice", "an"), ["annual income"]),
        (("evaluate", "--predictions", "t.csv", "--truth", "y"), ["y"]),
        (("drift", "out/model", "t.csv", "--time", "ag"), ["age"]),
        (("drift", "out/model", "t.csv", "--fail-over", "p"), ["psi="]),
        (("drift", "out/model", "t.csv", "--ignore", "MLP60"), [f"MLP60{n}" for n in range(1, 10)]),
        (("compare", "out/model", "--fail-if-worse", "mc"), ["mcc"]),
        (("predict", "none/"), []),
        (("models", "log"), ["logistic"]),
        (("docs", "leak"), ["leakage"]),
        (("docs", "MLP10"), [f"MLP10{n}" for n in range(1, 10)]),
    ],
)
def test_completions(here, monkeypatch, line, found):
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", f"mlpipe {shlex.join(line)}")
    assert completed(*line) == found


def test_choices_are_completed_by_typer_itself(here):
    assert completed("preprocess", "s", "--resample", "smoten") == ["smotenc"]


SHELLS = {
    "bash": {"COMP_WORDS": "{line}", "COMP_CWORD": "{place}"},
    "zsh": {"_TYPER_COMPLETE_ARGS": "{line}"},
    "fish": {"_TYPER_COMPLETE_ARGS": "{line}", "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("mlpipe tra", "train"),
        ("mlpipe split t.csv --target ag", "age"),
        ("mlpipe train out/split --model extra-t", "extra-trees"),
    ],
)
def test_the_scripts_of_shells_get_their_answers(here, mlpipe, shell, line, found):
    place = len(line.split()) - 1
    asked = {name: value.format(line=line, place=place) for name, value in SHELLS[shell].items()}
    done = mlpipe(env={**asked, "_MLPIPE_COMPLETE": f"complete_{shell}"})
    assert found in re.split(r"[\s\"]+", done.stdout)
    assert done.stdout.count("\n") <= 2
    assert not done.stderr


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_by_the_script_that_it_is_given(here, mlpipe):
    given = mlpipe("--show-completion", "bash", env={"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"})
    (here / "mlpipe").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mlpipe "$@"\n')
    (here / "mlpipe").chmod(0o755)
    script = f"""{given.stdout}
        COMP_WORDS=(./mlpipe inspect t.csv --target an); COMP_CWORD=4
        _mlpipe_completion ./mlpipe; echo "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=True, text=True, env=environment())
    assert done.stdout == "annual income\n"
