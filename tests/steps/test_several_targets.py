"""Several labels, tags, several quantities, and weights, through all steps."""

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from mlpipe.artifacts.models import Model
from mlpipe.artifacts.splits import Split
from mlpipe.cli.profile_shown import balance
from mlpipe.errors import DataError, UsageError
from mlpipe.params import (
    EvaluateParams,
    InspectParams,
    PredictFiles,
    PredictParams,
    PreprocessParams,
    RoleParams,
    SplitParams,
    TrainParams,
)
from mlpipe.steps.evaluate import evaluate
from mlpipe.steps.inspect import inspect
from mlpipe.steps.predict import predict
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.split import split
from mlpipe.steps.train import train
from mlpipe.target import LabelsTarget
from mlpipe.words.parameters import as_options

OTHERS = {"labels": "tags,long,wide,w,three", "numbers": "red,blue,tags,w,three", "tags": "red,blue,long,wide,w,three"}
TARGETS = {"labels": "red,blue", "numbers": "wide,long", "tags": "tags"}


def table(n=200, *, noise=False):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, 3))
    seen = rng.normal(size=(n, 3)) if noise else x
    lines = ["a,b,c,city,red,blue,tags,long,wide,w,three"]
    for i in range(n):
        red, blue = x[i, 0] + rng.normal() / 2 > 0, x[i, 1] + rng.normal() / 2 > 1
        tags = ";".join(name for name, has in (("red", red), ("blue", blue), ("green", x[i, 2] > 0)) if has)
        a, b, c = (f"{value:.3f}" for value in seen[i])
        long, wide = x[i, 0] * 3 + rng.normal() / 3, x[i, 1] * 100 + rng.normal() * 10 + 500
        lines.append(f"{a},{b},{c},{'xyz'[i % 3]},{'yes' if red else 'no'},{int(blue)},{tags},{long:.3f},{wide:.2f},"
                     f"{i % 4},{i % 3}")  # fmt: skip
    return "\n".join(lines) + "\n"


@pytest.fixture
def prepared(splitting, write):
    def run(what="labels", *, drop=None, noise=False, weight=None, prepare=None, **options):
        data = write("t.csv", table(noise=noise))
        separator = {"labels_separator": ";"} if what == "tags" else {}
        roles = {"drop": (drop or OTHERS[what].replace("w,", "" if weight else "w,"),), "weight": weight}
        splitting(data, target=TARGETS[what], roles=roles, **separator, **options)
        preprocess(Path("split"), Path("prep"), PreprocessParams(**(prepare or {})))
        return data

    return run


def fit(out="model", **options):
    return train(Path("prep"), Path(out), TrainParams(**options), jobs=1)


def judge(model="model", **options):
    evaluate(Path(model), Path("evaluation"), EvaluateParams(**options))
    return json.loads(Path("evaluation/metrics.json").read_text())


def read_csv(path):
    with Path(path).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "options", [{"model": "logistic"}, {"model": "knn"}, {"model": "logistic", "multilabel": "chain"}]
)
def test_labels_from_table_to_predictions(prepared, options):
    data = prepared("labels")
    result = fit(**options)
    document = judge()
    assert document["metrics"]["roc_auc_macro"]["low"] > 0.7
    assert document["per_label"]["red"]["f1"]["low"] < document["per_label"]["red"]["f1"]["value"]
    assert document["per_label"]["blue"]["support"] == round(document["prevalence"]["blue"] * document["n_rows"])
    predict(Path("model"), str(data), PredictFiles(out="out.csv"), PredictParams(proba=True))
    rows = read_csv("out.csv")
    assert list(rows[0]) == ["row", "prediction_red", "prediction_blue", "proba_red", "proba_blue"]
    assert all((float(row["proba_red"]) >= 0.5) == (row["prediction_red"] == "1") for row in rows)
    assert fit(**options).fingerprint == result.fingerprint


def test_every_row_gets_alone_what_it_gets_among_others(prepared):
    prepared("labels")
    for model in ("logistic", "random-forest", "mlp"):
        fit(model=model)
        fitted, test = Model.load(Path("model")).fitted, Split.load(Path("split")).part("test")
        together = fitted.predict(test).proba
        assert together is not None
        for i in range(4):
            assert (fitted.predict(test.slice(i, 1)).proba == together[i]).all()


def test_a_chain_differs_and_balanced_labels_are_found_more_often(prepared):
    prepared("labels")
    plain = fit("plain", model="logistic")
    assert fit("chain", model="logistic", multilabel="chain").fingerprint != plain.fingerprint
    fit("balanced", model="logistic", class_weight="balanced")
    recall = {name: judge(name)["per_label"]["blue"]["recall"]["value"] for name in ("plain", "balanced")}
    assert recall["balanced"] > recall["plain"]


