"""What `train` decides beside the model: blend, calibration, threshold, abstention, intervals, target transform."""

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from mlpipe.artifacts.models import PLANS, Model
from mlpipe.artifacts.splits import Split
from mlpipe.errors import UsageError
from mlpipe.params import PredictFiles, PredictParams, PreprocessParams, TrainParams
from mlpipe.steps.predict import predict
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.train import train
from tests.optional import some


def table_of(rng, n=240):
    """Numbers, a category and gaps, a class, and a skewed quantity."""
    x, kind = rng.normal(size=n), rng.choice(["a", "b", "c"], n)
    signal = x + (kind == "a") + rng.normal(size=n)
    lines = ["x,z,kind,outcome,amount"]
    for i in range(n):
        z = "" if i % 11 == 0 else f"{rng.normal():.3f}"
        lines.append(f"{x[i]:.3f},{z},{kind[i]},{'yes' if signal[i] > 1 else 'no'},{np.exp(signal[i]):.4f}")
    return "\n".join(lines)


@pytest.fixture
def prepared(splitting, write):
    """Split and prepare the table for one of its targets."""

    def run(target="outcome", other="amount", **options):
        data = write("t.csv", table_of(np.random.default_rng(0)))
        splitting(data, target=target, roles={"drop": (other,)}, positive="yes" if target == "outcome" else None)
        preprocess(Path("split"), Path("prep"), PreprocessParams(**options))
        return data

    return run


def fit(**options):
    return train(Path("prep"), Path("model"), TrainParams(**options), jobs=1)


def scores():
    return json.loads(Path("model/scores.json").read_text())


def rows_of(path):
    with Path(path).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("ensemble", ["blend", "stack"])
def test_a_blend_is_one_pipeline_whose_answers_do_not_depend_on_the_batch(prepared, ensemble):
    prepared()
    result = fit(ensemble=ensemble, quality="fast")
    assert result.model == ensemble
    assert sum(result.members.values()) == pytest.approx(1)
    assert (Path("model") / PLANS).exists()
    fitted = Model.load(Path("model")).fitted
    test = Split.load(Path("split")).part("test")
    together = fitted.predict(test).proba
    assert together is not None
    for i in range(5):
        assert (fitted.predict(test.slice(i, 1)).proba == together[i]).all()
    assert fit(ensemble=ensemble, quality="fast").fingerprint == result.fingerprint
    board = rows_of("model/leaderboard.csv")
    assert list(board[0])[:5] == ["rank", "model", "roc_auc_mean", "roc_auc_std", "roc_auc_se"]
    assert board[0]["model"] == ensemble
    assert {row["model"] for row in rows_of("model/cv.csv")} == {row["model"] for row in board}


def test_without_an_ensemble_one_model_is_taken(prepared):
    prepared()
    result = fit(ensemble="none", quality="fast")
    assert result.members == {result.model: 1.0}
    assert "blend" not in {row["model"] for row in rows_of("model/leaderboard.csv")}


def test_a_plan_that_was_asked_for_is_the_plan_of_every_candidate(prepared):
    prepared(preset="minimal")
    fit(quality="fast", ensemble="blend")
    assert {member["plan"] for member in scores()["members"]} == {"prepared"}


def test_importance_is_in_one_unit_and_names_the_columns_that_count(prepared):
    prepared()
    result = fit(model="random-forest")
    rows = rows_of("model/importance.csv")
    assert {row["method"] for row in rows} == {"permutation"}
    assert {row["metric"] for row in rows} == {"roc_auc"}
    assert all(float(row["low"]) <= float(row["importance"]) <= float(row["high"]) for row in rows)
    assert result.leans_on[:1] == ("x",)


def test_resampling_calls_for_calibration_and_says_so(prepared):
    prepared(resample="random-over")
    result = fit(quality="fast")
    assert scores()["calibration"]["method"] in {"sigmoid", "isotonic"}
    assert any("probabilities are calibrated" in note for note in result.notes)
    fit(quality="fast", calibrate="none")
    assert "calibration" not in scores()


