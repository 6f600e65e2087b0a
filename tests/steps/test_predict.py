"""Every option of `predict` changes what it says."""

import csv
import io
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlpipe.errors import GateError
from mlpipe.params import EvaluateParams, PredictFiles, PredictParams, PreprocessParams, TrainParams
from mlpipe.steps.evaluate import evaluate
from mlpipe.steps.predict import predict
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.train import train


@pytest.fixture
def new(chain):
    """Twenty rows as text, without the target."""
    table = pd.read_csv(chain / "table.csv", dtype=str, keep_default_na=False).head(20)
    return table.drop(columns="outcome")


@pytest.fixture
def told(chain):
    """Predict a table (or a file) with some options; gives the result and the rows that came out."""

    def run(data, model=chain / "model", *, out="p.csv", rejects=None, contract=None, jobs=None, **options):
        if isinstance(data, pd.DataFrame):
            data.to_csv("new.csv", index=False)
            data = "new.csv"
        files = PredictFiles(out=out, rejects=rejects, contract=contract)
        result = predict(model, data, files, PredictParams(**options), jobs=jobs)
        return result, pd.read_csv(out, dtype=str, keep_default_na=False) if out.endswith(".csv") else None

    return run


def test_rows_keep_order_and_ids(told, new):
    result, rows = told(new)
    assert list(rows.columns) == ["account", "prediction"]
    assert rows["account"].tolist() == new["account"].tolist()
    assert result.n_predicted == 20


def test_without_ids_rows_are_numbered(told, quantities):
    _, rows = told(str(quantities / "table.csv"), quantities / "model")
    assert "row" in rows or "account" in rows
    table = pd.read_csv(quantities / "table.csv").drop(columns="account")
    _, rows = told(table, quantities / "model")
    assert rows["row"].tolist() == [str(i) for i in range(len(table))]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_repeated_names_are_a_fault_of_columns_that_the_model_needs_alone(told, new, form, refused):
    expected = told(new, out="e.csv")[1]
    table = new.assign(a="1", b="2").rename(columns={"a": "other", "b": "other"})
    name = new.columns[1]
    needed = pd.concat([new, new[[name]]], axis=1)
    for file, one in {"extra": table, "needed": needed}.items():
        if form == "csv":
            one.to_csv(f"{file}.csv", index=False)
        else:
            columns = [pa.array(one.iloc[:, i]) for i in range(one.shape[1])]
            pq.write_table(pa.Table.from_arrays(columns, [*one.columns]), f"{file}.parquet")
    assert told(f"extra.{form}")[1].equals(expected)
    assert repr(name) in str(refused(3, told, f"needed.{form}"))


def test_proba_adds_a_column_for_each_class(told, new):
    _, rows = told(new, proba=True)
    assert list(rows.columns) == ["account", "prediction", "proba_no", "proba_yes"]
    sums = rows["proba_no"].astype(float) + rows["proba_yes"].astype(float)
    assert sums.between(1 - 1e-12, 1 + 1e-12).all()


@pytest.mark.parametrize(("threshold", "label"), [(0.0, "yes"), (1.0, "no")])
def test_threshold(told, new, threshold, label):
    assert set(told(new, threshold=threshold)[1]["prediction"]) == {label}


def test_threshold_is_for_two_classes(told, new, quantities, refused):
    new.to_csv("new.csv", index=False)
    refused(2, told, "new.csv", quantities / "model", threshold=0.5)


def test_keep_carries_columns_through_as_they_came(told, new):
    new["note"] = [f' "{i}", 00{i}' for i in range(20)]
    _, rows = told(new, keep=("age,note",))
    assert list(rows.columns) == ["account", "prediction", "age", "note"]
    assert rows["note"].tolist() == new["note"].tolist()
    assert rows["age"].tolist() == new["age"].tolist()


def test_keep_all_carries_every_column_once(told, new):
    _, rows = told(new.assign(prediction="mine"), keep=("all",))
    assert set(new.columns) <= set(rows.columns)
    assert rows["prediction (input)"].tolist() == ["mine"] * 20
    assert rows["town"].tolist() == new["town"].tolist()


