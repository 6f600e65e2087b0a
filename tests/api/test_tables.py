"""Tables in memory: called by what they are, whatever columns they have."""

import pickle

import pandas as pd
import pytest

import mlpipe
from mlpipe.api.tables import write_table
from mlpipe.errors import DataError, UsageError
from mlpipe.words.sources import Passing, readable_name
from tests.tables import mixed_table


def written(frame, place):
    write_table(frame, place / "t.parquet")
    return pd.read_parquet(place / "t.parquet")


def test_no_message_and_no_page_says_where_it_lay(tmp_path):
    frame = mixed_table(rows=120)
    with pytest.raises(DataError) as caught:
        mlpipe.inspect(frame[:0])
    assert str(caught.value).startswith("DataFrame has a header")
    with pytest.raises(UsageError) as misused:
        mlpipe.audit(frame, target="outcome")
    assert misused.value.where == "DataFrame"
    audit = mlpipe.audit([frame[:70], frame[60:]], tmp_path / "audit", target="outcome")
    assert audit.told == "DataFrame 1, DataFrame 2"
    assert "mlpipe-" not in (tmp_path / "audit/report.html").read_text(encoding="utf-8")


def test_a_page_on_it_is_the_same_each_time(tmp_path):
    frame = mixed_table(rows=60)
    for name in "ab":
        mlpipe.inspect(frame, tmp_path / name)
    assert (tmp_path / "a/report.html").read_bytes() == (tmp_path / "b/report.html").read_bytes()


def test_columns_that_share_a_name_are_told_as_those_of_a_file(tmp_path):
    frame = mixed_table(rows=60)
    with pytest.raises(DataError, match="several columns alike: 'age'"):
        mlpipe.split(pd.concat([frame, frame["age"]], axis=1), tmp_path / "s", target="outcome")


@pytest.mark.parametrize(
    ("column", "first"),
    [
        (pd.interval_range(0, 3), "(0, 1]"),
        (pd.period_range("2020-01", periods=3, freq="M"), "2020-01"),
        ([1j, 2j, 3j], "1j"),
        ([[1, 2], [3], []], "[1, 2]"),
        ([2**70, 1, "x"], str(2**70)),
        (pd.arrays.SparseArray([0, 0, 1]), "0"),
        (pd.Categorical(["b", None, "a"]), "b"),
    ],
)
def test_what_no_cell_holds_is_text(tmp_path, column, first):
    assert str(written(pd.DataFrame({"a": column}), tmp_path)["a"][0]) == first


def test_an_index_that_has_a_name_is_a_column(tmp_path):
    frame = pd.DataFrame({"a": [1, 2]}, index=pd.Index([7, 8], name="key"))
    assert written(frame, tmp_path).to_dict("list") == {"a": [1, 2], "key": [7, 8]}
    assert list(written(frame.rename_axis(None), tmp_path)) == ["a"]


def test_a_copy_in_another_process_is_called_the_same():
    copy = pickle.loads(pickle.dumps(Passing("/tmp/x", "DataFrame")))
    assert (copy, readable_name(copy)) == ("/tmp/x", "DataFrame")
