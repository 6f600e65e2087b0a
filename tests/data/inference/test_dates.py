"""Which cells are dates, and which days they are."""

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpipe.data.inference.coercion import coerce
from mlpipe.data.inference.dates import guess_dates, parse_dates
from mlpipe.data.schema import Column, Kind, Role
from mlpipe.errors import DataError
from mlpipe.params import RoleParams
from tests.data.written import cells, columns_of, inferred, raw

quick = settings(max_examples=60, deadline=None)
moments = st.datetimes(dt.datetime(1000, 1, 1), dt.datetime(9999, 12, 31, 23, 59, 59))


@pytest.mark.parametrize(
    ("written", "form"),
    [
        (["2020-01-02", "1999-12-31"], "iso"),
        (["2020-01-02T10:00:00Z", "2020-01-02 10:00"], "iso"),
        (["2020-01-02 10:00:00.123+02:00"], "iso"),
        (["2020/01/02"], "%Y/%m/%d"),
        (["31/12/2020", "01/02/2020"], "%d/%m/%Y"),
        (["12/31/2020", "01/02/2020 3:04 PM"], "%m/%d/%Y"),
        (["31.12.2020"], "%d.%m.%Y"),
        (["31-12-2020"], "%d-%m-%Y"),
        (["5 Jan 2020", "31 December 2021"], "%d %b %Y"),
        (["Jan 5, 2020", "sept 30, 2021"], "%b %d, %Y"),
        (["12/31/15", "1/2/10 8:26"], "%m/%d/%y"),
        (["31/12/99", "1/2/10"], "%d/%m/%y"),
    ],
)
def test_formats(written, form):
    column = inferred(written)
    assert (column.role, column.kind, column.datetime_format) == (Role.DATETIME, Kind.DATETIME, form)


@pytest.mark.parametrize(
    "written",
    [
        ["20240131", "20240201"],
        ["1/2/10", "3/4/11"],
        ["12:30", "13:45"],
        ["1.5", "2.5"],
        ["may", "june"],
        ["1234-56-78"],
    ],
)
def test_no_dates(written):
    assert inferred(written).kind is not Kind.DATETIME


@pytest.mark.parametrize(
    ("written", "form", "said"),
    [("1/2/2020", "%m/%d/%Y", "month before day"), ("1.2.2020", "%d.%m.%Y", "day before month"),
     ("1-2-2020", "%d-%m-%Y", "day before month")],
)  # fmt: skip
def test_an_open_order_is_settled_by_the_mark_and_said(written, form, said):
    column = inferred([written])
    assert column.datetime_format == form
    assert said in column.reason


def test_the_whole_column_settles_the_order():
    assert inferred(["1/2/2020"] * 50 + ["13/2/2020"]).datetime_format == "%d/%m/%Y"
    assert inferred(["1.2.2020"] * 50 + ["2.13.2020"]).datetime_format == "%m.%d.%Y"


def test_days_that_do_not_exist_are_bad_cells():
    written = ["2020-02-28"] * 60 + ["2020-02-30", "2021-02-29", "2020-02-29"]
    column = inferred(written)
    coerced = coerce(raw(x=[*written, "soon"]), [column], decimal=".")
    assert [(bad.row, bad.reason) for bad in coerced.bad] == [
        (60, "no such date"), (61, "no such date"), (63, "not a date like 2024-12-31")]  # fmt: skip


def test_a_word_among_dates_is_refused():
    with pytest.raises(DataError, match="holds dates, but 1 of its 31 cells is something else: 'soon'"):
        columns_of(raw(x=["2020-02-28"] * 30 + ["soon"]))


def test_dates_by_wish():
    wish = RoleParams(datetime=("x",))
    assert columns_of(raw(x=["20240131", "20240201"]), wish)["x"].datetime_format == "%Y%m%d"
    with pytest.raises(DataError, match="1 cell is no date: 'soon'"):
        columns_of(raw(x=["2020-01-01", "soon"]), wish)


def test_offsets_are_turned_to_utc():
    column = Column(name="x", role=Role.DATETIME, kind=Kind.DATETIME, datetime_format="iso")
    table = coerce(
        raw(x=["2020-01-01T00:30:00+02:00", "2020-01-01T00:30:00-0530", "2020-01-01Z"]), [column], decimal="."
    ).table
    assert table["x"].type == pa.timestamp("us")
    assert table["x"].to_pylist()[:2] == [dt.datetime(2019, 12, 31, 22, 30), dt.datetime(2020, 1, 1, 6)]


