"""`tune` searches, goes on after a kill, and writes a model."""

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import pytest

from mlpipe.artifacts.models import Model
from mlpipe.artifacts.study import StudyFile
from mlpipe.errors import ArtifactError, UsageError
from mlpipe.models import estimator_spec
from mlpipe.models.search.trials import Trial, best_trials
from mlpipe.params import PreprocessParams, TuneParams
from mlpipe.steps import tune as tuning
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.tune import tune
from tests.optional import some


def trials_of(out):
    with (Path(out) / "trials.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def tried(name):
    """How many trials a record holds; 0 where there is none yet."""
    if not Path(name).exists():
        return 0
    with closing(sqlite3.connect(name)) as connection, suppress(sqlite3.OperationalError):
        return int(connection.execute("SELECT COUNT(*) FROM trials").fetchone()[0])
    return 0


@pytest.fixture
def optuna():
    return pytest.importorskip("optuna")


def test_the_best_setting_is_trained_and_every_trial_is_told(chain, optuna):
    result = tune(chain / "prep", Path("model"), TuneParams(model="logistic", trials=5, cv=2))
    rows = trials_of("model")
    assert [row["trial"] for row in rows] == list("01234")
    assert rows[0]["param_C"] == ""
    values = [float(row["value"]) for row in rows if row["state"] == "complete"]
    assert result.best.value == pytest.approx(max(values))
    assert result.best.params.get("C", 1.0) == Model.load(Path("model")).fitted.pipeline["model"].C
    assert json.loads(Path("model/scores.json").read_text())["tuning"]["n_trials"] == 5
    assert Path("model/plots/history.png").exists()
    assert not Path("model.study.db").exists()


@pytest.mark.slow
def test_auto_searches_all_models_and_compares_the_best_with_the_portfolio(chain, optuna, monkeypatch):
    monkeypatch.setattr(estimator_spec, "find_spec", lambda library: None)
    result = tune(chain / "prep", Path("model"), TuneParams(trials=8, cv=2))
    assert len({trial.params["model"] for trial in result.trials}) > 1
    names = [standing.model for standing in result.trained.standings]
    assert f"{result.best.params['model']}-trial-{result.best.number}" in names
    assert {"logistic", "dummy"} <= set(names)


def test_trials_alone_make_a_search_that_repeats_itself(chain, optuna):
    params = TuneParams(model="logistic", trials=4, cv=2)
    once = tune(chain / "prep", Path("model"), params)
    again = tune(chain / "prep", Path("model"), params)
    assert once.trained.fingerprint == again.trained.fingerprint


def test_a_search_that_ends_early_goes_on_and_comes_to_the_same(chain, optuna, monkeypatch):
    whole = tune(chain / "prep", Path("whole"), TuneParams(model="logistic", trials=6, cv=2))

    def stop(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(tuning, "finish", stop)
        with pytest.raises(KeyboardInterrupt):
            tune(chain / "prep", Path("parts"), TuneParams(model="logistic", trials=3, cv=2))
    assert Path("parts.study.db").exists()
    parts = tune(chain / "prep", Path("parts"), TuneParams(model="logistic", trials=6, cv=2))
    assert parts.resumed == 3
    assert parts.trials == whole.trials
    for name in ("trials.csv", "model.joblib", "scores.json"):
        assert (Path("parts") / name).read_bytes() == (Path("whole") / name).read_bytes()


@pytest.mark.slow
def test_a_kill_loses_no_trial_that_was_finished(chain, optuna):
    command = [sys.executable, "-m", "mlpipe", "tune", str(chain / "prep"), "--model", "random-forest",
               "--trials", "20", "--cv", "3", "-o", "model"]  # fmt: skip
    root = Path(tuning.__file__).parents[2]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(root)}, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while tried("model.study.db") < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    finished = tried("model.study.db")
    result = tune(chain / "prep", Path("model"), TuneParams(model="random-forest", trials=20, cv=3))
    numbers = [int(row["trial"]) for row in trials_of("model")]
    assert numbers == list(range(20))
    assert result.resumed == finished >= 2


def test_the_nested_score_of_noise_is_chance(splitting, write, optuna):
    rng = np.random.default_rng(0)
    lines = [",".join(f"{value:.3f}" for value in rng.normal(size=10)) + f",{'ab'[i % 2]}" for i in range(160)]
    splitting(write("t.csv", "\n".join([",".join(f"x{i}" for i in range(10)) + ",outcome", *lines])))
    preprocess(Path("split"), Path("prep"), PreprocessParams())
    result = tune(Path("prep"), Path("model"), TuneParams(model="decision-tree", trials=8, cv=3, nested=4))
    assert len(result.nested) == 4
    assert 0.35 < np.mean(result.nested) < 0.62
    assert some(result.best.value) > np.mean(result.nested)


def test_ranges_of_a_file_stand_before_those_of_the_registry(chain, optuna):
    Path("space.toml").write_text("[logistic]\nC = { low = 5, high = 6 }\n")
    tune(chain / "prep", Path("model"), TuneParams(model="logistic", trials=4, cv=2, space="space.toml"))
    assert all(5 <= float(row["param_C"]) <= 6 for row in trials_of("model")[1:])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[logistic", "TOML"),
        ("[logistic]\nC = 3\n", "logistic.C is no range"),
        ("[logistic]\nC = {low=2, high=1}", "no range"),
    ],
)
def test_a_file_of_ranges_that_cannot_be_used_is_told(chain, optuna, text, told):
    Path("space.toml").write_text(text)
    with pytest.raises(UsageError, match=told):
        tune(chain / "prep", Path("model"), TuneParams(model="logistic", trials=1, cv=2, space="space.toml"))