def test_keep_of_a_wrong_name_is_answered(told, new, refused):
    new.to_csv("new.csv", index=False)
    assert "'town'" in refused(2, told, "new.csv", keep=("twon",)).remedy


@pytest.mark.parametrize("batch_rows", [1, 7, 20, 1000])
def test_batches_and_jobs_change_no_byte(told, new, batch_rows):
    told(new, proba=True, out="whole.csv")
    told(new, proba=True, batch_rows=batch_rows)
    assert Path("p.csv").read_bytes() == Path("whole.csv").read_bytes()


class TestBadValues:
    @pytest.fixture
    def bad(self, new):
        new.loc[6, "age"] = "old"
        new.loc[11, "balance"] = "inf"
        new.loc[11, "since"] = "2024-02-30"
        return new

    def test_error_names_line_column_and_value_and_writes_nothing(self, told, bad, refused):
        bad.to_csv("new.csv", index=False)
        for batch_rows in (None, 1):
            error = refused(3, told, "new.csv", rejects="r.csv", contract="c.json", batch_rows=batch_rows)
            assert "'old' in column 'age'" in error.what
            assert error.where == "new.csv, line 8"

    def test_null_takes_it_as_missing_and_counts_it(self, told, bad, new):
        result, rows = told(bad, on_bad_value="null", proba=True)
        _, as_missing = told(bad.replace({"old": "", "inf": "", "2024-02-30": ""}), proba=True)
        assert rows.equals(as_missing)
        assert result.contract["columns"]["age"]["unparseable"] == 1

    def test_skip_leaves_the_row_out_and_rejects_tell_why(self, told, bad):
        result, rows = told(bad, on_bad_value="skip", rejects="r.csv")
        assert (result.n_predicted, result.n_rejected) == (18, 2)
        assert rows["account"].tolist() == bad["account"].drop([6, 11]).tolist()
        rejects = pd.read_csv("r.csv", dtype=str, keep_default_na=False)
        assert list(rejects.columns) == ["line", "reason", *bad.columns]
        assert rejects["line"].tolist() == ["8", "13"]
        assert "age: 'old'" in rejects["reason"][0]
        assert "infinite" in rejects["reason"][1]
        assert "no such date" in rejects["reason"][1]
        assert rejects[list(bad.columns)].to_numpy().tolist() == bad.loc[[6, 11]].to_numpy().tolist()

    @pytest.mark.parametrize("on_bad_value", ["null", "skip"])
    def test_very_many_are_all_counted_and_reasoned_whatever_the_batches(self, told, new, on_bad_value):
        many = pd.concat([new] * 20, ignore_index=True).assign(age="old")
        for batch_rows in (None, 30):
            result, _ = told(many, on_bad_value=on_bad_value, rejects="r.csv", batch_rows=batch_rows)
            assert result.contract["columns"]["age"]["unparseable"] == 400
            rejects = pd.read_csv("r.csv", dtype=str, keep_default_na=False)
            assert rejects["reason"].str.contains("'old'").sum() == (400 if on_bad_value == "skip" else 0)

    def test_skipping_every_row_leaves_a_header(self, told, new):
        result, rows = told(new.assign(age="old"), on_bad_value="skip")
        assert result.n_predicted == 0
        assert list(rows.columns) == ["account", "prediction"]

    def test_markers_and_number_formats_of_training_hold(self, told, new):
        assert told(new.assign(age="NA"))[0].n_predicted == 20


