"""`train` with models that learn by gradient descent: options, files, refusals."""

import csv
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.models import Model
from mlpipe.artifacts.preps import Prep
from mlpipe.engine.memory import allowed_memory
from mlpipe.errors import FitError, UsageError
from mlpipe.models import estimator_spec
from mlpipe.models.fitting import ModelChoice
from mlpipe.models.registry import find_estimator
from mlpipe.params import DescentParams, PreprocessParams, RoleParams, SplitParams, TrainParams
from mlpipe.steps.config.chain import read_config
from mlpipe.steps.loading import LazySplit
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.split import split
from mlpipe.steps.train import train
from mlpipe.steps.training import prepared
from mlpipe.steps.training.prepared import prepared_rows
from mlpipe.task import Task
from mlpipe.words.parameters import as_options
from tests.conftest import make_chain
from tests.optional import some


def descend(chain, *, jobs=1, out="model", **options):
    """Train a torch model; the options of gradient descent are told from the others."""
    pytest.importorskip("torch", reason="torch is not installed: descents are not tested")
    own = {name: options.pop(name) for name in list(options) if name in DescentParams.__dataclass_fields__}
    params = TrainParams(descent=DescentParams(**own), **{"model": "torch-linear", **options})
    return train(chain / "prep", Path(out), params, jobs=jobs)


