import math
import pickle
import re
import sys
from collections import Counter
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from mlpipe.errors import ExitCode, MissingExtraError
from mlpipe.features.transformers import chinese
from mlpipe.features.transformers.terms import TOKEN, Terms
from tests.features.tables import strings

NOTES = ["The cat sat, the cat ran!", None, "A dog ran 5 km", "", "Überraschung: the dog sat", "km km KM"]


def frame(texts):
    return pd.DataFrame({"note": strings(texts)})


def tokens(text):
    return re.findall(TOKEN, text.lower())


def test_counts_equal_a_naive_count():
    terms = Terms("bow").fit(frame(NOTES))
    words = sorted({word for note in NOTES for word in re.findall(r"\w+", (note or "").lower())})
    assert terms.terms_ == words
    expected = [[Counter(re.findall(r"\w+", (note or "").lower()))[word] for word in words] for note in NOTES]
    table = terms.transform(frame(NOTES))
    assert (table.format, table.dtype) == ("csr", np.float64)
    assert table.toarray().tolist() == expected


def test_weights_equal_a_naive_tfidf():
    terms = Terms(ngrams=(1, 2))
    table = terms.fit_transform(frame(NOTES)).toarray()
    texts_with = dict.fromkeys(terms.vocabulary_, 0)
    bags = []
    for note in NOTES:
        words = tokens(note or "")
        bags.append(Counter(words + [" ".join(pair) for pair in pairwise(words)]))
        for term in bags[-1]:
            texts_with[term] += 1
    for row, bag in zip(table, bags, strict=True):
        weights = {t: (1 + math.log(n)) * (1 + math.log(7 / (1 + texts_with[t]))) for t, n in bag.items()}
        length = math.sqrt(sum(w * w for w in weights.values())) or 1
        assert row == pytest.approx([weights.get(term, 0) / length for term in texts_with])


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({}, {}),
        ({"ngrams": (1, 2), "min_df": 2}, {"ngram_range": (1, 2), "min_df": 2}),
        ({"min_df": 0.3, "max_df": 0.5}, {"min_df": 0.3, "max_df": 0.5}),
        ({"max_df": 2}, {"max_df": 2}),
        ({"stop_words": "english"}, {"stop_words": "english"}),
        ({"analyzer": "char", "ngrams": (2, 3)}, {"analyzer": "char_wb", "ngram_range": (2, 3)}),
    ],
    ids=str,
)
def test_it_equals_scikit_learn_by_hand(ours, theirs):
    notes = [note or "" for note in NOTES]
    pattern = {} if "analyzer" in theirs else {"token_pattern": r"\w+"}
    vectorizer = TfidfVectorizer(sublinear_tf=True, **pattern, **theirs)
    expected = vectorizer.fit_transform(notes)
    terms = Terms(**ours).fit(frame(NOTES))
    assert terms.terms_ == vectorizer.get_feature_names_out().tolist()
    new = ["the dog", "unseen words", None]
    for given, wanted in ((NOTES, expected), (new, vectorizer.transform([note or "" for note in new]))):
        np.testing.assert_allclose(terms.transform(frame(given)).toarray(), wanted.toarray(), rtol=1e-12)
    both = terms.transform(frame(NOTES)) != clone(terms).fit_transform(frame(NOTES))
    assert both.nnz == 0


def test_hashing_equals_scikit_learn_and_is_never_negative():
    table = Terms("hash", max_features=32, ngrams=(1, 2)).fit_transform(frame(NOTES))
    theirs = HashingVectorizer(n_features=32, alternate_sign=False, token_pattern=r"\w+", ngram_range=(1, 2))
    np.testing.assert_array_equal(table.toarray(), theirs.transform([note or "" for note in NOTES]).toarray())
    assert table.min() >= 0
    wide = Terms("hash").fit(frame(NOTES))
    assert wide.transform(frame(["dog"])).shape == (1, 65_536)
    assert wide.get_feature_names_out()[[0, -1]].tolist() == ["note_hash0", "note_hash65535"]


