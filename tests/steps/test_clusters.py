"""Clusters through all six steps: files, repeatability, what is refused, and what new rows get."""

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_blobs

from mlpipe.errors import ExitCode, UsageError
from mlpipe.params import EvaluateParams, PreprocessParams, RoleParams, SplitParams, TrainParams
from mlpipe.steps.evaluate import evaluate
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.split import split
from mlpipe.steps.train import train

ROWS = 150
WITHOUT_RULE = {"agglomerative", "dbscan", "hdbscan"}


def blobs():
    X, true = make_blobs(ROWS, centers=3, n_features=2, cluster_std=0.7, random_state=1)
    table = pd.DataFrame(X.round(4), columns=["x", "y"])
    table["plan"] = np.array(["free", "basic", "plus"])[true]
    table["true"] = [f"g{k}" for k in true]
    table["id"] = [f"r{i}" for i in range(ROWS)]
    return table


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with table.csv, split and prep; not to be changed."""
    folder = tmp_path_factory.mktemp("clusters")
    blobs().to_csv(folder / "table.csv", index=False)
    roles = RoleParams(labels="true", ids=("id",))
    split(str(folder / "table.csv"), folder / "split", SplitParams(task="clustering", roles=roles))
    preprocess(folder / "split", folder / "prep", PreprocessParams())
    return folder


def table_of(path):
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_all_rows_train_unless_a_test_size_is_given(here, made):
    assert not (made / "split" / "test.parquet").exists()
    done = here("split", made / "table.csv", "--task", "clustering", "--test-size", "0.2", "-o", "divided")
    assert done.stdout.startswith("120 train   30 test")
    here("preprocess", "divided", "-o", "prepared")
    here("train", "prepared", "--model", "kmeans", "-k", "3", "-o", "model")
    assert "30 unseen rows" in here("evaluate", "model", "-o", "evaluation").stdout
    assert "ari" in here("metrics", "--task", "clustering").stdout
    assert "hdbscan" in here("models", "--task", "clustering").stdout


def test_a_category_counts_like_one_column_and_the_plan_says_so(here, made):
    told = here("preprocess", made / "split", "--show-plan").stdout
    assert "its features together count like one column" in told
    matrix = pd.read_parquet(made / "prep" / "train.parquet")
    features = matrix.loc[:, matrix.columns.str.startswith("plan_")]
    assert features.var(ddof=0).sum() == pytest.approx(1.0)
    assert matrix["x"].var(ddof=0) == pytest.approx(1.0)


def test_the_model_holds_its_clusters_and_how_they_were_chosen(here, made):
    done = here("train", made / "prep", "--model", "gmm", "-k", "2:5", "-o", "model")
    assert "3 clusters have the lowest bic" in done.stdout
    rows = table_of("model/clusters.csv")
    assert list(rows[0]) == ["id", "cluster", "proba_0", "proba_1", "proba_2"]
    assert [row["id"] for row in rows] == [f"r{i}" for i in range(ROWS)]
    tried = table_of("model/sweep.csv")
    assert list(tried[0]) == [
        "model", "k", "inertia", "silhouette", "calinski_harabasz", "davies_bouldin", "bic", "chosen",
    ]  # fmt: skip
    assert [(row["k"], row["chosen"]) for row in tried] == [("2", "0"), ("3", "1"), ("4", "0"), ("5", "0")]
    profile = table_of("model/profile.csv")
    assert {row["column"] for row in profile} == {"x", "y", "plan"}
    assert "plan: " in Path("model/profile.md").read_text(encoding="utf-8")
    assert {path.name for path in Path("model/plots").iterdir()} >= {"curves.png", "components.png", "sizes.png"}


@pytest.mark.parametrize("model", ["kmeans", "minibatch-kmeans", "gmm", "agglomerative", "dbscan", "hdbscan"])
def test_training_rows_get_their_clusters_again_and_far_rows_none(here, made, model):
    done = here("train", made / "prep", "--model", model, "-o", "model")
    assert ("has no rule for new rows" in done.stderr) is (model in WITHOUT_RULE)
    here("predict", "model", made / "table.csv", "-o", "all.csv")
    found = [row["prediction"] for row in table_of("all.csv")]
    assert found == [row["cluster"] for row in table_of("model/clusters.csv")]
    far = blobs().head(2).assign(x=1000.0)
    far.to_csv("far.csv", index=False)
    here("predict", "model", "far.csv", "-o", "two.csv")
    assert ({row["prediction"] for row in table_of("two.csv")} == {"-1"}) is (model in WITHOUT_RULE)


def test_an_evaluation_holds_clusters_against_labels_by_gates(here, made):
    here("train", made / "prep", "--model", "kmeans", "-k", "3", "-o", "model")
    here("evaluate", "model", "-o", "evaluation", "--fail-under", "ari=0.9")
    found = json.loads(Path("evaluation/metrics.json").read_text(encoding="utf-8"))
    assert found["metrics"]["ari"]["value"] > 0.95
    assert found["metrics"]["stability"]["low"] is not None
    assert np.sum(found["contingency"]["counts"]) == ROWS
    page = Path("evaluation/report.html").read_text(encoding="utf-8")
    assert "Beside the reference labels" in page
    assert "**There are clusters: " in Path("evaluation/report.md").read_text(encoding="utf-8")
    assert here("evaluate", "model", "-o", "again", "--fail-under", "ari=1.1", expect=ExitCode.GATE).stderr


def test_the_same_again_gives_the_same_bytes(made, tmp_path):
    def files(place):
        train(made / "prep", tmp_path / place, TrainParams(model="auto", k="2:4"))
        found = (path for path in sorted((tmp_path / place).rglob("*")) if path.is_file())
        return {path.relative_to(tmp_path / place).as_posix(): path.read_bytes() for path in found}

    first, second = files("one"), files("two")
    assert first.keys() == second.keys()
    assert [name for name in first if name != "manifest.json" and first[name] != second[name]] == []


def test_absurd_test_rows_change_nothing(here, made):
    rows = blobs().drop(columns=["true"])
    rows["part"] = ["train"] * 120 + ["test"] * 30
    wild = rows.copy()
    wild.loc[wild["part"] == "test", ["x", "y"]] = 1e9
    for name, table in (("calm", rows), ("wild", wild)):
        table.to_csv(f"{name}.csv", index=False)
        options = ("--task", "clustering", "--id", "id", "--strategy", "column", "--split-column", "part")
        here("split", f"{name}.csv", *options, "--test-size", "0.2", "-o", f"{name}/split")
        here("preprocess", f"{name}/split", "-o", f"{name}/prep")
        here("train", f"{name}/prep", "--model", "kmeans", "-k", "3", "-o", f"{name}/model")
    for name in ("model.joblib", "clusters.csv", "sweep.csv", "scores.json", "profile.csv"):
        assert Path("calm/model", name).read_bytes() == Path("wild/model", name).read_bytes(), name


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        ("split {table} --task clustering --target true -o s", 2, "--task clustering has no target"),
        ("split {table} --task clustering --weight x -o s", 2, "clusters count all rows alike"),
        ("split {table} --target true --labels id -o s", 2, "--labels id is for --task clustering"),
        ("inspect {table} --task clustering --target true", 2, "--task clustering has no target"),
        ("preprocess {split} --resample smote -o p", 2, "there are no classes to balance"),
        ("preprocess {split} --augment jitter -o p", 2, "made-up rows would be clustered"),
        ("preprocess {split} --encode target -o p", 2, "there is no target whose means"),
        ("preprocess {split} --select kbest -o p", 2, "it keeps what tells of a target"),
        ("train {prep} --model kmeans -k 151 -o m", 2, "asks for more clusters than there are rows: 150 different"),
        ("train {prep} --model kmeans -k 1 -o m", 2, "a clustering has two clusters at least"),
        ("train {prep} --model kmeans -k 5:2 -o m", 2, "it begins above its end"),
        ("train {prep} --model kmeans -k many -o m", 2, "is no number of clusters"),
        ("train {prep} --model dbscan -k 3 -o m", 2, "finds how many clusters there are"),
        ("train {prep} --model kmeans --metric bic -o m", 2, "is for mixtures"),
        ("train {prep} --model kmeans --metric accuracy -o m", 2, "There is no criterion 'accuracy'"),
        ("train {prep} --model kmeans --cv 5 -o m", 2, "--cv 5 needs a target"),
        ("train {prep} --model auto -p n_init=3 -o m", 2, "compares several"),
        ("train {prep} --model logistic -o m", 2, "logistic is for classes"),
        ("tune {prep} -o m", 2, "Clustering has no target"),
    ],
)
def test_what_does_not_go_together_is_refused(here, made, command, code, told):
    if command.startswith("tune"):
        pytest.importorskip("optuna")
    places = {"table": made / "table.csv", "split": made / "split", "prep": made / "prep"}
    assert told in here(*command.format(**places).split(), expect=code).stderr


def test_clusters_need_no_cluster_of_machines(made, tmp_path):
    with pytest.raises(
        UsageError, match="`cluster` has nothing to act on: clusters are found in one process"
    ) as caught:
        train(made / "prep", tmp_path / "model", TrainParams(model="kmeans"), jobs=map)
    assert "Leave `cluster` away" in caught.value.remedy
    train(made / "prep", tmp_path / "model", TrainParams(model="kmeans", k="3"))
    with pytest.raises(UsageError, match="clusters are scored in one process"):
        evaluate(tmp_path / "model", tmp_path / "out", EvaluateParams(), jobs=map)


def test_scores_need_their_labels_and_rows_that_differ(here, made):
    blobs()[["x", "y"]].to_csv("bare.csv", index=False)
    here("split", "bare.csv", "--task", "clustering", "-o", "split")
    here("preprocess", "split", "-o", "prep")
    here("train", "prep", "--model", "kmeans", "-k", "3", "-o", "model")
    wrong = here("evaluate", "model", "-o", "e", "--fail-under", "accuracy=0.5", expect=2)
    assert "no clustering metric 'accuracy'" in wrong.stderr
    undefined = here("evaluate", "model", "-o", "e", "--fail-under", "ari=0.5", expect=6)
    assert "there are no reference labels" in undefined.stderr
    pd.DataFrame({"a": [1] * 30, "b": ["x"] * 30}).to_csv("same.csv", index=False)
    here("split", "same.csv", "--task", "clustering", "-o", "same", "--duplicates", "ignore")
    assert "No column is left" in here("preprocess", "same", "-o", "nothing", expect=3).stderr


def test_gaps_that_a_preset_leaves_are_named(here):
    table = blobs()
    table.loc[::9, "x"] = np.nan
    table.to_csv("gaps.csv", index=False)
    here("split", "gaps.csv", "--task", "clustering", "--id", "id", "--drop", "true", "-o", "split")
    here("preprocess", "split", "--preset", "tree", "-o", "prep")
    refused = here("train", "prep", "--model", "kmeans", "-k", "3", "-o", "model", expect=ExitCode.FIT)
    assert "takes no missing cells, and they stay in 'x'" in refused.stderr
    here("preprocess", "split", "-o", "prep")
    here("train", "prep", "--model", "kmeans", "-k", "3", "-o", "model")


def test_noise_is_told_to_have_no_clusters_by_the_whole_chain(here):
    columns = list("abcd")
    pd.DataFrame(np.random.default_rng(0).normal(size=(200, 4)), columns=columns).to_csv("noise.csv", index=False)
    Path("mlpipe.toml").write_text(
        'data = "noise.csv"\n[split]\ntask = "clustering"\n[train]\nmodel = "gmm"\nk = "2:4"\n', encoding="utf-8"
    )
    assert "no clusters found" in here("run", "mlpipe.toml").stdout


@pytest.mark.parametrize("model", ["kmeans", "agglomerative"])
def test_new_rows_stand_beside_those_that_clusters_were_found_in(here, made, model):
    here("train", made / "prep", "--model", model, "-k", "3", "-o", "model")
    rows = blobs().sample(frac=0.8, random_state=0)
    rows.to_csv("alike.csv", index=False)
    rows.assign(x=rows["x"] + 5).to_csv("moved.csv", index=False)
    alike = here("drift", "model", "alike.csv", "-o", "alike", "--fail-on", "warning")
    assert alike.stdout.startswith("Nothing moved beyond chance")
    moved = here("drift", "model", "moved.csv", "-o", "moved", "--fail-on", "warning", expect=ExitCode.GATE)
    assert "MLP601 warn   x: Median" in moved.stdout


def test_clusters_are_exported_as_skops_alone(here, made):
    here("train", made / "prep", "--model", "kmeans", "-k", "3", "-o", "model")
    here("export", "model", "--format", "skops", "-o", "model.skops")
    for form in ("script", "onnx"):
        told = here("export", "model", "--format", form, "-o", "other", expect=ExitCode.USAGE).stderr
        assert "Export as --format skops, which takes every model" in told
    assert not Path("other").exists()
