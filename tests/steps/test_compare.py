"""Models compared on the same rows, looks at the test part counted."""

import json
import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlpipe.artifacts.looks import read_looks
from mlpipe.errors import GateError
from mlpipe.params import CompareParams, EvaluateParams, PreprocessParams, TrainParams
from mlpipe.steps.compare import compare
from mlpipe.steps.evaluate import evaluate
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.train import train
from mlpipe.words.parameters import as_options


def asked(**options):
    return EvaluateParams(**options)


@pytest.fixture
def models(chain):
    """A copy of the chain with two more models: `model`, `tree` and `dummy`, all of one split."""
    shutil.copytree(chain, "chain", ignore=shutil.ignore_patterns("looks.csv"))
    folder = Path("chain")
    for name in ("decision-tree", "dummy"):
        train(folder / "prep", folder / name, TrainParams(model=name))
    return folder


def test_the_better_model_wins_and_the_gate_says_so(models):
    found = compare([models / "dummy", models / "model"], CompareParams(fail_if_worse=("roc_auc",)))
    assert [one.name for one in found.comparison.ranked] == ["model", "dummy"]
    assert "dummy is worse than model" in found.failed[0]
    with pytest.raises(GateError, match="dummy is worse"):
        found.check_gates()
    document = json.loads(json.dumps(found.to_json()))
    assert document["models"][0]["differences"]["roc_auc"]["low"] > 0
    assert set(document["models"][0]["mcnemar"]) == {"only_first", "only_second", "p_value"}
    compare([models / "model", models / "dummy"], CompareParams(fail_if_worse=("roc_auc",))).check_gates()


def test_a_metric_orders_the_models(models):
    def best(metric):
        return compare([models / "model", models / "decision-tree"], CompareParams(metric=metric)).comparison.metric

    assert best(None) == "roc_auc"
    assert best("mcc") == "mcc"


def test_a_higher_ci_gives_wider_differences(models):
    def width(ci):
        found = compare([models / "model", models / "decision-tree"], CompareParams(ci=ci)).to_json()["models"][1]
        return found["differences"]["roc_auc"]["high"] - found["differences"]["roc_auc"]["low"]

    assert width(0.5) < width(0.99)


def test_evaluations_compare_as_their_models_do(models, undrawn):
    for name in ("model", "decision-tree"):
        evaluate(models / name, Path(f"{name}-e"), EvaluateParams())
    of_models = compare([models / "model", models / "decision-tree"], CompareParams()).to_json()["models"]
    of_files = compare([Path("model-e"), Path("decision-tree-e")], CompareParams()).to_json()["models"]
    assert [one["metrics"] for one in of_models] == [one["metrics"] for one in of_files]
    assert [one.get("differences") for one in of_models] == [one.get("differences") for one in of_files]


def test_what_is_written_is_the_same_again_and_reads_as_a_table(models):
    names = [models / "model", models / "dummy", models / "decision-tree"]
    compare(names, CompareParams(), out=Path("c"))
    before = {p.name: p.read_bytes() for p in Path("c").rglob("*") if p.is_file()}
    assert set(before) == {"comparison.json", "comparison.md", "differences.png", "manifest.json"}
    compare(names, CompareParams(), out=Path("c"))
    assert {p.name: p.read_bytes() for p in Path("c").rglob("*") if p.is_file()} == before
    text = before["comparison.md"].decode()
    assert "| model |" in text
    assert "model (logistic) is better than dummy" in text


@pytest.mark.parametrize("task", ["labels", "quantities"])
def test_several_targets_compare_from_evaluations_as_from_models(undrawn, splitting, task):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"size": rng.normal(size=240), "weight": rng.normal(size=240)})
    for name in ("a", "b"):
        noisy = frame["size"] + rng.normal(size=240)
        frame[name] = noisy if task == "quantities" else (noisy > 0).astype(int)
    frame.to_csv("t.csv", index=False)
    splitting("t.csv", target="a,b")
    preprocess(Path("split"), Path("prep"), PreprocessParams())
    for name in ("decision-tree", "dummy"):
        train(Path("prep"), Path(name), TrainParams(model=name))
        evaluate(Path(name), Path(f"{name}-e"), EvaluateParams())
    of_models = compare([Path("decision-tree"), Path("dummy")], CompareParams()).to_json()["models"]
    of_files = compare([Path("decision-tree-e"), Path("dummy-e")], CompareParams()).to_json()["models"]
    assert [one["metrics"] for one in of_models] == [one["metrics"] for one in of_files]


