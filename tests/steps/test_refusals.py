"""What steps say to artifacts that are not what they should be, and where results may not go."""

import hashlib
import json
import shutil
from fractions import Fraction
from pathlib import Path

import joblib
import numpy as np
import pytest

from mlpipe.params import (
    EvaluateParams,
    InspectParams,
    PredictFiles,
    PredictParams,
    PreprocessParams,
    SplitParams,
    TrainParams,
)
from mlpipe.steps.evaluate import evaluate
from mlpipe.steps.inspect import inspect
from mlpipe.steps.loading import LoadOptions
from mlpipe.steps.predict import predict
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.split import split
from mlpipe.steps.train import train
from mlpipe.words.parameters import as_options
from tests.artifacts.store.test_manifest import signed

DUMMY = TrainParams(model="dummy")


@pytest.fixture
def copied(chain):
    """The shared chain, to be spoilt."""
    for name in ("split", "prep", "model"):
        shutil.copytree(chain / name, name)
    shutil.copy(chain / "table.csv", "table.csv")


def read_split(path, out="new"):
    preprocess(Path(path), Path(out), PreprocessParams())


def read_prep(path, out="new"):
    train(Path(path), Path(out), DUMMY)


def read_model(path, out="new.csv", **load):
    predict(Path(path), "table.csv", PredictFiles(out=out), PredictParams(), load=LoadOptions(**load))


READERS = {"split": read_split, "prep": read_prep, "model": read_model}
READ = {
    "split": ["manifest.json", "train.parquet", "test.parquet"],
    "prep": ["manifest.json", "preprocessor.joblib", "plan.json", "train.parquet", "reference.json"],
    "model": ["manifest.json", "model.joblib", "plan.json", "reference.json"],
}


@pytest.mark.parametrize(
    ("step", "given", "told"),
    [
        ("split", "table.csv", "manifest.json"),
        ("split", "nowhere", "mlpipe split"),
        ("split", "prep", "split"),
        ("prep", "split", "mlpipe preprocess split"),
        ("prep", "model", "preprocess"),
        ("model", "prep", "mlpipe train prep"),
        ("model", "split", "train"),
    ],
)
def test_another_thing_than_is_needed_is_named_with_the_way_to_it(copied, refused, step, given, told):
    assert told in str(refused(4, READERS[step], given))


@pytest.mark.parametrize(("folder", "name"), [(folder, name) for folder, names in READ.items() for name in names])
def test_any_flipped_bit_cut_or_swap_of_a_file_that_is_read_is_found(copied, refused, folder, name):
    path = Path(folder) / name
    whole = path.read_bytes()
    rng = np.random.default_rng(len(whole))
    for place in rng.integers(0, len(whole), 6):
        spoilt = bytearray(whole)
        spoilt[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(spoilt)
        refused(4, READERS[folder], folder)
    for length in [0, *rng.integers(0, len(whole), 3)]:
        path.write_bytes(whole[:length])
        refused(4, READERS[folder], folder)
    path.unlink()
    refused(4, READERS[folder], folder)


def test_a_manifest_edited_by_hand_and_made_to_look_whole_does_not_pass(copied, refused):
    path = Path("model/manifest.json")
    manifest = json.loads(path.read_text())
    manifest["context"]["target"] = "town"
    path.write_text(json.dumps(manifest))
    assert "manifest.json" in str(refused(4, read_model, "model"))


@pytest.mark.parametrize("folder", READERS)
def test_a_newer_format_is_named_as_such(copied, refused, folder):
    path = Path(folder) / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "schema_version": 99}))
    assert "format 99" in refused(4, READERS[folder], folder).what


def forge(change):
    """Give the model a manifest with something else in it, whole in itself."""
    path = Path("model/manifest.json")
    content = json.loads(path.read_text())
    change(content)
    path.write_bytes(signed(content))


