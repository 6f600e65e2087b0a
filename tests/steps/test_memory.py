"""Tables that memory does not hold: the same artifacts where all rows are seen, and a sentence where they are not."""

import json
import tracemalloc
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mlpipe.artifacts.splits import Split
from mlpipe.engine.memory import LEAST, Memory
from mlpipe.errors import UsageError
from mlpipe.metrics.labels.each import measure_each
from mlpipe.metrics.outcome import Outcome
from mlpipe.metrics.registry import metrics_for
from mlpipe.metrics.results import baseline_scores, measure
from mlpipe.models.predicting import Predictions, gather
from mlpipe.models.registry import find_estimator
from mlpipe.params import DescentParams, EvaluateParams, PreprocessParams, RoleParams, SplitParams, TrainParams
from mlpipe.steps.evaluate import evaluate
from mlpipe.steps.evaluation.every_row import PartFile, scoring_bytes
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.split import split
from mlpipe.steps.train import train
from mlpipe.target import ClassTarget, LabelsTarget, NumbersTarget
from mlpipe.target.reference import TargetReference
from mlpipe.task import Task
from tests.features.streaming.blocks import small_blocks
from tests.features.tables import labels, mixed_rows
from tests.targets import NO_YES, NUMBER, classes

N = 900
MUCH = Memory(n_bytes=10**12)
LITTLE = Memory(n_bytes=350_000_000 + 48 * 7 * 300)
"""Room for the program and 300 rows of seven columns."""


@pytest.fixture(scope="module")
def divided(tmp_path_factory):
    folder = tmp_path_factory.mktemp("divided")
    table = mixed_rows(N).assign(left=labels(N), weight=np.random.default_rng(2).integers(0, 4, N))
    table.loc[5, "age"] = 900.0
    path = folder / "people.csv"
    table.to_csv(path, index=False)
    split(str(path), folder / "split", SplitParams(target="left", roles=RoleParams(drop=("weight",))))
    split(str(path), folder / "weighed", SplitParams(target="left", roles=RoleParams(weight="weight")))
    return folder


@pytest.fixture
def allowed(monkeypatch):
    """Sets how much memory the steps have, blocks being small."""
    small_blocks(monkeypatch)
    monkeypatch.setattr("mlpipe.steps.evaluation.every_row.FEWEST", 50)
    monkeypatch.setattr("mlpipe.steps.evaluation.every_row.BLOCK_ROWS", 70)

    def allow(memory):
        for step in ("preprocess", "train", "evaluate"):
            monkeypatch.setattr(f"mlpipe.steps.{step}.allowed_memory", lambda _: memory)

    return allow


def differing(first: Path, second: Path) -> list[str]:
    names = sorted(path.relative_to(first).as_posix() for path in first.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(second).as_posix() for path in second.rglob("*") if path.is_file())
    return [name for name in names if (first / name).read_bytes() != (second / name).read_bytes()]


@pytest.mark.parametrize(
    "options", [{}, {"preset": "tree"}, {"preset": "minimal"}, {"preset": "linear"}, {"outliers": "drop"}], ids=str
)
def test_a_preparation_is_the_same_to_the_last_byte_whatever_memory_there_is(divided, tmp_path, allowed, options):
    results = []
    for name, memory in (("much", MUCH), ("little", Memory(n_bytes=350_000_000 + 48 * 1_500))):
        allowed(memory)
        results.append(preprocess(divided / "split", tmp_path / name, PreprocessParams(**options)))
    assert differing(tmp_path / "much", tmp_path / "little") == []
    assert results[0].notes == results[1].notes


def test_what_is_fitted_on_a_sample_is_told(divided, tmp_path, allowed):
    allowed(LITTLE)
    result = preprocess(divided / "split", tmp_path / "prep", PreprocessParams(scale="power"))
    assert any("fitted on a sample of 128 of 720 training rows" in note for note in result.notes)


@pytest.mark.parametrize(
    ("options", "named"), [({"resample": "smote"}, "resample"), ({"augment": "jitter"}, "augment")]
)
def test_what_needs_all_rows_at_once_is_refused(divided, tmp_path, allowed, options, named):
    allowed(LITTLE)
    with pytest.raises(UsageError, match=f"{named}.* needs all training rows at once"):
        preprocess(divided / "split", tmp_path / "prep", PreprocessParams(**options))
    assert not (tmp_path / "prep").exists()


