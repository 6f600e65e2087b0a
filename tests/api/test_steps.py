"""The steps from Python: paths as text, tables in memory, keywords named as options."""

import re
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import mlpipe
from mlpipe.api.options import build_params
from mlpipe.errors import ArtifactError, DataError, FitError, GateError, MlpipeError, UnknownNameError, UsageError
from mlpipe.params import PredictParams, SplitParams, TrainParams
from tests.tables import mixed_table


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
    with pytest.raises(AttributeError, match="no attribute 'spilt'") as caught:
        _ = mlpipe.spilt
    assert (caught.value.name, caught.value.obj) == ("spilt", mlpipe)  # by which a traceback finds what is nearest


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
    assert model.predict(str(tmp_path / "new.csv")).tolist() == told["prediction"].tolist()
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
        mlpipe.compare([folder / "model", folder / "model"]),
        mlpipe.verify(folder / "model"),
    ]
    for result in results:
        assert 20 < len(repr(result)) < 400
        assert "<table>" in result._repr_html_()
    assert "data:image/png;base64," in mlpipe.load(folder / "evaluation")._repr_html_()
    assert "logistic" in repr(mlpipe.load(folder / "model"))
    assert mlpipe.load(tmp_path / "profile").findings
    split = results[1]
    assert "rows={'train': 240" in repr(split)
    assert repr(results[-1]) == "VerifyResult(good=3, signed=False)"
    with pytest.raises(UsageError, match="nothing to compare with"):
        mlpipe.compare(f"{folder}/model")
    assert all(escape(note) in split._repr_html_() for note in split.notes)


def test_notes_name_keywords(made, tmp_path):
    _, frame = made
    assert any("`id`" in note for note in mlpipe.split(frame, tmp_path / "s", target="outcome", id="account").notes)


def test_names_are_escaped_in_notebooks(made):
    folder, frame = made
    renamed = frame.rename(columns={"outcome": "<b>"})
    assert "<b>" not in mlpipe.split(renamed, folder / "escaped", target="<b>")._repr_html_()


def test_the_chain_runs_and_is_found_up_to_date(tmp_path, undrawn):
    mixed_table(rows=200).to_csv(tmp_path / "t.csv", index=False)
    told = mlpipe.run(tmp_path / "t.csv", tmp_path / "out", target="outcome", dry_run=True)
    assert told.steps["train"].reason
    assert not (tmp_path / "out").exists()
    given: dict[str, Any] = {"target": "outcome", "model": "dummy", "drop": "account", "ci": 0.9}
    first = mlpipe.run(str(tmp_path / "t.csv"), tmp_path / "out", **given)
    assert all(outcome.reason for outcome in first.steps.values())
    again = mlpipe.run(str(tmp_path / "t.csv"), tmp_path / "out", **given)
    assert not any(outcome.reason for outcome in again.steps.values())
    assert repr(again).count("up to date") == 5


def test_a_file_of_options_has_them_all(tmp_path):
    beside: tuple[dict[str, Any], ...] = ({"model": "dummy"}, {"recipe": "r.toml"})
    for given in beside:
        with pytest.raises(UsageError, match="is given beside") as caught:
            mlpipe.run(tmp_path / "mlpipe.toml", **given)
        assert f"`{next(iter(given))}`" in caught.value.what


def test_a_recipe_is_taken_and_options_go_over_it(made, tmp_path):
    folder, _ = made
    (tmp_path / "r.toml").write_text('scale = "robust"\nencode = "ordinal"\n')
    plan = mlpipe.preprocess(folder / "split", recipe=tmp_path / "r.toml", encode="onehot", scale=None)
    assert ('scale = "robust"' in plan.recipe, 'encode = "onehot"' in plan.recipe) == (True, True)
    assert "ordinal" not in plan.recipe


def test_a_prediction_keeps_its_limit(made, tmp_path):
    folder, frame = made
    other = frame.assign(town="elsewhere")
    assert len(mlpipe.predict(folder / "model", other, max_unseen=1.0)) == len(other)
    with pytest.raises(GateError):
        mlpipe.predict(folder / "model", other, tmp_path / "p.csv", max_unseen=0.1)
    assert len(pd.read_csv(tmp_path / "p.csv")) == len(other)


