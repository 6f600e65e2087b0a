"""The positive one of two classes."""

from itertools import chain

import pytest

from mlpipe.data.positive_class import _OPPOSITES, choose_positive


@pytest.mark.parametrize(("positive", "opposite"), sorted(_OPPOSITES))
def test_a_word_is_positive_over_its_opposite_however_written_and_however_frequent(positive, opposite):
    for first, second in ((positive, opposite), (opposite.upper(), positive.title())):
        for counts in ({first: 1, second: 9}, {first: 9, second: 1}):
            found = choose_positive(counts)
            assert found.label.casefold() == positive
            assert found.reason == "by its word"


def test_no_word_is_both_sides_of_one_pair():
    assert not {(second, first) for first, second in _OPPOSITES} & _OPPOSITES
    assert all(len(pair) == 2 for pair in _OPPOSITES)
    assert all(word == word.casefold() for word in chain(*_OPPOSITES))


@pytest.mark.parametrize(
    ("denied", "plain"),
    [("not_canceled", "canceled"), ("No Show", "show"), ("non-fraud", "Fraud"), ("notckd", "ckd"), ("without x", "x")],
)
def test_a_plain_word_is_positive_over_its_denial(denied, plain):
    assert choose_positive({denied: 1, plain: 5}).label == plain
    assert choose_positive({plain: 5, denied: 1}).label == plain


def test_else_the_rarer_class_and_of_equally_rare_ones_the_later():
    assert choose_positive({"cat": 5, "dog": 6}).label == "cat"
    assert choose_positive({"cat": 6, "dog": 5}).label == "dog"
    tie = choose_positive({"cat": 5, "dog": 5})
    assert (tie.label, tie.reason) == ("dog", "both are equally rare")
    # Words of two different pairs say nothing of each other.
    assert choose_positive({"yes": 2, "benign": 1}).label == "benign"


def test_the_class_asked_for_needs_no_reason():
    assert choose_positive({"no": 1, "yes": 2}, "no").reason == ""
