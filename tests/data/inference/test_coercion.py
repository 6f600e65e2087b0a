"""Typed tables: what each kind of column becomes, what is bad, what is missing."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpipe.data.inference.coercion import coerce, to_frame
from mlpipe.data.schema import Column, Kind, Role
from tests.data.written import raw

quick = settings(max_examples=50, deadline=None)
NUMBER = Column(name="n", role=Role.NUMERIC, kind=Kind.NUMBER, missing=("NA",))
WHOLE = Column(name="w", role=Role.NUMERIC, kind=Kind.NUMBER, integer=True, missing=("NA",))
DATE = Column(name="d", role=Role.DATETIME, kind=Kind.DATETIME, datetime_format="iso", missing=("NA",))
LEVEL = Column(name="c", role=Role.CATEGORICAL, kind=Kind.STRING, missing=("?",))
ID = Column(name="i", role=Role.ID, kind=Kind.STRING)
TEXT = Column(name="t", role=Role.TEXT, kind=Kind.STRING, missing=("?",))


def test_each_kind_has_its_type():
    table = raw(n=["1.5", "NA"], w=["3", " "], d=["2020-01-02", ""], c=[" a", "?"], i=[" 7 ", "NA"], t=[" Hi  ", " ? "])
    coerced = coerce(table, [ID, NUMBER, WHOLE, DATE, LEVEL, TEXT], decimal=".")
    assert coerced.table.column_names == ["i", "n", "w", "d", "c", "t"]
    types = {field.name: str(field.type) for field in coerced.table.schema}
    assert types == {"i": "string", "n": "double", "w": "int64", "d": "timestamp[us]", "c": "string", "t": "string"}
    assert coerced.table["c"].to_pylist() == ["a", None]
    assert coerced.table["i"].to_pylist() == [" 7 ", "NA"]
    assert coerced.table["t"].to_pylist() == [" Hi  ", None]
    assert coerced.missing == {"i": 0, "n": 1, "w": 1, "d": 1, "c": 1, "t": 1}
    assert (coerced.n_bad, coerced.bad, len(coerced.bad_rows)) == (0, (), 0)


def test_bad_cells_come_in_the_order_of_rows():
    table = raw(n=["x", "1", "inf"], d=["2020-01-01", "soon", "2020-13-01"])
    coerced = coerce(table, [DATE, NUMBER], decimal=".")
    assert [(bad.row, bad.column, bad.value) for bad in coerced.bad] == [
        (0, "n", "x"), (1, "d", "soon"), (2, "d", "2020-13-01"), (2, "n", "inf")]  # fmt: skip
    assert coerced.n_bad == 4
    assert coerced.bad_rows.tolist() == [0, 1, 2]
    assert coerced.table.to_pylist()[1] == {"d": None, "n": 1.0}
    assert coerced.missing == {"d": 0, "n": 0}


def test_a_hundred_bad_cells_are_shown_and_all_counted():
    coerced = coerce(raw(n=["x"] * 250), [NUMBER], decimal=".")
    assert (len(coerced.bad), coerced.n_bad, len(coerced.bad_rows)) == (100, 250, 250)


def test_a_column_of_floats_passes_and_is_checked():
    table = pa.table({"n": pa.array([1.5, None, float("inf"), float("nan")]), "w": pa.array([1.0, 2.0, None, 3.0])})
    coerced = coerce(table, [NUMBER, WHOLE], decimal=".")
    assert coerced.table["n"].to_pylist() == [1.5, None, None, None]
    assert coerced.table["w"].type == pa.int64()
    assert [(bad.row, bad.reason) for bad in coerced.bad] == [(2, "infinite")]
    assert coerced.missing == {"n": 2, "w": 1}


def test_fractions_in_a_column_of_whole_numbers_are_kept():
    assert coerce(raw(w=["1", "2.5"]), [WHOLE], decimal=".").table["w"].to_pylist() == [1.0, 2.5]


@quick
@given(st.lists(st.sampled_from(["1", " 2.5", "NA", "", "x", "1e999", "nan", "+3", "0x1"]), min_size=1, max_size=20))
def test_a_cell_reads_the_same_alone_and_in_a_crowd(cells):
    together = coerce(raw(n=cells), [NUMBER], decimal=".")
    alone = [coerce(raw(n=[cell]), [NUMBER], decimal=".") for cell in cells]
    assert together.table["n"].to_pylist() == [one.table["n"].to_pylist()[0] for one in alone]
    assert together.bad_rows.tolist() == [row for row, one in enumerate(alone) if one.n_bad]


@quick
@given(st.lists(st.one_of(st.none(), st.integers(-(2**53) + 1, 2**53 - 1)), min_size=1, max_size=30), st.integers(1, 5))
def test_whole_numbers_come_back_exactly_however_the_table_is_cut(values, pieces):
    cells = ["" if value is None else str(value) for value in values]
    cut = pa.concat_tables([raw(w=part.tolist()) for part in np.array_split(np.array(cells, dtype=object), pieces)])
    assert coerce(cut, [WHOLE], decimal=".").table["w"].to_pylist() == values


def test_frames_have_the_types_that_transformers_expect():
    columns = [LEVEL, WHOLE, DATE]
    coerced = coerce(raw(w=["3", ""], d=["2020-01-02", ""], c=["a", ""]), columns, decimal=".")
    frame = to_frame(coerced.table, columns)
    expected = pd.DataFrame(
        {"c": ["a", None], "w": [3.0, np.nan], "d": np.array(["2020-01-02", "NaT"], dtype="datetime64[us]")}
    )
    pd.testing.assert_frame_equal(frame, expected.astype({"c": "str"}))


@pytest.mark.parametrize("columns", [[], [NUMBER, DATE, LEVEL, ID]])
def test_no_columns_or_no_rows(columns):
    table = raw(n=[], d=[], c=[], i=[])
    frame = to_frame(coerce(table, columns, decimal=".").table, columns)
    assert list(frame.columns) == [column.name for column in columns]
    assert len(frame) == 0
