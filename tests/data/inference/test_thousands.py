"""Marks before three digits: thousands, decimals, or in doubt, by what the column and its file show."""

import pytest

from mlpipe.data.inference.stored_table import read_table
from mlpipe.data.reading.reader import Rereadable
from mlpipe.params import ReadParams


def read(tmp_path, text, **read):
    """Values of the column `x`, and the codes of what is remarked on it."""
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    params = ReadParams(**read)
    with Rereadable(str(path), params) as source:
        table = read_table(source, params, ask=lambda _: {}, strict=True)
    remarks = table.scanned.formats["x"].remarks
    return table.typed["x"].to_pylist(), [remark.code for remark in remarks], remarks


def written(*cells, beside=None, delimiter=";"):
    others = beside or ["A"] * len(cells)
    rows = [f'"{cell}"{delimiter}"{other}"' for cell, other in zip(cells, others, strict=True)]
    return "\n".join([f"x{delimiter}y", *rows, ""])


SURE, DOUBT = ["MLP130"], ["MLP131"]
KINDS = {
    "groups beside hundreds": (written("1.250", "980", "12.400"), [1250, 980, 12400], SURE),
    "negative ones": (written("-1.250", "+100", "0"), [-1250, 100, 0], SURE),
    "a comma file": (written("1.250", "980", delimiter=","), [1250, 980], SURE),
    "nothing beside, semicolons": (written("1.250", "12.400"), [1.25, 12.4], DOUBT),
    "nothing beside, commas": (written("48.137", "11.575", delimiter=","), [48.137, 11.575], []),
    "commas as marks": (written("1,250", "12,400"), [1250, 12400], DOUBT),
    "commas as marks beside hundreds": (written("1,250", "980"), [1250, 980], []),
    "commas as marks, points elsewhere": (written("1,250", "12,400", beside=["0.5", "2"]), [1250, 12400], []),
    "small numbers beside": (written("1.250", "99"), [1.25, 99], DOUBT),
    "hundreds beside, points elsewhere": (written("1.250", "980", beside=["0.5", "2"]), [1.25, 980], DOUBT),
    "nothing beside, points elsewhere": (written("1.250", "1.300", beside=["0.5", "2"]), [1.25, 1.3], []),
    "points as marks, commas elsewhere": (written("1.250", "980", beside=["0,5", "2"]), [1250, 980], []),
    "a shorter group": (written("1.250", "980", "2.5"), [1.25, 980, 2.5], []),
    "a longer group": (written("1.250", "980", "2.5001"), [1.25, 980, 2.5001], []),
    "a leading zero": (written("0.250", "980"), [0.25, 980], []),
    "a long whole number": (written("1.250", "9800"), [1.25, 9800], []),
    "amounts of money": (written("€ 1.250", "€ 12.400"), [1250, 12400], []),
    "amounts with cents": (written("€ 1.25", "€ 12.40"), [1.25, 12.4], []),
    "percent": (written("1.250%", "980%"), [1250, 980], SURE),
}


@pytest.mark.parametrize(("text", "values", "codes"), KINDS.values(), ids=KINDS)
def test_what_a_mark_before_three_digits_means(tmp_path, text, values, codes):
    assert read(tmp_path, text)[:2] == (values, codes)


@pytest.mark.parametrize(("least", "value"), [("99", 1.25), ("100", 1250)])
def test_hundreds_beside_make_thousands(tmp_path, least, value):
    assert read(tmp_path, written("1.250", least))[0][0] == value


@pytest.mark.parametrize("cells", [("1.250", "980"), ("1.250", "12.400")])
@pytest.mark.parametrize(("asked", "factor"), [({"decimal": "."}, 1), ({"thousands": "."}, 1000)])
def test_an_option_settles_it(tmp_path, cells, asked, factor):
    values, codes, _ = read(tmp_path, written(*cells), **asked)
    assert (values[0], codes) == (1.25 * factor, [])


def test_thousands_far_below_whole_numbers_are_found(tmp_path):
    """The parser reads blocks of plain whole numbers by itself."""
    short = [str(100 + i % 900) for i in range(600_000)]
    values, codes, _ = read(tmp_path, "\n".join(["x", *short, "1.250", ""]))
    assert (values[0], values[-1], codes) == (100, 1250, SURE)
    values, codes, _ = read(tmp_path, "\n".join(["x", *short, "1000", "1.250", ""]))
    assert (values[-1], codes) == (1.25, [])


def test_both_readings_are_told(tmp_path):
    *_, (sure,) = read(tmp_path, written("1.250", "980", "12.400"))
    assert sure.message.startswith("'1.250' is read as 1250, not 1.25: 2 cells with three digits")
    assert sure.message.endswith("beside 1 up to 999 without it.")
    *_, (doubt,) = read(tmp_path, written("$12,000", "$1,250").replace("$", ""))
    assert doubt.message.startswith("'12,000' is read as 12000 and may mean 12: 2 cells")
    assert doubt.value == ","