@pytest.mark.parametrize("source", ["split", "weighed"])
@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("sgd", {}),
        ("sgd", {"class_weight": "balanced"}),
        ("naive-bayes", {}),
        ("naive-bayes", {"class_weight": "balanced"}),
        ("lightgbm", {"params": (("n_estimators", "9"),)}),
        ("xgboost", {"params": (("n_estimators", "9"),), "class_weight": "balanced"}),
        ("torch-linear", {"descent": DescentParams(epochs=4)}),
        ("torch-mlp", {"descent": DescentParams(epochs=2, hidden="8"), "class_weight": "balanced"}),
    ],
    ids=str,
)
def test_a_model_that_learns_from_blocks_is_the_same_to_the_last_byte(
    divided, tmp_path, allowed, source, model, options
):
    if not find_estimator(model, Task.BINARY).is_installed:
        pytest.skip(f"{model} is not installed")
    allowed(MUCH)
    prepared = preprocess(divided / source, tmp_path / "prep", PreprocessParams(outliers="drop"))
    assert prepared.n_train < 720
    for name, memory in (("much", MUCH), ("little", Memory(n_bytes=350_000_000 + 48 * 7 * 700))):
        allowed(memory)
        result = train(tmp_path / "prep", tmp_path / name, TrainParams(model=model, **options))
        assert not any("sample" in note for note in result.notes)
        assert result.n_train == prepared.n_train
    assert differing(tmp_path / "much", tmp_path / "little") == []


@pytest.mark.parametrize("options", [{"model": "logistic"}, {"model": "sgd", "cv": 3}], ids=str)
def test_other_models_learn_from_a_sample_and_say_so(divided, tmp_path, allowed, options):
    allowed(MUCH)
    preprocess(divided / "split", tmp_path / "prep", PreprocessParams(preset="minimal"))
    allowed(LITTLE)
    result = train(tmp_path / "prep", tmp_path / "model", TrainParams(**options))
    assert result.n_train == 128
    (told,) = [note for note in result.notes if "sample" in note]
    assert "learnt from a sample of 128 of 720 training rows" in told
    others = {"naive-bayes", "sgd"} - {options["model"]}
    assert f"Block by block, all rows teach {' or '.join(sorted(others))}" in told
    scores = json.loads((tmp_path / "model" / "scores.json").read_text())
    assert told in scores["notes"]
    assert scores["n_train"] == 128


def test_boosting_learns_from_a_sample_where_memory_does_not_hold_what_it_keeps_of_a_row(divided, tmp_path, allowed):
    pytest.importorskip("lightgbm")
    allowed(MUCH)
    n_features = preprocess(divided / "split", tmp_path / "prep", PreprocessParams(preset="minimal")).n_features
    each = find_estimator("lightgbm", Task.BINARY).load()().row_bytes(n_features, 2)
    few = (("n_estimators", "3"),)
    for spare, n_train in ((720 * each, 720), (720 * each - 1, 128)):
        allowed(Memory(n_bytes=350_000_000 + spare))
        result = train(tmp_path / "prep", tmp_path / f"{spare}", TrainParams(model="lightgbm", params=few))
        assert result.n_train == n_train
        assert [note for note in result.notes if "sample of" in note] == ([] if n_train == 720 else [result.notes[0]])


def test_optimizers_are_compared_on_a_sample_of_many_rows_and_that_is_told(divided, tmp_path, allowed):
    pytest.importorskip("torch")
    allowed(MUCH)
    preprocess(divided / "split", tmp_path / "prep", PreprocessParams(preset="minimal"))
    descent = DescentParams(epochs=2, compare_optimizers=True)
    result = train(tmp_path / "prep", tmp_path / "model", TrainParams(model="torch-linear", descent=descent))
    assert result.n_train == 720
    assert "optimizers are compared on a sample of 64 of 720 training rows" in result.notes


def test_candidates_that_were_compared_on_a_sample_are_named(divided, tmp_path, allowed):
    allowed(MUCH)
    preprocess(divided / "split", tmp_path / "prep", PreprocessParams(preset="minimal"))
    allowed(LITTLE)
    result = train(tmp_path / "prep", tmp_path / "model", TrainParams(quality="fast"))
    (told,) = [note for note in result.notes if "were compared on" in note]
    assert told.endswith(" were compared on 128 of these rows")
    assert "dummy" in told


def test_of_several_targets_the_models_that_take_one_at_a_time_learn_from_all_rows_at_once(tmp_path, allowed):
    numbers = np.random.default_rng(0).normal(size=(500, 4))
    path = tmp_path / "numbers.csv"
    np.savetxt(path, numbers, delimiter=",", header="a,b,c,d", comments="")
    allowed(MUCH)
    split(str(path), tmp_path / "split", SplitParams(target="c,d"))
    preprocess(tmp_path / "split", tmp_path / "prep", PreprocessParams())
    result = train(tmp_path / "prep", tmp_path / "model", TrainParams(model="sgd"))
    assert result.n_train == 400
    allowed(Memory(n_bytes=350_000_000 + 48 * 4 * 300))
    (told,) = [n for n in train(tmp_path / "prep", tmp_path / "less", TrainParams(model="sgd")).notes if "sample" in n]
    assert told.startswith("sgd learnt from a sample of 256 of 400 training rows")
    assert "sgd" not in told.removeprefix("sgd")


