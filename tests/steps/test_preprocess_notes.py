"""What `preprocess` says: what is left out, what is counted, and which options have nothing to act on."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlpipe.params import ColumnRecipe, PreprocessParams
from mlpipe.steps.preprocess import preprocess, show_plan
from mlpipe.words.parameters import as_options
from tests.reviews import reviews


@pytest.fixture
def noted(chain):
    """The notes on the shared split, by the plan alone."""
    return lambda **options: show_plan(chain / "split", PreprocessParams(**options)).notes


@pytest.fixture(scope="session")
def texts(tmp_path_factory):
    """A split with a column of text."""
    from mlpipe.params import RoleParams, SplitParams
    from mlpipe.steps.split import split

    folder = tmp_path_factory.mktemp("texts")
    reviews(rows=60).to_csv(folder / "t.csv", index=False)
    split(
        str(folder / "t.csv"),
        folder / "split",
        SplitParams(target="好评", roles=RoleParams(ids=("编号",), text=("评论",))),
    )
    return folder / "split"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"ngrams": "1,2"}, "--ngrams 1,2 has nothing to act on: no column is used as a text"),
        ({"interactions": True}, "--interactions has nothing to act on without --polynomial"),
        ({"select_k": 3}, "--select-k has nothing to act on without --select"),
        ({"select_k": 3, "select": "variance"}, "--select-k has nothing to act on: --select variance"),
        ({"components": 3}, "--components has nothing to act on without --reduce"),
        ({"resample_ratio": 0.5}, "--resample-ratio has nothing to act on without --resample"),
        ({"augment_copies": 2}, "--augment-copies has nothing to act on without --augment"),
        ({"augment_scale": 0.5}, "--augment-scale has nothing to act on without --augment"),
        ({"scale": "robust", "bins": 3, "datetime": "drop"}, "--scale robust has nothing to act on"),
        ({"min_frequency": 0.2, "encode": "count"}, "--min-frequency has nothing to act on"),
        ({"outlier_rule": "quantile"}, "--outlier-rule has nothing to act on without --outliers"),
    ],
)
def test_an_option_with_nothing_to_act_on_is_told(noted, options, told):
    assert any(as_options(note).startswith(told) for note in noted(**options))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"interactions": True, "polynomial": 2},
        {"select_k": 3, "select": "kbest"},
        {"components": 3, "reduce": "pca"},
        {"outlier_rule": "quantile", "outliers": "clip"},
        {"outlier_rule": "quantile", "columns": (ColumnRecipe(name="age", outliers="clip"),)},
        {"encode": "onehot", "min_frequency": 0.1, "scale": "robust", "datetime": "cyclic", "text": "drop"},
    ],
)
def test_an_option_that_acts_is_not(noted, options):
    assert not any("nothing to act on" in note for note in noted(**options))


def test_what_a_way_of_reading_text_cannot_use_is_told(texts):
    def told(**options):
        return [note for note in show_plan(texts, PreprocessParams(**options)).notes if "sparse" not in note]

    assert told() == []
    assert told(analyzer="char") == []
    assert "none is left out" in told(analyzer="char", stop_words="english")[0]
    assert "hashing learns no terms" in told(text="hash", min_df=3)[0]
    assert told(text="hash", max_features=64) == []


def test_a_sparse_matrix_is_told_unless_it_is_reduced(texts):
    def told(**options):
        return [note for note in show_plan(texts, PreprocessParams(**options)).notes if "sparse" in note]

    assert len(told()) == 1
    assert told(reduce="svd") == told(text="drop") == []


class TestOutliers:
    @pytest.fixture
    def wild(self, splitting, write):
        """Numbers, three of which are far out in the training rows; gives the split and the raw training rows."""
        rng = np.random.default_rng(0)
        x = rng.normal(size=100).round(3)
        x[:4] = [50, -50, 60, 70]
        rows = [f"{value},{rng.normal():.3f},{'yes' if i % 2 else 'no'}" for i, value in enumerate(x)]
        splitting(write("t.csv", "\n".join(["x,y,outcome", *rows])))
        return pd.read_parquet("split/train.parquet")

    def test_clipped_cells_are_counted(self, wild):
        far = int((wild["x"].abs() > 40).sum())
        assert far > 1
        result = preprocess(Path("split"), Path("prep"), PreprocessParams(outliers="clip"))
        assert [note for note in result.notes if "clipped" in note] == [
            f"{far} training cells are clipped, {far} in x (outliers.csv)"
        ]
        table = pd.read_csv("prep/outliers.csv").set_index("column")
        quartiles = wild[["x", "y"]].quantile([0.25, 0.75])
        np.testing.assert_allclose(table["low"], quartiles.loc[0.25] - 3 * quartiles.diff().loc[0.75], rtol=1e-12)
        assert (table.loc["x", ["below", "above"]] == [(wild["x"] < -40).sum(), (wild["x"] > 40).sum()]).all()
        assert set(table["action"]) == {"clip"}

    def test_dropped_rows_are_counted_and_drop_from_the_training_rows_alone(self, wild):
        far = wild["x"].abs() > 40
        result = preprocess(Path("split"), Path("prep"), PreprocessParams(outliers="drop", scale="none"))
        assert f"{far.sum()} of 80 training rows are dropped for outliers (outliers.csv)" in result.notes
        assert result.n_train == 80 - far.sum()
        np.testing.assert_array_equal(pd.read_parquet("prep/train.parquet")["x"], wild["x"][~far])
        assert len(pd.read_parquet("prep/test.parquet")) == 20
        assert set(pd.read_csv("prep/outliers.csv")["action"]) == {"drop"}

    def test_weights_stay_with_their_rows_when_rows_are_dropped(self, splitting, write):
        from mlpipe.params import TrainParams
        from mlpipe.steps.train import train

        rng = np.random.default_rng(1)
        x = rng.normal(size=120).round(3)
        x[::20] = 500
        rows = [f"{v},{1 + i % 3},{v * (1 + i % 3) if v < 400 else 0:.4f}" for i, v in enumerate(x)]
        splitting(write("t.csv", "\n".join(["x,w,outcome", *rows])), roles={"weight": "w"}, task="regression")
        raw = pd.read_parquet("split/train.parquet").query("x < 400")
        preprocess(Path("split"), Path("prep"), PreprocessParams(outliers="drop", scale="none"))
        train(Path("prep"), Path("model"), TrainParams(model="linear"))
        # Weighted least squares, from its normal equations.
        A = np.column_stack([np.ones(len(raw)), raw["x"]])
        weighted = A * raw["w"].to_numpy()[:, None]
        expected = np.linalg.solve(weighted.T @ A, weighted.T @ raw["outcome"])
        found = pd.read_csv("model/coefficients.csv").set_index("feature")["coefficient"]
        np.testing.assert_allclose(found["x"], expected[1], rtol=1e-6)

    @pytest.mark.parametrize("options", [{"augment": "jitter"}, {"resample": "random-over"}])
    def test_made_up_rows_have_no_weight(self, splitting, write, refused, options):
        rows = [f"{i * 7 % 40}.5,{1 + i % 3},{'yes' if i % 2 else 'no'}" for i in range(40)]
        splitting(write("t.csv", "\n".join(["x,w,outcome", *rows])), roles={"weight": "w"})
        error = refused(2, preprocess, Path("split"), Path("prep"), PreprocessParams(**options))
        assert "weight" in error.what


def test_training_rows_that_repeat_another_are_counted(splitting, write):
    rows = [f"{i % 25},{'yes' if i % 25 % 2 else 'no'}" for i in range(50)]
    splitting(write("t.csv", "\n".join(["x,outcome", *rows])), duplicates="ignore")
    raw = pd.read_parquet("split/train.parquet")
    repeated = int(raw[["x", "outcome"]].duplicated().sum())
    told = show_plan(Path("split"), PreprocessParams()).notes
    assert any(note.startswith(f"{repeated} training rows repeat another") for note in told)
    splitting(write("u.csv", "\n".join(["x,outcome", *rows[:25]])), out="other", duplicates="ignore")
    assert not any("repeat" in note for note in show_plan(Path("other"), PreprocessParams()).notes)
