"""Cells that say the same are the same, whatever wrote them."""

import unicodedata

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpipe.data.inference.canonical import canonical_cells, settle_words
from mlpipe.data.inference.coercion import coerce
from mlpipe.data.schema import Column, Kind, Role
from mlpipe.data.spellings import INVISIBLE, canonical_text
from mlpipe.params import RoleParams
from tests.data.written import cells, columns_of, inferred, raw, scanned

FLAG = Column(name="x", role=Role.BOOLEAN, kind=Kind.STRING, truth=("TRUE", "no"))
CODE = Column(name="x", role=Role.CATEGORICAL, kind=Kind.STRING, whole=True)
BIT = Column(name="x", role=Role.NUMERIC, kind=Kind.NUMBER, integer=True, truth=("1", "0"))

letters = st.text(st.sampled_from('="aeé\u0301\u200b\u00adüあ中и\u00a0\u2019'), max_size=5)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.none(), letters), max_size=8), st.integers(0, 4), st.integers(0, 4))
def test_the_quick_look_at_bytes_misses_no_letter(words, first, cut):
    """The same as word by word, in every slice and in several chunks."""
    whole = pa.array(words, pa.string())
    chunked = pa.chunked_array([whole.slice(first, cut), whole.slice(first + cut)])
    found, n_hidden = canonical_cells(chunked)
    rest = words[first:]
    assert found.to_pylist() == [None if word is None else canonical_text(word) for word in rest]
    assert n_hidden == sum(word is not None and INVISIBLE.search(word) is not None for word in rest)


def test_a_formula_of_a_text_is_the_text():
    """Spreadsheets are given `="0001"` for 0001; codes keep their zeros, and amounts are numbers."""
    table = raw(code=['="0001"', "0002"] * 20, amount=[f'="{i % 9}"' for i in range(40)], said=['="a"b"', "c"] * 20)
    columns = columns_of(table)
    typed = coerce(table, list(columns.values()), decimal=".").table
    assert (columns["code"].kind, columns["amount"].kind) == (Kind.STRING, Kind.NUMBER)
    assert typed["code"].to_pylist()[:2] == ["0001", "0002"]
    assert typed["amount"].to_pylist() == [i % 9 for i in range(40)]
    assert typed["said"][0].as_py() == '="a"b"'


def test_no_letter_slips_through():
    """Letters that are not canonical by themselves, or compose with the one before."""
    for point in (*range(0x80, 0x3400), *range(0xA000, 0xA900), *range(0xF900, 0x10000)):
        words = [lead + chr(point) for lead in ("", "e", "か")]
        assert canonical_cells(cells(*words))[0].to_pylist() == list(map(canonical_text, words)), hex(point)


def test_plain_cells_are_handed_on_as_they_are():
    for words in (["red", ""], ["Zürich", "Київ", "東京"]):
        column = cells(*words)
        assert canonical_cells(column)[0] is column


def test_truth_is_told_by_its_labels_and_other_words_stay():
    words = cells("true", "T", "1", "1.0", "yes", "Off", "NO", None, "maybe")
    told = ["TRUE"] * 5 + ["no", "no", None, "maybe"]
    assert settle_words(words, FLAG).to_pylist() == told
    assert coerce(pa.table({"x": words}), [FLAG], decimal=".").table["x"].to_pylist() == told


def test_a_side_that_training_had_not_stays_as_it_is():
    only = Column(name="x", role=Role.CATEGORICAL, kind=Kind.STRING, truth=("TRUE", ""))
    assert settle_words(cells("true", "false"), only).to_pylist() == ["TRUE", "false"]


def test_whole_levels_have_one_spelling():
    assert settle_words(cells("3.0", "3", "1e+10", "03", None), CODE).to_pylist() == [
        "3",
        "3",
        "10000000000",
        "03",
        None,
    ]


def test_numbers_that_are_0_or_1_take_words_for_true_and_false():
    coerced = coerce(raw(x=["True", "0", "no", "", "1.0", "maybe"]), [BIT], decimal=".")
    assert coerced.table["x"].to_pylist() == [1, 0, 0, None, 1, None]
    assert [bad.value for bad in coerced.bad] == ["maybe"]


def test_invisible_characters_are_taken_out_and_counted_and_the_cell_is_shown_as_it_came():
    number = Column(name="x", role=Role.NUMERIC, kind=Kind.NUMBER)
    coerced = coerce(raw(x=["\u200b1.5", "2\u00ad", "3", "\u200bno"]), [number], decimal=".")
    assert coerced.table["x"].to_pylist() == [1.5, 2, 3, None]
    assert coerced.invisible == {"x": 3}
    assert [bad.value for bad in coerced.bad] == ["\u200bno"]


def test_ids_and_texts_are_composed_and_keep_their_blanks():
    one, text = (Column(name=name, role=role, kind=Kind.STRING) for name, role in (("i", Role.ID), ("t", Role.TEXT)))
    coerced = coerce(raw(i=[" e\u0301\u200b "], t=[" e\u0301 "]), [one, text], decimal=".")
    assert coerced.table.to_pylist() == [{"i": " é ", "t": " é "}]


def test_a_column_of_numbers_with_an_invisible_character_is_one_of_numbers():
    table = raw(x=["\u200b5.5", "6.5", "7.5"])
    formats, typed = scanned(table)
    assert formats["x"].kind is Kind.NUMBER
    assert typed["x"].to_pylist() == [5.5, 6.5, 7.5]


def test_the_schema_records_what_training_cells_settle():
    flag = inferred(["TRUE", "True", "true", "FALSE", "False", "True"])
    assert (flag.role, flag.truth, flag.whole) == (Role.BOOLEAN, ("True", "FALSE"), False)
    assert flag.reason == "True or FALSE, 5 spellings"
    bit = inferred(["0", "1", "1"])
    assert (bit.role, bit.truth, bit.whole) == (Role.NUMERIC, ("1", "0"), False)
    assert inferred(["0", "1", "2"]).truth == ()
    assert inferred(["0.5", "1", "0"]).truth == ()
    assert inferred(["red", "blue", "red"]).truth == ()


def test_levels_asked_for_are_whole_unless_one_is_not():
    table = raw(
        a=["1.0", "2.0", ""], b=["1.5", "2.0", "1"], c=["01", "02", "1"], d=["1", "0", "1"], n=["1.5", "2", "3"]
    )
    found = columns_of(table, RoleParams(categorical=("a", "b", "c", "d")))
    assert [found[name].whole for name in "abcd"] == [True, False, False, True]
    assert [found[name].truth for name in "abcd"] == [(), (), (), ("1", "0")]


def test_only_the_rows_to_learn_from_settle_it():
    words = ["TRUE", "FALSE", "TRUE", "true", "true", "true", "maybe"]
    assert inferred(words, fit_rows=np.arange(3)).truth == ("TRUE", "FALSE")
    assert inferred(words).truth == ()


def test_decomposed_words_are_one_level():
    city = unicodedata.normalize("NFD", "Zürich")
    assert (
        coerce(raw(x=[city, "Zürich\u200b", "\u00a0Zürich "]), [CODE], decimal=".").table["x"].to_pylist()
        == ["Zürich"] * 3
    )
