"""Dates with weekdays, words and clock times beside them, as programs and languages write them."""

import datetime as dt

import pytest
from babel.dates import format_date, format_datetime

from mlpipe.data.inference.coercion import coerce
from mlpipe.data.inference.dates import languages
from mlpipe.data.inference.dates.languages import ENGLISH, language
from mlpipe.data.schema import Kind
from tests.data.inference.date_words import latin_words
from tests.data.written import columns_of, inferred, raw

FRIDAY = dt.datetime(2024, 1, 26, 13, 45, 10)


def read_as(*written):
    column = inferred([*written] * 3)
    assert column.kind is Kind.DATETIME, written
    return coerce(raw(x=list(written)), [column], decimal=".").table["x"].to_pylist()


@pytest.mark.parametrize(
    "written",
    [
        "Fri, 26 Jan 2024 13:45:10 +0000",
        "Fri, 26 Jan 2024 14:45:10 +0100",
        "Fri, 26 Jan 2024 13:45:10 GMT",
        "Fri Jan 26 13:45:10 2024",
        "Fri Jan 26 13:45:10 UTC 2024",
        "Fri Jan 26 2024 14:45:10 GMT+0100 (Central European Standard Time)",
        "26JAN2024:13:45:10",
        "26JAN2024:13:45:10.000",
        "26/Jan/2024:13:45:10 +0000",
        "26-JAN-24 01.45.10.000000000 PM",
        "2024-01-26-13.45.10.000000",
        "20240126T134510Z",
        "20240126 13:45:10",
        "26/01/2024 15:45:10 +02:00",
        "01/26/2024 01:45:10 p.m.",
        "26/1/2024 1:45:10 p. m.",
        "January 26, 2024 at 1:45:10 PM",
        "13:45:10 26.01.2024",
        "Fr, 26.01.2024 13:45:10",
        "26.01.2024 13.45.10",
        "26.01.2024 um 13:45:10 Uhr",
        "26 janvier 2024 à 13:45:10",
        "26/1/2024 1:45:10 μ.μ.",
        "2024/1/26 下午 1:45:10",
        "2024-01-26 下午1:45:10",
        "2024年1月26日 午後1:45:10",
        "2024年1月26日 13時45分10秒",
        "2024年1月26日13时45分10秒",
        "2024. 1. 26. 오후 1:45:10",
        "2024년 1월 26일 오후 1:45:10",
        "２０２４年１月２６日　１３:４５:１０",  # noqa: RUF001 - wide digits are meant
        "٢٠٢٤/٠١/٢٦ ١٣:٤٥:١٠",  # noqa: RUF001
    ],
)
def test_moments(written):
    assert read_as(written) == [FRIDAY]


@pytest.mark.parametrize(
    "written",
    [
        "Friday, January 26, 2024",
        "Fri 26/01/2024",
        "2024/01/26(金)",
        "2024年1月26日（金）",  # noqa: RUF001 - wide brackets are meant
        "2024年1月26日金曜日",
        "2024年1月26日 星期五",
        "п’ятниця, 26 січня 2024 р.",  # noqa: RUF001
    ],
)
def test_weekdays_beside_the_date(written):
    assert read_as(written) == [dt.datetime(2024, 1, 26)]


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("3Q24", (2024, 7)), ("Q3'24", (2024, 7)), ("2024年第3季度", (2024, 7)), ("2024年 3분기", (2024, 7)),
        ("3. Quartal 2024", (2024, 7)), ("2024T3", (2024, 7)), ("2024-S2", (2024, 7)), ("H1 2024", (2024, 1)),
        ("2024年第32周", (2024, 8, 5)), ("KW32/24", (2024, 8, 5)), ("24W32", (2024, 8, 5)), ("2024W32", (2024, 8, 5)),
    ],
)  # fmt: skip
def test_quarters_halves_and_weeks(written, first):
    assert read_as(written) == [dt.datetime(*(*first, 1)[:3])]


