"""Which columns of text have terms at all."""

import pytest

from mlpipe.data.schema import Role
from mlpipe.errors import DataError
from mlpipe.features.plan import text_rules
from mlpipe.features.plan.text_rules import FIRST_TEXTS, parse_ngrams
from tests.features.tables import column, labels, mixed_rows, plan_of, strings

WORDS = column("words", Role.TEXT)
AGE = column("age", Role.NUMERIC)


def planned(texts, **options):
    X = mixed_rows(len(texts))[["age"]].assign(words=strings(texts))
    return plan_of(X, labels(len(texts)), (AGE, WORDS), **options)


def test_texts_that_share_no_term_are_left_out_with_the_limit():
    plan = planned([f"only{i}" for i in range(120)])
    assert [c.name for c in plan.columns] == ["age"]
    assert plan.left_out == (("words", "no term of it is left with min_df = 2"),)
    assert not plan.sparse


def test_few_texts_may_have_terms_of_their_own():
    plan = planned([f"only{i}" for i in range(60)])
    assert [c.name for c in plan.columns] == ["age", "words"]
    assert plan.columns[1].min_df == 1


def test_a_term_beyond_the_first_texts_counts():
    texts = [f"only{i}" for i in range(FIRST_TEXTS)] + ["both", "both", "other"]
    assert "words" in [c.name for c in planned(texts).columns]


@pytest.mark.parametrize(
    ("options", "told"),
    [({"max_df": 0.1}, "max_df = 0.1"), ({"stop_words": "english"}, "stop_words = english"), ({"min_df": 200}, "200")],
)
def test_what_left_no_term_is_told(options, told):
    plan = planned(["the"] * 119 + [""], **options)
    assert told in dict(plan.left_out)["words"]


def test_a_hash_needs_no_terms():
    assert planned([f"only{i}" for i in range(120)], text="hash").sparse


def test_without_any_other_column_there_is_nothing_to_learn_from():
    X = mixed_rows(120)[[]].assign(words=strings(f"only{i}" for i in range(120)))
    with pytest.raises(DataError, match="min_df"):
        plan_of(X, labels(120), (WORDS,))


@pytest.mark.parametrize(("texts", "least"), [(99, 1), (100, 2)])
def test_from_a_hundred_texts_on_a_term_needs_two_of_them(texts, least):
    (words,) = planned(["free call"] * (texts - 1) + ["lunch now"] + [None] * 30).columns[1:]
    assert words.min_df == least


@pytest.mark.parametrize(("text", "runs"), [("1,10", (1, 10)), ("10", (10, 10)), ("2, 3", (2, 3)), ("1", (1, 1))])
def test_runs_of_one_to_ten(text, runs):
    assert parse_ngrams(text) == runs


@pytest.mark.parametrize(
    ("options", "texts"),
    [
        ({"max_df": 0.5, "min_df": 1}, ["free"] * 4 + [""] * 6 + ["free"] * 50),
        ({"min_df": 0.5}, ["free", "free call"] * 5 + [""] * 50),
    ],
    ids=["too common", "too rare"],
)
def test_a_share_of_texts_is_one_of_all_of_them(options, texts, monkeypatch):
    """What the first texts have often enough and not too often, all may not."""
    monkeypatch.setattr(text_rules, "FIRST_TEXTS", 10)
    assert [c.name for c in planned(texts[:10], **options).columns] == ["age", "words"]
    assert [c.name for c in planned(texts, **options).columns] == ["age"]
