"""The promises of the whole chain, through the real executable."""

from __future__ import annotations

import csv
import hashlib
import json
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from tests.conftest import environment
from tests.tables import mixed_table


def digests(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_run_writes_every_artifact_and_then_nothing_again(mlpipe, sample_data, tmp_path):
    told = mlpipe("run", sample_data / "customers.csv", "--target", "churned", "--model", "logistic", "--cv", "3")
    assert [line.split()[0] for line in told.stdout.splitlines()] == [
        "inspect", "split", "preprocess", "train", "evaluate",
    ]  # fmt: skip
    wanted = {
        "profile": ["profile.json", "columns.toml"],
        "split": ["train.parquet", "test.parquet", "indices.csv"],
        "prep": ["preprocessor.joblib", "plan.json", "train.parquet", "test.parquet", "reference.json"],
        "model": ["model.joblib", "scores.json", "cv.csv", "coefficients.csv", "importance.csv"],
        "evaluation": ["metrics.json", "predictions.csv", "confusion_matrix.csv", "report.md", "report.html"],
    }
    for folder, names in wanted.items():
        assert {*names, "manifest.json"} <= {path.name for path in (tmp_path / "out" / folder).iterdir()}
    before = digests(tmp_path / "out")
    again = mlpipe("run", sample_data / "customers.csv", "--target", "churned", "--model", "logistic", "--cv", "3")
    assert again.stdout.count("up to date") == 5
    assert digests(tmp_path / "out") == before


def test_run_repeats_only_what_an_option_touches(mlpipe, sample_data, tmp_path):
    chain = ["run", sample_data / "customers.csv", "--target", "churned"]
    mlpipe(*chain, "--model", "logistic")
    dry = mlpipe(*chain, "--model", "decision-tree", "--dry-run").stdout.splitlines()
    assert [("up to date" in line) for line in dry] == [True, True, True, False, False]
    assert "logistic -> decision-tree" in dry[3]
    (tmp_path / "out" / "prep" / "plan.json").write_text("{}")
    dry = mlpipe(*chain, "--model", "logistic", "--dry-run").stdout.splitlines()
    assert [("up to date" in line) for line in dry] == [True, True, False, False, False]


def test_a_failed_gate_fails_again_when_nothing_is_stale(mlpipe, sample_data):
    chain = ["run", sample_data / "customers.csv", "--target", "churned", "--model", "dummy"]
    first = mlpipe(*chain, "--fail-under", "roc_auc=0.9", expect=6)
    assert "roc_auc" in first.stderr
    assert "roc_auc" in mlpipe(*chain, "--fail-under", "roc_auc=0.9", expect=6).stderr


def absurd(table):
    """The table with nonsense in every test row."""
    bad = table.copy()
    rows = bad["part"] == "test"
    bad.loc[rows, ["age", "balance", "calls"]] = 1_000_000
    bad.loc[rows, ["town", "online"]] = "CANARY_9f3"
    bad.loc[rows, "outcome"] = np.where(bad.loc[rows, "outcome"] == "yes", "no", "yes")
    return bad


@pytest.mark.parametrize("resample", ["none", "smote"])
def test_absurd_test_rows_change_no_fitted_artifact(mlpipe, tmp_path, resample):
    table = mixed_table(rows=400)
    table["part"] = np.where(np.random.default_rng(1).random(len(table)) < 0.25, "test", "train")
    fitted = {}
    for name, rows in (("a", table), ("b", absurd(table))):
        rows.to_csv(tmp_path / f"{name}.csv", index=False)
        split = ["--target", "outcome", "--id", "account", "--strategy", "column", "--split-column", "part"]
        mlpipe("split", f"{name}.csv", *split, "-o", f"{name}/split")
        mlpipe("preprocess", f"{name}/split", "--resample", resample, "-o", f"{name}/prep")
        mlpipe("train", f"{name}/prep", "--model", "auto", "--cv", "3", "-o", f"{name}/model")
        fitted[name] = digests(tmp_path / name)
    differing = {file for file, digest in fitted["a"].items() if fitted["b"][file] != digest}
    assert differing == {
        "split/test.parquet", "split/manifest.json", "prep/test.parquet", "prep/manifest.json", "model/manifest.json",
    }  # fmt: skip
    model = (tmp_path / "b" / "model" / "model.joblib").read_bytes()
    assert b"CANARY" not in model


def test_preprocess_and_train_open_no_part_but_the_training_rows(mlpipe, mixed_csv, tmp_path):
    mlpipe("split", mixed_csv(), "--target", "outcome", "-o", "split")
    mlpipe("preprocess", "split", "-o", "prep")
    (tmp_path / "split" / "test.parquet").write_bytes(b"ruined")
    (tmp_path / "prep" / "test.parquet").write_bytes(b"ruined")
    mlpipe("train", "prep", "--model", "auto", "--cv", "2", "-o", "model")
    assert "test.parquet" in mlpipe("evaluate", "model", "-o", "evaluation", expect=4).stderr


@pytest.mark.parametrize("model", ["logistic", "random-forest", "mlp"])
def test_a_row_alone_in_a_crowd_shuffled_and_without_target_is_the_same(mlpipe, mixed_csv, tmp_path, model):
    path = mixed_csv(rows=3000)
    mlpipe("split", path, "--target", "outcome", "--id", "account", "-o", "split")
    mlpipe("preprocess", "split", "-o", "prep")
    small = ["-p", "n_estimators=20"] if model == "random-forest" else []
    mlpipe("train", "prep", "--model", model, *small, "-o", "model")

    def predicted(table):
        table.to_csv(tmp_path / "new.csv", index=False)
        mlpipe("predict", "model", "new.csv", "--proba", "-o", "out.csv")
        return pd.read_csv(tmp_path / "out.csv", dtype=str).set_index("account")

    raw = pd.read_csv(path, dtype=str, keep_default_na=False)
    crowd = predicted(raw)
    odd = raw.sample(frac=1, random_state=0)[list(reversed(raw.columns))].drop(columns="outcome").assign(junk="x")
    stranger = odd.head(1).assign(account="stranger", age="999999", town="nowhere")
    shuffled = predicted(pd.concat([odd, stranger]))
    assert shuffled.loc[crowd.index].equals(crowd)
    for row in (0, 1500, 2999):
        assert predicted(raw.iloc[[row]]).equals(crowd.iloc[[row]])


@pytest.mark.slow
def test_other_hash_seeds_jobs_folders_and_time_zones_give_the_same_bytes(mlpipe, mixed_csv, tmp_path):
    path = mixed_csv(rows=500)
    found = []
    for name, seed, jobs, zone in (("a", "0", 1, "UTC"), ("b", "12345", 2, "Asia/Tokyo")):
        folder = tmp_path / name / ("deep" * (name == "b"))
        folder.mkdir(parents=True)
        (folder / "table.csv").write_bytes(path.read_bytes())
        run = ["run", "table.csv", "--target", "outcome", "--resample", "smote", "--cv", "3", "--jobs", jobs]
        mlpipe(*run, cwd=folder, env={"PYTHONHASHSEED": seed, "TZ": zone})
        found.append(digests(folder))
    assert found[0] == found[1]


def test_smote_as_in_the_textbooks(mlpipe, tmp_path):
    rng = np.random.default_rng(0)
    ill = np.arange(580) >= 400
    table = pd.DataFrame(rng.normal(size=(580, 4)) + ill[:, None], columns=["glucose", "pressure", "bmi", "age"])
    table["outcome"] = np.where(ill, "ill", "healthy")
    table["part"] = "train"
    held_out = table.sample(60, random_state=0).assign(part="test")
    held_out["glucose"] += 0.001
    pd.concat([table, held_out]).to_csv(tmp_path / "table.csv", index=False)
    mlpipe("split", "table.csv", "--target", "outcome", "--split-column", "part", "-o", "split")
    mlpipe("preprocess", "split", "--resample", "smote", "-o", "prep")
    told = json.loads((tmp_path / "prep" / "resampling.json").read_text())
    assert told["before"] == {"healthy": 400, "ill": 180}
    assert told["after"] == {"healthy": 400, "ill": 400}
    resampled = pd.read_parquet(tmp_path / "prep" / "train_resampled.parquet")
    assert resampled.loc[resampled["synthetic"], "outcome"].tolist() == ["ill"] * 220
    originals = resampled[~resampled["synthetic"]].drop(columns="synthetic").reset_index(drop=True)
    pd.testing.assert_frame_equal(originals, pd.read_parquet(tmp_path / "prep" / "train.parquet"))
    assert len(pd.read_parquet(tmp_path / "prep" / "test.parquet")) == 60


@pytest.mark.slow
def test_killed_at_any_moment_the_model_is_the_old_or_the_new_one(mlpipe, mixed_csv, tmp_path):
    path = mixed_csv(rows=300)
    mlpipe("split", path, "--target", "outcome", "-o", "split")
    mlpipe("preprocess", "split", "-o", "prep")
    begin = time.perf_counter()
    mlpipe("train", "prep", "--model", "decision-tree", "-p", "max_depth=1", "-o", "model")
    took = time.perf_counter() - begin
    for attempt in range(8):
        command = ["train", "prep", "--model", "decision-tree", "-p", f"max_depth={2 + attempt % 3}", "-o", "model"]
        process = subprocess.Popen(
            [sys.executable, "-m", "mlpipe", *command],
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(took * (0.6 + 0.06 * attempt))
        process.send_signal(signal.SIGKILL)
        process.wait()
        mlpipe("predict", "model", path, "-o", "out.csv")
    mlpipe("train", "prep", "--model", "decision-tree", "-o", "model")
    assert not [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")]


def test_predict_keeps_order_and_reports_what_it_met(mlpipe, sample_data, tmp_path):
    mlpipe("split", sample_data / "customers.csv", "--target", "churned", "--id", "customer_id", "-o", "split")
    mlpipe("preprocess", "split", "-o", "prep")
    mlpipe("train", "prep", "--model", "logistic", "-o", "model")
    new = sample_data / "new_customers.csv"
    told = mlpipe("predict", "model", new, "--proba", "--keep", "city", "--contract", "c.json", "-o", "p.csv")
    rows = list(csv.DictReader((tmp_path / "p.csv").open()))
    source = list(csv.DictReader(new.open()))
    assert [row["customer_id"] for row in rows] == [row["customer_id"] for row in source]
    assert [row["city"] for row in rows] == [row["city"] for row in source]
    for row in rows:
        assert float(row["proba_no"]) + float(row["proba_yes"]) == pytest.approx(1)
        assert row["prediction"] == ("yes" if float(row["proba_yes"]) > 0.5 else "no")
    known = {row["city"] for row in csv.DictReader((sample_data / "customers.csv").open())}
    unseen = [row["city"] for row in source if row["city"] not in known]
    contract = json.loads((tmp_path / "c.json").read_text())
    assert contract["rows"] == len(source)
    assert contract["columns"]["city"]["unseen"] == len(unseen) > 0
    assert repr(unseen[0]) in told.stderr
    gate = mlpipe("predict", "model", new, "--max-unseen", "0", "-o", "p.csv", expect=6)
    assert "--max-unseen" in gate.stderr
    lower = mlpipe("predict", "model", new, "--threshold", "0.0").stdout.splitlines()[1:]
    assert {line.rsplit(",", 1)[1] for line in lower} == {"yes"}


def test_steps_refuse_what_is_stale_or_of_another_kind(mlpipe, mixed_csv, tmp_path):
    path = mixed_csv(rows=200)
    mlpipe("split", path, "--target", "outcome", "-o", "split")
    mlpipe("preprocess", "split", "-o", "prep")
    mlpipe("train", "prep", "--model", "dummy", "-o", "model")
    assert "preprocess" in mlpipe("train", "split", "-o", "other", expect=4).stderr
    assert "train" in mlpipe("predict", "prep", path, expect=4).stderr
    mlpipe("split", path, "--target", "outcome", "--seed", "1", "-o", "split")
    assert "again" in mlpipe("evaluate", "model", "-o", "evaluation", expect=4).stderr
    assert "again" in mlpipe("train", "prep", "--cv", "2", "--model", "dummy", "-o", "model", expect=4).stderr