def test_a_model_without_parameters_to_search_is_told(chain, optuna):
    with pytest.raises(UsageError, match="no parameters to search"):
        tune(chain / "prep", Path("model"), TuneParams(model="dummy", trials=1))


def test_the_record_of_a_search_belongs_to_it_alone(tmp_path):
    trial = Trial(number=0, state="complete", params={"C": 1.0}, value=0.5, folds=(0.5,))
    with StudyFile(tmp_path / "model", {"model": "a"}, restart=False) as study:
        study.keep(trial)
    with StudyFile(tmp_path / "model", {"model": "a"}, restart=False) as study:
        assert study.trials() == (trial,)
    with pytest.raises(UsageError, match="restart"), StudyFile(tmp_path / "model", {"model": "b"}, restart=False):
        pass
    with StudyFile(tmp_path / "model", {"model": "b"}, restart=True) as study:
        assert study.trials() == ()
    study.path.write_text("no database at all, but long enough to be looked at as one")
    with pytest.raises(ArtifactError, match="cannot be used"), StudyFile(tmp_path / "model", {}, restart=False):
        pass


def test_a_full_disk_in_a_search_is_told_and_loses_no_finished_trial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(path: Path) -> sqlite3.Connection:
        connection = opened(path)
        connection.execute("PRAGMA max_page_count = 4")
        return connection

    opened = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", connect)
    first = Trial(number=0, state="complete", params={"C": 1.0}, value=0.5, folds=(0.5,))
    large = Trial(number=1, state="complete", params={"C": "x" * 100_000}, value=0.5)
    with StudyFile(tmp_path / "model", {"model": "a"}, restart=False) as study:
        study.keep(first)
        with pytest.raises(ArtifactError, match=r"disk is full[\s\S]*finished trials are kept"):
            study.keep(large)
    with StudyFile(tmp_path / "model", {"model": "a"}, restart=False) as study:
        assert study.trials() == (first,)


def test_the_best_of_equal_trials_is_the_first_and_unfinished_ones_do_not_count():
    def trial(number, value, state="complete"):
        return Trial(number=number, state=state, params={}, value=value)

    tried = [trial(0, 0.5), trial(1, 0.7), trial(2, 0.7), trial(3, 0.9, "pruned"), trial(4, None, "failed")]
    assert [t.number for t in best_trials(tried, greater_is_better=True)] == [1, 2, 0]
    assert [t.number for t in best_trials(tried, greater_is_better=False)] == [0, 1, 2]


@pytest.mark.parametrize(
    "options", [{"trials": 0}, {"cv": 1}, {"nested": 1}, {"time_budget": 0.0}, {"time_budget": -1.0}], ids=str
)
def test_options_out_of_range_are_refused(options):
    with pytest.raises(UsageError, match=next(iter(options))):
        TuneParams(**options)
