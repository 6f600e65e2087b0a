"""The promises of the whole chain, through the real executable where a process matters."""

from __future__ import annotations

import csv
import hashlib
import json
import multiprocessing
import os
import signal
import warnings

import numpy as np
import pandas as pd
import pytest

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.store import disk
from mlpipe.artifacts.store.folder import open_artifact
from tests.cli.recording import invoke
from tests.conftest import make_chain
from tests.tables import mixed_table

KINDS_BY_STEP = {"split": ArtifactKind.SPLIT, "preprocess": ArtifactKind.PREP, "train": ArtifactKind.MODEL}


def digests(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def records(path):
    """Rows of a CSV file by column."""
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_run_writes_every_artifact_and_then_nothing_again(mlpipe, here, sample_data, tmp_path):
    chain = ["run", sample_data / "customers.csv", "--target", "churned", "--model", "logistic", "--cv", "3"]
    told = mlpipe(*chain)
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
    again = here(*chain)
    assert again.stdout.count("up to date") == 5
    assert digests(tmp_path / "out") == before


@pytest.mark.usefixtures("undrawn")
def test_run_repeats_only_what_an_option_touches(here, sample_data, tmp_path):
    chain = ["run", sample_data / "customers.csv", "--target", "churned"]
    here(*chain, "--model", "logistic")
    dry = here(*chain, "--model", "decision-tree", "--dry-run").stdout.splitlines()
    assert [("up to date" in line) for line in dry] == [True, True, True, False, False]
    assert "logistic -> decision-tree" in dry[3]
    (tmp_path / "out" / "prep" / "plan.json").write_text("{}")
    dry = here(*chain, "--model", "logistic", "--dry-run").stdout.splitlines()
    assert [("up to date" in line) for line in dry] == [True, True, False, False, False]


@pytest.mark.usefixtures("undrawn")
def test_a_failed_gate_fails_again_when_nothing_is_stale(here, sample_data):
    chain = ["run", sample_data / "customers.csv", "--target", "churned", "--model", "dummy"]
    first = here(*chain, "--fail-under", "roc_auc=0.9", expect=6)
    assert "roc_auc" in first.stderr
    assert "roc_auc" in here(*chain, "--fail-under", "roc_auc=0.9", expect=6).stderr


def absurd(table):
    """The table with nonsense in every test row."""
    bad = table.copy()
    rows = bad["part"] == "test"
    bad.loc[rows, ["age", "balance", "calls"]] = 1_000_000
    bad.loc[rows, ["town", "online"]] = "CANARY_9f3"
    bad.loc[rows, "outcome"] = np.where(bad.loc[rows, "outcome"] == "yes", "no", "yes")
    return bad


@pytest.mark.parametrize("resample", ["none", "smote"])
def test_absurd_test_rows_change_no_fitted_artifact(here, tmp_path, resample):
    table = mixed_table(rows=400)
    table["part"] = np.where(np.random.default_rng(1).random(len(table)) < 0.25, "test", "train")
    fitted = {}
    for name, rows in (("a", table), ("b", absurd(table))):
        rows.to_csv(tmp_path / f"{name}.csv", index=False)
        split = ["--target", "outcome", "--id", "account", "--strategy", "column", "--split-column", "part"]
        here("split", f"{name}.csv", *split, "-o", f"{name}/split")
        here("preprocess", f"{name}/split", "--resample", resample, "-o", f"{name}/prep")
        here("train", f"{name}/prep", "--model", "auto", "--cv", "3", "-o", f"{name}/model")
        fitted[name] = digests(tmp_path / name)
    differing = {file for file, digest in fitted["a"].items() if fitted["b"][file] != digest}
    assert differing == {
        "split/test.parquet", "split/manifest.json", "prep/test.parquet", "prep/manifest.json", "model/manifest.json",
    }  # fmt: skip
    model = (tmp_path / "b" / "model" / "model.joblib").read_bytes()
    assert b"CANARY" not in model


def test_preprocess_and_train_open_no_part_but_the_training_rows(here, mixed_csv, tmp_path):
    here("split", mixed_csv(), "--target", "outcome", "-o", "split")
    here("preprocess", "split", "-o", "prep")
    (tmp_path / "split" / "test.parquet").write_bytes(b"ruined")
    (tmp_path / "prep" / "test.parquet").write_bytes(b"ruined")
    here("train", "prep", "--model", "auto", "--cv", "2", "-o", "model")
    assert "test.parquet" in here("evaluate", "model", "-o", "evaluation", expect=4).stderr


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """A folder with 3,000 rows in table.csv, and what was learnt for them; not to be changed."""
    return make_chain(tmp_path_factory.mktemp("crowd"), mixed_table(rows=3000), ids=("account",))


@pytest.mark.parametrize("model", ["logistic", "random-forest", "mlp"])
def test_a_row_alone_in_a_crowd_shuffled_and_without_target_is_the_same(here, crowd, tmp_path, model):
    small = ["-p", "n_estimators=20"] if model == "random-forest" else []
    here("train", crowd / "prep", "--model", model, *small, "-o", "model")

    def predicted(table):
        table.to_csv(tmp_path / "new.csv", index=False)
        here("predict", "model", "new.csv", "--proba", "-o", "out.csv")
        return pd.read_csv(tmp_path / "out.csv", dtype=str).set_index("account")

    raw = pd.read_csv(crowd / "table.csv", dtype=str, keep_default_na=False)
    together = predicted(raw)
    odd = raw.sample(frac=1, random_state=0)[list(reversed(raw.columns))].drop(columns="outcome").assign(junk="x")
    stranger = odd.head(1).assign(account="stranger", age="999999", town="nowhere")
    shuffled = predicted(pd.concat([odd, stranger]))
    assert shuffled.loc[together.index].equals(together)
    for row in (0, 1500, 2999):
        assert predicted(raw.iloc[[row]]).equals(together.iloc[[row]])


@pytest.mark.slow
def test_other_hash_seeds_jobs_folders_and_time_zones_give_the_same_bytes(mlpipe, here, mixed_csv, tmp_path):
    path = mixed_csv(rows=300)
    run = ["run", path.name, "--target", "outcome", "--resample", "smote", "--cv", "3", "--jobs"]
    there = tmp_path / "deep" / "deep"
    there.mkdir(parents=True)
    (there / path.name).write_bytes(path.read_bytes())
    # This process draws its hash seed, and has done other things before.
    here(*run, 1)
    mlpipe(*run, 2, cwd=there, env={"PYTHONHASHSEED": "12345", "TZ": "Asia/Tokyo"})
    assert digests(tmp_path / "out") == digests(there / "out")


def test_smote_as_in_the_textbooks(here, tmp_path):
    rng = np.random.default_rng(0)
    ill = np.arange(580) >= 400
    table = pd.DataFrame(rng.normal(size=(580, 4)) + ill[:, None], columns=["glucose", "pressure", "bmi", "age"])
    table["outcome"] = np.where(ill, "ill", "healthy")
    table["part"] = "train"
    held_out = table.sample(60, random_state=0).assign(part="test")
    held_out["glucose"] += 0.001
    pd.concat([table, held_out]).to_csv(tmp_path / "table.csv", index=False)
    here("split", "table.csv", "--target", "outcome", "--split-column", "part", "-o", "split")
    here("preprocess", "split", "--resample", "smote", "-o", "prep")
    told = json.loads((tmp_path / "prep" / "resampling.json").read_text())
    assert told["before"] == {"healthy": 400, "ill": 180}
    assert told["after"] == {"healthy": 400, "ill": 400}
    resampled = pd.read_parquet(tmp_path / "prep" / "train_resampled.parquet")
    assert resampled.loc[resampled["synthetic"], "outcome"].tolist() == ["ill"] * 220
    originals = resampled[~resampled["synthetic"]].drop(columns="synthetic").reset_index(drop=True)
    pd.testing.assert_frame_equal(originals, pd.read_parquet(tmp_path / "prep" / "train.parquet"))
    assert len(pd.read_parquet(tmp_path / "prep" / "test.parquet")) == 60


MOMENTS = (("after", "mkdir"), ("before", "write"), ("after", "fsync"), ("before", "exchange"), ("after", "exchange"))


def killed_at(moment, arguments):
    """Run the command line in a copy of this process that is killed before or after a kind of work on the disk."""

    def watch(when, operation, path):
        if (when, operation) == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    disk.watch = watch
    os._exit(invoke(*arguments).exit_code)


def exit_code_of(target, *arguments):
    """How a copy of this process ends."""
    process = multiprocessing.get_context("fork").Process(target=target, args=arguments)
    with warnings.catch_warnings():
        # The threads of pytest-xdist wait for their master, and hold nothing.
        warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
        process.start()
    process.join()
    return process.exitcode


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot copy a process")
@pytest.mark.parametrize(
    ("step", "given", "options"),
    [
        ("split", "table.csv", ["--target", "outcome", "--seed"]),
        ("preprocess", "split", ["--resample", "random-over", "--seed"]),
        ("train", "prep", ["--model", "decision-tree", "--seed"]),
    ],
)
def test_killed_at_any_moment_what_stands_there_is_the_old_or_the_new_one(here, chain, tmp_path, step, given, options):
    command = [step, chain / given, "-o", "made", *options]
    here(*command, "0")
    stands = 0
    moments = [
        ("after", "mkdir"),
        ("before", "write"),
        ("after", "fsync"),
        ("before", "exchange"),
        ("after", "exchange"),
    ]
    for seed, moment in enumerate(moments, start=1):
        assert exit_code_of(killed_at, moment, [*command, str(seed)]) == -signal.SIGKILL
        stands = seed if moment == ("after", "exchange") else stands
        with open_artifact(tmp_path / "made", KINDS_BY_STEP[step]) as folder:
            folder.verify()
            assert folder.manifest.params["seed"] == stands
    here(*command, "0")
    assert [entry.name for entry in tmp_path.iterdir()] == ["made"]


def test_predict_keeps_order_and_reports_what_it_met(here, sample_data, tmp_path):
    here("split", sample_data / "customers.csv", "--target", "churned", "--id", "customer_id", "-o", "split")
    here("preprocess", "split", "-o", "prep")
    here("train", "prep", "--model", "logistic", "-o", "model")
    new = sample_data / "new_customers.csv"
    told = here("predict", "model", new, "--proba", "--keep", "city", "--contract", "c.json", "-o", "p.csv")
    rows = records(tmp_path / "p.csv")
    source = records(new)
    assert [row["customer_id"] for row in rows] == [row["customer_id"] for row in source]
    assert [row["city"] for row in rows] == [row["city"] for row in source]
    for row in rows:
        assert float(row["proba_no"]) + float(row["proba_yes"]) == pytest.approx(1)
        assert row["prediction"] == ("yes" if float(row["proba_yes"]) > 0.5 else "no")
    known = {row["city"] for row in records(sample_data / "customers.csv")}
    unseen = [row["city"] for row in source if row["city"] not in known]
    contract = json.loads((tmp_path / "c.json").read_text())
    assert contract["rows"] == len(source)
    assert contract["columns"]["city"]["unseen"] == len(unseen) > 0
    assert repr(unseen[0]) in told.stderr
    gate = here("predict", "model", new, "--max-unseen", "0", "-o", "p.csv", expect=6)
    assert "--max-unseen" in gate.stderr
    lower = here("predict", "model", new, "--threshold", "0.0").stdout.splitlines()[1:]
    assert {line.rsplit(",", 1)[1] for line in lower} == {"yes"}


def test_steps_refuse_what_is_stale_or_of_another_kind(here, mixed_csv, tmp_path):
    path = mixed_csv(rows=200)
    here("split", path, "--target", "outcome", "-o", "split")
    here("preprocess", "split", "-o", "prep")
    here("train", "prep", "--model", "dummy", "-o", "model")
    assert "preprocess" in here("train", "split", "-o", "other", expect=4).stderr
    assert "train" in here("predict", "prep", path, expect=4).stderr
    here("split", path, "--target", "outcome", "--seed", "1", "-o", "split")
    assert "again" in here("evaluate", "model", "-o", "evaluation", expect=4).stderr
    assert "again" in here("train", "prep", "--cv", "2", "--model", "dummy", "-o", "model", expect=4).stderr