class TestRefused:
    def test_one_model_alone(self, models, refused):
        refused(2, compare, [models / "model"], CompareParams())

    def test_a_metric_of_another_task(self, models, refused):
        refused(2, compare, [models / "model", models / "dummy"], CompareParams(metric="rmse"))
        refused(2, compare, [models / "model", models / "dummy"], CompareParams(fail_if_worse=("rmse",)))

    def test_models_of_other_rows(self, chain, quantities, refused):
        error = refused(4, compare, [chain / "model", quantities / "model"], CompareParams())
        assert "not judged on the same rows" in error.what

    def test_other_rows_of_one_split(self, models, undrawn, refused):
        evaluate(models / "model", Path("v"), EvaluateParams(part="valid"))
        refused(4, compare, [models / "dummy", Path("v")], CompareParams())

    def test_rows_that_trained(self, models, undrawn, refused):
        evaluate(models / "model", Path("t"), EvaluateParams(part="train"))
        assert "trained" in refused(4, compare, [Path("t"), Path("t")], CompareParams()).what

    def test_a_split(self, models, refused):
        assert "neither a model nor" in refused(4, compare, [models / "split", models / "model"], CompareParams()).what


class TestLooks:
    def test_each_model_is_counted_once(self, models, undrawn):
        for name in ("model", "model"):
            evaluate(models / name, Path("e-model"), EvaluateParams())
        result = evaluate(models / "dummy", Path("e-dummy"), EvaluateParams())
        looks = read_looks(models / "split")
        assert [(look.evaluation, look.metric) for look in looks] == [
            ("../../e-model", "roc_auc"), ("../../e-dummy", "roc_auc"),
        ]  # fmt: skip
        assert float(looks[1].value) == 0.5
        assert any("2 models were scored on this test part" in note for note in result.notes)

    @pytest.mark.parametrize("part", ["train", "valid"])
    def test_other_parts_are_no_look(self, models, undrawn, part):
        evaluate(models / "model", Path("e"), EvaluateParams(part=part))
        assert read_looks(models / "split") == ()

    def test_comparing_is_looking(self, models):
        compare([models / "model", models / "dummy"], CompareParams())
        assert [look.evaluation for look in read_looks(models / "split")] == ["compare", "compare"]

    def test_once_lets_one_model_look_and_no_other(self, models, undrawn, refused):
        evaluate(models / "model", Path("e"), EvaluateParams(once=True))
        evaluate(models / "model", Path("e"), EvaluateParams(once=True))
        error = refused(4, evaluate, models / "dummy", Path("e2"), EvaluateParams(once=True))
        assert "1 other model was scored on this test part" in error.what
        assert "--part valid" in as_options(error.remedy)

    def test_once_is_for_the_test_part(self, models, refused):
        refused(2, lambda: EvaluateParams(once=True, part="valid"))
        refused(2, evaluate, models / "model", Path("e"), EvaluateParams(once=True), data="table.csv")

    def test_a_ledger_that_cannot_be_written_is_a_note(self, models, undrawn):
        (models / "split" / "looks.csv").mkdir()
        result = evaluate(models / "model", Path("e"), EvaluateParams())
        assert any("not in the ledger" in note for note in result.notes)

    def test_the_split_stays_what_it_was_and_keeps_its_ledger_when_it_is_written_again(self, models, undrawn):
        from mlpipe.artifacts.splits import Split
        from mlpipe.params import SplitParams
        from mlpipe.steps.split import split

        table = models / "table.csv"
        before = split(str(table), Path("s"), SplitParams(target="outcome")).fingerprint
        (Path("s") / "looks.csv").write_text("model,evaluation,metric,value\na,b,c,1\n")
        assert split(str(table), Path("s"), SplitParams(target="outcome")).fingerprint == before
        assert len(read_looks(Path("s"))) == 1
        split(str(table), Path("s"), SplitParams(target="outcome", seed=1))
        assert read_looks(Path("s")) == ()
        Split.load(Path("s"))


