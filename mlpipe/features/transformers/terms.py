"""Text becomes terms: counts of words or runs of characters, one sparse column each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self, get_args

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_is_fitted, validate_data

from mlpipe.features.transformers.chinese import cut_words
from mlpipe.params.choices import Analyzer, StopWords, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

HASHED = 2**16
"""Columns that terms are hashed to, where no number is given."""

ROWS_AT_A_TIME = 10_000
KNOWN = {"method": ("tfidf", "bow", "hash"), "analyzer": get_args(Analyzer), "stop_words": get_args(StopWords)}

# Thai, Lao, Burmese, Khmer, kana and Han put no spaces between words.
_SPACELESS = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1780-\u17d3\u3005-\u3007\u3041-\u309f\u30a1-\u30fa"
    "\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
# Accents and vowel signs that are characters of their own belong to their word, which Python's \w does not know.
_MARKS = "\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
TOKEN = rf"(?:[^\W{_SPACELESS}]+[{_MARKS}]*)+|[{_SPACELESS}]"
"""A word, or a single character of a script without spaces; single letters and digits count as well."""

_GAPS = re.compile(rf"(?<=[{_SPACELESS}]) (?=[{_SPACELESS}])")


class Terms(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """How often each term stands in a text, weighted by how rare it is; a missing text is an empty one.

    Texts are put in lower case. Without any term in the training rows there are no columns.

    Parameters
    ----------
    method : str
        `bow`: counts. `tfidf`: `1 + log(count)` times the inverse document frequency, rows of length 1. `hash`:
        counts of what terms hash to, rows of length 1; nothing is learnt, columns have no words.
    analyzer : str
        What is a token. `word`: a word, or a single character of a script without spaces between words. `jieba`:
        Chinese words, by the library of this name. `char`: a character; runs of them do not cross white space, and a
        space stands at both ends of a word.
    ngrams : tuple of int
        Shortest and longest run of tokens that is a term.
    stop_words : str
        `english` leaves out scikit-learn's list of common words.
    min_df, max_df : float
        Training texts that must, or may at most, have a term: a share below 1, else a count; `max_df=1` is all.
    max_features : int, optional
        `hash`: columns, 65,536 by default; else only so many terms are kept, the most frequent.

    Attributes
    ----------
    vocabulary_ : dict
        Column of each term, in order of columns; empty for `hash`.
    idf_ : ndarray of shape (n_terms,)
        Inverse document frequency of each term; only for `tfidf`.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (1,)
        Only where the column has a name.

    Examples
    --------
    >>> frame = pd.DataFrame({"note": ["To be or not", "not", None]})
    >>> terms = Terms("bow").fit(frame)
    >>> terms.transform(frame).toarray().tolist()
    [[1.0, 1.0, 1.0, 1.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
    >>> terms.get_feature_names_out().tolist()
    ['note_be', 'note_not', 'note_or', 'note_to']
    """

    def __init__(
        self,
        method: Text = "tfidf",
        *,
        analyzer: Analyzer = "word",
        ngrams: tuple[int, int] = (1, 1),
        stop_words: StopWords = "none",
        min_df: float = 1,
        max_df: float = 1.0,
        max_features: int | None = None,
    ) -> None:
        self.method = method
        self.analyzer = analyzer
        self.ngrams = ngrams
        self.stop_words = stop_words
        self.min_df = min_df
        self.max_df = max_df
        self.max_features = max_features

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the terms.

        Parameters
        ----------
        X : DataFrame or array of shape (n_rows, 1)
            Texts.
        """
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: Any, y: Any = None) -> Any:  # noqa: ARG002  # scikit-learn passes a target to every step
        """Learn the terms and give those of `X`, reading the texts once.

        Returns
        -------
        CSR matrix of shape (n_rows, n_terms)
        """
        _check(self)
        validate_data(self, X, skip_check_array=True, reset=True)
        texts = _column(X)
        self.vocabulary_: dict[str, int] = {}
        if self.method == "hash":
            return self._hash(texts)
        counter = self._counter()
        counts = _count(counter, texts)
        frequency = np.bincount(counts.indices, minlength=counts.shape[1])
        kept = self._kept(counts, frequency)
        terms = counter.get_feature_names_out() if counts.shape[1] else np.array([], dtype=object)
        self.vocabulary_ = {str(term): place for place, term in enumerate(terms[kept])}
        if self.method == "tfidf":
            self.idf_ = np.log((1 + len(texts)) / (1 + frequency[kept])) + 1
        counts = counts[:, kept]
        counts.sort_indices()
        return self._weigh(counts)

    def transform(self, X: Any) -> Any:
        """Give the terms of each text.

        Returns
        -------
        CSR matrix of shape (n_rows, n_terms)
        """
        check_is_fitted(self)
        validate_data(self, X, skip_check_array=True, reset=False)
        texts = _column(X)
        if self.method == "hash":
            return self._hash(texts)
        if not self.vocabulary_:
            return sparse.csr_matrix((len(texts), 0))
        counter = self._counter()
        counter.vocabulary_ = self.vocabulary_
        return self._weigh(counter.transform(_read(texts)))

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Name each feature `<column>_<term>`, or `<column>_hash0` and so on."""
        check_is_fitted(self)
        names = getattr(self, "feature_names_in_", ["x0"]) if input_features is None else input_features
        terms = [f"hash{i}" for i in range(self._n_hashed)] if self.method == "hash" else self.terms_
        return np.array([f"{names[0]}_{term}" for term in terms], dtype=object)

    @property
    def terms_(self) -> list[str]:
        """The terms, in order of columns; runs of single characters without the spaces between them."""
        if self.analyzer == "word":
            return [_GAPS.sub("", term) for term in self.vocabulary_]
        return list(self.vocabulary_)

    @property
    def _n_hashed(self) -> int:
        return self.max_features or HASHED

    def _kept(self, counts: Any, frequency: NDArray[np.int64]) -> NDArray[np.intp]:
        """Columns of terms that are neither too rare nor too common; of equally frequent ones the first."""
        n_texts = counts.shape[0]
        least = self.min_df if self.min_df >= 1 else self.min_df * n_texts
        most = self.max_df if self.max_df > 1 else self.max_df * n_texts
        kept = np.flatnonzero((frequency >= least) & (frequency <= most))
        if self.max_features is not None and len(kept) > self.max_features:
            totals = np.bincount(counts.indices, weights=counts.data, minlength=counts.shape[1])[kept]
            kept = np.sort(kept[np.argsort(-totals, kind="stable")[: self.max_features]])
        return kept

    def _weigh(self, counts: Any) -> Any:
        if self.method == "bow":
            return counts
        counts.data = (1 + np.log(counts.data)) * self.idf_[counts.indices]
        return normalize(counts, copy=False) if counts.nnz else counts

    def _hash(self, texts: pd.Series) -> Any:
        # Signs would keep the sum of colliding terms unbiased, but some models take no negative numbers.
        hasher = HashingVectorizer(n_features=self._n_hashed, alternate_sign=False, **self._reading())
        return hasher.transform(_read(texts))

    def _counter(self) -> CountVectorizer:
        return CountVectorizer(dtype=np.float64, **self._reading())

    def _reading(self) -> dict[str, Any]:
        stop_words = None if self.stop_words == "none" or self.analyzer == "char" else self.stop_words
        shared = {"ngram_range": tuple(self.ngrams), "stop_words": stop_words}
        if self.analyzer == "jieba":
            return {**shared, "tokenizer": cut_words, "token_pattern": None}
        if self.analyzer == "char":
            return {**shared, "analyzer": "char_wb"}
        return {**shared, "token_pattern": TOKEN}

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        return tags


def _count(counter: CountVectorizer, texts: pd.Series) -> Any:
    try:
        return counter.fit_transform(_read(texts))
    except ValueError as error:
        if "empty vocabulary" not in str(error):
            raise
        return sparse.csr_matrix((len(texts), 0))


def _check(terms: Terms) -> None:
    for name, values in KNOWN.items():
        if getattr(terms, name) not in values:
            raise ValueError(f"{name} is {getattr(terms, name)!r}, not one of {', '.join(values)}.")
    shortest, longest = terms.ngrams
    if not 1 <= shortest <= longest:
        raise ValueError(f"ngrams is {terms.ngrams!r}, not the shortest and the longest run of tokens.")


def _column(X: Any) -> pd.Series:
    """The one column of `X` as texts."""
    frame = pd.DataFrame(X)
    if frame.shape[1] != 1:
        raise ValueError(f"Terms takes one column of texts, not {frame.shape[1]}.")
    return frame.iloc[:, 0].astype("str").fillna("")


def _read(texts: pd.Series) -> Iterator[str]:
    """Texts one by one: a million at once as Python objects would take more memory than the table."""
    for start in range(0, len(texts), ROWS_AT_A_TIME):
        yield from texts.iloc[start : start + ROWS_AT_A_TIME].tolist()
