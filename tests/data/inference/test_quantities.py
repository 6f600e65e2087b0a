"""Numbers as people of every country write them, with signs, codes and units, are read for what they are worth."""

# ruff: noqa: RUF001 - full-width digits and dashes are what is meant

import pytest
from babel import Locale
from babel.core import get_global
from babel.localedata import locale_identifiers
from babel.numbers import format_currency, format_decimal

from mlpipe.data.inference.coercion import coerce
from mlpipe.data.inference.numbers.numbers import guess_numbers, parse_numbers
from mlpipe.data.schema import Column, Kind, Role
from tests.data.written import cells, columns_of, inferred, raw, scanned

VALUES = [1234.5, 980, 7.25, 1250000, 0.5, -12.75, 139937]


def numbers(written, decimal="."):
    """The cells read by the schema that is inferred from them, and the schema."""
    column = inferred(written, decimal=decimal)
    assert column.kind is Kind.NUMBER, column
    coerced = coerce(raw(x=written), [column], decimal=decimal)
    assert coerced.n_bad == 0
    return coerced.table["x"].to_pylist(), column


WRITTEN = {
    "reals": (["R$ 4.123,50", "R$ 7.109,50"], [4123.5, 7109.5]),
    "zloty": (["1 234,50 zł", "980,00 zł"], [1234.5, 980]),
    "koruna": (["1 234,50 Kč", "-5 Kč"], [1234.5, -5]),
    "krona in front": (["kr 1.234,50", "kr -5,00"], [1234.5, -5]),
    "rupees": (["Rs. 500", "Rs.1,39,937.50"], [500, 139937.5]),
    "lakhs": (["1,39,937", "39,937", "937", "12,39,937"], [139937, 39937, 937, 1239937]),
    "american dollars": (["US$1,234.50", "US$7"], [1234.5, 7]),
    "canadian dollars": (["C$1,234.50", "C$7"], [1234.5, 7]),
    "lira": (["₺1.234,50", "₺7"], [1234.5, 7]),
    "shekels": (["₪1,234.50", "7 ₪"], [1234.5, 7]),
    "baht": (["฿1,234.50", "7 ฿"], [1234.5, 7]),
    "hryvnia": (["1 234,50 ₴", "7 ₴"], [1234.5, 7]),
    "yuan": (["1,234.50元", "7元"], [1234.5, 7]),
    "yen": (["1,234円", "7円"], [1234, 7]),
    "won": (["1,234원", "7원"], [1234, 7]),
    "francs": (["Fr. 1'234.50", "Fr. 7.00"], [1234.5, 7]),
    "francs with other apostrophes": (["CHF 1’234.50", "CHF-5.00"], [1234.5, -5]),
    "codes": (["THB 1,234.50", "7 THB"], [1234.5, 7]),
    "a sign before a fraction": (["$.50", "$1.25"], [0.5, 1.25]),
    "full width": (["１，２３４．５０", "￥７", "￥－５"], [1234.5, 7, -5]),
    "full-width percent": (["１２．５％", "３％"], [12.5, 3]),
    "percent in front": (["%12", "%7"], [12, 7]),
    "trailing minus": (["5.731,50-", "1.725,50"], [-5731.5, 1725.5]),
    "trailing minus before a sign": (["5.00-", "7.00- €", "7.00 €"], [-5, -7, 7]),
    "thin blanks": (["1\u2009234,5", "12\u202f345,5", "7\u00a0000"], [1234.5, 12345.5, 7000]),
    "dashes for a minus": (["–5", "\u22127", "3"], [-5, -7, 3]),
    "kilograms": (["38 kg", "85kg", "0"], [38, 85, 0]),
    "celsius": (["20 °C", "-3.5 °C"], [20, -3.5]),
    "kelvin": (["300 K", "301 K"], [300, 301]),
    "speed": (["5 km/h", "1,205 km/h"], [5, 1205]),
    "area": (["5 m²", "7 m²"], [5, 7]),
    "area in digits": (["5 m2", "7 m2"], [5, 7]),
    "euros for each": (["€ 5 / m²", "€ 7,5 / m²"], [5, 7.5]),
    "two words": (["5 fl oz", "7 fl oz"], [5, 7]),
}  # fmt: skip