def test_a_single_model_of_auto_that_is_too_cautious_is_made_surer(splitting, write):
    rng = np.random.default_rng(0)
    x, z = rng.uniform(-1, 1, (2, 400))
    lines = [f"{a:.3f},{b:.3f},{'yes' if (a > 0) != (b > 0) else 'no'}" for a, b in zip(x, z, strict=True)]
    splitting(write("t.csv", "\n".join(["x,z,outcome", *lines])), target="outcome")
    preprocess(Path("split"), Path("prep"), PreprocessParams())
    result = fit(quality="fast", ensemble="none")
    told = scores()["calibration"]
    assert told["method"] == "temperature"
    assert any("probabilities are calibrated (temperature)" in note for note in result.notes)
    test = Split.load(Path("split")).part("test")
    surer = some(Model.load(Path("model")).fitted.predict(test).proba)
    plain = train(Path("prep"), Path("plain"), TrainParams(quality="fast", ensemble="none", calibrate="none"), jobs=1)
    said = some(Model.load(Path("plain")).fitted.predict(test).proba)
    assert plain.model == result.model
    assert (np.abs(surer - 0.5) >= np.abs(said - 0.5)).all()
    assert (surer.argmax(axis=1) == said.argmax(axis=1)).all()
    train(Path("prep"), Path("named"), TrainParams(model="hist-gradient-boosting", cv=2), jobs=1)
    assert "calibration" not in json.loads(Path("named/scores.json").read_text())


def test_a_threshold_is_chosen_kept_and_used(prepared):
    data = prepared()
    result = fit(model="logistic", threshold="cost", cost="fp=1,fn=9")
    chosen = scores()["threshold"]
    assert chosen["value"] < 0.4
    assert chosen["score"] <= chosen["score_at_half"]
    assert any("cost" in note for note in result.notes)
    model = Model.load(Path("model"))
    assert model.fitted.decision.threshold == chosen["value"]
    predict(Path("model"), str(data), PredictFiles(out="p.csv"), PredictParams(proba=True))
    for row in rows_of("p.csv"):
        assert (row["prediction"] == "yes") is (float(row["proba_yes"]) >= chosen["value"])


def test_a_given_threshold_is_kept_and_one_at_predicting_stands_before_it(prepared):
    prepared()
    fit(model="logistic", threshold="0.9")
    test = Split.load(Path("split")).part("test")
    fitted = Model.load(Path("model")).fitted
    strict, usual = (fitted.predict(test, threshold=cut).values for cut in (None, 0.5))
    assert (strict == "yes").sum() < (usual == "yes").sum()


def test_nothing_is_predicted_where_the_model_is_too_unsure(prepared):
    data = prepared()
    fit(model="logistic", abstain=0.8)
    predict(Path("model"), str(data), PredictFiles(out="p.csv"), PredictParams(proba=True))
    rows = rows_of("p.csv")
    assert 0 < sum(row["abstained"] == "true" for row in rows) < len(rows)
    for row in rows:
        unsure = max(float(row["proba_yes"]), float(row["proba_no"])) < 0.8
        assert (row["abstained"] == "true", row["prediction"] == "") == (unsure, unsure)


@pytest.mark.parametrize("kind", ["even", "skewed", "fanned"])
def test_intervals_hold_the_share_of_new_rows_that_was_asked_for(splitting, write, kind):
    rng = np.random.default_rng(0)
    x = rng.normal(size=4000)
    noise = {"even": rng.normal(size=4000), "skewed": rng.exponential(size=4000), "fanned": x * rng.normal(size=4000)}
    y = 3 * x + noise[kind]
    data = write("t.csv", "\n".join(["x,y", *(f"{a:.4f},{b:.4f}" for a, b in zip(x, y, strict=True))]))
    splitting(data, target="y", test_size=0.5)
    preprocess(Path("split"), Path("prep"), PreprocessParams())
    fit(model="ridge", intervals=0.9)
    columns = Model.load(Path("model")).fitted.predict(Split.load(Path("split")).part("test")).columns(proba=False)
    truth = Split.load(Path("split")).part("test").column("y").to_numpy()
    low, high = (pa.array(columns[name]).to_numpy() for name in ("low", "high"))
    assert ((low <= truth) & (truth <= high)).mean() == pytest.approx(0.9, abs=0.03)


