"""Every option of `evaluate` changes what it says."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, roc_auc_score

from mlpipe.errors import GateError
from mlpipe.params import EvaluateParams, ReadParams
from mlpipe.steps.evaluate import evaluate
from mlpipe.words.parameters import as_options


@pytest.fixture
def judge(undrawn):
    """Evaluate with some options, without figures."""

    def run(model, *, data=None, split=None, read=None, force=False, **options):
        params = EvaluateParams(read=ReadParams(**(read or {})), **options)
        return evaluate(model, Path("evaluation"), params, data=data, split=split, force=force)

    return run


def predictions():
    return pd.read_csv("evaluation/predictions.csv")


def test_everything_that_an_evaluation_is_made_of(chain):
    result = evaluate(chain / "model", Path("evaluation"), EvaluateParams(metrics=("accuracy", "roc_auc")))
    files = {path.name for path in Path("evaluation").rglob("*") if path.is_file()}
    assert {"metrics.json", "predictions.csv", "confusion_matrix.csv", "report.html", "report.md"} <= files
    assert {"roc.png", "precision_recall.png", "calibration.png", "confusion_matrix.png", "gain.png"} <= files
    document = json.loads(Path("evaluation/metrics.json").read_text())
    assert document["task"] == "binary"
    assert document["n_rows"] == result.n_rows == 60
    told = predictions()
    assert document["metrics"]["accuracy"]["value"] == pytest.approx(accuracy_score(told["true"], told["prediction"]))
    assert document["metrics"]["roc_auc"]["value"] == pytest.approx(
        roc_auc_score(told["true"] == "yes", told["proba_yes"])
    )
    counted = {row[0]: row[1:] for row in csv.reader(Path("evaluation/confusion_matrix.csv").read_text().splitlines())}
    assert counted["no"] == [str(((told["true"] == "no") & (told["prediction"] == p)).sum()) for p in ("no", "yes")]
    assert set(document["per_class"]) == {"no", "yes"}


@pytest.mark.parametrize("part", ["train", "valid", "test"])
def test_part(judge, chain, part):
    raw = pd.read_parquet(chain / "split" / f"{part}.parquet")
    assert judge(chain / "model", part=part).n_rows == len(raw)
    assert predictions()["account"].tolist() == raw["account"].tolist()


def test_a_part_that_the_split_does_not_have(judge, quantities, refused):
    assert "--valid-size" in as_options(refused(4, judge, quantities / "model", part="valid").remedy)


def test_metrics_asked_for_are_the_ones_that_come(judge, chain):
    assert {"mcc", "brier"} <= set(judge(chain / "model", metrics=("mcc", "brier")).metrics)
    assert "f1" not in judge(chain / "model", metrics=("mcc",)).metrics
    assert {"accuracy", "f1", "mcc", "log_loss", "brier", "pr_auc"} <= set(judge(chain / "model").metrics)


def test_a_metric_of_another_task_or_of_none_is_answered(judge, chain, quantities, refused):
    assert "accuracy" in refused(2, judge, chain / "model", metrics=("acuracy",)).remedy
    refused(2, judge, chain / "model", metrics=("rmse",))
    refused(2, judge, quantities / "model", metrics=("f1",))


def test_a_higher_ci_gives_wider_intervals(judge, chain):
    def width(**options):
        found = judge(chain / "model", metrics=("accuracy",), **options).metrics["accuracy"]
        assert found["low"] <= found["value"] <= found["high"]
        return found["high"] - found["low"]

    assert width(ci=0.5) < width(ci=0.95) < width(ci=0.999)


def test_the_seed_draws_another_bootstrap(judge, chain):
    found = [judge(chain / "model", metrics=("roc_auc",), seed=seed).metrics["roc_auc"] for seed in (0, 0, 1)]
    assert found[0] == found[1]
    assert found[0] != found[2]
    assert found[0]["value"] == found[2]["value"]


@pytest.mark.parametrize(("threshold", "wanted"), [(0.0, {"yes"}), (1.0, {"no"})])
def test_threshold_moves_the_labels(judge, chain, threshold, wanted):
    judge(chain / "model", threshold=threshold)
    assert set(predictions()["prediction"]) == wanted


def test_threshold_is_for_two_classes(judge, quantities, refused):
    refused(2, judge, quantities / "model", threshold=0.5)


class TestGates:
    @pytest.mark.parametrize(
        ("options", "passes"),
        [
            ({"fail_under": ("accuracy=0.01",)}, True),
            ({"fail_under": ("accuracy=0.999",)}, False),
            ({"fail_over": ("brier=0.9",)}, True),
            ({"fail_over": ("brier=0.0001",)}, False),
            ({"fail_over": ("log_loss:high=9",)}, True),
        ],
    )
    def test_a_limit_is_kept_or_not_and_the_report_is_there_in_both_cases(self, judge, chain, options, passes):
        result = judge(chain / "model", **options)
        assert (not result.failed_gates) == passes
        gates = json.loads(Path("evaluation/metrics.json").read_text())["gates"]
        assert [gate["passed"] for gate in gates] == [passes]
        if not passes:
            with pytest.raises(GateError, match="gate failed"):
                result.check_gates()

    def test_low_gates_on_the_lower_bound(self, judge, chain):
        found = judge(chain / "model", metrics=("accuracy",)).metrics["accuracy"]
        between = (found["low"] + found["value"]) / 2
        assert not judge(chain / "model", fail_under=(f"accuracy={between}",)).failed_gates
        assert judge(chain / "model", fail_under=(f"accuracy:low={between}",)).failed_gates

    @pytest.mark.parametrize(
        "options",
        [
            {"fail_under": ("accuracy",)},
            {"fail_under": ("accuracy=high",)},
            {"fail_under": ("accuracy=nan",)},
            {"fail_under": ("acuracy=0.5",)},
            {"fail_under": ("accuracy:lower=0.5",)},
            {"fail_under": ("log_loss=0.5",)},
            {"fail_under": ("rmse=0.5",)},
        ],
    )
    def test_a_gate_that_says_nothing_is_refused_before_anything_is_scored(self, judge, chain, refused, options):
        refused(2, judge, chain / "model", **options)


class TestFile:
    def test_any_labelled_table_may_be_scored(self, judge, chain):
        table = pd.read_csv(chain / "table.csv").head(50)
        table[table.columns[::-1]].to_csv("new.csv", index=False)
        assert judge(chain / "model", data="new.csv").n_rows == 50
        assert predictions()["account"].tolist() == table["account"].tolist()

    def test_the_test_rows_from_a_file_score_as_from_the_split(self, judge, chain):
        table = pd.read_csv(chain / "table.csv")
        there = pd.read_parquet(chain / "split" / "test.parquet")["account"]
        table[table["account"].isin(there)].to_csv("new.csv", index=False)
        names = ("accuracy", "log_loss")
        assert (
            judge(chain / "model", data="new.csv", metrics=names).metrics
            == judge(chain / "model", metrics=names).metrics
        )

    def test_rows_without_a_target_are_left_aside_and_counted(self, judge, chain):
        table = pd.read_csv(chain / "table.csv").head(50)
        table.loc[:9, "outcome"] = None
        table.to_csv("new.csv", index=False)
        result = judge(chain / "model", data="new.csv")
        assert result.n_rows == 40
        assert any("10 rows" in note for note in result.notes)

    @pytest.mark.parametrize("how", ["no column", "no value"])
    def test_without_targets_there_is_nothing_to_score(self, judge, chain, refused, how):
        table = pd.read_csv(chain / "table.csv").head(50)
        table = table.drop(columns="outcome") if how == "no column" else table.assign(outcome=None)
        table.to_csv("new.csv", index=False)
        assert "outcome" in refused(3, judge, chain / "model", data="new.csv").what

    def test_missing_columns_are_all_named(self, judge, chain, refused):
        pd.read_csv(chain / "table.csv").drop(columns=["age", "town"]).to_csv("new.csv", index=False)
        error = refused(3, judge, chain / "model", data="new.csv")
        assert "'age'" in error.what
        assert "'town'" in error.what

    @pytest.mark.parametrize("value", ["many", "inf", "1e400"])
    def test_a_bad_cell_is_named_with_its_line(self, judge, chain, refused, value):
        table = pd.read_csv(chain / "table.csv", dtype=str, keep_default_na=False).head(50)
        table.loc[6, "balance"] = value
        table.to_csv("new.csv", index=False)
        error = refused(3, judge, chain / "model", data="new.csv")
        assert repr(value) in error.what
        assert "line 8" in error.where

    def test_a_class_that_training_never_saw_is_answered_or_counted(self, judge, chain):
        table = pd.read_csv(chain / "table.csv").head(50)
        table.loc[:4, "outcome"] = "perhaps"
        table.to_csv("new.csv", index=False)
        result = judge(chain / "model", data="new.csv", metrics=("accuracy",))
        told = predictions()
        assert result.metrics["accuracy"]["value"] == pytest.approx(accuracy_score(told["true"], told["prediction"]))

    def test_delimiter_and_encoding(self, judge, chain):
        table = pd.read_csv(chain / "table.csv").head(50)
        table["town"] = table["town"].replace("Clayton", "Møn")
        table.to_csv("new.csv", index=False, sep=";", encoding="latin-1")
        assert judge(chain / "model", data="new.csv", read={"delimiter": ";", "encoding": "latin-1"}).n_rows == 50


def test_a_moved_split_is_found_by_option(judge, chain, refused):
    shutil.copytree(chain / "model", "model")
    refused(4, judge, Path("model"))
    assert judge(Path("model"), split=chain / "split").n_rows == 60


def test_one_row_and_one_class_give_undefined_metrics_and_no_nan(judge, chain):
    pd.read_csv(chain / "table.csv").head(1).to_csv("new.csv", index=False)
    result = judge(chain / "model", data="new.csv")
    assert result.metrics["roc_auc"]["value"] is None
    json.loads(Path("evaluation/metrics.json").read_text(), parse_constant=pytest.fail)


def test_regression(chain, quantities):
    result = evaluate(quantities / "model", Path("evaluation"), EvaluateParams())
    assert {"mae", "mse", "rmse", "r2", "medae", "mape", "max_error"} <= set(result.metrics)
    told = predictions()
    assert result.metrics["rmse"]["value"] == pytest.approx(np.sqrt(((told["true"] - told["prediction"]) ** 2).mean()))
    names = {path.name for path in Path("evaluation/plots").iterdir()}
    assert {"residuals.png", "predicted_vs_true.png"} <= names
