"""A model as a script: it runs alone, and says what `predict` says."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from mlpipe.errors import ArtifactError, FitError, UsageError
from mlpipe.models.comparison import blending
from mlpipe.models.export.compared import compare
from mlpipe.models.export.onnx_graph import answers_of
from mlpipe.models.export.script import render_script
from mlpipe.params import PreprocessParams, RoleParams, SplitParams, TrainParams
from mlpipe.params.exporting import ExportParams
from mlpipe.steps import export as step
from mlpipe.steps.export import export
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.split import split
from mlpipe.steps.train import train
from mlpipe.steps.training import deciding
from tests.conftest import make_chain
from tests.tables import mixed_table


def written(folder, **options):
    result = export(folder / "model", folder / "alone.py", ExportParams(**options))
    return result, (folder / "alone.py").read_text(encoding="utf-8")


def test_a_script_knows_nothing_of_mlpipe_and_predicts_the_same(chain, tmp_path):
    result = export(chain / "model", tmp_path / "alone.py", ExportParams())
    text = (tmp_path / "alone.py").read_text(encoding="utf-8")
    assert "import mlpipe" not in text
    assert "from mlpipe" not in text
    assert result.furthest < 1e-9
    assert result.n_compared > 300  # all rows, and odd ones
    blocked = "import sys, runpy; sys.modules['mlpipe'] = None; sys.argv = sys.argv[1:]; "
    blocked += "runpy.run_path(sys.argv[0], run_name='__main__')"
    table = chain / "table.csv"
    subprocess.run([sys.executable, "-c", blocked, tmp_path / "alone.py", table, table, tmp_path / "p.csv"], check=True)
    assert len(pd.read_csv(tmp_path / "p.csv")) == len(pd.read_csv(table))


def test_cells_that_a_spreadsheet_wrote_as_formulas_come_out_the_same(tmp_path):
    table = mixed_table(rows=200)
    table["town"] = [f'="{town}"' for town in table["town"].fillna("")]
    table["calls"] = [f'="{calls}"' for calls in table["calls"]]
    make_chain(tmp_path, table)
    assert written(tmp_path)[0].furthest < 1e-9


@pytest.mark.parametrize(
    ("model", "preprocessing", "classes"),
    [
        ("hist-gradient-boosting", {"preset": "tree"}, ("no", "yes")),
        ("random-forest", {"encode": "target"}, ("no", "yes")),
        ("logistic", {"preset": "linear", "datetime": "cyclic", "encode": "count"}, ("a", "b", "c")),
        ("linear-svm", {}, ("no", "yes")),
        ("svr", {"scale": "quantile"}, ()),
        ("ridge", {"polynomial": 2, "select": "kbest", "select_k": 5}, ()),
        ("auto", {}, ("no", "yes")),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_models_and_preparations_come_out_the_same(tmp_path, model, preprocessing, classes):
    table = mixed_table(rows=120, classes=classes)
    make_chain(tmp_path, table, ids=("account",), model=model, preprocessing=preprocessing)
    result, _ = written(tmp_path)
    assert result.furthest < 1e-9


def test_a_blend_made_surer_comes_out_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(blending, "best_temperature", lambda *_: 0.6)
    monkeypatch.setattr(blending.Blended, "holds", True)
    make_chain(tmp_path, mixed_table(rows=120, classes=("a", "b", "c")), ids=("account",), model="auto")
    assert json.loads((tmp_path / "model/scores.json").read_text())["temperature"] == 0.6
    result, text = written(tmp_path)
    assert "1 / 0.6" in text
    assert result.furthest < 1e-9


def test_a_single_model_made_surer_comes_out_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(deciding, "choose_calibration", lambda *_, methods: methods[0])
    monkeypatch.setattr(blending.Blended, "holds", False)
    make_chain(tmp_path, mixed_table(rows=120, classes=("a", "b", "c")), ids=("account",), model="auto")
    scores = json.loads((tmp_path / "model/scores.json").read_text())
    assert (len(scores["members"]), scores["calibration"]["method"]) == (1, "temperature")
    result, text = written(tmp_path)
    assert "** (1 / " in text
    assert result.furthest < 1e-9


@pytest.mark.parametrize("classes", [(), ("no", "yes"), ("a", "b", "c")])
def test_a_stack_comes_out_the_same(tmp_path, classes):
    mixed_table(rows=120, classes=classes).to_csv(tmp_path / "t.csv", index=False)
    roles = RoleParams(ids=("account",))
    split(str(tmp_path / "t.csv"), tmp_path / "split", SplitParams(target="outcome", roles=roles))
    preprocess(tmp_path / "split", tmp_path / "prep", PreprocessParams())
    train(tmp_path / "prep", tmp_path / "model", TrainParams(quality="fast", ensemble="stack"))
    result, _ = written(tmp_path)
    assert result.furthest < 1e-6


def test_texts_money_and_whole_codes_come_out_the_same(tmp_path):
    table = mixed_table(rows=150).assign(
        paid=lambda t: ["$1,234.50" if i % 3 else f"${i}" for i in range(len(t))],
        code=lambda t: [f"{i % 4}.0" for i in range(len(t))],
        note=lambda t: [
            f"the {('red', 'green', 'blue')[i % 3]} one came {('late', 'early')[i % 2]} {i}" for i in range(len(t))
        ],
    )
    roles = RoleParams(ids=("account",), categorical=("code",), text=("note",))
    make_chain(tmp_path, table, roles=roles)
    result, text = written(tmp_path)
    assert result.furthest < 1e-9
    assert "marked_numbers(table['paid']" in text
    assert "whole=True" in text


def test_a_threshold_goes_along(tmp_path):
    mixed_table(rows=200).to_csv(tmp_path / "t.csv", index=False)
    split(
        str(tmp_path / "t.csv"), tmp_path / "split", SplitParams(target="outcome", roles=RoleParams(ids=("account",)))
    )
    preprocess(tmp_path / "split", tmp_path / "prep", PreprocessParams())
    train(tmp_path / "prep", tmp_path / "model", TrainParams(model="logistic", threshold="0.9", calibrate="none"))
    _, text = written(tmp_path)
    assert "THRESHOLD = 0.9" in text


@pytest.mark.parametrize(
    ("preprocessing", "reason"), [({"resample": "smote"}, "resampled"), ({"outliers": "drop"}, "dropped outliers")]
)
def test_what_a_script_does_not_know_is_refused(tmp_path, preprocessing, reason):
    make_chain(tmp_path, mixed_table(rows=120), ids=("account",), preprocessing=preprocessing)
    with pytest.raises(UsageError, match=reason):
        written(tmp_path)


def test_a_table_that_moved_is_asked_for_and_another_is_refused(tmp_path):
    make_chain(tmp_path, mixed_table(rows=120), ids=("account",))
    (tmp_path / "table.csv").rename(tmp_path / "moved.csv")
    with pytest.raises(UsageError, match="not where it was"):
        written(tmp_path)
    assert written(tmp_path, data=str(tmp_path / "moved.csv"))[0].furthest < 1e-9
    mixed_table(rows=121).to_csv(tmp_path / "other.csv", index=False)
    with pytest.raises(ArtifactError, match="content differs"):
        written(tmp_path, data=str(tmp_path / "other.csv"))


def test_a_script_that_says_otherwise_is_not_written(chain, tmp_path, monkeypatch):
    monkeypatch.setattr(step, "render_script", lambda *a: render_script(*a).replace("'median'", "'mean'"))
    with pytest.raises(FitError, match="says otherwise"):
        export(chain / "model", tmp_path / "alone.py", ExportParams())
    assert not (tmp_path / "alone.py").exists()


def test_comparing_on_the_edge_of_the_tolerance():
    mine, other = {"prediction": np.array([1.0, 2.0])}, {"prediction": np.array([1.0, 2.25])}
    assert compare(mine, other, 0.25, told=str).furthest == 0.25
    with pytest.raises(FitError, match="1 row"):
        compare(mine, other, 0.2, told=str)
    with pytest.raises(FitError, match="for 1"):
        compare({"p": np.array(["a", "b"])}, {"p": np.array(["a", "c"])}, 0.2, told=str)


@pytest.mark.parametrize("model", ["logistic", "hist-gradient-boosting"])
def test_skops_keeps_the_pipeline(tmp_path, model):
    io = pytest.importorskip("skops.io")
    make_chain(tmp_path, mixed_table(rows=120), ids=("account",), model=model)
    result = export(tmp_path / "model", tmp_path / "m.skops", ExportParams(format="skops"))
    assert result.furthest == 0
    read = io.load(tmp_path / "m.skops", trusted=io.get_untrusted_types(file=tmp_path / "m.skops"))
    assert list(read.named_steps) == ["preprocess", "model"]


@pytest.mark.parametrize(
    ("model", "classes"), [("logistic", ("no", "yes")), ("logistic", ("a", "b", "c")), ("ridge", ())], ids=str
)
def test_onnx_comes_to_the_same_answers_with_gaps_and_unseen_levels(tmp_path, model, classes):
    runtime = pytest.importorskip("onnxruntime")
    pytest.importorskip("skl2onnx")
    table = mixed_table(rows=150, classes=classes).drop(columns="since")
    make_chain(tmp_path, table, ids=("account",), model=model)
    result = export(tmp_path / "model", tmp_path / "m.onnx", ExportParams(format="onnx"))
    assert result.furthest < 1e-6
    session = runtime.InferenceSession((tmp_path / "m.onnx").read_bytes())
    assert [one.name for one in session.get_inputs()] == ["age", "balance", "town", "calls", "online"]


def test_onnx_is_refused_where_a_step_has_no_equal(tmp_path):
    pytest.importorskip("skl2onnx")
    make_chain(tmp_path, mixed_table(rows=120), ids=("account",))
    with pytest.raises(UsageError, match="DateParts"):
        export(tmp_path / "model", tmp_path / "m.onnx", ExportParams(format="onnx"))
    assert not (tmp_path / "m.onnx").exists()


def test_onnx_is_refused_where_it_says_otherwise(tmp_path, monkeypatch):
    pytest.importorskip("skl2onnx")
    table = mixed_table(rows=120)[["account", "age", "calls", "outcome"]]
    make_chain(tmp_path, table, ids=("account",))
    monkeypatch.setattr(step, "answers_of", lambda *a: [part[::-1] for part in answers_of(*a)])
    with pytest.raises(FitError, match="says otherwise"):
        export(tmp_path / "model", tmp_path / "m.onnx", ExportParams(format="onnx"))
