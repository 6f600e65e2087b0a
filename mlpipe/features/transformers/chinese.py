"""Chinese words, by jieba: an optional library."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

from mlpipe.errors import MissingExtraError
from mlpipe.words.parameters import param


def cut_words(text: str) -> list[str]:
    """Cut a text into words; spaces and punctuation are left out.

    Raises
    ------
    MissingExtraError
        If jieba is not installed.
    """
    return [word for word in _tokenizer().lcut(text) if any(map(str.isalnum, word))]


@cache
def _tokenizer() -> Any:
    """A tokenizer with the dictionary of jieba, and no words that other code may have added to it."""
    with warnings.catch_warnings():
        # Its regular expressions are not raw strings, and it imports pkg_resources: neither matters here.
        warnings.simplefilter("ignore")
        try:
            import jieba
        except ImportError as error:
            raise MissingExtraError(param("analyzer", "jieba"), "zh") from error
    tokenizer = jieba.Tokenizer()
    # Its own way reads a cache that anyone may have written to the folder of temporary files, and logs to stderr.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer
