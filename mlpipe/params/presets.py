"""The presets: every decision about a column, before options and recipe change some of them.

- `general`: fits every estimator. Median and a 0/1 flag for gaps, standard scale, one-hot (cross-fitted target means
  above 50 levels), calendar parts of dates, hours and circle of times of day, TF-IDF of words.
- `linear`: for models that add up features. As `general`, and clips far-out numbers, gives skewed ones a power
  transform (unless half of the cells are one value), and puts the parts of dates on circles.
- `tree`: for estimators that take gaps and categories as they are (hist-gradient-boosting). Nothing is imputed or
  scaled; categories become codes, which such estimators treat as categories (target means above 254 levels).
- `minimal`: the least that lets a model be fitted. Median and most frequent level, one-hot; no flags, no scale; of
  dates the days alone; no text.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from mlpipe.params.choices import (
    Analyzer,
    Datetime,
    Encode,
    ImputeCategorical,
    ImputeNumeric,
    OutlierRule,
    Outliers,
    Scale,
    StopWords,
    Text,
)

if TYPE_CHECKING:
    from mlpipe.params.preparation import ColumnOptions, ColumnRecipe, PreprocessParams


@dataclass(frozen=True, kw_only=True)
class ColumnSettings:
    """What is done with a column, as `ColumnOptions` names it; by default nothing."""

    fill_value: str | float | None = None
    outliers: Outliers = "none"
    outlier_rule: OutlierRule = "iqr"
    bins: int | None = None
    scale: Scale = "none"
    encode: Encode | None = None
    min_frequency: float = 0.0
    max_categories: int | None = None
    timezone: str | None = None
    text: Text | None = None
    analyzer: Analyzer | None = None
    stop_words: StopWords = "none"
    max_df: float = 1.0
    max_features: int | None = None


@dataclass(frozen=True, kw_only=True)
class Decisions(ColumnSettings):
    """What is done with a column of each kind, where the training rows do not say otherwise.

    Parameters
    ----------
    skew_limit : float, optional
        Numbers of a larger absolute skewness get the power transform in place of `scale`, unless half of them are
        one value.
    encode : str, optional
        By default `few_levels` for categories of at most `max_categories` levels, and `many_levels` for others.
    order, parts, timezone
        Only a recipe gives them.
    times_in_parts : bool
        Whether a time of day becomes hours and a place on the circle of the day, rather than seconds.
    ngrams : str, optional
        By default as the analyzer has them.
    min_df : float, optional
        By default terms of a single text are left out, where there are texts enough.
    """

    impute_numeric: ImputeNumeric = "median"
    impute_categorical: ImputeCategorical = "most-frequent"
    missing_indicator: bool = True
    skew_limit: float | None = None
    few_levels: Encode = "onehot"
    many_levels: Encode = "target"
    order: tuple[str, ...] | None = None
    datetime: Datetime = "expand"
    times_in_parts: bool = False
    parts: tuple[str, ...] | None = None
    ngrams: str | None = None
    min_df: float | None = None


GENERAL = Decisions(
    scale="standard",
    min_frequency=0.005,
    max_categories=50,
    text="tfidf",
    analyzer="word",
    max_features=20_000,
    times_in_parts=True,
)
PRESETS: dict[str, Decisions] = {
    "general": GENERAL,
    "linear": replace(GENERAL, outliers="clip", skew_limit=1.0, datetime="cyclic"),
    "tree": replace(
        GENERAL, impute_numeric="none", impute_categorical="none", missing_indicator=False, scale="none",
        few_levels="ordinal", max_categories=254, times_in_parts=False,
    ),
    "minimal": replace(
        GENERAL, missing_indicator=False, scale="none", parts=("days",), text="drop", times_in_parts=False,
    ),
}  # fmt: skip


def decide(params: PreprocessParams) -> Decisions:
    """The preset, with the options that are given over it."""
    return _overlaid(PRESETS[params.preset], params)


def decide_column(general: Decisions, recipe: ColumnRecipe, *, category: bool) -> Decisions:
    """The decisions for one column, with its recipe over them."""
    decided = _overlaid(general, recipe)
    if recipe.indicator is not None:
        decided = replace(decided, missing_indicator=recipe.indicator)
    if recipe.datetime is not None and recipe.parts is None:
        decided = replace(decided, parts=None)
    if recipe.impute is None:
        return decided
    option = "impute_categorical" if category else "impute_numeric"
    return replace(decided, **{option: recipe.impute})  # type: ignore[arg-type]  # checked by `check_recipe`


def _overlaid(decisions: Decisions, given: ColumnOptions) -> Decisions:
    known = {field.name for field in fields(Decisions)}
    said: dict[str, Any] = {
        field.name: value
        for field in fields(given)
        if field.name in known and (value := getattr(given, field.name)) is not None
    }
    if "scale" in said or "bins" in said:
        said["skew_limit"] = None
    if said.get("datetime") is not None:
        said.setdefault("parts", None)
    return replace(decisions, **said)