def test_reports_are_opened(made, tmp_path):
    folder, frame = made
    other = frame.assign(age=frame["age"] + 30)
    mlpipe.drift(folder / "model", [frame, other], tmp_path / "drift", fail_over={"ks": 0.3})
    mlpipe.audit([frame[:200], frame[190:]], tmp_path / "audit", target="outcome", id="account")
    mlpipe.audit(folder / "split", tmp_path / "audit of a split")
    mlpipe.train(folder / "prep", tmp_path / "dummy", model="dummy")
    mlpipe.compare([folder / "model", tmp_path / "dummy"], tmp_path / "comparison")
    drift, audit, comparison = (mlpipe.load(tmp_path / name) for name in ("drift", "audit", "comparison"))
    assert "age" in drift.columns["column"].tolist()
    assert "MLP511" in [finding["code"] for finding in audit.findings]
    assert mlpipe.load(tmp_path / "audit of a split").findings == []
    assert comparison.models["model"].tolist() == ["logistic", "dummy"]
    for loaded in (drift, audit, comparison):
        assert 20 < len(repr(loaded)) < 400
        assert loaded.verdict in loaded.document["verdict"]
        assert "<table>" in loaded._repr_html_()
    assert "data:image/png;base64," in comparison._repr_html_()
    with pytest.raises(GateError, match="ks"):
        mlpipe.drift(folder / "model", other, fail_over={"ks": 0.3}).check_gates()


def test_a_clustering_is_opened(made, tmp_path):
    _, frame = made
    mlpipe.split(frame.drop(columns=["outcome"]), tmp_path / "s", task="clustering", id="account")
    mlpipe.preprocess(tmp_path / "s", tmp_path / "p")
    result = mlpipe.train(tmp_path / "p", tmp_path / "m", model="kmeans", k=3)
    model = mlpipe.load(tmp_path / "m")
    assert set(model.read_csv("clusters.csv")["cluster"]) == {0, 1, 2}
    assert set(model.predict(frame)) <= {0, 1, 2}
    for shown in (result, model, mlpipe.load(tmp_path / "s")):
        assert 20 < len(repr(shown)) < 400
        assert "<table>" in shown._repr_html_()


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


def with_gaps(split, out):
    return mlpipe.preprocess(split, f"{out}/prep", impute_numeric="none").out


@pytest.mark.parametrize(
    ("family", "call"),
    [
        (UsageError, lambda made, out: mlpipe.split(made[1], out, target="outcome", strategy="group")),
        (UsageError, lambda made, out: mlpipe.split(made[1], out, target="outcome", strategy="hash", drop="account")),
        (UsageError, lambda made, out: mlpipe.load(made[0] / "model").predict(made[1], threshold=2.0)),
        (UsageError, lambda made, out: mlpipe.evaluate(made[0] / "model", out, predictions="p.csv")),
        (DataError, lambda made, out: mlpipe.predict(made[0] / "model", made[1].assign(balance="much"))),
        (DataError, lambda made, out: mlpipe.load(made[0] / "model").predict(made[1].assign(balance="much"))),
        (DataError, lambda made, out: mlpipe.split(made[1].assign(outcome="no"), out, target="outcome")),
        (ArtifactError, lambda made, out: mlpipe.load(out)),
        (ArtifactError, lambda made, out: mlpipe.verify(out).check()),
        (ArtifactError, lambda made, out: mlpipe.evaluate(made[0] / "model", out, made[1])),
        (FitError, lambda made, out: mlpipe.train(with_gaps(made[0] / "split", out), f"{out}/m", model="logistic")),
        (GateError, lambda made, out: mlpipe.evaluate(
            made[0] / "model", out, metrics="roc_auc", fail_under={"roc_auc": 1}).check_gates()),
    ],
)  # fmt: skip
def test_errors_of_every_family_speak_of_keywords(made, tmp_path, undrawn, family, call):
    with pytest.raises(family) as caught:
        call(made, tmp_path / "out")
    told = str(caught.value)
    assert not re.search(r"(?<![\w-])-{1,2}[a-zA-Z]", told)
    assert not re.search("`(ids|na_values|params|slices|columns_file)[`=]", told)
    assert caught.value.what
    assert caught.value.remedy


def test_parameters_are_built_as_they_are_typed():
    params = build_params(SplitParams, {"target": ["a", "b"], "id": "x", "na_value": ["-", "?"], "seed": None})
    assert params.target == "a,b"
    assert params.roles.ids == ("x",)
    assert params.read.na_values == ("-", "?")
    assert build_params(TrainParams, {"threshold": 0.3}).threshold == "0.3"
    assert build_params(PredictParams, {"threshold": 0.3}).threshold == 0.3
    with pytest.raises(UnknownNameError, match="Did you mean 'test_size'"):
        build_params(SplitParams, {"tset_size": 0.1})