class TestContract:
    def test_it_counts_what_training_did_not_have(self, told, new):
        new.loc[0, "town"] = "Nowhere"
        new.loc[1, "town"] = "clayton"
        new.loc[2, "calls"] = ""
        new.loc[3, "balance"] = "1e12"
        new.loc[4, "age"] = "-5"
        result, _ = told(new, contract="c.json")
        columns = json.loads(Path("c.json").read_text())["columns"]
        assert columns["town"]["unseen"] == 2
        assert {"value": "clayton", "count": 1, "like": "Clayton"} in columns["town"]["unseen_examples"]
        assert columns["calls"]["newly_missing"] == 1
        assert columns["balance"]["above_range"] == 1
        assert columns["age"]["below_range"] == 1
        assert any("town" in note and "Nowhere" in note for note in result.notes)
        assert any("calls" in note for note in result.notes)

    def test_cells_beyond_the_training_range_are_told_far_ones_by_value(self, told, new, chain):
        train = pd.read_parquet(chain / "split/train.parquet")
        ages, days = train["age"], train["since"]
        new.loc[0, "age"], new.loc[1, "age"] = "950", str(-int(ages.max()))
        new.loc[0, "since"] = "2190-03-01"
        new.loc[2, "balance"] = str(train["balance"].max() + 1e-3)
        for batch in (None, 1):
            notes = [note for note in told(new, batch_rows=batch)[0].notes if "range" in note]
            assert notes == [
                (
                    f"age: 2 rows beyond the training range, {ages.min():.0f} to {ages.max():.0f} "
                    f"(such as -{ages.max():.0f}; 950)"
                ),
                (
                    f"since: 1 row beyond the training range, {days.min():%Y-%m-%d} to {days.max():%Y-%m-%d} "
                    "(such as 2190-03-01)"
                ),
                "cells a little beyond the training range: balance (1 row)",
            ]

    def test_nothing_is_said_of_cells_within_the_training_range(self, told, chain):
        rows = pd.read_csv(chain / "table.csv", dtype=str, keep_default_na=False)
        trained = rows["account"].isin(pd.read_parquet(chain / "split/train.parquet")["account"])
        assert not any("range" in note for note in told(rows[trained])[0].notes)

    @pytest.mark.parametrize(("share", "passes"), [(0.04, False), (0.05, True)])
    def test_max_unseen_is_a_share_of_the_rows(self, told, new, share, passes):
        new.loc[0, "town"] = "Nowhere"
        result, rows = told(new)
        assert len(rows) == 20
        if passes:
            result.check_gate(share)
        else:
            with pytest.raises(GateError, match=r"5\.0 % of the rows .* `max_unseen` allows 4\.0 %"):
                result.check_gate(share)

    def test_to_stdout(self, told, new, capsys):
        told(new, contract="-")
        assert json.loads(capsys.readouterr().out)["rows"] == 20


class TestColumns:
    def test_extra_ones_are_ignored_and_named_once(self, told, new):
        result, rows = told(new.assign(junk="x", more="y"))
        assert rows.equals(told(new)[1])
        assert [note for note in result.notes if "junk, more" in note]

    def test_all_missing_ones_are_named(self, told, new, refused):
        new.drop(columns=["age", "town"]).to_csv("new.csv", index=False)
        error = refused(3, told, "new.csv")
        assert "2 columns are missing: 'age', 'town'." in error.what

    def test_a_target_is_not_looked_at(self, told, new):
        assert told(new.assign(outcome="???"))[1].equals(told(new)[1])


class TestFormats:
    def test_parquet_out_holds_what_csv_holds(self, told, new):
        told(new, out="p.parquet", proba=True, keep=("town",))
        _, rows = told(new, proba=True, keep=("town",))
        table = pq.read_table("p.parquet").to_pandas()
        assert list(table.columns) == list(rows.columns)
        assert table["proba_yes"].tolist() == rows["proba_yes"].astype(float).tolist()
        assert table["prediction"].tolist() == rows["prediction"].tolist()

    def test_parquet_in_is_as_good_as_csv(self, told, chain):
        typed = pd.read_csv(chain / "table.csv", parse_dates=["since"]).head(20)
        typed.to_parquet("new.parquet")
        _, rows = told("new.parquet", proba=True)
        typed.to_csv("new.csv", index=False)
        assert told("new.csv", proba=True)[1].equals(rows)

    @pytest.mark.parametrize("form", ["semicolons", "utf-16", "gzip", "crlf"])
    def test_a_file_in_another_dialect_is_the_same_table(self, told, new, form):
        plain = told(new, proba=True)[1]
        text = new.to_csv(index=False, sep=";" if form == "semicolons" else ",")
        name = "other.csv"
        if form == "gzip":
            import gzip

            name = "other.csv.gz"
            Path(name).write_bytes(gzip.compress(text.encode()))
        elif form == "crlf":
            Path(name).write_bytes(text.replace("\n", "\r\n").encode())
        else:
            Path(name).write_text(text, encoding="utf-16" if form == "utf-16" else "utf-8")
        assert told(name, proba=True)[1].equals(plain)

    def test_stdin_and_stdout(self, chain, new, told, monkeypatch, capfdbinary):
        class Stdin:
            buffer = io.BytesIO(new.to_csv(index=False).encode())

        monkeypatch.setattr("sys.stdin", Stdin)
        predict(chain / "model", "-", PredictFiles(), PredictParams())
        rows = list(csv.DictReader(io.StringIO(capfdbinary.readouterr().out.decode())))
        assert [row["account"] for row in rows] == new["account"].tolist()

    def test_ids_that_look_like_numbers_stay_as_written(self, told, new):
        new["account"] = ["00501", "9007199254740993", "18446744073709551616", "1e5", "NA", ""] + ["007"] * 14
        assert told(new)[1]["account"].tolist() == new["account"].tolist()


