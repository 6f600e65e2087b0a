"""Every file that `preprocess` writes beside the matrices of a plain table, and when."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from mlpipe.artifacts.preps import Prep
from mlpipe.params import PreprocessParams, RoleParams, SplitParams
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.split import split
from tests.reviews import reviews
from tests.screening import screening

ALWAYS = {"manifest.json", "plan.json", "reference.json", "preprocessor.joblib", "features.csv"}


def files(folder="prep"):
    return {str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.is_file()}


@pytest.fixture(scope="session")
def screened(tmp_path_factory):
    """A split of numbers and one category, without gaps, two classes as two to one."""
    folder = tmp_path_factory.mktemp("screened")
    screening(healthy=80, ill=40, zeros=False).to_csv(folder / "t.csv", index=False)
    split(str(folder / "t.csv"), folder / "split", SplitParams(target="condition"))
    return folder / "split"


@pytest.fixture(scope="session")
def reviewed(tmp_path_factory):
    """A split of Chinese text, a number, a category and a date, all with gaps, and its validation part."""
    folder = tmp_path_factory.mktemp("reviewed")
    reviews(rows=120).to_csv(folder / "t.csv", index=False)
    roles = RoleParams(ids=("编号",), text=("评论",))
    split(str(folder / "t.csv"), folder / "split", SplitParams(target="好评", valid_size=0.2, roles=roles))
    return folder / "split"


@pytest.fixture
def written(screened):
    """Preprocess the screened with some options; gives what there is beyond what there always is."""

    def run(source=screened, **options):
        preprocess(source, Path("prep"), PreprocessParams(**options), force=True)
        assert files() >= ALWAYS
        return files() - ALWAYS - {f"{part}.parquet" for part in ("train", "test")}

    return run


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"scale": "none"}, set()),
        ({}, {"plots/scaling.png"}),
        ({"scale": "none", "outliers": "clip"}, {"outliers.csv"}),
        ({"scale": "none", "outliers": "drop"}, {"outliers.csv"}),
        (
            {"scale": "none", "reduce": "pca", "components": 2},
            {"explained_variance.csv", "loadings.csv", "plots/explained_variance.png"},
        ),
        (
            {"scale": "none", "resample": "random-under"},
            {"train_resampled.parquet", "resampling.json", "plots/class_counts.png", "plots/resampled.png"},
        ),
        (
            {"scale": "none", "augment": "jitter"},
            {"train_resampled.parquet", "resampling.json", "plots/class_counts.png", "plots/resampled.png"},
        ),
    ],
)
def test_each_file_is_written_where_there_is_something_to_tell(written, options, expected):
    assert written(**options) == expected


def test_figures_have_a_size_and_are_in_the_manifest(written):
    figures = written(resample="smote", reduce="svd", components=2)
    listed = {record["name"]: record["bytes"] for record in json.loads(Path("prep/manifest.json").read_text())["files"]}
    drawn = {name for name in figures if name.endswith(".png")}
    assert drawn == {"plots/explained_variance.png", "plots/class_counts.png", "plots/resampled.png"}
    assert all(listed[name] > 5_000 for name in drawn)
    assert all((Path("prep") / name).read_bytes().startswith(b"\x89PNG") for name in drawn)


def test_missing_cells_are_drawn_where_there_are_any(chain, screened):
    assert (chain / "prep" / "plots" / "missing.png").exists()
    preprocess(screened, Path("prep"), PreprocessParams())
    assert "plots/missing.png" not in files()


def test_features_csv_tells_the_column_and_the_kind_of_each_feature(chain):
    features = pd.read_csv(chain / "prep" / "features.csv").set_index("feature")
    assert list(features.index) == list(Prep.load(chain / "prep").feature_names)
    assert list(features.index) == list(pd.read_parquet(chain / "prep" / "train.parquet").columns[:-1])
    assert tuple(features.loc["age"]) == ("age", "number")
    assert tuple(features.loc["age_missing"]) == ("age", "missing")
    assert tuple(features.loc["town_Ashford"]) == ("town", "level")
    assert tuple(features.loc["since_month"]) == ("since", "part")


def test_explained_variance_is_that_of_the_training_rows(screened):
    preprocess(screened, Path("plain"), PreprocessParams())
    preprocess(screened, Path("prep"), PreprocessParams(reduce="pca", components=3))
    X = pd.read_parquet("plain/train.parquet").drop(columns="condition")
    _, lengths, directions = np.linalg.svd(X - X.mean(), full_matrices=False)
    shares = (lengths**2 / (lengths**2).sum())[:3]
    table = pd.read_csv("prep/explained_variance.csv")
    np.testing.assert_allclose(table["share"], shares, rtol=1e-8)
    np.testing.assert_allclose(table["cumulative"], shares.cumsum(), rtol=1e-8)
    loadings = pd.read_csv("prep/loadings.csv").pivot(index="component", columns="feature", values="weight")
    loadings = loadings.loc[table["component"], X.columns]
    np.testing.assert_allclose(np.abs(loadings), np.abs(directions[:3]), atol=1e-8)
    rotated = (X - X.mean()) @ loadings.to_numpy().T
    reduced = pd.read_parquet("prep/train.parquet")[table["component"]]
    np.testing.assert_allclose(rotated, reduced, atol=1e-8)


def test_resampling_json_adds_up_and_synthetic_marks_what_was_made(screened):
    result = preprocess(screened, Path("prep"), PreprocessParams(resample="smotenc", augment="jitter"))
    told = json.loads(Path("prep/resampling.json").read_text())
    rows = pd.read_parquet("prep/train_resampled.parquet")
    assert told["before"] == {"healthy": 64, "ill": 32} == result.counts_before
    assert told["after"] == rows["condition"].value_counts().to_dict() == result.counts_after
    assert rows["synthetic"].sum() == told["n_synthetic"]
    assert sum(told["after"].values()) == 96 - told["n_removed"] + told["n_synthetic"]
    train = pd.read_parquet("prep/train.parquet")
    kept = rows[~rows["synthetic"]].drop(columns="synthetic")
    pd.testing.assert_frame_equal(kept.reset_index(drop=True), train, check_dtype=False)


class TestSparse:
    def test_every_part_is_a_matrix_that_scipy_reads_with_its_target(self, reviewed):
        preprocess(reviewed, Path("prep"), PreprocessParams())
        names = pd.read_csv("prep/features.csv")["feature"].astype(str)
        for part in ("train", "valid", "test"):
            assert not (Path("prep") / f"{part}.parquet").exists()
            X = sparse.load_npz(f"prep/{part}.npz")
            raw = pd.read_parquet(reviewed / f"{part}.parquet")
            assert X.shape == (len(raw), len(names))
            with np.load(f"prep/{part}.npz") as arrays:
                assert arrays["y"].tolist() == raw["好评"].tolist()
            assert Prep.load(Path("prep")).matrix(part).y.tolist() == raw["好评"].tolist()

    def test_terms_are_those_of_the_text(self, reviewed):
        preprocess(reviewed, Path("prep"), PreprocessParams(text="bow", ngrams="2"))
        features = pd.read_csv("prep/features.csv")
        X = sparse.load_npz("prep/train.npz").tocsc()
        texts = pd.read_parquet(reviewed / "train.parquet")["评论"].fillna("")
        texts = texts.str.replace(r"\W", "", regex=True)  # runs go over commas
        terms = features[(features["column"] == "评论") & (features["kind"] == "term")]
        assert len(terms) > 50
        for place, name in terms["feature"].items():
            term = name.removeprefix("评论_")
            if len(term) == 2 and not term.isascii():
                found = X[:, [place]].toarray().ravel() > 0
                assert (found == texts.str.contains(term, regex=False)).all(), term

    def test_resampled_rows_are_sparse_too(self, reviewed):
        preprocess(reviewed, Path("prep"), PreprocessParams(resample="random-over"))
        told = json.loads(Path("prep/resampling.json").read_text())
        X = sparse.load_npz("prep/train_resampled.npz")
        with np.load("prep/train_resampled.npz") as arrays:
            assert arrays["synthetic"].sum() == told["n_synthetic"] > 0
            assert len(set(np.unique(arrays["y"], return_counts=True)[1])) == 1
            assert X.shape[0] == len(arrays["y"])
        train = sparse.load_npz("prep/train.npz")
        assert (X[: train.shape[0]] != train).nnz == 0
        assert files() >= {"plots/class_counts.png", "plots/resampled.png"}

    def test_reduced_by_svd_it_is_a_table(self, reviewed):
        preprocess(reviewed, Path("prep"), PreprocessParams(reduce="svd", components=5))
        assert (Path("prep") / "train.parquet").exists()
        assert not (Path("prep") / "train.npz").exists()
        assert len(pd.read_csv("prep/features.csv")) == 5

    def test_a_matrix_without_a_zero_is_a_table_though_the_plan_is_sparse(self, splitting, write):
        rows = [f"{['good', 'bad', 'fine'][i % 3]} thing number {i},{'yes' if i % 2 else 'no'}" for i in range(40)]
        splitting(write("t.csv", "\n".join(["note,outcome", *rows])), roles={"text": ("note",)})
        preprocess(Path("split"), Path("prep"), PreprocessParams(text="hash", max_features=1))
        for part in ("train", "test"):
            assert (pd.read_parquet(f"prep/{part}.parquet")["note_hash0"] == 1).all()
