"""The options of each step: the only home of their defaults.

Light on purpose (standard library alone): the command line imports it to show defaults in `--help`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal, NoReturn

from mlpipe.choices import (
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
from mlpipe.errors import UsageError

Strategy = Literal["auto", "random", "stratified", "group", "time", "hash", "column"]
Duplicates = Literal["together", "drop", "ignore"]
LineEnd = Literal["lf", "crlf", "cr", "mixed"]
OnBadRow = Literal["error", "skip"]
OnBadValue = Literal["error", "null", "skip"]
DateOrder = Literal["day", "month"]
FailOn = Literal["warning", "error"]
Part = Literal["train", "valid", "test"]


def _check_share(name: str, value: float, *, lowest_included: bool = False) -> None:
    if (0 <= value < 1) if lowest_included else (0 < value < 1):
        return
    raise UsageError(f"{name} is {value:g}.", remedy=f"Give {name} a share of the rows between 0 and 1, such as 0.2.")


@dataclass(frozen=True, kw_only=True)
class ReadParams:
    """How to read a table; `None` means detect.

    Parameters
    ----------
    quote, escape, comment : str, optional
        One character, or `none`.
    skip_lines : int, optional
        Lines before the header.
    header : bool, optional
        By default there is one, and a first line that is plainly a row is refused.
    rejects : str, optional
        The CSV file for rows that `on_bad_row="skip"` leaves out.
    """

    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    line_end: LineEnd | None = None
    encoding: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    date_order: DateOrder | None = None
    na_values: tuple[str, ...] = ()
    header: bool | None = None
    skip_lines: int | None = None
    comment: str | None = None
    rename_duplicates: bool = False
    on_bad_row: OnBadRow = "error"
    rejects: str | None = None
    max_bytes: int = 20_000_000_000

    def __post_init__(self) -> None:
        if self.rejects is not None and self.on_bad_row != "skip":
            raise UsageError(
                "--rejects is for rows that are left out.", remedy="Add --on-bad-row skip, or leave --rejects away."
            )
        if self.skip_lines is not None and self.skip_lines < 0:
            raise UsageError(f"--skip-lines is {self.skip_lines}.", remedy="Give the number of lines, 0 or more.")


@dataclass(frozen=True, kw_only=True)
class RoleParams:
    """Column roles given by hand; they override what is inferred."""

    ids: tuple[str, ...] = ()
    group: str | None = None
    time: str | None = None
    weight: str | None = None
    drop: tuple[str, ...] = ()
    numeric: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    datetime: tuple[str, ...] = ()
    columns_file: str | None = None


@dataclass(frozen=True, kw_only=True)
class InspectParams:
    """Options of `inspect`; `against` is another table, or the folder of a profile."""

    target: str | None = None
    against: str | None = None
    fail_on: FailOn | None = None
    ignore: tuple[str, ...] = ()
    read: ReadParams = field(default_factory=ReadParams)


@dataclass(frozen=True, kw_only=True)
class SplitParams:
    """Options of `split`; sizes are shares of the labelled rows in (0, 1).

    Without `target`, the columns file names it.
    """

    target: str = ""
    task: str = "auto"
    test_size: float = 0.2
    valid_size: float = 0.0
    strategy: Strategy = "auto"
    split_column: str | None = None
    test_data: str | None = None
    duplicates: Duplicates = "together"
    roles: RoleParams = field(default_factory=RoleParams)
    read: ReadParams = field(default_factory=ReadParams)
    seed: int = 0

    def __post_init__(self) -> None:
        _check_share("--test-size", self.test_size)
        _check_share("--valid-size", self.valid_size, lowest_included=True)
        if self.test_size + self.valid_size >= 1:
            raise UsageError(
                f"--test-size {self.test_size:g} and --valid-size {self.valid_size:g} leave no training rows.",
                remedy="Make their sum smaller than 1.",
            )


_LEAST = {
    "max_categories": 2, "bins": 2, "max_features": 1, "polynomial": 1, "select_k": 1, "components": 1,
    "max_synthetic": 1, "augment_copies": 1,
}  # fmt: skip
"""Lowest values of the options that count something."""


def _check_numbers(given: ColumnRecipe | PreprocessParams, column: str) -> None:
    """Check the numbers that a column and all columns have in common; `column` is empty for all."""

    def refuse(name: str, value: float, remedy: str) -> NoReturn:
        what = f"{name} is {value:g}." if column else f"--{name.replace('_', '-')} is {value:g}."
        raise UsageError(what, where=f"columns.{column}" if column else "", remedy=remedy)

    for name, least in _LEAST.items():
        value = getattr(given, name, None)
        if value is not None and value < least:
            refuse(name, value, f"Give at least {least}.")
    if given.min_frequency is not None and not 0 <= given.min_frequency < 1:
        refuse("min_frequency", given.min_frequency, "Give a share of the training rows in [0, 1).")
    for name in ("min_df", "max_df"):
        value = getattr(given, name)
        if value is not None and not (0 < value <= 1 or (value > 1 and value == value // 1)):
            refuse(name, value, "Give a share of the texts below 1, or a number.")


@dataclass(frozen=True, kw_only=True)
class ColumnRecipe:
    """What a recipe says of one column; `None` leaves it to the preset and the options.

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
    fill_value: str | float | None = None
    indicator: bool | None = None
    outliers: Outliers | None = None
    outlier_rule: OutlierRule | None = None
    bins: int | None = None
    scale: Scale | None = None
    encode: Encode | None = None
    order: tuple[str, ...] | None = None
    min_frequency: float | None = None
    max_categories: int | None = None
    datetime: Datetime | None = None
    parts: tuple[str, ...] | None = None
    timezone: str | None = None
    text: Text | None = None
    analyzer: Analyzer | None = None
    ngrams: str | None = None
    stop_words: StopWords | None = None
    min_df: float | None = None
    max_df: float | None = None
    max_features: int | None = None

    def __post_init__(self) -> None:
        _check_numbers(self, self.name)