def test_all_rows_are_scored_and_a_sample_is_looked_at_column_by_column(divided, tmp_path, allowed):
    allowed(MUCH)
    preprocess(divided / "weighed", tmp_path / "prep", PreprocessParams())
    train(tmp_path / "prep", tmp_path / "model", TrainParams(model="naive-bayes"))
    found = []
    for name, memory in (("much", MUCH), ("little", LITTLE)):
        allowed(memory)
        found.append(evaluate(tmp_path / "model", tmp_path / name, EvaluateParams()))
    much, little = found
    assert (little.metrics, little.n_rows) == (much.metrics, 180)
    (told,) = [note for note in little.notes if note not in much.notes and "memory" in note]
    assert told.startswith("scores are of all 180 rows; slices, worst rows and the influence of columns are of 32")
    changed = differing(tmp_path / "much", tmp_path / "little")
    assert "predictions.csv" not in changed
    assert not [name for name in changed if name.startswith("plots/")]
    assert set(changed) <= {"manifest.json", "metrics.json", "report.html", "report.md", "slices.csv", "worst_rows.csv"}


def test_less_than_the_program_needs_is_refused(divided, tmp_path):
    with pytest.raises(UsageError, match="less than the program itself needs"):
        preprocess(divided / "split", tmp_path / "out", PreprocessParams(), memory=LEAST - 1)


def test_what_scoring_all_rows_takes_is_no_room_for_a_sample():
    """A row that is looked at takes its 2 columns and 30 cells beside them; scoring takes 3 for each of all."""
    context = SimpleNamespace(schema=SimpleNamespace(columns=("x", "y")), target=NO_YES)
    split_of_two: Any = SimpleNamespace(context=context)
    part = PartFile(split=split_of_two, part="test", numbers=np.arange(20_000))
    whole = 20_000 * (2 + 30 + 3)
    found = [part.sample(cells, seed=0) for cells in (whole, whole - 1, 0)]
    assert [None if rows is None else len(rows) for rows in found] == [None, 16_384, 8_192]


def test_a_label_of_a_part_that_the_model_does_not_know_is_counted(divided):
    """Its classes are `no` and `yes`; one that knew others has none of the rows right, and names what it met."""
    division = Split.load(divided / "split")
    part, truth = PartFile.of(division, "test"), division.part("test")["left"].to_pylist()
    target = ClassTarget(column="left", classes=("no", "perhaps"), positive="perhaps")
    said = [Predictions(target=target, outputs=np.ones(60, dtype=np.int64)) for _ in range(3)]
    gathered = gather(iter(said), 180)
    assert gathered.outputs.dtype == np.uint8
    assert gathered.outputs.sum() == 180
    outcome = part.beside(gathered)
    assert outcome.labels == ("no", "perhaps", "yes")
    assert outcome.support.tolist() == [truth.count("no"), 0, truth.count("yes")]


def random_outcome(target, n_rows):
    """What a model may say that knows nothing."""
    rng = np.random.default_rng(0)
    n_columns = len(target.columns)
    if isinstance(target, ClassTarget):
        proba = rng.dirichlet(np.ones(len(target.classes)), n_rows)
        y = rng.integers(0, len(target.classes), n_rows, dtype=np.uint8)
        return Outcome(target=target, y_true=y, y_pred=proba.argmax(axis=1).astype(np.uint8), y_proba=proba)
    if isinstance(target, LabelsTarget):
        proba = rng.random((n_rows, n_columns))
        y = rng.integers(0, 2, proba.shape)
        return Outcome(target=target, y_true=y, y_pred=(proba >= 0.5).astype(np.int64), y_proba=proba)
    y = rng.normal(size=n_rows if n_columns == 1 else (n_rows, n_columns))
    return Outcome(target=target, y_true=y, y_pred=y + 1)


@pytest.mark.parametrize(
    "target",
    [
        NO_YES,
        classes(*"abcdef"),
        NUMBER,
        LabelsTarget(columns=("a", "b", "c"), positives=("1", "1", "1")),
        NumbersTarget(columns=("a", "b", "c")),
    ],
    ids=lambda target: target.task.value,
)
def test_scoring_takes_as_many_bytes_as_are_counted(target, monkeypatch):
    """At most as many, and three quarters of them at least; the number of resamples makes no difference."""
    monkeypatch.setattr("mlpipe.metrics.bootstrap._FEWEST_RESAMPLES", 2)
    monkeypatch.setattr("mlpipe.metrics.bootstrap._MOST_WORK", 0)
    n_rows, names = 600_000, [spec.name for spec in metrics_for(target.task)]
    counts = dict.fromkeys(target.classes, 1) if isinstance(target, ClassTarget) else {}
    known = TargetReference(counts=counts, means=() if counts else (0.5,) * len(target.columns))
    tracemalloc.start()
    try:
        outcome = random_outcome(target, n_rows)
        tracemalloc.reset_peak()
        measure(outcome, names)
        baseline_scores(outcome, names, known)
        measure_each(outcome, level=0.95, seed=0)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    numbers_of_rows = 8
    assert 0.75 * scoring_bytes(target) < most / n_rows + numbers_of_rows < scoring_bytes(target)
