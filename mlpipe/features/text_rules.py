"""The rules for a column of text: how it becomes terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.features.plan import ColumnPlan
from mlpipe.features.plan_errors import NgramsError

if TYPE_CHECKING:
    import pandas as pd

    from mlpipe.data.schema import Column
    from mlpipe.features.column_facts import ColumnFacts
    from mlpipe.params.choices import Analyzer, Text
    from mlpipe.params.presets import Decisions

NGRAMS: dict[Analyzer, tuple[int, int]] = {"word": (1, 2), "char": (2, 5), "jieba": (1, 2)}
"""Shortest and longest run that becomes a term, where none is asked for."""

LONGEST_RUN = 10
ENOUGH_TEXTS = 100

_WORDS: dict[Text, str] = {"tfidf": "TF-IDF", "bow": "counts", "hash": "hashed counts"}
UNITS: dict[Analyzer, str] = {"word": "words", "char": "characters", "jieba": "Chinese words"}
"""What terms are runs of."""


def choose_text(values: pd.Series, column: Column, facts: ColumnFacts, decisions: Decisions) -> ColumnPlan:
    """Decide on a column of text.

    Raises
    ------
    NgramsError
        Where the runs asked for are none.
    """
    analyzer = decisions.analyzer
    ngrams = parse_ngrams(decisions.ngrams) if decisions.ngrams else NGRAMS[analyzer]
    # A term of one text alone says nothing of others, except where there are hardly any others.
    rare = 2 if facts.cells - facts.missing >= ENOUGH_TEXTS else 1
    min_df = decisions.min_df if decisions.min_df is not None else rare
    letters = float(values.dropna().str.len().mean())
    runs = f"{ngrams[0]} to {ngrams[1]}" if ngrams[0] < ngrams[1] else str(ngrams[0])
    how = f"{_WORDS[decisions.text]} of runs of {runs} {UNITS[analyzer]}"
    return ColumnPlan(
        name=column.name,
        role=column.role,
        treatment="text",
        indicator=decisions.missing_indicator and facts.missing > 0,
        text=decisions.text,
        analyzer=analyzer,
        ngrams=ngrams,
        stop_words=decisions.stop_words,
        min_df=min_df,
        max_df=decisions.max_df,
        max_features=decisions.max_features,
        reason=f"text of {letters:.0f} characters in the mean: {how}; {facts.gaps}",
    )


def parse_ngrams(text: str) -> tuple[int, int]:
    """Read `1,2`, or `2` for `2,2`.

    Raises
    ------
    NgramsError
        For anything else.

    Examples
    --------
    >>> parse_ngrams("1,2"), parse_ngrams("3")
    ((1, 2), (3, 3))
    """
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() for part in parts) or len(parts) not in (1, 2):
        raise NgramsError(text)
    low, high = int(parts[0]), int(parts[-1])
    if not 1 <= low <= high <= LONGEST_RUN:
        raise NgramsError(text)
    return low, high