def test_the_most_frequent_terms_are_kept_and_the_first_of_equals():
    notes = ["b b b", "a c", "a c d", "d"]
    assert Terms("bow", max_features=1).fit(frame(notes)).terms_ == ["b"]
    assert Terms("bow", max_features=2).fit(frame(notes)).terms_ == ["a", "b"]
    assert Terms("bow", max_features=9).fit(frame(notes)).terms_ == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't pay £5.50", ["don", "t", "pay", "5", "50"]),
        ("我爱北京, ok", ["我", "爱", "北", "京", "ok"]),
        ("カタカナとひら・。", list("カタカナとひら")),
        ("iPhone手机5台", ["iphone", "手", "机", "5", "台"]),
        ("ไทย", list("ไทย")),
        ("한국어 단어", ["한국어", "단어"]),
        ("हिन्दी भाषा।", ["हिन्दी", "भाषा"]),
        ("cafe\u0301 naïve", ["cafe\u0301", "naïve"]),
        ("👍 _x_", ["_x_"]),
    ],
)
def test_words_of_many_scripts(text, expected):
    assert tokens(text) == expected
    assert set(Terms("bow").fit(frame([text])).vocabulary_) == set(expected)


def test_runs_of_characters_lose_the_spaces_that_were_never_there():
    terms = Terms("bow", ngrams=(1, 2)).fit(frame(["北京 big city"]))
    assert set(terms.get_feature_names_out()) == {
        "note_北", "note_京", "note_北京", "note_big", "note_city", "note_big city", "note_京 big",
    }  # fmt: skip


def test_characters_do_not_cross_words_and_have_no_stop_words():
    terms = Terms("bow", analyzer="char", ngrams=(2, 2), stop_words="english").fit(frame(["the ab"]))
    assert terms.terms_ == [" a", " t", "ab", "b ", "e ", "he", "th"]


def test_chinese_words_by_jieba(capfd):
    pytest.importorskip("jieba")
    chinese._tokenizer.cache_clear()
    terms = Terms("bow", analyzer="jieba", stop_words="english").fit(frame(["我爱北京天安门。", "The 天安门 OK", None]))
    assert set(terms.terms_) == {"我", "爱", "北京", "天安门", "ok"}
    assert terms.transform(frame(["天安门 天安门"])).sum() == 2
    assert Terms("hash", analyzer="jieba", max_features=8).fit_transform(frame(["北京"])).nnz == 1
    assert capfd.readouterr() == ("", "")


def test_without_jieba_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "jieba", None)
    chinese._tokenizer.cache_clear()
    with pytest.raises(MissingExtraError, match=r"pip install 'mlpipe\[zh\]'") as caught:
        Terms(analyzer="jieba").fit(frame(["北京"]))
    assert caught.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize(
    ("options", "texts"),
    [
        ({}, ["", None]),
        ({}, ["!!! ...", "?"]),
        ({"min_df": 3}, ["a b", "a c"]),
        ({"max_df": 0.1}, ["a b", "a c"]),
        ({"stop_words": "english"}, ["the", "of"]),
        ({"analyzer": "char", "ngrams": (3, 3)}, ["", None]),
    ],
)
def test_no_terms_are_no_features(options, texts):
    terms = Terms(**options)
    assert terms.fit_transform(frame(texts)).shape == (2, 0)
    assert terms.transform(frame(["a b the"])).shape == (1, 0)
    assert terms.get_feature_names_out().tolist() == []


def test_no_terms_beside_other_features():
    both = ColumnTransformer([("a", Terms(min_df=9), ["note"]), ("b", "passthrough", ["n"])], sparse_threshold=1)
    table = both.fit_transform(frame(NOTES).assign(n=1.0))
    assert table.shape == (len(NOTES), 1)