@pytest.mark.parametrize(("written", "values"), WRITTEN.values(), ids=WRITTEN)
def test_what_is_written_is_read(written, values):
    assert numbers(written)[0] == values


WORDS = {
    "mixed units": ["3 kg", "300 g", "5 kg"],
    "mixed currencies": ["$5", "€6"],
    "rooms": ["Room 12", "Room 13"],
    "quarters": ["Q1", "Q2"],
    "codes": ["R12", "R13"],
    "a unit on some": ["38 kg", "40"],
    "an open end": ["1+", "2+"],
    "addresses": ["12 Main Street", "5 High Street"],
    "two numbers": ["5 x 3", "7 x 2"],
    "a sign alone": ["kg", "kg"],
}  # fmt: skip


@pytest.mark.parametrize("written", WORDS.values(), ids=WORDS)
def test_what_is_no_quantity_stays_words(written):
    assert inferred(written).kind is Kind.STRING


def test_a_unit_is_recorded_told_and_kept_to():
    _, column = numbers(["38 kg", "85 kg"])
    assert column.unit == "kg"
    assert "written like 12.5 kg" in column.reason
    later = coerce(raw(x=["40 kg", "0", "40", "40 g"]), [column], decimal=".")
    assert later.table["x"].to_pylist() == [40, 0, 40, None]
    assert later.bare["x"] == 1
    assert later.bad[0].reason == "not a number like 12.5 kg"


def test_flags_behind_figures_and_in_their_place_are_left_out():
    written = ["12.3 b", "1.5", ": c", "2", "3 bp", ":", "4.25", "5"]
    values, column = numbers(written)
    assert values == [12.3, 1.5, None, 2, 3, None, 4.25, 5]
    assert "written like 12.5 b" in column.reason
    later = coerce(raw(x=["7 e", "8", ": u", "9 kg"]), [column], decimal=".")
    assert later.table["x"].to_pylist() == [7, 8, None, None]
    assert later.bad[0].reason == "not a number like 12.5 b"


@pytest.mark.parametrize(
    "written",
    [
        ["12 b", "3 p", "5", "7"],  # as many with as without
        ["12 b", "3 a", "5", "7", "8"],  # house numbers
        ["12b", "3", "5", "7", "8"],
        ["12 b", "3p", "5", "7", "8", "9"],
    ],
)
def test_letters_behind_half_of_the_numbers_or_right_behind_them_are_no_flags(written):
    assert inferred(written).kind is Kind.STRING


def test_missing_values_of_statistics_programs_are_known():
    assert numbers([".a", "1", ".z", ".", "2"])[0] == [None, 1, None, None, 2]


def test_a_schema_of_an_older_version_reads_a_typographic_minus():
    column = Column(name="x", role=Role.NUMERIC, kind=Kind.NUMBER, symbols="\u2212 €")
    assert coerce(raw(x=["\u22125 €", "-7 €"]), [column], decimal=".").table["x"].to_pylist() == [-5, -7]