def test_tags_become_labels_that_rows_without_any_lack(prepared):
    data = prepared("tags")
    target = Split.load(Path("split")).context.target
    assert isinstance(target, LabelsTarget)
    assert (target.columns, target.name) == (("blue", "green", "red"), "tags")
    fit(model="logistic")
    document = judge()
    assert set(document["per_label"]) == {"red", "blue", "green"}
    told = evaluate(Path("model"), Path("other"), EvaluateParams(allow_training_rows=True), data=str(data))
    assert told.n_rows == 200
    assert {"true_red", "prediction_red", "proba_red"} <= set(read_csv("other/predictions.csv")[0])


def test_each_label_has_a_threshold_of_its_own(prepared):
    data = prepared("labels")
    result = fit(model="logistic", threshold="f1")
    cuts = {name: one["value"] for name, one in result.scores["thresholds"].items()}
    assert len(set(cuts.values())) == 2
    predict(Path("model"), str(data), PredictFiles(out="out.csv"), PredictParams(proba=True))
    for row in read_csv("out.csv"):
        for name, cut in cuts.items():
            assert (float(row[f"proba_{name}"]) >= cut) == (row[f"prediction_{name}"] == "1")
    fit(model="logistic", threshold="cost", cost="fp=1,fn=9")
    costly = json.loads(Path("model/scores.json").read_text())["thresholds"]
    assert sum(one["value"] for one in costly.values()) < sum(cuts.values())
    predict(Path("model"), str(data), PredictFiles(out="all.csv"), PredictParams(threshold=0.0))
    assert {row["prediction_blue"] for row in read_csv("all.csv")} == {"1"}


@pytest.mark.parametrize("model", ["ridge", "svr"])
def test_quantities_from_table_to_predictions(prepared, model):
    data = prepared("numbers")
    result = fit(model=model, intervals=0.8)
    document = judge()
    assert set(document["per_target"]) == {"wide", "long"}
    mean = np.mean([one["r2"]["value"] for one in document["per_target"].values()])
    assert document["metrics"]["r2"]["value"] == pytest.approx(mean)
    predict(Path("model"), str(data), PredictFiles(out="out.csv"), PredictParams())
    rows = read_csv("out.csv")
    assert list(rows[0]) == [
        "row", "prediction_wide", "prediction_long", "low_wide", "low_long", "high_wide", "high_long"
    ]  # fmt: skip
    reach = result.scores["intervals"]["reach"]
    assert reach["wide"] > 3 * reach["long"]
    assert float(rows[0]["high_wide"]) - float(rows[0]["prediction_wide"]) == pytest.approx(reach["wide"])


@pytest.mark.parametrize("what", ["labels", "numbers"])
def test_auto_compares_and_blends_models_of_several_targets(prepared, what):
    prepared(what)
    result = fit(quality="fast", ensemble="blend", cv=2)
    assert {"dummy", "blend"} <= {standing.model for standing in result.standings}
    assert judge()["verdict"].startswith("Better than the dummy")


@pytest.mark.parametrize("what", ["labels", "numbers"])
def test_noise_stays_noise(prepared, what):
    prepared(what, noise=True)
    fit(model="random-forest")
    assert not judge()["verdict"].startswith("Better")


def test_weights_count_in_thresholds_scores_importance_and_intervals(prepared):
    prepared("labels")
    plain = fit("plain", model="logistic", threshold="f1")
    prepared("labels", weight="w")
    result = fit("weighed", model="logistic", threshold="f1")
    assert "weight" not in plain.scores
    assert result.scores["weight"] == "w"
    assert any(note.startswith("weighted by 'w'") for note in result.notes)
    assert result.scores["thresholds"] != plain.scores["thresholds"]
    assert any("out-of-fold rows, weighted" in note for note in result.notes)
    assert result.scores["parts"]["train"]["metrics"] != plain.scores["parts"]["train"]["metrics"]
    assert read_csv("weighed/importance.csv") != read_csv("plain/importance.csv")
    assert judge("weighed")["weight"] == "w"


def test_training_scores_are_those_of_rows_that_weigh(prepared):
    """Rows of weight nought are as if they were not there."""
    prepared("labels", weight="w")
    scored = fit(model="logistic").scores["parts"]["train"]["metrics"]
    model = Model.load(Path("model"))
    part = Split.load(Path("split")).part("train")
    weights = part.column("w").to_numpy().astype(float)
    y = model.context.target.encode(part)
    right = (model.fitted.predict(part).outputs == y).all(axis=1)
    assert scored["subset_accuracy"] == pytest.approx(np.average(right, weights=weights))