@pytest.mark.parametrize("locale", ["en", "de", "fr", "uk", "ca", "ja", "he", "ga", "sw", "brx"])
@pytest.mark.parametrize("style", ["full", "long", "short"])
def test_what_a_language_writes_is_that_day_in_every_month(locale, style):
    days = [dt.datetime(2024, 1, 31) + dt.timedelta(days=17 * i) for i in range(40)]
    column = inferred([format_date(day, style, locale=locale) for day in days])
    table = coerce(raw(x=[format_date(day, style, locale=locale) for day in days]), [column], decimal=".").table
    assert table["x"].to_pylist() == days


@pytest.mark.parametrize("locale", ["en_US", "el", "ar", "ko", "zh_Hant", "hi", "vi", "fi"])
def test_what_a_language_writes_is_that_minute(locale):
    moments = [dt.datetime(2024, 1, 31, 0, 7) + dt.timedelta(hours=29 * i) for i in range(40)]
    column = inferred(written := [format_datetime(moment, "short", locale=locale) for moment in moments])
    assert coerce(raw(x=written), [column], decimal=".").table["x"].to_pylist() == moments


def test_another_word_is_no_weekday():
    column = inferred(["Fri, 26 Jan 2024", "Sat, 27 Jan 2024"])
    coerced = coerce(raw(x=["Fry, 26 Jan 2024", "Sat, 27 Jan 2024"]), [column], decimal=".")
    assert [(bad.row, bad.reason) for bad in coerced.bad] == [(0, "not a date like Tue, 31 Dec 2024")]


@pytest.mark.parametrize(
    "written",
    [["١٢٫٥", "٣"], ["１２．５", "３"], ["१२.५", "३"], ["۱۲٫۵", "۳"]],  # noqa: RUF001
)
def test_digits_of_other_scripts_are_digits(written):
    column = inferred(written)
    assert coerce(raw(x=written), [column], decimal=".").table["x"].to_pylist() == [12.5, 3]


def test_the_same_quarter_of_each_year_is_no_unit():
    assert inferred(["2022Q3", "2023Q3", "2024Q3"]).datetime_format == "%YQ%q"


def test_weekdays_do_not_hide_an_open_order():
    column = columns_of(raw(x=["Fri 05/01/2024", "Mon 05/02/2024"]))["x"]
    assert "both orders" in column.reason


def test_a_word_for_a_month_and_a_weekday_is_each_in_its_place():
    assert ENGLISH.marked("Mon 5 Mar. 2024") == ["%a 5 %b 2024"]
    assert language("it").marked("mar 5 mar 2024") == ["%b 5 %a 2024", "%a 5 %b 2024"]


@pytest.mark.parametrize(
    "written",
    [
        ["2024-005", "2024-012"],  # the fifth invoice, or the fifth day
        ["26/01/2024 10:00-11:00"],  # from when to when
        ["Fri 10:30", "Sat 11:45"],
        ["Sunday 12", "Monday 3"],
        ["1T24", "4T12"],  # a size
        ["Q1 model", "Q2 model"],
    ],
)
def test_no_moments(written):
    assert inferred(written * 10).kind is not Kind.DATETIME


@pytest.mark.parametrize("n_cells", [20, 19])
def test_fourteen_digits_are_moments_if_all_of_them_are(n_cells):
    written = [f"2024{i % 12 + 1:02}26134510" for i in range(n_cells)]
    assert (inferred(written).kind is Kind.DATETIME) is (n_cells == 20)
    assert inferred([*written, "20240126234560"]).kind is not Kind.DATETIME


def test_the_listed_words_are_those_of_all_languages():
    assert sorted(languages.latin_words()) == latin_words(), (
        "print the list anew: python -m tests.data.inference.date_words"
    )


def test_words_of_no_date_load_no_language(monkeypatch):
    monkeypatch.setattr(languages, "language", lambda code: pytest.fail(f"{code} was loaded"))
    assert inferred([f"plan{i}" for i in range(10, 40)]).kind is Kind.STRING
