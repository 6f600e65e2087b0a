"""The options of preprocessing, given to a command as one dictionary of those that were typed.

What is not typed stays with the recipe, and then with the preset: no option has a default of its own here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlpipe.cli.signatures import option_parameter, replace_parameter
from mlpipe.params import PreprocessParams
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
from mlpipe.params.presets import PRESETS

if TYPE_CHECKING:
    from collections.abc import Callable

Given = Mapping[str, Any]
"""Options by the name of their parameter, without those that were not typed."""

RecipeOption = Annotated[
    Path | None, typer.Option("--recipe", metavar="TOML", help="A recipe; options go over its top, not its columns.")
]

_OPTIONS: dict[str, tuple[Any, str, dict[str, Any]]] = {
    "preset": (Preset, "What is decided unless an option says otherwise.", {}),
    "impute_numeric": (ImputeNumeric, "What replaces missing numbers.", {}),
    "impute_categorical": (ImputeCategorical, "What replaces missing categories.", {}),
    "fill_value": (str, "The constant of `--impute-… constant`.", {}),
    "missing_indicator": (bool, "A 0/1 feature that says what was missing.", {}),
    "outliers": (Outliers, "Clip numbers beyond the fences, or drop their training rows.", {}),
    "outlier_rule": (
        OutlierRule,
        "Fences: quartiles -/+ 3 times their distance, or the 1 % and 99 % quantiles.",
        {},
    ),
    "bins": (int, "Cut numbers into so many quantile bins, one 0/1 feature each.", {"min": 2}),
    "scale": (Scale, "How numbers are scaled.", {}),
    "encode": (Encode, "How categories become numbers. Default: by their levels.", {}),
    "min_frequency": (float, "Levels rarer than this share of rows are grouped, in [0, 1).", {}),
    "max_categories": (int, "Most levels that one-hot gives a column of their own.", {"min": 2}),
    "datetime": (Datetime, "Expand dates into parts, put the parts on circles, or drop dates.", {}),
    "text": (Text, "How text becomes numbers: TF-IDF, counts, hashed counts; or drop it.", {}),
    "analyzer": (Analyzer, "What text is cut into; jieba (Chinese words) needs mlpipe[zh].", {}),
    "ngrams": (str, "Shortest and longest run of words or characters: 1,2.", {}),
    "stop_words": (StopWords, "Common words that are left out.", {}),
    "min_df": (float, "Texts that must have a term: a share in (0, 1) or a number.", {"min": 0}),
    "max_df": (float, "Texts that may have a term at most: a share in (0, 1] or a number.", {"min": 0}),
    "max_features": (int, "Most terms of a column of text, the most frequent.", {"min": 1}),
    "polynomial": (int, "Products of numbers up to this degree.", {"min": 1}),
    "interactions": (bool, "Of these, only products of different numbers.", {}),
    "select": (Select, "Keep the best features only.", {}),
    "select_k": (int, "How many features to keep.", {"min": 1}),
    "reduce": (Reduce, "Replace all features by principal components, or by truncated SVD.", {}),
    "components": (int, "How many components to keep.", {"min": 1}),
    "resample": (Resample, "Balance the classes of the training rows.", {}),
    "resample_ratio": (float, "Small classes over the largest, in (0, 1]. Default: 1.", {}),
    "max_synthetic": (int, "Most rows that resampling and augmenting may add.", {"min": 1}),
    "augment": (Augment, "Add noisy copies of the training rows.", {}),
    "augment_copies": (int, "Noisy copies of each training row.", {"min": 1}),
    "augment_scale": (float, "Noise, as a share of each feature's standard deviation.", {}),
}
"""Type, help and range of each option, by the name of its parameter."""

MAIN = ("preset", "select", "select_k", "resample")
"""Those that `run` has too; a recipe has all."""


def with_preparation_options(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options `names` (all by default) in the place of its parameter `prepare`."""
    options = [option_parameter(name, _annotation(name)) for name in names or _OPTIONS]

    def wrap(command: Callable[..., None]) -> Callable[..., None]:
        return replace_parameter(command, "prepare", options, _typed_ones)

    return wrap


def _typed_ones(given: dict[str, Any]) -> Given:
    return {name: value for name, value in given.items() if value is not None}


def _annotation(name: str) -> Any:
    kind, words, limits = _OPTIONS[name]
    flag = f"--{name.replace('_', '-')}"
    names = f"{flag}/--no-{flag[2:]}" if kind is bool else flag
    return Annotated[kind | None, typer.Option(names, help=words, show_default=_default(name), **limits)]


def _default(name: str) -> str | bool:
    """What holds where neither an option nor a recipe says otherwise, for `--help`; `False` shows nothing."""
    default = {field.name: field.default for field in fields(PreprocessParams)}[name]
    general = getattr(PRESETS["general"], name, None)
    if default is None and general is not None:
        return f"general: {'yes' if general is True else general}"
    return False if default in (None, False) else str(default)


def preparation(recipe: Path | None, given: Given, *, seed: int | None) -> PreprocessParams:
    """What was asked for: the recipe, if there is one, with the options that were typed over it."""
    over = given if seed is None else {**given, "seed": seed}
    if recipe is None:
        return PreprocessParams(**over)
    from mlpipe.steps.config.recipe import read_recipe

    return read_recipe(recipe, dict(over))
