"""Clusters of tables that memory does not hold: the same files where all rows are seen, and a sentence where not."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score, calinski_harabasz_score

from mlpipe.artifacts.preps import Prep
from mlpipe.artifacts.splits import Split
from mlpipe.artifacts.tables import BlockTable
from mlpipe.engine.memory import Memory
from mlpipe.models.registry import find_estimator
from mlpipe.params import EvaluateParams, PreprocessParams, RoleParams, SplitParams, TrainParams
from mlpipe.steps.evaluate import evaluate
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.split import split
from mlpipe.steps.train import train
from mlpipe.steps.training.result import ClusteringResult
from tests.features.streaming.blocks import small_blocks

N = 1_050
MUCH = Memory(n_bytes=10**12)
LITTLE = Memory(n_bytes=350_000_000 + 48 * 7 * 300)
"""Room for the program and 300 rows of seven columns."""


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    X, true = make_blobs([500, 350, 200], n_features=3, cluster_std=0.6, centers=None, random_state=7)
    found = pd.DataFrame(X.round(4), columns=["x", "y", "z"])
    labels = np.array(["a", "b", "c"])[true].astype(object)
    labels[::10] = None
    return found.assign(plan=np.array(["free", "basic", "plus"])[true], true=labels)


@pytest.fixture(scope="module")
def made(tmp_path_factory, table):
    folder = tmp_path_factory.mktemp("clusters")
    table.to_csv(folder / "table.csv", index=False)
    split(str(folder / "table.csv"), folder / "split", SplitParams(task="clustering", roles=RoleParams(labels="true")))
    with pytest.MonkeyPatch.context() as patch:
        small_blocks(patch)
        preprocess(folder / "split", folder / "prep", PreprocessParams(outliers="drop"))
    return folder


@pytest.fixture
def allowed(monkeypatch):
    """Sets how much memory the steps have, blocks being small."""
    small_blocks(monkeypatch)
    monkeypatch.setattr("mlpipe.steps.evaluation.every_row.FEWEST", 50)

    def allow(memory):
        for step in ("train", "evaluate"):
            monkeypatch.setattr(f"mlpipe.steps.{step}.allowed_memory", lambda _: memory)

    return allow


@pytest.fixture
def held(monkeypatch):
    """Row counts of the tables that were read as a whole, or by the numbers of their rows."""
    found = []
    for owner, name in ((Prep, "training_matrix"), (Split, "part"), (BlockTable, "rows")):
        read = getattr(owner, name)

        def spied(self, *args, read=read):
            result = read(self, *args)
            found.append(len(result.X) if hasattr(result, "X") else result.num_rows)
            return result

        monkeypatch.setattr(owner, name, spied)
    return found


def differing(first: Path, second: Path) -> list[str]:
    names = sorted(path.relative_to(first).as_posix() for path in first.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(second).as_posix() for path in second.rglob("*") if path.is_file())
    return [name for name in names if (first / name).read_bytes() != (second / name).read_bytes()]


def table_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_small_batches_give_the_same_bytes_whatever_memory_there_is(made, tmp_path, allowed, held, table):
    results, most = [], []
    for name, memory in (("much", MUCH), ("little", LITTLE)):
        allowed(memory)
        held.clear()
        results.append(train(made / "prep", tmp_path / name, TrainParams(model="minibatch-kmeans", k="2:4")))
        most.append(max(held))
    assert differing(tmp_path / "much", tmp_path / "little") == []
    assert results[0].notes == results[1].notes
    assert most[0] > 800
    assert most[1] == 64
    rows = table_of(tmp_path / "little" / "clusters.csv")
    assert [row["row"] for row in rows] == [str(i) for i in range(N)]
    labelled = table["true"].notna().to_numpy()
    found = np.array([int(row["cluster"]) for row in rows])
    assert adjusted_rand_score(table["true"][labelled], found[labelled]) > 0.95
    assert json.loads((tmp_path / "little" / "scores.json").read_text())["k"] == 3


def test_an_evaluation_is_the_same_whatever_memory_there_is(made, tmp_path, allowed, held, table):
    allowed(LITTLE)
    train(made / "prep", tmp_path / "model", TrainParams(model="minibatch-kmeans", k="3"))
    results, most = [], []
    for name, memory in (("much", MUCH), ("little", LITTLE)):
        allowed(memory)
        held.clear()
        results.append(evaluate(tmp_path / "model", tmp_path / name, EvaluateParams()))
        most.append(max(held))
    result = results[1]
    assert differing(tmp_path / "much", tmp_path / "little") == []
    assert most == [N, 32]
    assert result.n_rows == N
    assert "105 rows without a reference label" in result.notes
    rows = table_of(tmp_path / "little" / "predictions.csv")
    clusters = np.array([int(row["prediction"]) for row in rows])
    labels = [row["label"] for row in rows]
    assert labels == table["true"].fillna("").tolist()
    there = np.array(labels) != ""
    ari = adjusted_rand_score(np.array(labels)[there], clusters[there])
    assert result.metrics["ari"]["value"] == pytest.approx(ari)
    X = Prep.load(made / "prep").preprocessor().transform(table)
    assert result.metrics["calinski_harabasz"]["value"] == pytest.approx(calinski_harabasz_score(X, clusters))
    assert "its interval is of a sample of 64 rows" in result.metrics["davies_bouldin"]["reason"]


def test_a_column_with_more_levels_than_are_counted_is_named(made, tmp_path, allowed, monkeypatch):
    allowed(MUCH)
    for module in ("mlpipe.metrics.clustering.profile", "mlpipe.steps.evaluation.clustered"):
        monkeypatch.setattr(f"{module}.MOST_LEVELS", 2)
    result = train(made / "prep", tmp_path / "model", TrainParams(model="kmeans", k="3"))
    assert "plan: of more than 2 levels the profile knows those that come first" in result.notes


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("kmeans", "kmeans learnt from a sample of 256 of "),
        ("gmm", "gmm learnt from a sample of 256 of "),
        ("auto", "the models learnt from a sample of 256 of "),
    ],
)
def test_other_models_learn_from_a_sample_and_say_so(made, tmp_path, allowed, held, model, told):
    allowed(LITTLE)
    result = train(made / "prep", tmp_path / "model", TrainParams(model=model, k="3"))
    assert isinstance(result, ClusteringResult)
    assert max(held) == 256
    (note,) = [note for note in result.notes if "sample" in note]
    assert note.startswith(told)
    assert note.endswith("Block by block, all rows teach minibatch-kmeans.")
    assert note in json.loads((tmp_path / "model" / "scores.json").read_text())["notes"]
    rows = table_of(tmp_path / "model" / "clusters.csv")
    assert len(rows) == N
    sizes = {cluster: size for cluster, size, _ in result.clusters}
    assert sizes == {k: [row["cluster"] for row in rows].count(str(k)) for k in range(3)}
    if result.model == "gmm":
        assert list(rows[0]) == ["row", "cluster", "proba_0", "proba_1", "proba_2"]


def test_a_model_for_few_rows_names_all_of_those_that_it_did_not_see(made, tmp_path, allowed, monkeypatch):
    allowed(LITTLE)
    few = lambda name, task: replace(find_estimator(name, task), most_rows=100)  # noqa: E731
    monkeypatch.setattr("mlpipe.steps.training.cluster_options.find_estimator", few)
    result = train(made / "prep", tmp_path / "model", TrainParams(model="agglomerative", k="3"))
    (note,) = [note for note in result.notes if "sample" in note]
    assert note.startswith(f"agglomerative is fitted on a sample of 100 rows of {result.n_train:,}")