@quick
@given(st.lists(moments, min_size=1, max_size=30))
@pytest.mark.parametrize("form", ["iso", "%d/%m/%Y", "%m-%d-%Y", "%Y.%m.%d"])
def test_dates_come_back_to_the_microsecond(form, values):
    date = "%Y-%m-%d" if form == "iso" else form
    written = [value.strftime(f"{date} %H:%M:%S.%f") for value in values]
    assert parse_dates(cells(*written), form).values.to_pylist() == values


@quick
@given(st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 13), st.integers(0, 32)), min_size=1, max_size=40))
def test_the_calendar_agrees_with_the_standard_library(triples):
    written = [f"{y:04}-{m:02}-{d:02}" for y, m, d in triples]

    def day(y, m, d):
        try:
            return dt.datetime(y, m, d)
        except ValueError:
            return None

    assert parse_dates(cells(*written), "iso").values.to_pylist() == [day(*triple) for triple in triples]


@quick
@given(
    st.lists(
        st.sampled_from(["2020-01-02", "2020-01-02 10:11", "2020-02-30", "x", "2020-1-2", "0000-01-01"]), min_size=1
    )
)
def test_a_cell_reads_the_same_alone_and_in_a_crowd(written):
    """The fast way for clean columns agrees with the careful one."""
    together = parse_dates(cells(*written), "iso").values.to_pylist()
    assert together == [parse_dates(cells(one), "iso").values.to_pylist()[0] for one in written]


def test_a_clock_of_twelve_hours():
    written = ["1/2/2020 12:00 AM", "1/2/2020 12:00 PM", "1/2/2020 11:59 pm", "1/2/2020 13:00 PM"]
    hours = [value and value.hour for value in parse_dates(cells(*written), "%m/%d/%Y").values.to_pylist()]
    assert hours == [0, 12, 23, None]


@pytest.mark.parametrize(("n_words", "found"), [(2, True), (3, False)])
def test_four_fifths_of_the_cells_are_dates_or_it_is_no_column_of_them(n_words, found):
    written = cells(*["2020-01-02"] * (10 - n_words), *["x"] * n_words)
    assert (guess_dates(written) is not None) is found


def test_without_any_date_there_is_no_format():
    assert guess_dates(cells("2020-13-01"), least=0) is None


@pytest.mark.parametrize(("n_unreal", "kind"), [(5, Kind.DATETIME), (6, Kind.STRING)])
def test_shapes_of_dates_are_dates_if_nineteen_of_twenty_are_days(n_unreal, kind):
    assert inferred(["2020-01-02"] * (100 - n_unreal) + ["2020-13-02"] * n_unreal).kind is kind


@pytest.mark.parametrize(
    ("form", "written", "expected"),
    [
        ("iso", "2020-01-02 23:59:59", dt.datetime(2020, 1, 2, 23, 59, 59)),
        ("iso", "2020-01-02 24:00", None),
        ("iso", "2020-01-02 10:60", None),
        ("iso", "2020-01-02 10:00:60", None),
        ("iso", "2020-01-02 23:59+23:59", dt.datetime(2020, 1, 2)),
        ("iso", "2020-01-02 10:00+24:00", None),
        ("iso", "2020-01-02 10:00+10:60", None),
        ("iso", "0001-01-01", dt.datetime(1, 1, 1)),
        ("iso", "0000-12-31", None),
        ("%m/%d/%Y", "1/2/2020 1:00 AM", dt.datetime(2020, 1, 2, 1)),
        ("%m/%d/%Y", "1/2/2020 0:30 AM", None),
        ("%m/%d/%y", "1/2/68", dt.datetime(2068, 1, 2)),
        ("%m/%d/%y", "1/2/69", dt.datetime(1969, 1, 2)),
    ],
)
def test_the_last_moment_that_there_is_and_the_first_that_is_none(form, written, expected):
    assert parse_dates(cells(written), form).values.to_pylist() == [expected]


@pytest.mark.parametrize(("day", "settled"), [(12, False), (13, True)])
def test_a_day_past_the_twelfth_settles_what_the_first_cells_left_open(day, settled):
    reason = columns_of(raw(x=["1.2.2020"] * 10 + [f"{day}.2.2020"] * 10), chunks=2)["x"].reason
    assert ("both orders" not in reason) is settled
