"""Which cells are dates, and which days they are."""

import datetime as dt
from collections import Counter

import pyarrow as pa
import pytest
from babel import localedata
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpipe.data.inference.coercion import coerce
from mlpipe.data.inference.column_format import propose_format
from mlpipe.data.inference.dates.date_guess import guess_dates
from mlpipe.data.inference.dates.dates import parse_dates
from mlpipe.data.schema import Column, Kind, Role
from mlpipe.errors import DataError
from mlpipe.params import ReadParams, RoleParams
from tests.data.written import cells, columns_of, inferred, raw, scanned

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
        (["21.10.13", "24.10.15"], "%d.%m.%y"),
        (["99-12-31", "24-01-15"], "%y-%m-%d"),
        (["12-MAR-10", "20-JAN-16"], "%d-%b-%y"),
        (["05JAN2024", "17FEB2023"], "%d%b%Y"),
        (["5th January 2024", "1st May 2023"], "%dth %b %Y"),
        (["5. Januar 2024", "17. März 2023"], "%d. %b %Y@de"),
        (["1. Jänner 2024"], "%d. %b %Y@de"),
        (["5 de enero de 2024", "17 de marzo de 2023"], "%d de %b de %Y@es"),
        (["1er janvier 2024", "3 août 2023"], "%d %b %Y@fr"),
        (["5 stycznia 2024", "3 listopada 2023"], "%d %b %Y@pl"),
        (["5 января 2024 г."], "%d %b %Y г.@ru"),  # noqa: RUF001
        (["2024年1月5日"], "%Y年%m月%d日"),
        (["5 thg 1, 2024"], "%d thg %m, %Y"),
        (["2024. 1. 31."], "%Y. %m. %d."),
        (["2024-Q1", "2023-Q4"], "%Y-Q%q"),
        (["Q1 2024"], "Q%q %Y"),
        (["2024Q1"], "%YQ%q"),
        (["2024-W05", "2020-W53"], "%Y-W%V"),
        (["2024-W05-3"], "%Y-W%V-%u"),
        (["2024-01", "2024-12"], "%Y-%m"),
        (["2024M01"], "%YM%m"),
        (["Jan 2024"], "%b %Y"),
        (["Jan-24", "Dec-23"], "%b-%y"),
        (["20240131", "20240201"] * 10, "%Y%m%d"),
    ],
)
def test_formats(written, form):
    column = inferred(written)
    assert (column.role, column.kind, column.datetime_format) == (Role.DATETIME, Kind.DATETIME, form)


