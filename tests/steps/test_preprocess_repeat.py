"""The same rows and options give the same bytes: a second time, and in another process that hashes otherwise."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from mlpipe.params import PreprocessParams, RoleParams, SplitParams
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.split import split
from tests.reviews import reviews

PLANS = {
    "knn, selected by rfe": {"impute_numeric": "knn", "text": "drop", "select": "rfe", "select_k": 4},
    "iterative, smote": {"impute_numeric": "iterative", "text": "drop", "resample": "smote"},
    "text, svd, smote": {"reduce": "svd", "components": 4, "resample": "smote", "augment": "jitter"},
    "text of characters, sparse": {"analyzer": "char", "resample": "random-over", "encode": "target"},
    "text, mutual information": {"text": "bow", "select": "mutual-info", "select_k": 20},
    "hashed, l1": {"text": "hash", "max_features": 64, "select": "l1", "select_k": 10},
}


def digests(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory):
    """A split of Chinese reviews."""
    folder = tmp_path_factory.mktemp("repeat")
    reviews(rows=150).to_csv(folder / "t.csv", index=False)
    roles = RoleParams(ids=("编号",), text=("评论",))
    split(str(folder / "t.csv"), folder / "split", SplitParams(target="好评", roles=roles))
    return folder / "split"


def options(plan):
    return [word for name, value in plan.items() for word in (f"--{name.replace('_', '-')}", str(value))]


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_a_second_run_gives_the_same_bytes(reviewed, plan):
    for folder in ("first", "second"):
        preprocess(reviewed, Path(folder), PreprocessParams(**plan))
    assert digests("first") == digests("second")


def test_another_process_with_another_hash_seed_gives_the_same_bytes(reviewed, mlpipe):
    plan: dict[str, Any] = {
        "impute_numeric": "iterative",
        "resample": "smote",
        "reduce": "svd",
        "components": 4,
        "encode": "target",
    }
    preprocess(reviewed, Path("here"), PreprocessParams(**plan))
    mlpipe("preprocess", reviewed, "-o", "there", *options(plan), env={"PYTHONHASHSEED": "7"})
    assert digests("here") == digests("there")


def test_another_seed_gives_other_bytes(reviewed):
    found = []
    for seed in (0, 1):
        preprocess(reviewed, Path(f"seed{seed}"), PreprocessParams(text="drop", augment="jitter", seed=seed))
        found.append(digests(f"seed{seed}"))
    assert found[0]["train_resampled.parquet"] != found[1]["train_resampled.parquet"]
    assert found[0]["train.parquet"] == found[1]["train.parquet"]
