"""A shell completes models, metrics, codes, topics, columns of the table on the line, folders of the right kind."""

import json
import shlex

import pytest

from tests.cli.recording import command_line


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
    for name, kind in {"out/split": "split", "out/model": "model", "out/other": ""}.items():
        (tmp_path / name).mkdir(parents=True)
        if kind:
            (tmp_path / name / "manifest.json").write_text(json.dumps({"kind": kind}))
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