@pytest.mark.parametrize(
    "written",
    [
        ["20240131", "20240201"],  # too few to be sure
        ["1/2/10", "3/4/11"],  # in three orders
        ["2010/11", "2011/12"],  # years of a school
        ["Model 2024", "Type 2023"],
        ["listopad 2024"],  # October in Croatian, November in Polish
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
    [("21.10.13", "%d.%m.%y", "day before month"),
     ("1/2/2020", "%m/%d/%Y", "month before day"), ("1.2.2020", "%d.%m.%Y", "day before month"),
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


@pytest.mark.parametrize(
    ("written", "form", "day"),
    [
        ("17. März 2023", "%d. %b %Y@de", (2023, 3, 17)),
        ("17. mär. 2023", "%d. %b %Y@de", (2023, 3, 17)),
        ("1er août 2023", "%d %b %Y@fr", (2023, 8, 1)),
        ("5 Okt 2024", "%d %b %Y@fr", None),
        ("2024-Q4", "%Y-Q%q", (2024, 10, 1)),
        ("2024-W01", "%Y-W%V", (2024, 1, 1)),
        ("2021-W01-7", "%Y-W%V-%u", (2021, 1, 10)),
        ("2020-W53", "%Y-W%V", (2020, 12, 28)),
        ("2021-W53", "%Y-W%V", None),
        ("2021-W00", "%Y-W%V", None),
        ("Feb 2024", "%b %Y", (2024, 2, 1)),
        ("45657", "excel", (2024, 12, 31)),
        ("59", "excel", (1900, 2, 28)),
        ("60", "excel", None),
        ("61", "excel", (1900, 3, 1)),
        ("0", "excel", None),
        ("2958465", "excel", (9999, 12, 31)),
        ("2958466", "excel", None),
    ],
)
def test_days_in_other_notations(written, form, day):
    expected = None if day is None else dt.datetime(*day)
    assert parse_dates(cells(written), form).values.to_pylist() == [expected]


def test_serials_have_a_time_of_day():
    value = parse_dates(cells("45657.75"), "excel").values.to_pylist()
    assert value == [dt.datetime(2024, 12, 31, 18)]


def test_serials_are_dates_by_wish_alone():
    written = ["45657", "45658", "45700.5"]
    assert inferred(written).kind is Kind.NUMBER
    assert columns_of(raw(x=written), RoleParams(datetime=("x",)))["x"].datetime_format == "excel"


@quick
@given(st.dates(dt.date(1000, 1, 1), dt.date(9998, 12, 31)))
def test_weeks_agree_with_the_standard_library(day):
    year, week, weekday = day.isocalendar()
    read = parse_dates(cells(f"{year}-W{week:02}-{weekday}"), "%Y-W%V-%u").values.to_pylist()
    assert [moment.date() for moment in read] == [day]


def test_an_open_order_is_told_with_both_readings_and_the_option():
    formats, _ = scanned(raw(x=["21.10.13", "24.10.15"]))
    (remark,) = formats["x"].remarks
    assert (remark.code, remark.value) == ("MLP116", "year")
    assert "'21.10.13' is read as 2013-10-21" in remark.message
    assert "may mean 2021-10-13" in remark.message
    for read, form in ((ReadParams(date_order="day"), "%d.%m.%y"), (ReadParams(date_order="year"), "%y.%m.%d")):
        formats, _ = scanned(raw(x=["21.10.13", "24.10.15"]), read=read)
        assert (formats["x"].date, formats["x"].remarks) == (form, ())


def test_two_orders_in_one_column_are_refused_with_a_row_of_each():
    table = raw(x=["13/05/2024", "02/28/2024", "01/02/2024"])
    with pytest.raises(DataError, match=r"two orders: '.*2024' \(line [23]\) and '.*2024' \(line [23]\)"):
        scanned(table)
    formats, _ = scanned(table, strict=False)
    assert formats["x"].kind is Kind.STRING
    assert [remark.code for remark in formats["x"].remarks] == ["MLP140"]


def test_a_late_day_in_the_other_order_is_refused():
    table = raw(x=["13/05/2024"] * 50 + ["02/28/2024"])
    with pytest.raises(DataError, match=r"'13/05/2024' \(line 2\) and '02/28/2024' \(line 52\)"):
        scanned(table, chunks=5)


@pytest.mark.parametrize(("last", "form"), [("20240229", "%Y%m%d"), ("20240230", None), ("20240131", "%Y%m%d")])
def test_whole_numbers_are_days_if_all_of_them_are(last, form):
    written = ["20240131", "20231231"] * 100 + [last]
    formats, _ = scanned(raw(x=written), chunks=3)
    assert formats["x"].date == form
    assert [remark.code for remark in formats["x"].remarks] == (["MLP141"] if form else [])


@pytest.mark.parametrize(("n_cells", "kind"), [(20, Kind.DATETIME), (19, Kind.NUMBER)])
def test_twenty_whole_numbers_of_two_months_make_days(n_cells, kind):
    assert inferred([f"202401{i % 28 + 1:02}" for i in range(n_cells - 1)] + ["20240201"]).kind is kind


def test_a_counter_within_a_month_is_no_date():
    assert inferred([str(20240100 + i) for i in range(1, 31)]).kind is not Kind.DATETIME


@pytest.mark.parametrize("n", [5, 299, 300, 301, 1000, 2500])
def test_as_many_different_times_as_there_may_be_are_dates(n):
    first = dt.datetime(2024, 3, 4)
    moments = [str(first + dt.timedelta(hours=hour))[:16] for hour in range(n)]
    guess = guess_dates(pa.chunked_array([pa.array(moments)]))
    assert guess is not None
    assert (guess.form, guess.unread) == ("iso", 0)


def test_years_in_front_vary_less_than_days():
    written = [f"{year}/{month:02}/{day:02}" for year in (24, 25) for month in (1, 2) for day in range(1, 28, 3)]
    column = inferred(written)
    assert column.datetime_format == "%y/%m/%d"
    assert "year first" in column.reason


@pytest.mark.parametrize(
    "written",
    [
        "2024-01-31 23:59:59.123456",
        "2024-01-31 23:59:59+00:00",
        "2024-01-31T23:59:59.000000000",
        "31Jan2024",
        "January 31, 2024",
        "2024-01-31 23:59:59 UTC",
        "31 de gener del 2024",
        "31 ม.ค. 2024",
    ],
)
def test_what_other_programs_and_languages_write_is_read(written):
    column = inferred([written] * 3)
    assert column.kind is Kind.DATETIME
    value = coerce(raw(x=[written]), [column], decimal=".").table["x"].to_pylist()[0]
    assert value.date() == dt.date(2024, 1, 31)


@pytest.mark.slow
def test_dates_of_all_locales_are_read_as_the_same_days_or_not_at_all():
    """Of 3,441 ways to write (locale and style), over nine in ten are read; none is read as another day unsaid."""
    days = [dt.date(2024, 1, 31) + dt.timedelta(days=17 * i) for i in range(40)]
    styles = [(locale, style) for locale in localedata.locale_identifiers() for style in ("short", "medium", "long")]
    columns: Counter[tuple[str, ...]] = Counter()
    for locale, style in styles:
        columns[tuple(format_date(day, style, locale=locale) for day in days)] += 1
    right = 0
    for written, n in columns.items():
        form = propose_format(cells(*written), None, read=ReadParams(), decimal=".")
        if form.kind is not Kind.DATETIME:
            continue
        read = [moment and moment.date() for moment in parse_dates(cells(*written), form.date or "").values.to_pylist()]
        agrees = all(one in (None, day) for one, day in zip(read, days, strict=True))
        assert form.note or agrees, written[0]
        right += n * (read == days)
    assert right > 0.9 * len(styles)
