"""A table written another way gives the same: case of booleans, `.0`, Unicode forms, types of Parquet."""

import json
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpipe.artifacts.splits import Split
from mlpipe.params import EvaluateParams, InspectParams, PredictFiles, PredictParams, RoleParams
from mlpipe.steps.evaluate import evaluate
from mlpipe.steps.inspect import inspect
from mlpipe.steps.predict import predict
from mlpipe.words.parameters import as_options
from tests.conftest import make_chain

ROWS = 120


def table_of(rows: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "x": rng.normal(size=rows).round(3).astype(str),
            "flag": rng.choice(["True", "False"], rows),
            "bit": rng.choice(["0", "1"], rows),
            "code": rng.choice(["1", "2", "3"], rows),
            "Städte": rng.choice(["Zürich", "Genève", "Bâle"], rows),
        }
    )
    signs = [table["flag"] == "True", table["bit"] == "1", table["code"] == "2", table["Städte"] == "Bâle"]
    table["t"] = np.where(sum(map(np.asarray, signs)) >= 2, "TRUE", "FALSE")
    return table


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("values")
    return make_chain(folder, table_of(ROWS), target="t", roles=RoleParams(categorical=("code",))) / "model"


def proba(model, data) -> pd.DataFrame:
    predict(model, str(data), PredictFiles(out="p.csv"), PredictParams(proba=True))
    return pd.read_csv("p.csv")


TRUTHS = {
    "True": ["True", "TRUE", "true", "t", "1", "1.0", "yes", "Y", "on", " true\u00a0"],
    "False": ["False", "FALSE", "f", "0", "0.0", "no", "N", "Off"],
}
AROUND = ["{}", " {}", "{}\u00a0", "\u200b{}", "{}\ufeff", "\u2060{}\u00ad"]


def spelled(draw, table: pd.DataFrame) -> pd.DataFrame:
    """The same rows in other words."""

    def words(cells, ways):
        return [draw(st.sampled_from(AROUND)).format(draw(st.sampled_from(ways(cell)))) for cell in cells]

    return pd.DataFrame(
        {
            "x": words(table["x"], lambda cell: [cell, f"{cell}0" if "." in cell else cell]),
            "flag": words(table["flag"], TRUTHS.__getitem__),
            "bit": words(table["bit"], lambda cell: TRUTHS["True" if cell == "1" else "False"]),
            "code": words(table["code"], lambda cell: [cell, f"{cell}.0", f"{cell}."]),
            unicodedata.normalize("NFD", "Städte"): words(
                table["Städte"], lambda cell: [cell, unicodedata.normalize("NFD", cell)]
            ),
        }
    )


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_another_spelling_gives_the_same_predictions(model, data):
    table = table_of(8, seed=1)
    table.to_csv("plain.csv", index=False)
    spelled(data.draw, table).to_csv("spelled.csv", index=False)
    pd.testing.assert_frame_equal(proba(model, "spelled.csv"), proba(model, "plain.csv"), check_exact=True)


TYPES = {
    "flag": ["bool", "boolean", "int64", "float64", "str", "category"],
    "bit": ["bool", "int8", "Float64", "str", "category"],
    "code": ["int64", "float64", "Int32", "float32", "str", "category"],
    "Städte": ["str", "category", "large_string[pyarrow]"],
}


@settings(max_examples=12, deadline=None)
@given(types=st.fixed_dictionaries({name: st.sampled_from(types) for name, types in TYPES.items()}))
def test_another_type_in_parquet_gives_the_same_predictions(model, types):
    table = table_of(30, seed=2)
    table.to_csv("plain.csv", index=False)
    typed = table.assign(x=table["x"].astype(float), code=table["code"].astype(int), bit=table["bit"].astype(int))
    typed["flag"] = table["flag"] == "True"
    typed.astype(types).to_parquet("typed.parquet")
    pd.testing.assert_frame_equal(proba(model, "typed.parquet"), proba(model, "plain.csv"), check_exact=True)


@pytest.mark.parametrize("target", ["bool", "int64", "str"])
def test_a_target_written_another_way_is_scored_alike(model, target):
    table = table_of(60, seed=3)
    table.to_csv("plain.csv", index=False)
    table.assign(t=(table["t"] == "TRUE").astype(target)).to_parquet("typed.parquet")
    for name in ("plain.csv", "typed.parquet"):
        evaluate(model, Path(name).with_suffix(""), EvaluateParams(), data=name)
    told = [json.loads(Path(name, "metrics.json").read_text())["metrics"] for name in ("plain", "typed")]
    assert told[0] == told[1]


def test_a_frame_is_the_same_table_as_parquet_and_as_csv(splitting):
    table = table_of(60, seed=3)
    typed = table.assign(t=table["t"] == "TRUE", flag=table["flag"] == "True")
    typed.to_csv("t.csv", index=False)
    typed.to_parquet("t.parquet")
    for form in ("csv", "parquet"):
        splitting(f"t.{form}", f"from_{form}", target="t")
    assert Path("from_csv/train.parquet").read_bytes() == Path("from_parquet/train.parquet").read_bytes()


