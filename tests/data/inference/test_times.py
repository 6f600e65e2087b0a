"""Which cells are times of day or durations, and how many seconds they are."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpipe.data.inference.coercion import coerce, to_frame
from mlpipe.data.inference.dates.times import parse_times
from mlpipe.data.schema import Kind, Role
from mlpipe.errors import DataError
from mlpipe.params import RoleParams
from tests.data.written import cells, columns_of, inferred, raw

quick = settings(max_examples=60, deadline=None)
HOUR = 3600.0
DAY = 24 * HOUR


def seconds(written, column):
    return coerce(raw(x=written), [column], decimal=".").table["x"].to_pylist()


@pytest.mark.parametrize(
    ("written", "form", "values"),
    [
        (["23:03", "02:30"], "%H:%M", [82980, 9000]),
        (["23:03:59.5", "0:00"], "%H:%M", [83039.5, 0]),
        (["7:05 pm", "12:00 a.m."], "%H:%M", [19 * HOUR + 300, 0]),
        (["24:00", "00:00"], "%H:%M", [DAY, 0]),
        (["10.39.15", "18.00.00"], "%H.%M", [38355, 18 * HOUR]),
        (["10.39 Uhr", "7.00 Uhr"], "%H.%M", [38340, 7 * HOUR]),
        (["10.30", "07.05"] * 10, "%H.%M", [37800, 25500] * 10),
        (["10h39", "9h05", "9h"], "%Hh%M", [38340, 32700, 9 * HOUR]),
        (["10時39分"], "%Hh%M", [38340]),
        (["午後1時45分", "午前9時"], "%Hh%M", [49500, 9 * HOUR]),
        (["下午1:45", "上午 12:05"], "%H:%M", [49500, 300]),
        (["오후 1:45"], "%H:%M", [49500]),
        (["1:45 μ.μ.", "9:00 π.μ."], "%H:%M", [49500, 9 * HOUR]),
        (["1:45 p. m.", "9:00 a. m."], "%H:%M", [49500, 9 * HOUR]),
    ],
)
def test_times_of_day(written, form, values):
    column = inferred(written)
    assert (column.role, column.kind, column.datetime_format) == (Role.NUMERIC, Kind.TIME, form)
    assert seconds(written, column) == values


@pytest.mark.parametrize(
    ("written", "form", "values"),
    [
        (["36:15", "2:00"], "[h]:mm", [36 * HOUR + 900, 2 * HOUR]),
        (["-0:15", "30:00"], "[h]:mm", [-900, 30 * HOUR]),
        (["59:10", "1:02:33"], "[m]:ss", [3550, 3753]),
        (["59:10", "30:02:33"], "[h]:mm", [59 * HOUR + 600, 30 * HOUR + 153]),
        (["1 day 02:00", "3 days"], "days", [26 * HOUR, 3 * DAY]),
        (["1 days 02:00:00.5", "0 days 00:10:00"], "days", [26 * HOUR + 0.5, 600]),
        (["-1 day, 23:00:00", "1 day, 2:03:04"], "days", [-HOUR, DAY + 7384]),
        (["2d 3h", "3h", "1 h 30 min"], "units", [51 * HOUR, 3 * HOUR, 1.5 * HOUR]),
        (["PT1H30M", "P1DT2H", "P3W", "-PT0.5S"], "iso-duration", [1.5 * HOUR, 26 * HOUR, 21 * DAY, -0.5]),
    ],
)
def test_durations(written, form, values):
    column = inferred(written)
    assert (column.role, column.kind, column.datetime_format) == (Role.NUMERIC, Kind.DURATION, form)
    assert seconds(written, column) == values


@pytest.mark.parametrize(
    "written",
    [
        ["10.39", "11.50"] * 20,  # decimals
        ["07.65", "11.50"] * 10,  # no minute 65
        ["2:1", "0:3"],  # scores
        ["38 m", "12 m"],  # one unit each: a quantity
        ["5h", "6h"],
        ["P", "PT"],
        ["P1Y", "P2M"],  # of no fixed length
        ["A10:30", "B11:30"],
    ],
)
def test_no_times(written):
    assert inferred(written).kind not in (Kind.TIME, Kind.DURATION)


@pytest.mark.parametrize(("n_cells", "kind"), [(20, Kind.TIME), (19, Kind.STRING)])
def test_one_dot_takes_twenty_cells_to_be_a_time(n_cells, kind):
    assert inferred(["07.05"] + [f"1{i % 10}.{i + 10}" for i in range(n_cells - 1)]).kind is kind


@pytest.mark.parametrize(("n_late", "kind"), [(5, Kind.TIME), (6, Kind.DURATION)])
def test_more_than_a_twentieth_of_late_hours_makes_durations(n_late, kind):
    written = [f"{i % 24}:30" for i in range(100 - n_late)] + ["25:10"] * n_late
    assert inferred(written).kind is kind


def test_times_that_differ_in_every_row_are_no_ids():
    written = [f"{h:02}:{m:02}" for h in range(24) for m in range(0, 60, 10)]
    assert inferred(written).role is Role.NUMERIC
    assert inferred([f"{i} days 03:00" for i in range(100)]).role is Role.NUMERIC


def test_a_late_hour_in_a_later_block_makes_durations():
    written = [f"{i % 24:02}:30" for i in range(100)] + [f"{i}:30" for i in range(24, 124)]
    assert columns_of(raw(x=written, other=["1.5"] * 200), chunks=4)["x"].kind is Kind.DURATION


def test_times_that_do_not_exist_are_bad_cells():
    column = inferred(["12:30"] * 60)
    coerced = coerce(raw(x=["12:30", "12:60", "25:00", "noon", ""]), [column], decimal=".")
    assert [(bad.row, bad.reason) for bad in coerced.bad] == [
        (1, "no such time"), (2, "no such time"), (3, "not a time like 23:59")]  # fmt: skip
    assert coerced.missing == {"x": 1}


def test_a_word_among_times_is_refused():
    with pytest.raises(DataError, match="holds times, but 1 of its 31 cells is something else: 'soon'"):
        columns_of(raw(x=["12:30"] * 30 + ["soon"]))


def test_times_are_numbers_by_wish_and_words_by_wish():
    table = raw(x=["12:30", "13:45"])
    assert columns_of(table, RoleParams(numeric=("x",)))["x"].kind is Kind.TIME
    assert columns_of(table, RoleParams(categorical=("x",)))["x"].kind is Kind.STRING


def test_transformers_see_seconds():
    column = inferred(["12:30", "13:45"])
    frame = to_frame(coerce(raw(x=["00:01", ""]), [column], decimal=".").table, [column])
    assert frame["x"].dtype == "float64"
    assert frame["x"][0] == 60


@quick
@given(st.lists(st.times(), min_size=1, max_size=30))
@pytest.mark.parametrize("form", ["%H:%M", "%H.%M"])
def test_times_come_back_to_the_microsecond(form, values):
    written = [value.strftime("%H:%M:%S.%f" if form == "%H:%M" else "%H.%M.%S,%f") for value in values]
    exact = [dt.timedelta(hours=t.hour, minutes=t.minute, seconds=t.second, microseconds=t.microsecond) for t in values]
    assert parse_times(cells(*written), form).values.to_pylist() == [span.total_seconds() for span in exact]


@quick
@given(st.lists(st.timedeltas(dt.timedelta(-9999), dt.timedelta(9999)), min_size=1, max_size=30))
def test_spans_come_back_as_the_standard_library_writes_them(spans):
    written = [str(span) if span.days else f"0 days, {span}" for span in spans]
    assert parse_times(cells(*written), "days").values.to_pylist() == [span.total_seconds() for span in spans]