REFUSED = {
    "three values": ({"target": "red,three"}, DataError, "Column 'three' has 3 different values ('0', '1', '2')"),
    "labels and quantities": ({"target": "red,long"}, DataError, "Column 'long' has 198 different values"),
    "words as quantities": (
        {"target": "red,long", "task": "multioutput"},
        DataError,
        "needs numbers, and column 'red' holds words",
    ),
    "a separator that never occurs": ({"target": "tags", "labels_separator": "|"}, DataError, "'|' stands in no cell"),
    "a blank separator": ({"target": "tags", "labels_separator": " "}, UsageError, "--labels-separator is blank"),
    "a separator for two columns": ({"target": "red,blue", "labels_separator": ";"}, UsageError, "2 columns are to be"),
    "one label": ({"target": "red", "task": "multilabel"}, UsageError, "is for several targets, and 'red' is one"),
    "one task for two": ({"target": "red,blue", "task": "binary"}, UsageError, "--task binary has one target"),
    "tags of one class": ({"target": "tags", "labels_separator": ";", "task": "binary"}, UsageError, "makes labels"),
    "a positive class": ({"target": "red,blue", "positive": "yes"}, UsageError, "is several labels"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_targets_that_do_not_fit_are_refused(splitting, write, case):
    options, error, words = REFUSED[case]
    with pytest.raises(error) as caught:
        splitting(write("t.csv", table()), **options)
    assert words in as_options(str(caught.value))
    assert caught.value.remedy


def test_options_for_other_targets_are_refused(prepared):
    prepared("labels")
    for options, words in (
        ({"calibrate": "sigmoid"}, "is for one class for each row"),
        ({"intervals": 0.9}, "is for quantities"),
        ({"ensemble": "stack"}, "is for one target"),
        ({"threshold": "f1_micro"}, "no binary metric 'f1_micro'"),
    ):
        with pytest.raises(UsageError, match=words):
            fit(model="auto" if "ensemble" in options else "logistic", **options)
    with pytest.raises(UsageError, match=r"a row may have several labels(?s:.*)class_weight"):
        preprocess(Path("split"), Path("again"), PreprocessParams(resample="smote"))
    prepared("numbers")
    with pytest.raises(UsageError, match="is for several labels"):
        fit(model="ridge", multilabel="chain")


def test_rows_that_lack_a_target_are_set_aside(splitting, write):
    lines = table().splitlines()
    lines[3] = ",".join([*lines[3].split(",")[:4], "", *lines[3].split(",")[5:]])
    result = splitting(write("t.csv", "\n".join(lines)), target="red,blue", roles={"drop": (OTHERS["labels"],)})
    assert result.rows["aside"] == 1
    assert "1 of 200 rows lacks one of the targets: set aside" in result.notes


def test_the_columns_file_may_name_several_targets(splitting, write):
    columns = write("columns.toml", '[columns]\nred = "target"\nblue = "target"\n')
    result = splitting(write("t.csv", table()), target="", roles={"columns_file": str(columns)})
    assert (result.task.value, result.target) == ("multilabel", "red, blue")


def look(data, out="profile", **options):
    result = inspect(str(data), InspectParams(**options), out=Path(out))
    assert result.profile.several is not None
    return result.profile


def test_inspect_tells_how_labels_go_together(write):
    data = write("t.csv", table())
    profile = look(data, target="tags", labels_separator=";")
    several = profile.several
    assert several is not None
    assert (several.names, several.n_rows) == (("blue", "green", "red"), 200)
    assert sum(count for _, count in several.combinations) == 200
    assert several.n_combinations == len(several.combinations) == 8
    y = Split.load(split_of(data)).context.target.encode(read_table(data))
    np.testing.assert_allclose(several.correlations, np.corrcoef(y.T.astype(np.float64)))
    assert balance(profile).startswith("labels ")
    page = Path("profile/report.html").read_text()
    assert "Labels that come together" in page
    assert json.loads(Path("profile/profile.json").read_text())["several"]["names"] == ["blue", "green", "red"]


def split_of(data):
    params = SplitParams(target="tags", labels_separator=";", roles=RoleParams(drop=(OTHERS["tags"],)))
    split(str(data), Path("tag-split"), params)
    return Path("tag-split")


def read_table(data):
    return pa.table({"tags": [row["tags"] or None for row in read_csv(data)]})


def test_inspect_finds_the_leaks_of_each_target(write):
    lines = table().splitlines()
    told = [lines[0] + ",copy", *(f"{line},{line.split(',')[7]}" for line in lines[1:])]
    profile = look(write("t.csv", "\n".join(told)), target="wide,long")
    assert [finding.column for finding in profile.findings if finding.code == "MLP304"] == ["copy"]
    assert profile.several is not None
    assert (profile.several.counts, profile.several.n_combinations) == ((), 0)
    assert "quantities" in balance(profile)


def test_inspect_of_columns_that_are_no_targets_together_says_nothing_of_them(write):
    result = inspect(str(write("t.csv", table())), InspectParams(target="red,three"))
    assert result.profile.several is None
    assert "several" not in result.profile.to_json()


def test_a_row_of_several_answers_is_not_explained(prepared, refused):
    data = prepared("labels")
    fit(model="logistic")
    refused(2, predict, Path("model"), str(data), PredictFiles(out="out.csv"), PredictParams(explain=2))
