"""The options of `preprocess`, for all columns and for single ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn, Self

from mlpipe.errors import UsageError
from mlpipe.params.choices import (
    Analyzer,
    Augment,
    Datetime,
    Encode,
    ImputeCategorical,
    ImputeNumeric,
    OutlierRule,
    Outliers,
    Preset,
    Reduce,
    Resample,
    Scale,
    Select,
    StopWords,
    Text,
)
from mlpipe.words.numbers import format_exact
from mlpipe.words.parameters import param

LEAST = {
    "max_categories": 2, "bins": 2, "max_features": 1, "polynomial": 1, "select_k": 1, "components": 1,
    "max_synthetic": 1, "augment_copies": 1,
}  # fmt: skip
"""Lowest values of the options that count something."""


@dataclass(frozen=True, kw_only=True)
class ColumnOptions:
    """What may be asked for all columns, and in a recipe for single ones.

    `None` leaves a single column to what is asked for all, and all to the preset.

    Parameters
    ----------
    fill_value : str or float, optional
        What stands in for missing cells where `constant` does.
    outliers : str, optional
        Whether numbers beyond the fences are clipped to them, or drop their training rows.
    outlier_rule : str, optional
        Where the fences are: quantiles of the training rows, or beyond three times the interquartile range.
    bins : int, optional
        Quantile bins that numbers are cut into, one 0/1 feature each.
    scale : str, optional
        How numbers, date parts, target means and ordinal codes are scaled.
    encode : str, optional
        How the levels of a category become numbers.
    min_frequency : float, optional
        One-hot: levels below this share of the training rows are grouped, in [0, 1).
    max_categories : int, optional
        One-hot: most features that a column may become.
    datetime : str, optional
        Whether dates are taken apart, with the parts on circles or not, or dropped.
    text, analyzer, stop_words, max_features, optional
        How text becomes terms (see `features.transformers.terms`).
    ngrams : str, optional
        Shortest and longest run of words or characters, `1,2`.
    min_df, max_df : float, optional
        Texts that must, or may at most, have a term: a share below 1, else a count; `max_df=1` is all.
    """

    fill_value: str | float | None = None
    outliers: Outliers | None = None
    outlier_rule: OutlierRule | None = None
    bins: int | None = None
    scale: Scale | None = None
    encode: Encode | None = None
    min_frequency: float | None = None
    max_categories: int | None = None
    datetime: Datetime | None = None
    text: Text | None = None
    analyzer: Analyzer | None = None
    ngrams: str | None = None
    stop_words: StopWords | None = None
    min_df: float | None = None
    max_df: float | None = None
    max_features: int | None = None


@dataclass(frozen=True, kw_only=True)
class TableOptions:
    """What is asked for all features together, and for the rows; a plan holds it word for word.

    Parameters
    ----------
    polynomial : int
        Highest degree of products of numbers; 1 for none.
    interactions : bool
        Only products of different numbers, no powers.
    resample_ratio : float, optional
        Wanted size of the small classes over the largest, in (0, 1]; 1 by default.
    max_synthetic : int
        Most rows that resampling and augmenting may add.
    augment_copies : int
        Noisy copies of each training row.
    augment_scale : float
        Standard deviation of the noise, over that of the feature.
    """

    polynomial: int = 1
    interactions: bool = False
    select: Select = "none"
    select_k: int = 20
    reduce: Reduce = "none"
    components: int = 10
    resample: Resample = "none"
    resample_ratio: float | None = None
    max_synthetic: int = 1_000_000
    augment: Augment = "none"
    augment_copies: int = 1
    augment_scale: float = 0.1
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class ColumnRecipe(ColumnOptions):
    """What a recipe says of one column.

    Parameters
    ----------
    use : bool
        Whether the column is used at all.
    order : tuple of str, optional
        Levels of an ordinal category, lowest first.
    parts : tuple of str, optional
        Features made of a date.
    timezone : str, optional
        Where a date's parts are read off, such as `Europe/Paris`; UTC by default.
    """

    name: str
    use: bool = True
    impute: str | None = None
    indicator: bool | None = None
    order: tuple[str, ...] | None = None
    parts: tuple[str, ...] | None = None
    timezone: str | None = None

    def __post_init__(self) -> None:
        _check_numbers(self, self.name)


@dataclass(frozen=True, kw_only=True)
class PreprocessParams(TableOptions, ColumnOptions):
    """Options of `preprocess`.

    Parameters
    ----------
    columns : tuple of ColumnRecipe
        What a recipe says of single columns.
    """

    preset: Preset = "general"
    impute_numeric: ImputeNumeric | None = None
    impute_categorical: ImputeCategorical | None = None
    fill_value: str | None = None  # for numbers and categories alike, hence as it is written
    missing_indicator: bool | None = None
    columns: tuple[ColumnRecipe, ...] = ()

    def __post_init__(self) -> None:
        _check_numbers(self)
        if self.resample_ratio is not None and not 0 < self.resample_ratio <= 1:
            raise UsageError(
                f"{param('resample_ratio')} is {format_exact(self.resample_ratio)}.",
                remedy="Give the wanted size of the small classes over the largest, in (0, 1].",
            )
        if not 0 < self.augment_scale <= 100:
            raise UsageError(
                f"{param('augment_scale')} is {format_exact(self.augment_scale)}.",
                remedy="Give the noise as a share of each feature's standard deviation, such as 0.1.",
            )

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The options as a manifest holds them."""
        columns = tuple(ColumnRecipe(**_tupled(column)) for column in data.get("columns", ()))
        return cls(**{**_tupled(data), "columns": columns})


def _tupled(data: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}


def _check_numbers(given: ColumnOptions, column: str = "") -> None:
    """Check the numbers of one column, or of all."""

    def refuse(name: str, value: float, remedy: str) -> NoReturn:
        where = f"columns.{column}" if column else ""
        raise UsageError(f"{name if column else param(name)} is {format_exact(value)}.", where=where, remedy=remedy)

    for name, least in LEAST.items():
        value = getattr(given, name, None)
        if value is not None and value < least:
            refuse(name, value, f"Give at least {least}.")
    if given.min_frequency is not None and not 0 <= given.min_frequency < 1:
        refuse("min_frequency", given.min_frequency, "Give a share of the training rows in [0, 1).")
    for name in ("min_df", "max_df"):
        value = getattr(given, name)
        if value is not None and not (0 < value <= 1 or (value > 1 and value == value // 1)):
            refuse(name, value, "Give a share of the texts below 1, or a number.")
