"""The steps from Python: paths as text, tables in memory, keywords named as options."""

import inspect
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import mlpipe
from mlpipe.api.options import build_params, option_defaults
from mlpipe.errors import MlpipeError, UnknownNameError, UsageError
from mlpipe.params import EvaluateParams, PredictParams, PreprocessParams, SplitParams, TrainParams, TuneParams
from tests.cli.recording import command_line
from tests.tables import mixed_table

SHOWN = {"json", "quiet", "verbose", "color", "font", "help"}
"""What a command shows, and no function."""
WITHOUT_EFFECT = {"split": {"jobs"}, "preprocess": {"jobs"}, "evaluate": {"jobs"}, "predict": {"seed"}}
"""Taken by every command, so that a script need not know which ones have a use for them."""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A chain made from a DataFrame: its folder, and the frame."""
    folder, frame = tmp_path_factory.mktemp("api"), mixed_table(rows=300)
    mlpipe.split(frame, f"{folder}/split", target="outcome", id="account")
    mlpipe.preprocess(f"{folder}/split", f"{folder}/prep", scale="minmax")
    mlpipe.train(f"{folder}/prep", f"{folder}/model", model="logistic", param={"C": 10}, cv=3)
    mlpipe.evaluate(f"{folder}/model", f"{folder}/evaluation", metrics="roc_auc")
    return folder, frame


def test_the_package_shows_its_steps():
    assert {"split", "train", "predict", "load", "run", "tune"} <= set(dir(mlpipe))
    assert not [name for name in dir(mlpipe) if name.startswith("_") and name != "__version__"]
    with pytest.raises(AttributeError, match="no attribute 'spilt'"):
        _ = mlpipe.spilt


def test_a_frame_an_arrow_table_and_a_file_give_the_same_parts(made, tmp_path):
    folder, frame = made
    frame.to_csv(tmp_path / "t.csv", index=False)
    mlpipe.split(tmp_path / "t.csv", tmp_path / "file", target="outcome", id=["account"])
    mlpipe.split(pa.Table.from_pandas(frame), tmp_path / "arrow", target="outcome", id="account")
    parts = [mlpipe.load(place) for place in (folder / "split", tmp_path / "file", tmp_path / "arrow")]
    for part in parts:
        pd.testing.assert_frame_equal(part.train, parts[0].train)
        pd.testing.assert_frame_equal(part.test, parts[0].test)
    assert parts[0].target == "outcome"


def test_a_table_in_memory_leaves_the_same_bytes_each_time_and_no_file(made, tmp_path, monkeypatch):
    folder, frame = made
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    again = mlpipe.split(frame, folder / "again", target="outcome", id="account")
    first = mlpipe.load(folder / "split")
    assert (folder / "again/manifest.json").read_bytes() == (folder / "split/manifest.json").read_bytes()
    assert again.rows["train"] == len(first.train)
    assert list(tmp_path.iterdir()) == []


def test_options_reach_the_steps(made):
    folder, _ = made
    assert mlpipe.load(folder / "prep").params["scale"] == "minmax"
    assert mlpipe.load(folder / "model").params["params"] == [["C", "10"]]
    assert set(mlpipe.load(folder / "evaluation").metrics) == {"roc_auc"}


def test_a_model_predicts_as_the_command_does(made, tmp_path, here):
    folder, frame = made
    model = mlpipe.load(folder / "model")
    rows = frame.head(50).set_index(np.arange(100, 150))
    frame.head(50).to_csv(tmp_path / "new.csv", index=False)
    here("predict", folder / "model", "new.csv", "--proba", "-o", "p.csv")
    told = pd.read_csv(tmp_path / "p.csv")
    proba = model.predict_proba(rows)
    assert list(proba.columns) == ["no", "yes"]
    assert proba.index.tolist() == rows.index.tolist()
    np.testing.assert_array_equal(proba["yes"], told["proba_yes"])
    assert model.predict(rows).tolist() == told["prediction"].tolist()
    assert (model.predict(rows, threshold=0.0) == "yes").all()
    pd.testing.assert_frame_equal(mlpipe.predict(folder / "model", rows, proba=True), told)
    written = mlpipe.predict(folder / "model", rows, tmp_path / "q.csv", keep="age", rejects=tmp_path / "r.csv")
    assert written.n_predicted == 50
    assert "age" in pd.read_csv(tmp_path / "q.csv")
    assert model.estimator["model"].C == 10


def test_results_are_short_and_have_a_table_for_notebooks(made, tmp_path):
    folder, frame = made
    results = [
        mlpipe.inspect(frame, tmp_path / "profile", target="outcome"),
        mlpipe.split(frame, tmp_path / "split", target="outcome"),
        mlpipe.evaluate(folder / "model", tmp_path / "e", frame, allow_training_rows=True),
        *(mlpipe.load(folder / name) for name in ("split", "prep", "model", "evaluation")),
        mlpipe.load(tmp_path / "profile"),
    ]
    for result in results:
        assert 20 < len(repr(result)) < 400
        assert "<table>" in result._repr_html_()
    assert "data:image/png;base64," in mlpipe.load(folder / "evaluation")._repr_html_()
    assert "logistic" in repr(mlpipe.load(folder / "model"))
    assert mlpipe.load(tmp_path / "profile").findings


def test_names_are_escaped_in_notebooks(made):
    folder, frame = made
    renamed = frame.rename(columns={"outcome": "<b>"})
    assert "<b>" not in mlpipe.split(renamed, folder / "escaped", target="<b>")._repr_html_()


def test_the_chain_runs_and_is_found_up_to_date(tmp_path, undrawn):
    mixed_table(rows=200).to_csv(tmp_path / "t.csv", index=False)
    given: dict[str, Any] = {"target": "outcome", "model": "dummy", "drop": "account", "ci": 0.9}
    first = mlpipe.run(str(tmp_path / "t.csv"), tmp_path / "out", **given)
    assert all(outcome.reason for outcome in first.steps.values())
    again = mlpipe.run(str(tmp_path / "t.csv"), tmp_path / "out", **given)
    assert not any(outcome.reason for outcome in again.steps.values())
    assert repr(again).count("up to date") == 5


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda out: mlpipe.split("t.csv", out, tagret="y"), "target"),  # type: ignore[call-arg]
        (lambda out: mlpipe.train("prep", out, modle="y"), "model"),  # type: ignore[call-arg]
        (lambda out: mlpipe.run("t.csv", out, target="y", modle="y"), "model"),  # type: ignore[call-arg]
        (lambda out: mlpipe.predict("model", "t.csv", out, porba=True), "proba"),  # type: ignore[call-overload]
        (lambda out: mlpipe.split([1, 2], out, target="y"), "DataFrame"),
    ],
)
def test_wrong_use_is_answered_as_on_the_command_line(tmp_path, call, told):
    with pytest.raises(UsageError, match=told) as caught:
        call(tmp_path / "out")
    assert isinstance(caught.value, MlpipeError)
    assert "--" not in str(caught.value)


OF_A_SHELL = {"require_signature", "no_probe"}
"""Who is trusted, and how much is tried before: settings of a session, which a program has no keyword for."""
PARAMS = {
    "split": (SplitParams, set()),
    "preprocess": (PreprocessParams, {"recipe", "show_plan"}),
    "train": (TrainParams, {"split", "cluster"}),
    "tune": (TuneParams, {"split", "restart", "cluster"}),
    "evaluate": (EvaluateParams, {"split", "trust", "allow_version_mismatch"}),
    "predict": (PredictParams, {"trust", "allow_version_mismatch", "rejects", "contract"}),
}


@pytest.mark.parametrize("command", PARAMS)
def test_every_option_of_a_command_is_a_keyword(command):
    kind, besides = PARAMS[command]
    own = set(inspect.signature(getattr(mlpipe, command)).parameters)
    keywords = own | set(option_defaults(kind)) | besides
    for option in command_line().commands[command].params:
        name = max(option.opts, key=len).removeprefix("--").replace("-", "_")
        if option.param_type_name == "option" and name not in SHOWN | OF_A_SHELL | WITHOUT_EFFECT.get(command, set()):
            assert name in keywords, f"{command} --{name}"


def test_parameters_are_built_as_they_are_typed():
    params = build_params(SplitParams, {"target": ["a", "b"], "id": "x", "na_value": ["-", "?"], "seed": None})
    assert params.target == "a,b"
    assert params.roles.ids == ("x",)
    assert params.read.na_values == ("-", "?")
    assert build_params(TrainParams, {"threshold": 0.3}).threshold == "0.3"
    assert build_params(PredictParams, {"threshold": 0.3}).threshold == 0.3
    with pytest.raises(UnknownNameError, match="Did you mean 'test_size'"):
        build_params(SplitParams, {"tset_size": 0.1})