def test_the_labels_are_those_of_training(model):
    table_of(20).to_parquet("t.parquet")
    assert set(proba(model, "t.parquet")["prediction"]) == {True, False}
    assert "TRUE" in Path("p.csv").read_text()


def test_a_target_in_five_spellings_is_binary(splitting):
    words = ["TRUE", "True", "true", "FALSE", "False", "True"] * 10
    pd.DataFrame({"x": range(60), "outcome": words}).to_csv("t.csv", index=False)
    result = splitting("t.csv", roles={"numeric": ("x",)})
    assert result.task == "binary"
    assert set(result.classes) == {"True", "FALSE"}
    assert any("5 spellings" in note for note in result.notes)
    assert set(pd.read_parquet("split/test.parquet")["outcome"]) <= {"True", "FALSE"}


def test_the_spelling_of_classes_is_that_of_all_rows(splitting):
    """Among the training rows alone, another spelling might be the most frequent."""
    words = ["TRUE", "true", "false"] * 20 + ["TRUE"]
    table = pd.DataFrame({"x": np.arange(61) / 7, "outcome": words, "part": ["test"] * 61})
    table.loc[(table["outcome"] != "TRUE") | (table.index < 20), "part"] = "train"
    table.to_csv("t.csv", index=False)
    result = splitting("t.csv", split_column="part")
    assert set(result.classes) == {"TRUE", "false"}
    assert Split.load(Path("split")).context.schema.column("outcome").truth == ("TRUE", "false")


def test_codes_that_pandas_wrote_with_a_point_are_the_codes(splitting):
    pd.DataFrame({"code": [1.0, 2.0, None, 3.0] * 10, "outcome": ["a", "b"] * 20}).to_csv("t.csv", index=False)
    splitting("t.csv", roles={"categorical": ("code",)})
    assert set(pd.read_parquet("split/train.parquet")["code"].dropna()) <= {"1", "2", "3"}


def test_invisible_characters_are_told(splitting):
    pd.DataFrame({"c\u200b": ["red", "re\u200bd", "blue", "\ufeffblue"] * 10, "outcome": ["a", "b"] * 20}).to_csv(
        "t.csv", index=False
    )
    result = splitting("t.csv")
    assert any(note.startswith("c: 20 cells with invisible characters") for note in result.notes)
    assert set(pd.read_parquet("split/train.parquet")["c"]) == {"red", "blue"}


def test_invisible_characters_are_told_of_a_test_file_too(splitting):
    table = pd.DataFrame({"c": ["red", "blue"] * 10, "outcome": ["a", "b"] * 10})
    table.to_csv("t.csv", index=False)
    table.replace("red", "red\u200b").to_csv("new.csv", index=False)
    result = splitting("t.csv", test_data="new.csv")
    assert "new.csv, c: invisible characters are taken out of 10 cells" in result.notes
    assert set(pd.read_parquet("split/test.parquet")["c"]) == {"red", "blue"}


def test_invisible_characters_are_told_by_predict(model):
    table = table_of(10)
    table["Städte"] += "\u200b"
    table.to_csv("new.csv", index=False)
    result = predict(model, "new.csv", PredictFiles(out="p.csv"), PredictParams())
    assert "Städte: invisible characters are taken out of 10 cells" in result.notes
    assert result.contract["columns"]["Städte"]["invisible"] == 10


def test_names_are_given_in_either_form(splitting):
    name = unicodedata.normalize("NFD", "Größe")
    table = pd.DataFrame({name: range(40), "Straße\u200b": ["a", "b"] * 20, "outcome": ["a", "b"] * 20})
    table.to_csv("t.csv", index=False)
    result = splitting("t.csv", roles={"numeric": (name,), "ids": ("Straße",)})
    assert [column for column, _, _ in result.columns] == ["Größe", "Straße", "outcome"]


def test_two_names_that_look_alike_are_one_name_twice(splitting, refused):
    Path("t.csv").write_text("a,a\u200b,outcome\n1,2,x\n3,4,y\n")
    assert "alike" in str(refused(3, splitting, "t.csv"))


def test_inspect_counts_invisible_characters_over_all_columns():
    words = ["red", "blue", "red\u200b", "blue"] * 10
    numbers = [f"{number}.5" for number in range(39)] + ["\u200b7.5"]
    pd.DataFrame({"word": words, "plain": ["a", "b"] * 20, "number": numbers}).to_csv("t.csv", index=False)
    profile = inspect("t.csv", InspectParams()).profile
    found = [finding for finding in profile.findings if finding.code == "MLP123"]
    assert [(finding.column, finding.message.split(" cell")[0]) for finding in found] == [
        ("word", "10"),
        ("number", "1"),
    ]
    assert all("invisible" in finding.message and finding.severity == "warning" for finding in found)
    assert [column.role for column in profile.columns] == ["categorical", "categorical", "numeric"]
    codes = [finding.code for finding in profile.findings]
    assert codes == sorted(codes)