def test_absurd_test_rows_change_no_model_weight_calibrator_or_threshold(splitting, write):
    lines = table_of(np.random.default_rng(0)).splitlines()
    header, rows = (
        f"{lines[0]},part",
        [f"{line},{'test' if i % 5 == 0 else 'train'}" for i, line in enumerate(lines[1:])],
    )
    absurd = [row if row.endswith("train") else f"1000000,1000000,{row.split(',', 2)[2]}" for row in rows]
    made = {}
    for name, table in (("plain", rows), ("absurd", absurd)):
        data = write(f"{name}.csv", "\n".join([header, *table]))
        splitting(data, roles={"drop": ("amount",)}, positive="yes", strategy="column", split_column="part", force=True)
        preprocess(Path("split"), Path("prep"), PreprocessParams(), force=True)
        train(
            Path("prep"), Path(name), force=True, jobs=1,
            params=TrainParams(
                quality="fast", ensemble="blend", calibrate="auto", threshold="cost", cost="fp=1,fn=5"
            ),
        )  # fmt: skip
        files = ("model.joblib", "leaderboard.csv", "importance.csv", "scores.json", "cv.csv")
        made[name] = [(Path(name) / file).read_bytes() for file in files]
    assert made["plain"] == made["absurd"]


def test_a_skewed_quantity_is_learnt_as_its_logarithm_where_that_is_better(prepared):
    prepared(target="amount", other="outcome")
    fit(model="ridge", target_transform="log")
    logged = Model.load(Path("model")).fitted.pipeline["model"]
    assert type(logged.transformer_).__name__ == "LogTarget"
    result = fit(model="ridge", target_transform="auto")
    assert {standing.model for standing in result.standings} == {"ridge", "ridge-log"}
    test = Split.load(Path("split")).part("test")
    assert (Model.load(Path("model")).fitted.predict(test).values > 0).all() or result.model == "ridge"


@pytest.mark.parametrize(
    ("target", "options", "told"),
    [
        ("amount", {"calibrate": "sigmoid"}, "calibrate"),
        ("amount", {"abstain": 0.6}, "abstain"),
        ("amount", {"threshold": "f1"}, "two classes"),
        ("outcome", {"intervals": 0.9}, "intervals"),
        ("outcome", {"target_transform": "log"}, "target_transform"),
        ("outcome", {"threshold": "f1_makro"}, "f1_macro"),
        ("outcome", {"model": "catboost"}, "catboost"),
    ],
)
def test_options_that_do_not_fit_the_task_are_refused_by_name(prepared, target, options, told):
    if options.get("model") == "catboost":
        try:
            __import__("catboost")
        except ImportError:
            pass
        else:
            pytest.skip("it is installed")
    prepared(target=target, other="outcome" if target == "amount" else "amount")
    model = {"model": "logistic" if target == "outcome" else "ridge"}
    with pytest.raises(UsageError, match=told):
        fit(**{**model, **options})


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"threshold": "cost"}, "what errors cost"),
        ({"cost": "fp=1,fn=5"}, "chosen by it"),
        ({"threshold": "cost", "cost": "fp=1"}, "does not say"),
        ({"threshold": "cost", "cost": "fp=-1,fn=5"}, "does not say"),
        ({"threshold": "cost", "cost": "fp=0,fn=0"}, "does not say"),
        ({"threshold": "1.1"}, "between 0 and 1"),
        ({"intervals": 1.0}, "between 0 and 1"),
        ({"abstain": 0.0}, "between 0 and 1"),
        ({"time_budget": 0.0}, "seconds"),
    ],
)
def test_options_out_of_range_are_refused(options, told):
    with pytest.raises(UsageError, match=told):
        TrainParams(**options)