@pytest.mark.parametrize(
    ("text", "code"),
    [(None, 2), ("", 3), ("account,age\n", 3), ("account,age,age\n1,2,3\n", 3), ("a,b\n1,2\n1,2,3\n", 3)],
    ids=["no file", "empty", "header only", "a name twice", "a field too many"],
)
def test_what_is_no_table(told, refused, write, text, code):
    if text is not None:
        write("new.csv", text)
    refused(code, told, "new.csv")


def test_a_model_learnt_without_a_header_predicts_without_one(splitting, rows, write, told):
    body = rows(60).split("\n", 1)[1]
    splitting(write("t.csv", body), target="2", read={"header": False})
    preprocess(Path("split"), Path("prep"), PreprocessParams())
    train(Path("prep"), Path("model"), TrainParams(model="logistic"))
    result, _ = told("t.csv", Path("model"))
    assert result.n_predicted == 60
    assert (
        evaluate(Path("model"), Path("evaluation"), EvaluateParams(allow_training_rows=True), data="t.csv").n_rows == 60
    )


def test_an_id_called_like_a_result_keeps_its_cells(told, splitting, write):
    lines = [f"r{i},{i % 9},{'yes' if i % 9 > 4 else 'no'}" for i in range(60)]
    splitting(write("t.csv", "\n".join(["prediction,size,outcome", *lines])), roles={"ids": ("prediction",)})
    preprocess(Path("split"), Path("prep"), PreprocessParams())
    train(Path("prep"), Path("model"), TrainParams(model="logistic"))
    _, rows = told("t.csv", Path("model"))
    assert list(rows.columns) == ["prediction (input)", "prediction"]
    assert rows["prediction (input)"].tolist() == [f"r{i}" for i in range(60)]
    assert set(rows["prediction"]) == {"yes", "no"}


def test_explain_adds_the_columns_that_moved_a_row_and_their_shares(told, new):
    _, rows = told(new, explain=2)
    assert list(rows.columns)[2:] == ["reason_1", "reason_1_share", "reason_2", "reason_2_share"]
    shares = rows[["reason_1_share", "reason_2_share"]].astype(float).abs()
    assert (shares["reason_1_share"] >= shares["reason_2_share"]).all()
    assert (shares.sum(axis=1) <= 1.001).all()
    assert set(rows["reason_1"]) <= {"age", "balance", "town", "since", "calls", "online"}
    for options in ({"batch_rows": 3}, {"jobs": 2}):
        assert told(new, explain=2, **options)[1].equals(rows)
    _, alone = told(new.iloc[[4]], explain=2)
    assert alone.iloc[0].tolist() == rows.iloc[4].tolist()


def test_explain_counts_columns(told, new, refused):
    new.to_csv("new.csv", index=False)
    refused(2, told, "new.csv", explain=0)


def test_probabilities_asked_of_a_model_that_has_none_are_wrong_usage(told, new, chain, quantities, refused):
    new.to_csv("new.csv", index=False)
    assert "for classes" in str(refused(2, told, "new.csv", quantities / "model", proba=True))
    train(chain / "prep", Path("hinge"), TrainParams(model="sgd", params=(("loss", "hinge"),)))
    assert "no probabilities" in str(refused(2, told, "new.csv", Path("hinge"), proba=True))
    told("new.csv", Path("hinge"))
