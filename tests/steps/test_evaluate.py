"""Every option of `evaluate` changes what it says."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, roc_auc_score

from mlpipe.errors import ArtifactError, GateError
from mlpipe.params import EvaluateParams, ReadParams, TrainParams
from mlpipe.params.preparation import PreprocessParams
from mlpipe.steps.evaluate import evaluate
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.train import train
from mlpipe.words.parameters import as_options


@pytest.fixture
def judge(undrawn):
    """Evaluate with some options, without figures."""

    def run(model, *, data=None, split=None, read=None, force=False, **options):
        options.setdefault("allow_training_rows", data is not None)  # most tables here are cut from that of the model
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

    @pytest.mark.parametrize(("name", "matters"), [("note", False), ("age", True), ("outcome", True)])
    def test_a_repeated_name_matters_where_the_score_needs_its_column(self, judge, chain, refused, name, matters):
        table = pd.read_csv(chain / "table.csv").head(50).assign(note="n")
        pd.concat([table, table[[name]]], axis=1).to_csv("new.csv", index=False)
        if matters:
            assert refused(3, judge, chain / "model", data="new.csv").what.endswith(f"the model needs: {name!r}.")
        else:
            assert judge(chain / "model", data="new.csv").n_rows == 50

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


class TestTrainingRows:
    """Rows that trained the model are known by digest, by ids and by what they hold."""

    @pytest.fixture
    def answer(self, judge, refused):
        """How many rows are refused as training rows; None where all are scored."""

        def ask(model, table):
            table.to_csv("new.csv", index=False)
            if judge(model, data="new.csv", metrics=("accuracy",), force=True).training_rows == 0:
                judge(model, data="new.csv", metrics=("accuracy",), allow_training_rows=False, force=True)
                return None
            error = refused(
                4, judge, model, data="new.csv", metrics=("accuracy",), allow_training_rows=False, force=True
            )
            assert as_options(error.remedy).endswith("--allow-training-rows.")
            return error.what.partition(" trained")[0]

        return ask

    def test_the_file_of_the_split_is_known_by_its_digest(self, judge, chain, refused):
        error = refused(4, judge, chain / "model", data=str(chain / "table.csv"), allow_training_rows=False)
        n_train = len(pd.read_parquet(chain / "split/train.parquet"))
        assert error.what.startswith(f"{n_train} of 300 rows")
        first = np.flatnonzero(pd.read_csv(chain / "split/indices.csv")["part"] == "train")[:5]
        assert f", rows {', '.join(map(str, first))} and {n_train - 5} more" in error.where

    def test_rows_in_another_file_are_known_by_ids_and_content(self, answer, chain):
        table = pd.read_csv(chain / "table.csv")
        train = table["account"].isin(pd.read_parquet(chain / "split/train.parquet")["account"])
        mixed = pd.concat([table[train].head(20), table[~train].head(60)])
        assert answer(chain / "model", mixed) == "20 of 80 rows (25 %)"
        assert answer(chain / "model", mixed.drop(columns="account")) == "20 of 80 rows (25 %)"
        assert answer(chain / "model", table[~train]) is None

    def test_the_same_id_with_other_cells_is_another_row(self, answer, chain):
        train = pd.read_parquet(chain / "split/train.parquet")["account"]
        table = pd.read_csv(chain / "table.csv")
        later = table[table["account"].isin(train)].assign(balance=lambda rows: rows["balance"] + 0.5)
        assert answer(chain / "model", later.dropna(subset="balance")) is None

    def test_they_are_told_first_and_written(self, judge, chain):
        result = judge(chain / "model", data=str(chain / "table.csv"), metrics=("accuracy",))
        assert "trained the model" in result.notes[0]
        assert result.training_rows == len(pd.read_parquet(chain / "split/train.parquet"))
        assert "trained the model" in json.loads(Path("evaluation/metrics.json").read_text())["notes"][0]
        assert "trained the model" in Path("evaluation/report.md").read_text()

    def test_the_training_part_is_scored_when_it_is_asked_for_and_named(self, judge, chain):
        result = judge(chain / "model", part="train", metrics=("accuracy",))
        assert result.training_rows == result.n_rows
        assert "(100 %) trained the model" in result.notes[0]
        assert judge(chain / "model", metrics=("accuracy",), force=True).training_rows == 0

    def test_rows_of_few_values_repeat_by_chance(self, answer, judge, splitting):
        def drawn(seed, n):
            rng = np.random.default_rng(seed)
            frame = pd.DataFrame({"first": rng.choice(list("abcdef"), n), "second": rng.choice(list("uvwxyz"), n)})
            return frame.assign(outcome=np.where(rng.random(n) < 0.3, "yes", "no"))

        drawn(0, 200).to_csv("t.csv", index=False)
        splitting("t.csv", duplicates="ignore")
        preprocess(Path("split"), Path("prep"), PreprocessParams())
        train(Path("prep"), Path("model"), TrainParams(model="logistic"))
        assert answer(Path("model"), drawn(1, 100)) is None
        notes = judge(Path("model"), data="new.csv", metrics=("accuracy",), force=True).notes
        assert notes[0].endswith("of 100 rows equal training rows, as many as would by chance")
        known = pd.read_parquet("split/train.parquet")
        assert answer(Path("model"), known.head(100)) == "100 of 100 rows (100 %)"

    def test_without_the_split_it_is_not_known(self, judge, chain):
        shutil.copytree(chain / "model", "model")
        pd.read_csv(chain / "table.csv").head(50).to_csv("new.csv", index=False)
        result = judge(Path("model"), data="new.csv", metrics=("accuracy",), allow_training_rows=False)
        assert "--split" in as_options(result.notes[0])
        with pytest.raises(ArtifactError, match="trained"):
            judge(Path("model"), data="new.csv", split=chain / "split", allow_training_rows=False, force=True)


class TestWeights:
    """Scores are weighted where training is."""

    @pytest.fixture
    def weighted(self, splitting):
        """A model of rows of which a fifth weigh nothing; gives the notes of its split."""
        rng = np.random.default_rng(0)
        frame = pd.DataFrame({"size": rng.normal(size=200), "other": rng.normal(size=200)}).round(3)
        frame["weight"] = np.where(np.arange(200) % 5 == 0, 0.0, rng.uniform(0.5, 3, 200)).round(3)
        frame["outcome"] = np.where(frame["size"] + rng.normal(size=200) > 0, "yes", "no")
        frame.to_csv("t.csv", index=False)
        notes = splitting("t.csv", roles={"weight": "weight"}).notes
        preprocess(Path("split"), Path("prep"), PreprocessParams())
        train(Path("prep"), Path("model"), TrainParams(model="logistic", cv=3))
        return notes

    def test_scores_are_weighted_unless_it_is_asked_otherwise(self, weighted, judge):
        assert "weight: 40 of 200 rows weigh 0: taught and scored they count for nothing" in weighted
        result = judge(Path("model"))
        told, w = predictions(), pd.read_parquet("split/test.parquet")["weight"]
        right = told["true"] == told["prediction"]
        assert result.metrics["accuracy"]["value"] == pytest.approx(np.average(right, weights=w))
        assert result.metrics["roc_auc"]["value"] == pytest.approx(
            roc_auc_score(told["true"] == "yes", told["proba_yes"], sample_weight=w)
        )
        document = json.loads(Path("evaluation/metrics.json").read_text())
        assert document["weight"] == result.weight == "weight"
        yes = told["true"] == "yes"
        assert document["per_class"]["yes"]["recall"] == pytest.approx(np.average(right[yes], weights=w[yes]))
        assert document["per_class"]["yes"]["support"] == yes.sum()
        assert any("weighted by 'weight'" in note and "--unweighted" in as_options(note) for note in result.notes)
        plain = judge(Path("model"), unweighted=True, force=True)
        assert plain.metrics["accuracy"]["value"] == pytest.approx(right.mean())
        assert plain.weight is None
        assert "weight" not in json.loads(Path("evaluation/metrics.json").read_text())

    def test_folds_are_scored_with_the_weights_too(self, weighted):
        assert weighted
        folds = pd.read_csv("model/cv.csv")
        hits = folds["accuracy"] * folds["n_valid"]
        assert ((hits - hits.round()).abs() > 1e-6).any(), "a count of rows, had they counted alike"

    def test_without_a_weight_in_every_row_all_count_alike_and_it_is_said(self, weighted, judge):
        assert weighted
        table = pd.read_csv("t.csv").head(40)
        for frame in (table.drop(columns="weight"), table.assign(weight=0)):
            frame.to_csv("new.csv", index=False)
            result = judge(Path("model"), data="new.csv", force=True)
            assert result.weight is None
            assert "weight: weights are missing or all 0 here, so all rows count alike" in result.notes


class TestPositive:
    def test_metrics_are_those_of_the_class_named(self, judge, chain):
        of = {}
        for name in ("no", "yes"):
            of[name] = result = judge(chain / "model", positive=name, force=True)
            document = json.loads(Path("evaluation/metrics.json").read_text())
            assert result.positive == name
            for metric in ("precision", "recall", "f1"):
                assert result.metrics[metric]["value"] == pytest.approx(document["per_class"][name][metric])
            assert document["positive"] == name
        assert of["yes"].metrics == judge(chain / "model", force=True).metrics
        assert of["no"].metrics["accuracy"] == of["yes"].metrics["accuracy"]

    def test_a_threshold_is_one_on_the_class_named(self, judge, chain):
        judge(chain / "model", positive="no", threshold=1.0, metrics=("accuracy",))
        assert set(predictions()["prediction"]) == {"yes"}
        judge(chain / "model", positive="no", threshold=0.8, metrics=("accuracy",), force=True)
        told = predictions()
        assert ((told["proba_no"] >= 0.8) == (told["prediction"] == "no")).all()

    def test_it_has_to_be_one_of_two_classes(self, judge, chain, quantities, refused):
        assert "yes" in refused(2, judge, chain / "model", positive="yess").remedy
        assert "--positive" in as_options(refused(2, judge, quantities / "model", positive="yes").remedy)


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


def test_a_column_that_gives_the_target_away_is_named_in_the_verdict(undrawn, splitting):
    rng = np.random.default_rng(0)
    paid = rng.choice(["no", "yes"], 300)
    pd.DataFrame(
        {"size": rng.normal(size=300), "使用月数": (paid == "yes") * 10 + rng.normal(size=300), "paid": paid}
    ).to_csv("t.csv", index=False)
    splitting("t.csv", target="paid")
    preprocess(Path("split"), Path("prep"), PreprocessParams())
    train(Path("prep"), Path("model"), TrainParams(model="logistic"))
    result = evaluate(Path("model"), Path("evaluation"), EvaluateParams())
    assert "But '使用月数' alone gives the target away" in result.verdict
    document = json.loads(Path("evaluation/metrics.json").read_text())
    assert document["leaks"] == ["使用月数"]
    assert document["one_column"]["column"] == "使用月数"
    assert 'class="verdict unsure"' in Path("evaluation/report.html").read_text()


def test_the_document_is_in_the_order_of_a_reader(judge, chain):
    judge(chain / "model")
    names = list(json.loads(Path("evaluation/metrics.json").read_text()))
    assert names[:4] == ["schema_version", "task", "positive", "n_rows"]
    wanted = ["verdict", "headline", "metrics", "baseline", "one_column", "per_class", "confusion_matrix"]
    assert [name for name in names if name in wanted] == wanted
