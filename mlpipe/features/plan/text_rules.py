"""The rules for a column of text: how it becomes terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.errors import UsageError
from mlpipe.features.plan.plan import ColumnPlan
from mlpipe.features.preprocessor.column_steps import text_steps
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_exact
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    import pandas as pd

    from mlpipe.data.schema import Column
    from mlpipe.features.plan.column_facts import ColumnFacts
    from mlpipe.params.choices import Analyzer, Text
    from mlpipe.params.presets import Decisions

NGRAMS: dict[Analyzer, tuple[int, int]] = {"word": (1, 2), "char": (2, 5), "jieba": (1, 2)}
"""Shortest and longest run that becomes a term, where none is asked for."""

LONGEST_RUN = 10
ENOUGH_TEXTS = 100
FIRST_TEXTS = 1_000

_WORDS: dict[Text, str] = {"tfidf": "TF-IDF", "bow": "counts", "hash": "hashed counts"}
UNITS: dict[Analyzer, str] = {"word": "words", "char": "characters", "jieba": "Chinese words"}
"""What terms are runs of."""


def choose_text(column: Column, facts: ColumnFacts, decisions: Decisions) -> ColumnPlan | str:
    """Decide on a column of text: its plan, or the reason why it is left out.

    Raises
    ------
    UsageError
        Where the runs asked for are none.
    """
    text, analyzer = decisions.text, decisions.analyzer
    assert text is not None  # every preset has both
    assert analyzer is not None
    ngrams = parse_ngrams(decisions.ngrams) if decisions.ngrams else NGRAMS[analyzer]
    # A term of one text alone says nothing of others, except where there are hardly any others.
    rare = 2 if facts.cells - facts.missing >= ENOUGH_TEXTS else 1
    min_df = decisions.min_df if decisions.min_df is not None else rare
    letters = facts.letters()
    runs = f"{ngrams[0]} to {ngrams[1]}" if ngrams[0] < ngrams[1] else str(ngrams[0])
    how = f"{_WORDS[text]} of runs of {runs} {UNITS[analyzer]}"
    plan = ColumnPlan(
        name=column.name,
        role=column.role,
        treatment="text",
        indicator=decisions.missing_indicator and facts.missing > 0,
        text=text,
        analyzer=analyzer,
        ngrams=ngrams,
        stop_words=decisions.stop_words,
        min_df=float(min_df),
        max_df=decisions.max_df,
        max_features=decisions.max_features,
        reason=f"text of {count_of(round(letters))} characters on average: {how}; {facts.gaps}",
    )
    return (
        plan
        if _has_terms(facts.texts(), plan)
        else f"no term of it is left with min_df = {format_exact(min_df)}{_other_limits(plan)}"
    )


def _has_terms(values: pd.Series, plan: ColumnPlan) -> bool:
    """Whether any term is common enough, and not too common."""
    ((_, terms),) = text_steps(plan)
    # What some texts have often enough, all have; only shares need all texts.
    if plan.min_df >= 1 and plan.max_df == 1 and len(terms.fit(values.iloc[:FIRST_TEXTS].to_frame()).vocabulary_):
        return True
    return plan.text == "hash" or bool(terms.fit(values.to_frame()).vocabulary_)


def _other_limits(plan: ColumnPlan) -> str:
    limits = [f"max_df = {format_exact(plan.max_df)}"] if plan.max_df != 1 else []
    limits += [f"stop_words = {plan.stop_words}"] if plan.stop_words != "none" else []
    return "".join(f", {limit}" for limit in limits)


def parse_ngrams(text: str) -> tuple[int, int]:
    """Read `1,2`, or `2` for `2,2`.

    Raises
    ------
    UsageError
        For anything else.

    Examples
    --------
    >>> parse_ngrams("1,2"), parse_ngrams("3")
    ((1, 2), (3, 3))
    """
    parts = [part.strip() for part in text.split(",")]
    if all(part.isdecimal() for part in parts) and len(parts) in (1, 2):
        low, high = int(parts[0]), int(parts[-1])
        if 1 <= low <= high <= LONGEST_RUN:
            return low, high
    raise UsageError(
        f"{param('ngrams')} {text!r} is no range of lengths.",
        remedy=f"Give the shortest and the longest run, from 1 to {LONGEST_RUN}: {param('ngrams', '1,2')}.",
    )