@pytest.fixture
def said():
    """A table of another program's predictions."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 120)
    proba = np.clip(0.5 + 0.3 * (2 * y - 1) + rng.normal(scale=0.25, size=120), 0, 1)
    labels = np.array(["no", "yes"])
    return pd.DataFrame(
        {"key": [f"k{i:04d}" for i in range(120)], "size": rng.normal(size=120), "y": labels[y],
         "said": labels[(proba > 0.5).astype(int)], "proba_no": 1 - proba, "proba_yes": proba}
    )  # fmt: skip


def foreign(**options):
    return asked(**{"predictions": "said.csv", "truth": "y", "prediction": "said", **options})


def judged(frame, **options):
    frame.to_csv("said.csv", index=False)
    return evaluate(None, Path("e"), foreign(**options))


class TestPredictionsOfAnyProgram:
    def test_scores_are_those_of_the_columns(self, said, undrawn):
        found = judged(said)
        assert found.metrics["accuracy"]["value"] == (said["y"] == said["said"]).mean()
        assert found.metrics["roc_auc"]["value"] is not None
        assert found.positive == "yes"
        assert {"slices.csv", "worst_rows.csv"} <= {p.name for p in Path("e").iterdir()}

    def test_without_probabilities_what_needs_them_is_undefined(self, said, undrawn):
        found = judged(said.drop(columns=["proba_no", "proba_yes"]))
        assert found.metrics["roc_auc"]["value"] is None
        assert found.metrics["roc_auc"]["reason"] == "the model gives no probabilities"

    @pytest.mark.parametrize("columns", [("no=a", "yes=b"), ("yes=b",), ("no=a,yes=b",)])
    def test_probability_columns_by_name(self, said, undrawn, columns):
        wanted = judged(said).metrics["roc_auc"]
        renamed = said.rename(columns={"proba_no": "a", "proba_yes": "b"})
        assert judged(renamed, proba_columns=columns).metrics["roc_auc"] == pytest.approx(wanted)

    def test_numbers(self, undrawn):
        rng = np.random.default_rng(0)
        y = rng.normal(size=80)
        found = judged(pd.DataFrame({"y": y, "said": y + rng.normal(scale=0.1, size=80)}))
        assert found.metrics["r2"]["value"] > 0.9

    def test_rows_without_truth_are_left_aside(self, said, undrawn):
        said.loc[:9, "y"] = None
        found = judged(said)
        assert found.n_rows == 110
        assert any("10 rows without a target" in note for note in found.notes)

    def test_positive(self, said, undrawn):
        assert judged(said, positive="no").positive == "no"

    @pytest.mark.parametrize(
        ("change", "options", "code", "words"),
        [
            ({}, {"truth": "why"}, 2, "'why'"),
            ({}, {"prediction": "sayd"}, 2, "'sayd'"),
            ({}, {"proba_columns": ("yes=nothing",)}, 2, "'nothing'"),
            ({}, {"proba_columns": ("maybe=proba_yes",)}, 2, "probability of 'no'"),
            ({"proba_yes": 2.0}, {}, 3, "no probability"),
            ({"proba_yes": 0.5}, {}, 3, "not to 1"),
            ({"proba_yes": "x"}, {}, 3, "probability in every row"),
            ({"said": None}, {}, 3, "no value in 'said'"),
            ({"y": None}, {}, 3, "No row has a value"),
            ({"y": "yes", "said": "yes"}, {"proba_columns": ()}, 3, "one class alone"),
        ],
    )
    def test_refused(self, said, refused, change, options, code, words):
        frame = said.assign(**change)
        if "y" in change and change["y"] == "yes":
            frame = frame.drop(columns=["proba_no", "proba_yes"])
        frame.to_csv("said.csv", index=False)
        assert words in str(refused(code, evaluate, None, Path("e"), foreign(**options)))

    @pytest.mark.parametrize(
        "options",
        [
            {"predictions": "p.csv"},
            {"predictions": "p.csv", "truth": "y"},
            {"truth": "y"},
            {"proba_columns": ("a",)},
            {"predictions": "p.csv", "truth": "y", "prediction": "s", "once": True},
            {"predictions": "p.csv", "truth": "y", "prediction": "s", "threshold": 0.5},
        ],
    )
    def test_parts_of_the_whole_are_refused(self, refused, options):
        refused(2, lambda: EvaluateParams(**options))

    def test_either_a_model_or_predictions(self, chain, refused):
        refused(2, evaluate, None, Path("e"), EvaluateParams())
        params = EvaluateParams(predictions="p.csv", truth="y", prediction="s")
        refused(2, evaluate, chain / "model", Path("e"), params)


class TestFailures:
    def test_worst_rows_are_named_with_the_training_rows_most_like_them(self, chain, undrawn):
        evaluate(chain / "model", Path("e"), EvaluateParams())
        worst = pd.read_csv("e/worst_rows.csv")
        told = pd.read_csv("e/predictions.csv")
        of_truth = np.where(told["true"] == "yes", told["proba_yes"], told["proba_no"])
        assert worst["account"].tolist()[:5] == told["account"][np.argsort(of_truth, kind="stable")].tolist()[:5]
        known = set(pd.read_parquet(chain / "split/train.parquet")["account"])
        assert set(worst["train_1_account"]) <= known
        assert (worst["train_1_distance"] <= worst["train_2_distance"]).all()

    def test_slice_asks_for_columns_and_a_wrong_one_is_answered(self, chain, undrawn, refused):
        evaluate(chain / "model", Path("e"), EvaluateParams())
        assert len(set(pd.read_csv("e/slices.csv")["column"])) > 1
        column = pd.read_csv("e/slices.csv")["column"][0]
        evaluate(chain / "model", Path("e"), EvaluateParams(slices=(column,)))
        assert set(pd.read_csv("e/slices.csv")["column"]) == {column}
        Path("e").rename("gone")
        refused(2, evaluate, chain / "model", Path("e"), EvaluateParams(slices=(column + "x",)))

    def test_gates_do_not_rest_on_training_rows(self, chain, undrawn, refused):
        gated = partial(asked, part="train", fail_under=("accuracy=0.1",))
        assert "A gate cannot rest" in refused(4, evaluate, chain / "model", Path("e"), gated()).what
        found = evaluate(chain / "model", Path("e"), gated(allow_training_rows=True))
        assert found.failed_gates == ()
        assert found.verdict.startswith("Not judged: ")