def table(name, out="model"):
    with (Path(out) / name).open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_epoch_is_written_down_with_the_loss_on_validation_rows(chain, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = descend(chain, optimizer="adam", epochs=12, batch_size="32")
    rows = table("history.csv")
    assert list(rows[0]) == ["epoch", "train_loss", "valid_loss", "metric", "lr", "gradient_norm"]
    assert [row["epoch"] for row in rows] == [str(epoch) for epoch in range(1, 13)]
    assert all(float(row[name]) > 0 for row in rows for name in rows[0])
    assert {row["lr"] for row in rows} == {"0.04"}
    assert float(rows[-1]["train_loss"]) < float(rows[0]["train_loss"])
    assert (Path("model") / "loss.png").stat().st_size > 10_000
    assert any("loss" in note and "epoch" in note for note in result.notes)
    assert set(result.scores["notes"]) <= set(result.notes)
    assert any("loss" in note for note in result.scores["notes"])


@pytest.mark.parametrize("model", ["torch-linear", "torch-mlp"])
def test_jobs_change_no_byte(chain, tmp_path, monkeypatch, model):
    monkeypatch.chdir(tmp_path)
    prints = {descend(chain, model=model, epochs=3, cv=2, jobs=jobs).fingerprint for jobs in (1, 2)}
    assert len(prints) == 1


def test_a_descent_is_cross_validated_calibrated_and_decided_like_any_other(chain, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = descend(chain, model="torch-mlp", epochs=5, cv=2, calibrate="sigmoid", threshold="f1")
    assert result.standings[0].model == "torch-mlp"
    assert Model.load(result.out).fitted.decision.threshold is not None


def test_every_optimizer_is_drawn_and_listed_from_one_start(chain, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    descend(chain, optimizer="sgd", epochs=4, batch_size="full", compare_optimizers=True)
    rows = table("optimizers.csv")
    names = {row["optimizer"] for row in rows}
    assert names == {"sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "lbfgs"}
    assert len({row["train_loss"] for row in rows if row["epoch"] == "1"}) == 1
    assert (Path("model") / "plots" / "optimizers.png").exists()
    descend(chain, optimizer="sgd", epochs=4, batch_size="20", compare_optimizers=True)
    assert "lbfgs" not in {row["optimizer"] for row in table("optimizers.csv")}


@pytest.fixture(scope="module")
def one_column(tmp_path_factory):
    rng = np.random.default_rng(0)
    x = rng.uniform(10, 90, 60)
    frame = pd.DataFrame({"area": x, "outcome": 3 * x + 20 + rng.normal(size=60)})
    return make_chain(tmp_path_factory.mktemp("line"), frame, model="linear")


def test_two_parameters_leave_a_path_and_one_column_a_line(one_column, chain, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    descend(one_column, optimizer="sgd", lr=0.1, batch_size="full", epochs=80, trace=True)
    coefficients = {row["feature"]: float(row["coefficient"]) for row in table("coefficients.csv")}
    assert coefficients["area"] == pytest.approx(3, abs=0.05)
    assert coefficients["(intercept)"] == pytest.approx(20, abs=2)
    assert {"path.png", "line.png"} <= {path.name for path in Path("model").iterdir()}
    result = descend(chain, epochs=3, trace=True)
    assert not {"path.png", "line.png"} & {path.name for path in Path("model").iterdir()}
    assert any("more parameters than the two" in note for note in result.notes)


def test_figures_change_no_weights(one_column, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for out, figures in (("plain", {}), ("drawn", {"trace": True, "compare_optimizers": True})):
        descend(one_column, out=out, epochs=3, optimizer="adam", **figures)
    assert Path("plain/model.joblib").read_bytes() == Path("drawn/model.joblib").read_bytes()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"model": "logistic", "lr": 0.1}, "--lr is for models that learn by gradient descent, and the model is log"),
        ({"model": "auto", "trace": True}, "--trace is for models that learn by gradient descent, and the model is a"),
        ({"hidden": "4"}, "torch-linear has no --hidden.\nChoose torch-mlp, which has."),
        ({"batch_size": "1000"}, "--batch-size is 1000, and there are 180 training rows.\nGive fewer, or full."),
        ({"loss": "mse"}, "--loss mse is not for two classes.\nChoose bce or cross-entropy or hinge."),
        ({"loss": "l2"}, "There is no loss 'l2'.\n--loss\nKnown: bce, "),
        ({"lr": 0.0}, "--lr is 0.\nGive a learning rate above 0"),
        ({"optimizer": "lbfgs", "batch_size": "8"}, "--optimizer lbfgs takes all rows at once.\nLeave --batch-size"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_name(chain, tmp_path, monkeypatch, options, told):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        descend(chain, **options)
    assert as_options(str(caught.value)).startswith(told)


def test_a_value_of_p_that_the_net_does_not_take_is_wrong_usage(chain, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wrong = (("optimizer", "adm", "lbfgs"), ("lr", "abc", "float"), ("rate", "1", "no such parameter|did you mean"))
    for name, value, told in wrong:
        with pytest.raises(UsageError, match=told):
            descend(chain, params=((name, value),))


def test_without_torch_it_says_what_to_install(chain, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(estimator_spec, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"(?s)torch-mlp needs torch.*pip install 'mlpipe\[torch\]'"):
        train(chain / "prep", Path("model"), TrainParams(model="torch-mlp"))


def test_divergence_is_an_error_of_the_fit(quantities, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FitError, match=r"(?s)diverged in epoch \d+.*Lower the learning rate"):
        descend(quantities, optimizer="sgd", lr=50.0, batch_size="full")
    assert not Path("model").exists()


def test_the_options_stand_in_the_train_section_of_a_configuration(tmp_path):
    path = tmp_path / "mlpipe.toml"
    path.write_text('data = "t.csv"\ntarget = "y"\n[train]\nmodel = "torch-mlp"\nlr = 0.1\nhidden = "8"\ncv = 3\n')
    params = read_config(path).train
    assert (params.cv, params.descent) == (3, DescentParams(lr=0.1, hidden="8"))
    path.write_text('data = "t.csv"\ntarget = "y"\n[train]\nlearning_rate = 0.1\n')
    with pytest.raises(UsageError, match="learning_rate"):
        read_config(path)


def test_several_labels_are_one_net(tmp_path, monkeypatch):
    pytest.importorskip("torch", reason="torch is not installed: nets of several labels are not tested")
    rng = np.random.default_rng(0)
    X = rng.normal(size=(150, 3))
    labels = {name: (X[:, place] > 0).astype(int) for place, name in enumerate(("red", "green"))}
    frame = pd.DataFrame({"a": X[:, 0], "b": X[:, 1], "c": X[:, 2], **labels})
    chain = make_chain(tmp_path, frame, target="red,green", model="logistic")
    monkeypatch.chdir(tmp_path)
    for model in ("torch-linear", "torch-mlp"):
        result = descend(chain, model=model, out=model, epochs=20, loss="bce")
        assert result.scores["parts"]["train"]["metrics"]["f1_macro"] > 0.8
        assert table("history.csv", model)


def test_resampled_rows_leave_validation_rows_alone(chain, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    preprocess(chain / "split", Path("prep"), PreprocessParams(resample="smote"))
    result = descend(Path(), model="torch-mlp", epochs=4, cv=2, out="model")
    assert len(table("history.csv")) == 4
    assert result.standings


@pytest.fixture(scope="module")
def households(tmp_path_factory):
    """Each household answers alike, by chance: what is learnt of one says nothing of another. One row is far out."""
    rng = np.random.default_rng(0)
    home = np.repeat(np.arange(50), 8)
    frame = pd.DataFrame({"household": home, "place": home + 0.001 * np.arange(400)})
    frame[[f"f{i}" for i in range(8)]] = rng.normal(size=(50, 8))[home]
    frame.loc[3, "f0"] = 1e6
    frame["outcome"] = np.where(rng.permutation(50) < 25, "yes", "no")[home]
    return frame


def divided(folder, frame, roles, *, valid_size=0.0, **options):
    frame.to_csv(folder / "t.csv", index=False)
    params = SplitParams(target="outcome", roles=RoleParams(**roles), valid_size=valid_size)
    split(str(folder / "t.csv"), folder / "split", params)
    preprocess(folder / "split", folder / "prep", PreprocessParams(scale="none", **options))
    return folder


def prepared_for(model, prep):
    choice = ModelChoice(spec=find_estimator(model, Task.BINARY))
    source = LazySplit(prep.folder, ArtifactKind.SPLIT, instead=None)
    with ExitStack() as held:
        return prepared_rows(prep, source, choice, held, memory=allowed_memory(None), seed=0)


@pytest.mark.parametrize(
    "options", [{}, {"outliers": "drop"}, {"outliers": "drop", "resample": "random-over"}], ids=str
)
def test_what_ties_rows_reaches_the_rows_that_are_learnt(households, tmp_path, options):
    folder = divided(tmp_path, households, {"group": "household"}, **options)
    prep = Prep.load(folder / "prep")
    found = prepared_for("torch-mlp", prep)
    X, _ = found.before or (found.X, found.y)
    homes = np.floor(X[:, prep.feature_names.index("place")])
    groups = some(found.bonds.groups)
    assert len(set(zip(homes, groups, strict=True))) == len(set(homes)) == len(set(groups))


def test_progress_is_watched_on_households_that_are_not_learnt_from(households, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    best = {}
    for name, roles in (("tied", {"group": "household"}), ("free", {"drop": ("household",)})):
        (tmp_path / name).mkdir()
        folder = divided(tmp_path / name, households.drop(3), {**roles, "drop": (*roles.get("drop", ()), "place")})
        descend(folder, model="torch-mlp", out=f"{name}-model", epochs=60, lr=0.01)
        best[name] = min(float(row["valid_loss"]) for row in table("history.csv", f"{name}-model"))
    assert best["tied"] > 0.4 > 4 * best["free"]


def test_tied_rows_come_in_blocks_where_none_of_them_is_set_aside(households, tmp_path, monkeypatch):
    monkeypatch.setattr(prepared, "BLOCK_ROWS", 100)
    for valid_size in (0.0, 0.2):
        folder = tmp_path / str(valid_size)
        folder.mkdir()
        prep = Prep.load(divided(folder, households, {"group": "household"}, valid_size=valid_size) / "prep")
        assert (prepared_for("torch-mlp", prep).every is None) == (valid_size == 0.0)
        assert prepared_for("torch-linear", prep).every is not None
