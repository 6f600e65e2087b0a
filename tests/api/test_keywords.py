"""Keywords are those of the command line: in signatures, in the help, for type checkers and when they are wrong."""

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

import mlpipe
from mlpipe.api.calling import with_keywords
from mlpipe.api.options import build_params, option_defaults
from mlpipe.errors import DataError, MlpipeError, UnknownNameError, UsageError
from mlpipe.params import EvaluateParams, PreprocessParams, SplitParams, TrainParams
from mlpipe.words.parameters import param
from mlpipe.words.remedies import in_step, ways
from tests.api.keywords import FOLDER, render_all
from tests.cli.recording import command_line

SHOWN = {
    "json",
    "quiet",
    "verbose",
    "color",
    "font",
    "help",
    "open",
    "md",
    "require_signature",
    "show_plan",
}
"""What a command shows, and what the environment says for a session: no function has it."""
WITHOUT_EFFECT = {
    "predict": "seed",
    **dict.fromkeys(("audit", "compare", "drift", "inspect", "preprocess", "split"), "jobs"),
}
"""Taken by every command, so that a script need not know which ones have a use for them."""
FUNCTIONS = [name for name in mlpipe.__all__ if name in command_line().commands]


def test_what_is_written_is_what_the_command_line_says():
    """Made anew by `python -m tests.api.keywords`."""
    written = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py")}
    assert written == render_all()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_option_is_a_keyword_and_every_keyword_an_option(name):
    options = {
        max(option.opts, key=len).lstrip("-").replace("-", "_")
        for option in command_line().commands[name].params
        if option.param_type_name == "option"
    }
    keywords = set(inspect.signature(getattr(mlpipe, name)).parameters)
    arguments = {o.name for o in command_line().commands[name].params if o.param_type_name == "argument"}
    assert options - keywords - SHOWN - {WITHOUT_EFFECT.get(name)} == set()
    assert keywords - options - arguments - {"data", "model", "paths", "listening"} == set()


@pytest.mark.parametrize("name", [*FUNCTIONS, "load", "AutoClassifier", "AutoRegressor"])
def test_help_describes_every_keyword_and_ends_with_an_example(name):
    function = getattr(mlpipe, name)
    doc = inspect.getdoc(function) or ""
    described = set(re.findall(r"^(\w+(?:, \w+)*) : ", doc, flags=re.MULTILINE))
    told = {word for names in described for word in names.split(", ")} | set(
        re.findall(r"\w+", " ".join(re.findall(r"^\w+(?:, \w+)+$", doc, flags=re.MULTILINE)))
    )
    assert set(inspect.signature(function).parameters) <= told
    assert "**" not in doc
    assert "--" not in re.sub(r"^-+$", "", doc, flags=re.MULTILINE)
    assert ">>> " in doc.partition("Examples\n--------\n")[2]
    if inspect.isfunction(function):
        assert {"Returns", "Raises"} <= set(doc.splitlines())


def test_signatures_have_the_defaults_of_the_steps():
    parameters = inspect.signature(mlpipe.train).parameters
    assert (parameters["quality"].default, parameters["cv"].default) == ("good", None)
    assert parameters["quality"].annotation == "Literal['fast', 'good', 'best']"
    assert parameters["force"].annotation == "bool"


def test_values_are_put_as_steps_have_them():
    train = build_params(
        TrainParams, {"k": np.int64(3), "hidden": [64, 32], "batch_size": 8, "intervals": np.float64(0.5)}
    )
    assert (train.k, train.descent.hidden, train.descent.batch_size) == ("3", "64,32", "8")
    assert type(train.intervals) is float
    costly = build_params(TrainParams, {"threshold": "cost", "cost": {"fp": 1, "fn": 5}})
    assert costly.cost == "fp=1,fn=5"
    prepared = build_params(PreprocessParams, {"ngrams": (1, 2), "fill_value": 0})
    assert (prepared.ngrams, prepared.fill_value) == ("1,2", "0")
    gated = build_params(EvaluateParams, {"fail_under": {"roc_auc": 0.8}, "slice": "age", "threshold": 1})
    assert (gated.fail_under, gated.slices, gated.threshold) == (("roc_auc=0.8",), ("age",), 1.0)
    assert build_params(SplitParams, {"test_data": Path("a.csv")}).test_data == "a.csv"


@pytest.mark.parametrize(
    ("kind", "given", "what", "remedy"),
    [
        (TrainParams, {"quality": "fsat"}, "There is no quality 'fsat'.", "Did you mean 'fast'?"),
        (TrainParams, {"optimizer": "adma"}, "There is no optimizer 'adma'.", "'adam'"),
        (PreprocessParams, {"scale": True}, "There is no scale 'True'.", "Known:"),
        (TrainParams, {"cv": "5"}, "`cv` is '5'.", "It should be a valid integer."),
        (TrainParams, {"cv": True}, "`cv` is True.", "It should be a valid integer."),
        (SplitParams, {"test_size": "0.2"}, "`test_size` is '0.2'.", "It should be a valid number."),
        (SplitParams, {"id": ["a", 3]}, "`id` is ('a', 3).", "It should be a valid string."),
        (SplitParams, {"tset_size": 0.2}, "There is no option 'tset_size'.", "Did you mean 'test_size'?"),
    ],
)
def test_wrong_names_and_values_are_answered(kind, given, what, remedy):
    with pytest.raises(UsageError) as caught:
        build_params(kind, given)
    assert caught.value.what == what
    assert remedy in caught.value.remedy


def test_errors_name_keywords(tmp_path):
    """`ids`, `na_values` and others are parameters that nobody types."""

    @with_keywords((type("Options", (dict,), {"__annotations__": {}}),))
    def step() -> None:
        """Fail."""
        raise UsageError(
            f"Name it with {param('ids')} COL.",
            where=param("slices"),
            remedy=ways(in_step("train", f"see train, {param('params', 'C=1')}")),
        )

    with pytest.raises(UsageError) as caught:
        step()
    assert str(caught.value) == "Name it with `id` COL.\n`slice`\nSee train, `param='C=1'`."
    assert caught.value.args == ("Name it with `id` COL.",)
    with pytest.raises(UnknownNameError) as unknown:
        mlpipe.split("sample_data/customers.csv", tmp_path / "s", target="churned", id="custmer_id")
    assert unknown.value.where == "`id`"
    assert isinstance(unknown.value, MlpipeError)


def test_a_keyword_of_another_step_is_refused(tmp_path):
    with pytest.raises(UnknownNameError, match="no option 'coerce'"):
        mlpipe.evaluate(tmp_path, tmp_path / "e", coerce="age")  # type: ignore[call-arg]


def test_options_are_found_wherever_they_are_held():
    assert option_defaults(SplitParams)["max_bad_rows"] == 0.05
    assert {"target", "id", "delimiter"} <= option_defaults(SplitParams).keys()


def test_a_remedy_names_keywords_that_the_function_has(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("a,b\n")
    for call, remedy in (mlpipe.inspect, "; with `header=False` the first line is a row."), (judged, "."):
        with pytest.raises(DataError) as caught:
            call(table)
        assert caught.value.remedy == f"Give a table with at least one row{remedy}"


def judged(table):
    return mlpipe.audit([table, table], target="b")
