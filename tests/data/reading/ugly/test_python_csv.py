"""Whatever Python's `csv` writes comes back, in every dialect of it."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.reading.delimited import read_strings

STYLES: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "excel": ({}, {}),
    "excel-tab": ({"delimiter": "\t"}, {}),
    "unix": ({"dialect": "unix"}, {}),
    "all quoted": ({"quoting": csv.QUOTE_ALL, "lineterminator": "\r"}, {}),
    "apostrophes": ({"quotechar": "'"}, {"quote": "'"}),
    "escaped quotes": ({"doublequote": False, "escapechar": "\\"}, {"escape": "\\"}),
    "no quotes": ({"quoting": csv.QUOTE_NONE, "escapechar": "\\", "lineterminator": "\n"},
                  {"escape": "\\", "quote": "none"}),
    "bars and apostrophes": ({"delimiter": "|", "quotechar": "'", "quoting": csv.QUOTE_ALL}, {"quote": "'"}),
}  # fmt: skip
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "gb18030", "cp1252", "cp850", "latin-1"]
WORDS = {
    "French": ["Élodie", "déjà vu, très âgé", "l'été", 'dit "français"', "hôtel; garçon", "Noël"],
    "German": ["Größe", "Käse, Würstchen", "Müller's", 'heißt "Übung"', "Köln; München", "Straße"],
    "Spanish": ["año", "niño, señor", "O'Higgins", 'dijo "mañana"', "corazón; camión", "Málaga"],
    "Chinese": ["张三", "北京, 上海", "中国's", '叫 "用户"', "套餐; 金额", "流失"],
}
WESTERN = ("French", "German", "Spanish")
LETTERS = {"gb18030": ("Chinese",), "cp1252": WESTERN, "cp850": WESTERN, "latin-1": WESTERN}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("written") / "t.csv"


def write(path, rows, style, encoding):
    text = io.StringIO(newline="")
    csv.writer(text, **style).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))


@pytest.mark.parametrize("style", STYLES)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    rows=st.lists(st.lists(st.text(alphabet="ab 1'\"\\,;|\t\né", max_size=5), min_size=2, max_size=2), min_size=1),
    encoding=st.sampled_from(ENCODINGS),
)
def test_any_cells_with_options_given(path, style, rows, encoding):
    written, told = STYLES[style]
    if style == "no quotes":
        rows = [[cell or "-" for cell in row] for row in rows]
    table = [["name", "note"], *rows]
    write(path, table, written, encoding)
    params = {"delimiter": written.get("delimiter", ","), "quote": '"', "escape": "none", "encoding": encoding}
    assert read_strings(path, **(params | {"line_end": "mixed"} | told))[1] == table


@pytest.mark.parametrize("style", STYLES)
def test_words_with_nothing_given(path, style):
    written = STYLES[style][0]
    words = ["red", "blue, dark", "the 'best'", 'so "called"', "one; two", "plain"]
    table = [["name", "note", "count"], *[[words[i % 6], words[(i + 2) % 6], str(i)] for i in range(24)]]
    write(path, table, written, "utf-8")
    assert read_strings(path)[1] == table


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_encoding_is_detected_from_words(path, style, encoding):
    for language in LETTERS.get(encoding, WORDS):
        words = WORDS[language]
        table = [["name", "note", "count"], *[[words[i % 6], words[(i + 2) % 6], str(i)] for i in range(24)]]
        write(path, table, STYLES[style][0], encoding)
        assert read_strings(path)[1] == table