def test_a_model_of_another_scikit_learn_is_refused_unless_allowed(copied, refused):
    forge(lambda manifest: manifest["environment"].update({"scikit-learn": "1.2.3"}))
    error = refused(4, read_model, "model")
    assert "scikit-learn 1.2.3" in error.what
    assert "--allow-version-mismatch" in as_options(error.remedy)
    read_model("model", allow_version_mismatch=True)


def test_a_model_with_a_foreign_class_is_not_opened(copied, refused):
    joblib.dump(Fraction(1, 3), "model/model.joblib")
    data = Path("model/model.joblib").read_bytes()

    def describe(manifest):
        record = next(file for file in manifest["files"] if file["name"] == "model.joblib")
        record.update(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())

    forge(describe)
    error = refused(4, read_model, "model")
    assert "fractions.Fraction" in error.what
    assert "--trust fractions:Fraction" in as_options(error.remedy)
    refused(4, read_model, "model", trust=("fractions:Fraction",))  # admitted, and still no pipeline
    refused(2, read_model, "model", trust=("Fraction",))


def test_what_was_made_again_makes_what_follows_stale(copied, refused):
    split("table.csv", Path("split"), SplitParams(target="outcome", seed=1))
    assert "again" in refused(4, evaluate, Path("model"), Path("new"), EvaluateParams()).remedy
    refused(4, train, Path("prep"), Path("new"), TrainParams(model="dummy", cv=2))


def test_making_the_same_again_makes_nothing_stale(copied):
    before = Path("prep/manifest.json").read_bytes()
    read_split("split", "prep")
    assert Path("prep/manifest.json").read_bytes() == before
    train(Path("prep"), Path("new"), TrainParams(model="dummy", cv=2))


STEPS = {
    "inspect": lambda out, force: inspect("table.csv", InspectParams(), out=out, force=force),
    "split": lambda out, force: split("table.csv", out, SplitParams(target="outcome"), force=force),
    "preprocess": lambda out, force: preprocess(Path("split"), out, PreprocessParams(), force=force),
    "train": lambda out, force: train(Path("prep"), out, DUMMY, force=force),
}


@pytest.mark.parametrize("step", STEPS)
def test_over_another_thing_only_by_force(copied, refused, step):
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("mine")
    refused(4, STEPS[step], Path("mine"), False)
    refused(4, STEPS[step], Path("mine/notes.txt"), False)
    refused(4, STEPS[step], Path("mine/notes.txt/deeper"), False)
    STEPS[step](Path("mine"), True)
    assert Path("mine/manifest.json").exists()
    STEPS[step](Path("mine"), False)  # its own kind is replaced without asking


@pytest.mark.parametrize(
    "write", [lambda: STEPS["preprocess"](Path("split"), True), lambda: STEPS["train"](Path("prep"), True)]
)
def test_not_even_force_replaces_what_a_step_reads(copied, refused, write):
    refused(4, write)


def test_never_over_the_folder_one_is_in(copied, refused):
    refused(4, STEPS["split"], Path(), True)


@pytest.mark.parametrize("place", ["/proc/mlpipe/out", "/dev/null/out"])
def test_where_nothing_can_be_written(copied, refused, place):
    if not Path(place).parent.parent.exists():
        pytest.skip("this system has no such place")
    refused(4, STEPS["split"], Path(place), False)
    refused(4, read_model, "model", out=f"{place}.csv")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("option", ["out", "rejects", "contract"])
def test_a_full_disk_is_named(copied, refused, option):
    files = PredictFiles(**{"out": "p.csv", option: "/dev/full"})
    error = refused(4, predict, Path("model"), "table.csv", files, PredictParams(on_bad_value="skip"))
    assert "/dev/full" in error.what


def test_predictions_do_not_replace_another_file(copied, refused):
    before = Path("table.csv").read_bytes()
    Path("notes.txt").write_text("mine")
    refused(2, read_model, "model", out="notes.txt")
    refused(4, read_model, "model", out="model")
    assert Path("notes.txt").read_text() == "mine"
    assert Path("table.csv").read_bytes() == before
