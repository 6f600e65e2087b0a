"""Every option of `train` changes what it says."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from mlpipe.artifacts.models import Model
from mlpipe.cli.commands.train import line
from mlpipe.errors import UsageError
from mlpipe.params import PreprocessParams, TrainParams
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.train import train
from mlpipe.steps.training.result import TrainResult
from mlpipe.words.parameters import as_options


@pytest.fixture
def fit(chain):
    """Train on the shared preparation with some options; gives the result and the fitted estimator."""

    def run(prep=chain / "prep", **options):
        jobs = options.pop("jobs", None)
        result = train(prep, Path("model"), TrainParams(**options), jobs=jobs)
        return result, Model.load(result.out).fitted.pipeline["model"]

    return run


def table(name):
    with (Path("model") / name).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("name", "estimator"), [("logistic", "LogisticRegression"), ("decision-tree", "DecisionTreeClassifier")]
)
def test_the_named_model_is_fitted(fit, name, estimator):
    result, fitted = fit(model=name)
    assert result.model == name
    assert type(fitted).__name__ == estimator


def test_parameters_are_the_estimators_own(fit):
    _, fitted = fit(model="decision-tree", params=(("max_depth", "2"), ("criterion", "entropy")))
    assert fitted.max_depth == 2
    assert fitted.criterion == "entropy"
    assert fitted.get_depth() == 2


def test_the_seed_is_the_estimators(fit):
    assert fit(model="decision-tree", seed=7)[1].random_state == 7


def test_class_weight_moves_predictions_towards_the_rare_class(fit, chain, splitting, rows, write):
    lines = rows(120).splitlines()
    splitting(write("t.csv", "\n".join(lines[:61] + [line for line in lines[61:] if line.endswith("no")])))
    preprocess(Path("split"), Path("prep"), PreprocessParams())
    plain = fit(prep=Path("prep"), model="logistic")[1].intercept_[0]
    even = fit(prep=Path("prep"), model="logistic", class_weight="balanced")[1].intercept_[0]
    assert even > plain


def test_cv_writes_a_row_for_each_fold_and_refits_the_plan(fit):
    result, _ = fit(model="logistic", cv=4)
    folds = table("cv.csv")
    assert [row["fold"] for row in folds] == ["1", "2", "3", "4"] or [row["fold"] for row in folds] == list("0123")
    assert sum(int(row["n_valid"]) for row in folds) == result.n_train
    mean = np.mean([float(row["accuracy"]) for row in folds])
    assert result.scores["cv"]["metrics"]["accuracy"]["mean"] == pytest.approx(mean)
    assert result.n_folds == 4


def test_a_mean_over_folds_says_over_how_many_it_could_be_computed(fit, splitting, write):
    rng = np.random.default_rng(0)
    lines = [f"{x:.3f},g{i % 10},{'yes' if i % 10 < 3 and x > 0 else 'no'}" for i, x in enumerate(rng.normal(size=300))]
    splitting(write("t.csv", "\n".join(["size,site,outcome", *lines])), roles={"group": "site"}, seed=1)
    preprocess(Path("split"), Path("prep"), PreprocessParams())
    result, _ = fit(prep=Path("prep"), model="auto", quality="fast", cv=5)
    defined = sum(row["roc_auc"] != "" and row["model"] == result.standings[0].model for row in table("cv.csv"))
    assert 0 < defined < 5
    assert result.scores["cv"]["metrics"]["roc_auc"]["n_folds"] == defined
    assert result.scores["cv"]["metrics"]["accuracy"]["n_folds"] == 5
    assert table("leaderboard.csv")[0]["n_folds"] == str(defined)
    assert f"5-fold roc_auc over {defined} of 5 folds:" in line(result)
    assert " over " not in line(fit(model="logistic", cv=2)[0])


def test_without_cv_there_are_no_folds(fit):
    fit(model="logistic")
    assert not (Path("model") / "cv.csv").exists()


def test_auto_compares_by_the_metric_that_is_asked_for(fit):
    result, _ = fit(model="auto", cv=2, metric="log_loss")
    board = table("leaderboard.csv")
    means = [float(row["log_loss_mean"]) for row in board]
    assert means == sorted(means)
    assert board[0]["model"] == result.model
    assert "dummy" in {row["model"] for row in board}
    assert result.metric == "log_loss"


def test_scores_tell_of_train_and_valid_but_never_of_the_test_rows(fit):
    result, _ = fit(model="logistic")
    told = json.loads(Path("model/scores.json").read_text())
    assert set(told["parts"]) == {"train", "valid"}
    assert told["parts"]["valid"]["n_rows"] == 60
    assert told == json.loads(json.dumps(result.scores))


def test_the_number_of_jobs_changes_no_byte(fit):
    one = fit(model="logistic", cv=2, jobs=1)[0]
    assert fit(model="logistic", cv=2, jobs=2)[0].fingerprint == one.fingerprint


def test_resampled_rows_are_what_is_learnt_from(fit, chain):
    preprocess(chain / "split", Path("prep"), PreprocessParams(resample="random-under", resample_ratio=0.9))
    counts = json.loads(Path("prep/resampling.json").read_text())["after"]
    assert fit(prep=Path("prep"), model="logistic")[0].n_train == sum(counts.values())


def test_weights_are_given_to_the_estimator(splitting, fit, write, refused):
    rng = np.random.default_rng(0)
    rows = [
        f"{rng.normal():.3f},{1 if i % 2 else 9},{'yes' if i % 2 else 'no'}" for i in range(100)
    ]  # fmt: skip
    data = write("t.csv", "\n".join(["x,w,outcome", *rows]))
    shares = {}
    for name, roles in (("weighted", {"weight": "w"}), ("plain", {"drop": ("w",)})):
        splitting(data, roles=roles)
        preprocess(Path("split"), Path("prep"), PreprocessParams())
        shares[name] = fit(prep=Path("prep"), model="dummy")[1].class_prior_[0]
    assert shares["plain"] == pytest.approx(0.5, abs=0.02)
    assert shares["weighted"] == pytest.approx(0.9, abs=0.02)
    splitting(data, roles={"weight": "w"}, force=True)
    refused(2, preprocess, Path("split"), Path("prep"), PreprocessParams(resample="smote"))


def test_a_moved_split_is_found_by_option(fit, chain, refused):
    import shutil

    for name in ("split", "prep"):
        shutil.copytree(chain / name, Path(name))
    Path("split").rename("elsewhere")
    params = TrainParams(model="logistic", cv=2)
    refused(4, train, Path("prep"), Path("model"), params)
    result = train(Path("prep"), Path("model"), params, split=Path("elsewhere"))
    assert isinstance(result, TrainResult)
    assert result.n_folds == 2


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        ({"model": "logistik"}, 2, "logistic"),
        ({"model": "ridge"}, 2, ""),
        ({"model": "auto", "params": (("max_depth", "3"),)}, 2, "--model auto"),
        ({"model": "logistic", "metric": "acuracy", "cv": 2}, 2, "accuracy"),
        ({"model": "logistic", "metric": "rmse", "cv": 2}, 2, ""),
        ({"model": "decision-tree", "params": (("max_dept", "3"),)}, 2, "max_depth"),
        ({"model": "decision-tree", "params": (("max_depth", "deep"),)}, 2, "max_depth"),
        ({"model": "decision-tree", "params": (("max_depth", "-1"),)}, 2, "max_depth"),
        ({"model": "knn", "class_weight": "balanced"}, 2, ""),
        ({"model": "knn", "params": (("n_neighbors", "100000"),)}, 2, "n_neighbors"),
        ({"model": "logistic", "cv": 100}, 3, "--cv"),
    ],
)
def test_what_cannot_be_fitted_is_answered(chain, refused, options, code, told):
    assert told in as_options(str(refused(code, train, chain / "prep", Path("model"), TrainParams(**options))))


def test_a_learning_curve_is_a_table_a_figure_and_a_sentence(fit):
    result, _ = fit(model="decision-tree", learning_curve=True)
    points = table("learning_curve.csv")
    assert list(points[0]) == ["n_train", "train_mean", "train_std", "valid_mean", "valid_std", "metric"]
    assert int(points[-1]["n_train"]) == pytest.approx(0.8 * result.n_train, abs=1)
    assert (Path("model") / "learning_curve.png").read_bytes().startswith(b"\x89PNG")
    assert any(note.startswith("learning curve of decision-tree: It overfits") for note in result.notes)


def test_a_validation_curve_scores_each_value(fit):
    result, _ = fit(model="decision-tree", validation_curve="max_depth=1,30", cv=3)
    points = table("validation_curve.csv")
    assert [row["max_depth"] for row in points] == ["1", "30"]
    assert float(points[1]["train_mean"]) > float(points[0]["train_mean"])
    assert any(
        note.startswith("validation curve of decision-tree: max_depth makes no clear difference")
        for note in result.notes
    )


@pytest.mark.parametrize(
    "options",
    [
        {"model": "decision-tree", "validation_curve": "max_deepness=1,2"},
        {"model": "auto", "validation_curve": "max_depth=1,2"},
    ],
)
def test_a_validation_curve_needs_a_parameter_of_one_model(fit, refused, options):
    refused(2, fit, **options)


@pytest.mark.parametrize("text", ["max_depth", "max_depth=3", "=1,2", "max_depth=3,3"])
def test_a_validation_curve_needs_a_parameter_and_values(text):
    with pytest.raises(UsageError, match="two or more values"):
        TrainParams(validation_curve=text)
