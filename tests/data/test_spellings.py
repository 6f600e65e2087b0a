"""One value however it is written: what is the same, and what is not."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mlpipe.data.spellings import are_opposite, canonical_text, truth_labels, truth_of, whole_level

KEPT = {
    "Persian": "می\u200cخوریم",
    "Hindi": "क्\u200dष",
    "a Malayalam end": "അവന\u0d4d\u200d",
    "a family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "a heart": "\u2764\ufe0f\u200d\U0001f525",
    "letters": "Zürich, Łódź, 東京, Київ",
    "a blank within": "New\u00a0York",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_what_a_script_needs_is_kept(text):
    assert canonical_text(text) == text


HIDDEN = ["\u200b", "\ufeff", "\u00ad", "\u2060", "\u200e", "\u200f", "\u202b", "\u2069", "\u200c", "\u200d", "\u061c"]


@pytest.mark.parametrize("mark", HIDDEN, ids=[unicodedata.name(mark) for mark in HIDDEN])
def test_what_is_not_seen_is_out_wherever_it_stands(mark):
    assert canonical_text(f"{mark}re{mark}d{mark}") == "red"
    assert canonical_text(f"e{mark}\u0301") == "é"


def test_joiners_are_kept_between_letters_that_need_them_and_nowhere_else():
    assert canonical_text("می\u200c") == "می"
    assert canonical_text("\u200cمی") == "می"
    assert canonical_text("می\u200cx") == "میx"


@example("\u0301\u094d\u200d")
@given(st.text(st.sampled_from("ae\u0301\u0308\u200b\u200c\u200d\u00ad\ufeffمیक\u094d\u2764\ufe0f\u061c\u180e ")))
def test_what_is_canonical_stays(text):
    once = canonical_text(text)
    assert canonical_text(once) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    "word", ["True", "TRUE", "t", "1", "1.0", "yes", "Y", "on", "Ja", "SÍ", "да", "是", " true\u00a0"]
)
def test_words_for_true(word):
    assert truth_of(word) is True
    assert truth_of(unicodedata.normalize("NFD", word)) is True


@pytest.mark.parametrize("word", ["False", "F", "0", "0.0", "no", "N", "off", "nein", "ЛОЖЬ", "否", "FAŁSZ", "HAYIR"])
def test_words_for_false(word):
    assert truth_of(word) is False


@pytest.mark.parametrize("word", ["", "maybe", "2", "-1", "None", "truest"])
def test_other_words_are_neither(word):
    assert truth_of(word) is None


def test_labels_are_the_most_frequent_words_the_first_of_these_on_ties():
    assert truth_labels({"true": 2, "False": 1, "TRUE": 3, "FALSE": 1}) == ("TRUE", "False")
    assert truth_labels({"false": 1, "T": 1, "1": 2}) == ("1", "false")
    assert truth_labels({"0": 1, "1": 1}) == ("1", "0")


def test_words_of_two_languages_are_levels():
    assert truth_labels({"yes": 5, "false": 5}) == ()
    assert truth_labels({"n": 5, "f": 5, "y": 5}) == ()
    assert truth_labels({"yes": 5, "no": 5, "maybe": 1}) == ()
    assert truth_labels({}) == ()


def test_one_side_alone_is_spelled_in_words_only():
    assert truth_labels({"TRUE": 1, "true": 2}) == ("true", "")
    assert truth_labels({"TRUE": 1}) == ()
    assert truth_labels({"n": 1, "N": 1}) == ()


def test_many_words_are_not_looked_at_one_by_one():
    spellings = ["".join(letters) for letters in zip("tTtTtTtT", "rRRrrRRr", "uuUUuuUU", "eeeeEEEE", strict=True)]
    assert truth_labels(dict.fromkeys([*spellings, "no"], 1)) == ()
    assert truth_labels(dict.fromkeys([*spellings, "false"], 1)) == (spellings[0], "false")


def test_opposites_are_of_one_language_and_the_first_is_true():
    assert are_opposite("Ja", "NEIN")
    assert not are_opposite("nein", "ja")
    assert not are_opposite("yes", "false")


@pytest.mark.parametrize(
    ("word", "level"),
    [("3", "3"), ("3.0", "3"), ("3.00", "3"), ("3,0", "3"), ("3.", "3"), ("-3.0", "-3"), ("+3", "3"), ("-0.0", "0"),
     ("1e+10", "10000000000"), ("1.5e+1", "15"), ("1e300", "1e300"), ("1.5e+0", "1.5e+0")],
)  # fmt: skip
def test_whole_numbers_lose_what_tells_no_more(word, level):
    assert whole_level(word) == level


@pytest.mark.parametrize("word", ["007", "007.0", "1.5", "1.10", "A3.0", "", "1.000.0", "3.0 "])
def test_codes_and_decimals_stay(word):
    assert whole_level(word) == word