def test_columns_and_arrays_of_any_kind():
    expected = Terms("bow").fit_transform(frame(["a", None, "b a"])).toarray()
    for texts in (
        np.array([["a"], [None], ["b a"]], dtype=object),
        pd.DataFrame({"note": pd.Series(["a", np.nan, "b a"], dtype=object)}),
        pd.DataFrame({"note": pd.Categorical(["a", None, "b a"])}),
        [["a"], [np.nan], ["b a"]],
    ):
        np.testing.assert_array_equal(Terms("bow").fit_transform(texts).toarray(), expected)
    assert Terms("bow").fit(np.array([["a"]])).get_feature_names_out().tolist() == ["x0_a"]
    assert Terms("bow").fit(pd.DataFrame({"n": [1.5, np.nan]})).terms_ == ["1", "5"]
    assert Terms("bow").fit(frame(["a"])).transform(frame([])).shape == (0, 1)


def test_what_makes_no_sense_is_refused():
    for options in ({"method": "drop"}, {"analyzer": "char_wb"}, {"stop_words": "german"}, {"ngrams": (2, 1)}):
        with pytest.raises(ValueError, match=next(iter(options))):
            Terms(**options).fit(frame(["a"]))
    with pytest.raises(ValueError, match="one column"):
        Terms().fit(np.array([["a", "b"]]))
    with pytest.raises(NotFittedError):
        Terms().transform(frame(["a"]))
    with pytest.raises(ValueError, match="feature names"):
        Terms().fit(frame(["a"])).transform(pd.DataFrame({"other": ["a"]}))


FED_NUMBERS = (
    "check_fit_score_takes_y", "check_estimators_overwrite_params", "check_dont_overwrite_parameters",
    "check_estimators_fit_returns_self", "check_readonly_memmap_input", "check_n_features_in_after_fitting",
    "check_positive_only_tag_during_fit", "check_estimators_dtypes", "check_complex_data", "check_dtype_object",
    "check_estimators_empty_data_messages", "check_pipeline_consistency", "check_estimator_sparse_array",
    "check_estimator_sparse_matrix", "check_estimators_pickle", "check_f_contiguous_array_estimator",
    "check_transformer_data_not_an_array", "check_transformer_general", "check_transformer_preserve_dtypes",
    "check_methods_sample_order_invariance", "check_methods_subset_invariance", "check_fit2d_1sample",
    "check_dict_unchanged", "check_fit_idempotent", "check_fit_check_is_fitted", "check_n_features_in", "check_fit1d",
    "check_fit2d_predict1d",
)  # fmt: skip
"""Checks that can only fail: they feed several columns of numbers, or one-dimensional ones."""


@parametrize_with_checks(
    [Terms(), Terms("hash", max_features=8)],
    expected_failed_checks=lambda _: dict.fromkeys(FED_NUMBERS, "Terms takes one column of text"),
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def test_what_the_excused_checks_ask_holds_for_text():
    X = frame(NOTES)
    terms = Terms(ngrams=(1, 2))
    parameters = terms.get_params()
    assert terms.fit(X, y=None) is terms
    assert terms.get_params() == parameters
    before = {name: repr(value) for name, value in vars(terms).items()}
    table = terms.transform(X).toarray()
    assert {name: repr(value) for name, value in vars(terms).items()} == before
    assert (terms.n_features_in_, list(terms.feature_names_in_)) == (1, ["note"])
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(terms)).transform(X).toarray(), table)
    np.testing.assert_array_equal(make_pipeline(clone(terms)).fit_transform(X).toarray(), table)
    np.testing.assert_array_equal(terms.fit(X).transform(X[::-1]).toarray(), table[::-1])
    np.testing.assert_array_equal(np.vstack([terms.transform(X[i : i + 1]).toarray() for i in range(len(X))]), table)


def test_sparse_matrices_hold_no_zeros():
    table = Terms().fit_transform(frame(NOTES))
    assert sparse.issparse(table)
    assert (table.data != 0).all()
    assert table.has_sorted_indices
