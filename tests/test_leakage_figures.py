"""What leaks would show in scores, held against bars: noise is not learnt, and cross-validation says what tests say.

Each bar lies between what an honest way scores and what the leaky one does, which is measured beside it where that
costs little.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_score

import mlpipe
from mlpipe.params import PreprocessParams, RoleParams, SplitParams, TrainParams
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.split import split
from mlpipe.steps.train import train

pytestmark = pytest.mark.slow
SEEDS = range(5)
FOREST: dict[str, Any] = {"model": "random-forest", "params": (("n_estimators", "30"),)}


def noise(seed: int, *, rows: int, columns: int, positives: float = 0.5) -> pd.DataFrame:
    """Numbers at random and a target that has nothing to do with them; exactly as many positives as asked for."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.normal(size=(rows, columns)), columns=[f"x{place}" for place in range(columns)])
    return table.assign(y=rng.permutation(np.where(np.arange(rows) < positives * rows, "yes", "no")))


def chain(
    folder: Path,
    table: pd.DataFrame,
    *,
    roles: RoleParams | None = None,
    preparing: dict[str, Any] | None = None,
    training: dict[str, Any],
    **options: Any,
) -> pd.Series:
    """Split, prepare and learn; the means of cross-validation on the training part."""
    folder.mkdir()
    table.to_csv(folder / "table.csv", index=False)
    split(str(folder / "table.csv"), folder / "split", SplitParams(target="y", roles=roles or RoleParams(), **options))
    preprocess(folder / "split", folder / "prep", PreprocessParams(**(preparing or {})))
    train(folder / "prep", folder / "model", TrainParams(cv=5, **training))
    return pd.read_csv(folder / "model" / "cv.csv").mean(numeric_only=True)


def on_test_rows(folder: Path, metric: Callable[[Any, Any], float]) -> float:
    """The score of the test part, by probabilities of "yes"; without the figures that take most time of `evaluate`."""
    rows = mlpipe.load(folder / "split").test
    return metric(rows["y"] == "yes", mlpipe.load(folder / "model").predict_proba(rows)["yes"])


def test_features_selected_among_noise_score_as_noise(tmp_path: Path) -> None:
    """Of 100 rows and 500 columns; selected on all rows they would score about 0.75."""
    honest, leaky = [], []
    for seed in SEEDS:
        table = noise(seed, rows=100, columns=500)
        select = {"select": "kbest", "select_k": 20}
        found = chain(tmp_path / f"{seed}", table, preparing=select, training={"model": "logistic"}, test_size=0.2)
        honest.append(found["accuracy"])
        X, y = table.drop(columns="y").to_numpy(), table["y"]
        leaky.append(cross_val_score(LogisticRegression(), SelectKBest(k=20).fit_transform(X, y), y, cv=5).mean())
    assert min(leaky) > 0.68
    assert np.mean(honest) <= 0.60
    assert max(honest) <= 0.68


def test_of_more_rows_cross_validation_and_test_say_chance(tmp_path: Path) -> None:
    scores = []
    for seed in SEEDS:
        table, folder = noise(seed, rows=260, columns=200), tmp_path / f"{seed}"
        select = {"select": "kbest", "select_k": 20}
        found = chain(folder, table, preparing=select, training={"model": "logistic"}, test_size=60 / 260)
        assert len(pd.read_parquet(folder / "split" / "test.parquet")) == 60
        scores.append((found["accuracy"], on_test_rows(folder, lambda y, proba: ((proba >= 0.5) == y).mean())))
    validated, of_tests = np.mean(scores, axis=0)
    assert 0.42 <= validated <= 0.58
    assert of_tests <= 0.62


def test_made_up_rows_of_noise_score_as_noise(tmp_path: Path) -> None:
    """Made up before the folds were drawn, they would bring 0.99 and 0.96."""
    found = [
        chain(
            tmp_path / f"{seed}",
            noise(seed, rows=1_000, columns=10, positives=0.05),
            preparing={"resample": "smote"},
            training=FOREST,
        )
        for seed in SEEDS
    ]
    assert np.mean([scores["pr_auc"] for scores in found]) <= 0.20
    assert np.mean([scores["balanced_accuracy"] for scores in found]) <= 0.62


def test_cross_validation_with_made_up_rows_foretells_the_test(tmp_path: Path) -> None:
    """Of 3,000 rows, 7 % positive, in which two numbers tell a little."""
    gaps = []
    for seed in SEEDS:
        table, folder = noise(seed, rows=3_000, columns=15), tmp_path / f"{seed}"
        odds = 0.6 * table["x0"] + 0.4 * table["x1"] - 2.9
        drawn = np.random.default_rng(seed).random(3_000) < 1 / (1 + np.exp(-odds))
        found = chain(
            folder, table.assign(y=np.where(drawn, "yes", "no")), preparing={"resample": "smote"}, training=FOREST
        )
        gaps.append(found["roc_auc"] - on_test_rows(folder, roc_auc_score))
    assert abs(np.mean(gaps)) <= 0.12


def test_rows_that_stand_twice_are_not_recognised(tmp_path: Path) -> None:
    """A forest that met the other copy would score 0.9."""
    table = noise(0, rows=500, columns=10)
    found = chain(tmp_path / "chain", pd.concat([table, table]), training=FOREST)
    train, test = (pd.read_parquet(tmp_path / "chain" / "split" / f"{part}.parquet") for part in ("train", "test"))
    assert len(train) + len(test) == 1_000
    assert not set(map(tuple, train.to_numpy())) & set(map(tuple, test.to_numpy()))
    assert found["accuracy"] <= 0.58


def test_groups_are_not_recognised(tmp_path: Path) -> None:
    """Of 100 subjects with ten rows each, whose class says nothing: rows drawn one by one would score 0.9."""
    scores = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        of_subjects = np.repeat(rng.normal(size=(100, 10)), 10, axis=0)
        table = pd.DataFrame(of_subjects + 0.3 * rng.normal(size=(1_000, 10)), columns=[f"x{i}" for i in range(10)])
        table["subject"] = np.repeat([f"s{place}" for place in range(100)], 10)
        table["y"] = np.repeat(rng.permutation(np.where(np.arange(100) < 50, "yes", "no")), 10)
        folder = tmp_path / f"{seed}"
        scores.append(chain(folder, table, roles=RoleParams(group="subject"), training=FOREST)["accuracy"])
        parts = [pd.read_parquet(folder / "split" / f"{part}.parquet")["subject"] for part in ("train", "test")]
        assert not set(parts[0]) & set(parts[1])
    assert np.mean(scores) <= 0.60


def test_later_rows_test_and_those_of_one_time_stay_together(tmp_path: Path) -> None:
    table = noise(0, rows=400, columns=3).assign(day=np.sort(np.arange(400) % 37) + 2_000)
    chain(tmp_path / "chain", table, roles=RoleParams(time="day"), training={"model": "logistic"})
    train, test = (
        pd.read_parquet(tmp_path / "chain" / "split" / f"{part}.parquet")["day"] for part in ("train", "test")
    )
    assert train.max() < test.min()