def test_quantities_that_differ_in_every_row_are_no_ids():
    for form in ("{} kg", "€ {}", "{}-"):
        assert columns_of(raw(x=[form.format(i) for i in range(1, 60)], y=["a.b"] * 59))["x"].role is Role.NUMERIC
    assert columns_of(raw(x=[f"{i}{'kg' if i % 2 else 'g'}" for i in range(60)]))["x"].role is Role.CATEGORICAL


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ([f"{i} {'kg' if i % 3 else 'g'}" for i in range(60)], ["MLP133"]),
        ([f"{i % 5} {'kg' if i % 3 else 'g'}" for i in range(60)], []),
        ([*(f"{i} kg" for i in range(59)), "60 g"], []),
        ([f"{i} {'kg' if i % 3 else 'g'}" if i % 4 else "no" for i in range(60)], []),
        ([f"{i} {'Main' if i % 3 else 'High'} Street {i % 9}" for i in range(60)], []),
        ([f"{'Room ' if i % 3 else ''}{i}" for i in range(60)], []),
        ([f"{i}{' a' if i % 3 else ''}" for i in range(60)], []),  # houses
    ],
)
def test_mixed_units_are_told(written, told):
    formats, _ = scanned(raw(x=written), strict=False)
    assert [remark.code for remark in formats["x"].remarks] == told
    if told:
        assert formats["x"].remarks[0].message == "Numbers with 2 units: 'kg', 'g'."


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("$ {}", "US$ {}", "'$', 'US$'"), ("{} %", "{}", "'%', none"), ("{}", "< {}", "none, '<'"),
        ("{} kg", "{}", "'kg', none"), ("€ {}", "{} zł", "'€', 'zł'"),
    ],
)  # fmt: skip
def test_mixed_currencies_and_signs_are_told_like_units(first, second, told):
    formats, _ = scanned(raw(x=[(first if i % 3 else second).format(i) for i in range(60)]), strict=False)
    assert formats["x"].kind is Kind.STRING
    assert [remark.message for remark in formats["x"].remarks] == [f"Numbers with 2 units: {told}."]


def test_classes_with_a_unit_keep_their_names():
    few = columns_of(raw(x=["3 stars", "5 stars"] * 20, y=["1.5"] * 40), target="x")["x"]
    assert few.kind is Kind.STRING
    many = columns_of(raw(x=[f"{i} kg" for i in range(40)], y=["1.5"] * 40), target="x")["x"]
    assert many.kind is Kind.NUMBER


UNREAD = {"pt_CV"}
"""Cape Verde writes 1.234$50."""


def latin(locale):
    return Locale.parse(locale).default_numbering_system == "latn"


def locales():
    """Of each language and country that is official there."""
    for territory, languages in get_global("territory_languages").items():
        for language, facts in languages.items():
            name = f"{language}_{territory}"
            if facts["official_status"] and name in known and latin(name) and name not in UNREAD:
                yield name, territory


known = set(locale_identifiers())


def read(written):
    column = cells(*written)
    for decimal in ".,":
        guess = guess_numbers(column, decimal=decimal)
        if guess is not None and guess.unread == 0:
            return parse_numbers(column, guess.form).to_pylist()
    return None


def test_what_cldr_writes_is_read_back():
    wrong = [
        (name, written)
        for name, _ in locales()
        for written in [[format_decimal(value, locale=name) for value in VALUES]]
        if read(written) != VALUES
    ]
    assert wrong == []


def test_amounts_as_cldr_writes_them_are_read_back():
    wrong = []
    for name, territory in locales():
        current = [code for code, _, end, tender in get_global("territory_currencies")[territory] if tender and not end]
        for code in {*current, "EUR", "USD"}:
            written = [format_currency(value, code, locale=name, currency_digits=False) for value in VALUES]
            if read(written) != VALUES:
                wrong.append((name, code, written))
    assert wrong == []


MARKERS = [
    "n.a.", "k.A.", "k. A.", "#NV", "#N/A", "#DIV/0!", "#REF!", "#VALUE!", "..", ":", "–", "—", "…", "not available",
]  # fmt: skip


@pytest.mark.parametrize("marker", MARKERS)
@pytest.mark.parametrize("fitting", ["{}", "1/{}/2013", "€ {}"])
def test_markers_of_statistics_offices_and_spreadsheets_are_missing(marker, fitting):
    column = inferred([*(fitting.format(13 + i) for i in range(15)), *[marker] * 5])
    assert column.kind in {Kind.NUMBER, Kind.DATETIME}
    assert marker in column.missing