def test_a_class_of_one_row_wrecks_nothing(splitting, write):
    rng = np.random.default_rng(0)
    lines = [f"{v:.3f},{'low' if v < 0 else 'high'}" for v in rng.normal(size=120)]
    splitting(write("t.csv", "\n".join(["x,outcome", *lines, "9.0,odd"])), duplicates="ignore", seed=3)
    preprocess(Path("split"), Path("prep"), PreprocessParams())
    fit(quality="fast")
    assert scores()["cv"]["metrics"]["log_loss"]["mean"] < 0.5


def predictions_of(data):
    predict(Path("model"), str(data), PredictFiles(out="p.csv"), PredictParams())
    return [float(row["prediction"]) for row in rows_of("p.csv")]


@pytest.mark.parametrize("cv", [None, 3])
def test_negative_predictions_are_told_and_made_zero_by_option(prepared, cv):
    data = prepared("amount", "outcome")
    told = [note for note in fit(model="linear", cv=cv).notes if "negative" in note]
    assert len(told) == 1
    assert ("held out" in told[0]) == (cv is not None)
    assert min(predictions_of(data)) < 0
    bounded = fit(model="linear", nonnegative=True, cv=cv)
    assert not any("negative" in note for note in bounded.notes)
    numbers = predictions_of(data)
    assert min(numbers) == 0
    assert max(numbers) > 1


def test_intervals_do_not_reach_below_zero_either(prepared):
    data = prepared("amount", "outcome")
    fit(model="linear", nonnegative=True, intervals=0.9)
    predictions_of(data)
    assert min(float(row["low"]) for row in rows_of("p.csv")) == 0


def test_what_is_negative_in_training_is_no_such_quantity(splitting, write, refused):
    splitting(write("t.csv", "\n".join(["x,y", *(f"{i},{i - 30}.5" for i in range(100))])), target="y")
    preprocess(Path("split"), Path("prep"), PreprocessParams())
    assert not any("negative" in note for note in fit(model="linear").notes)
    refused(3, fit, model="linear", nonnegative=True)


def test_no_prediction_below_zero_is_for_quantities(prepared, refused):
    prepared()
    refused(2, fit, model="logistic", nonnegative=True)


@pytest.mark.parametrize("slip", [0, 3])
def test_a_model_that_goes_by_a_leak_says_so(splitting, write, slip):
    rng = np.random.default_rng(0)
    lines = ["x,refund,outcome"]
    for i in range(200):
        outcome = "yes" if rng.random() < 0.4 else "no"
        refund = rng.normal() + (8 if outcome == "yes" and (slip == 0 or i % slip) else 0)
        lines.append(f"{rng.normal():.3f},{refund:.3f},{outcome}")
    splitting(write("t.csv", "\n".join(lines)))
    preprocess(Path("split"), Path("prep"), PreprocessParams())
    result = fit(model="logistic")
    assert result.leans_on[0] == "refund"
    told = [note for note in result.notes if "suspected leak" in note]
    assert len(told) == (0 if slip else 1)
    assert all("refund: Alone predicts" in note for note in told)


def test_a_budget_too_short_for_all_says_what_it_managed(prepared):
    prepared()
    result = fit(time_budget=1e-6)
    told = [note for note in result.notes if "no time was left" in note]
    assert len(told) == 1
    assert told[0].endswith("no time was left; it managed logistic")
    assert result.model == "logistic"


def test_a_model_of_an_extra_that_is_not_installed_names_the_extra(prepared, refused, monkeypatch):
    prepared()
    monkeypatch.setattr("mlpipe.models.estimator_spec.find_spec", lambda _: None)
    error = refused(2, fit, model="catboost")
    assert "mlpipe[boost]" in error.remedy