@dataclass(frozen=True, kw_only=True)
class PreprocessParams:
    """Options of `preprocess`; `None` means that the preset decides.

    Parameters
    ----------
    ngrams : str, optional
        Shortest and longest run of words or characters, `1,2`.
    min_df, max_df : float, optional
        Texts that must, or may at most, have a term: a share below 1, else a count; `max_df=1` is all.
    bins : int, optional
        Quantile bins that numbers are cut into, one 0/1 feature each.
    polynomial : int
        Highest degree of products of numbers; 1 for none.
    interactions : bool
        Only products of different numbers, no powers.
    max_synthetic : int
        Most rows that resampling and augmenting may add.
    augment_copies : int
        Noisy copies of each training row.
    augment_scale : float
        Standard deviation of the noise, over that of the feature.
    columns : tuple of ColumnRecipe
        What a recipe says of single columns.
    """

    preset: Preset = "general"
    impute_numeric: ImputeNumeric | None = None
    impute_categorical: ImputeCategorical | None = None
    fill_value: str | None = None
    missing_indicator: bool | None = None
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
    columns: tuple[ColumnRecipe, ...] = ()

    def __post_init__(self) -> None:
        _check_numbers(self, "")
        if self.resample_ratio is not None and not 0 < self.resample_ratio <= 1:
            raise UsageError(
                f"--resample-ratio is {self.resample_ratio:g}.",
                remedy="Give the wanted size of the small classes over the largest, in (0, 1].",
            )
        if not 0 < self.augment_scale < math.inf:
            raise UsageError(
                f"--augment-scale is {self.augment_scale:g}.",
                remedy="Give the noise as a share of each feature's standard deviation, such as 0.1.",
            )


@dataclass(frozen=True, kw_only=True)
class TrainParams:
    """Options of `train`."""

    model: str = "auto"
    params: tuple[tuple[str, str], ...] = ()
    class_weight: Literal["none", "balanced"] = "none"
    cv: int | None = None
    metric: str | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.cv is not None and self.cv < 2:
            raise UsageError(f"--cv is {self.cv}.", remedy="Give at least 2 folds, such as 5.")


@dataclass(frozen=True, kw_only=True)
class EvaluateParams:
    """Options of `evaluate`; `ci` is the coverage of the bootstrap intervals in (0, 1)."""

    part: Part = "test"
    metrics: tuple[str, ...] = ()
    ci: float = 0.95
    threshold: float | None = None
    fail_under: tuple[str, ...] = ()
    fail_over: tuple[str, ...] = ()
    read: ReadParams = field(default_factory=ReadParams)
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.ci < 1:
            raise UsageError(f"--ci is {self.ci:g}.", remedy="Give a coverage between 0 and 1, such as 0.95.")


@dataclass(frozen=True, kw_only=True)
class PredictParams:
    """Options of `predict`; `max_unseen` is the highest share of rows with an unseen category that passes."""

    proba: bool = False
    threshold: float | None = None
    keep: tuple[str, ...] = ()
    batch_rows: int | None = None
    on_bad_value: OnBadValue = "error"
    max_unseen: float | None = None
    max_bytes: int = 20_000_000_000

    def __post_init__(self) -> None:
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise UsageError(f"--threshold is {self.threshold:g}.", remedy="Give a probability between 0 and 1.")
        if self.batch_rows is not None and self.batch_rows < 1:
            raise UsageError(f"--batch-rows is {self.batch_rows}.", remedy="Give at least 1.")


@dataclass(frozen=True, kw_only=True)
class PredictFiles:
    """Where `predict` writes; `-` is standard output, `None` nowhere."""

    out: str = "-"
    rejects: str | None = None
    contract: str | None = None

    def __post_init__(self) -> None:
        if self.out == "-" and self.contract == "-":
            raise UsageError("Predictions and --contract both go to stdout.", remedy="Give -o FILE or --contract FILE.")
        files = [name for name in (self.out, self.rejects, self.contract) if name not in (None, "-")]
        if len(set(files)) < len(files):
            raise UsageError(
                "Two of -o, --rejects and --contract name the same file.", remedy="Give each a file of its own."
            )