def test_inspect_finds_the_target_by_either_form_of_its_name():
    name = unicodedata.normalize("NFD", "Größe")
    pd.DataFrame({name: ["a", "b"] * 10, "x": range(20)}).to_csv("t.csv", index=False)
    assert inspect("t.csv", InspectParams(target=name)).profile.target == "Größe"


def strangers(n: int, of: int = 10) -> pd.DataFrame:
    """Rows with `n` cities in letters of another case, of so many that are there."""
    table = table_of(of + 2, seed=4).assign(Städte="Bâle")
    table.loc[: n - 1, "Städte"] = "BALE"
    table.loc[of:, "Städte"] = ""
    return table


def test_half_of_the_cells_may_be_unseen_and_are_told_with_what_they_look_like(model):
    strangers(5).to_csv("new.csv", index=False)
    result = predict(model, "new.csv", PredictFiles(out="p.csv"), PredictParams())
    assert any("5 rows have a category unseen in training ('BALE' (known as 'Bâle'))" in note for note in result.notes)
    assert result.contract["columns"]["Städte"]["unseen_examples"] == [{"value": "BALE", "count": 5, "like": "Bâle"}]


@pytest.mark.parametrize("on_bad_value", ["error", "skip"])
@pytest.mark.parametrize("out", ["p.csv", "-"])
def test_most_cells_unseen_is_an_error_and_nothing_is_written(model, refused, capsysbinary, out, on_bad_value):
    strangers(6).to_csv("new.csv", index=False)
    files, params = PredictFiles(out=out, contract="c.json"), PredictParams(on_bad_value=on_bad_value, batch_rows=3)
    error = refused(3, predict, model, "new.csv", files, params)
    assert "6 of 10 cells of column 'Städte'" in str(error)
    assert "'BALE' (known as 'Bâle')" in str(error)
    assert "training knew 'Zürich', 'Genève', 'Bâle'" in str(error)
    assert error.where == "new.csv"
    assert "--allow-unseen" in as_options(error.remedy)
    assert capsysbinary.readouterr().out == b""


@pytest.mark.parametrize("options", [{"allow_unseen": True}, {"max_unseen": 0.5}], ids=["allowed", "a limit is given"])
def test_most_cells_unseen_may_be_allowed(model, options):
    strangers(6).to_csv("new.csv", index=False)
    result = predict(model, "new.csv", PredictFiles(out="p.csv"), PredictParams(**options))
    assert result.n_predicted == 12
    assert any("6 rows have a category unseen" in note for note in result.notes)


def test_a_row_by_itself_is_predicted_as_it_is_among_others(model, refused):
    strangers(1, of=1).to_csv("new.csv", index=False)
    assert predict(model, "new.csv", PredictFiles(out="p.csv"), PredictParams()).n_predicted == 3
    strangers(2, of=2).to_csv("new.csv", index=False)
    refused(3, predict, model, "new.csv", PredictFiles(out="p.csv"), PredictParams())


def test_every_column_of_strangers_is_named(model, refused):
    strangers(6).assign(code="9", flag="maybe").to_csv("new.csv", index=False)
    error = refused(3, predict, model, "new.csv", PredictFiles(out="p.csv"), PredictParams())
    assert "12 of 12 cells of column 'flag' hold a category unseen in training, such as 'maybe';" in str(error)
    assert "So are those of 'code', 'Städte'." in str(error)


def test_evaluate_refuses_a_file_of_strangers_alike(model, refused):
    strangers(6).to_csv("new.csv", index=False)
    error = refused(3, evaluate, model, Path("e"), EvaluateParams(), data="new.csv")
    assert "6 of 10 cells of column 'Städte'" in str(error)
    result = evaluate(model, Path("e"), EvaluateParams(allow_unseen=True), data="new.csv")
    assert any("'BALE' (known as 'Bâle')" in note for note in result.notes)


def test_only_faults_of_columns_that_the_model_needs_matter(tmp_path_factory):
    folder = tmp_path_factory.mktemp("needs")
    table = table_of(60).assign(weight=1.5, when="2024-01-02", kept="a")
    roles = RoleParams(weight="weight", drop=("kept",), ids=("when",))
    model = make_chain(folder, table, target="t", roles=roles) / "model"
    new = table_of(60, seed=9).assign(weight="heavy", when="never", kept="\ufffd")
    new.to_csv("new.csv", index=False)
    assert predict(model, "new.csv", PredictFiles(out="p.csv"), PredictParams()).n_predicted == 60
    assert evaluate(model, Path("e"), EvaluateParams(), data="new.csv").n_rows == 60
