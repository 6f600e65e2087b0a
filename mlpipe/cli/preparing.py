"""The options of preprocessing, given to a command as one dictionary of those that were typed.

What is not typed stays with the recipe, and then with the preset: no option has a default of its own here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_type_hints

import typer

from mlpipe.cli.signatures import option_parameter, replace_parameter
from mlpipe.params import PreprocessParams
from mlpipe.params.preparation import LEAST
from mlpipe.params.presets import PRESETS

if TYPE_CHECKING:
    from collections.abc import Callable

Given = Mapping[str, Any]
"""Options by the name of their parameter, without those that were not typed."""

RecipeOption = Annotated[
    Path | None, typer.Option("--recipe", metavar="TOML", help="A recipe; options go over its top, not its columns.")
]

_HELP = {
    "preset": "What is decided unless an option says otherwise.",
    "impute_numeric": "What replaces missing numbers.",
    "impute_categorical": "What replaces missing categories.",
    "fill_value": "The constant of `--impute-… constant`.",
    "missing_indicator": "A 0/1 feature that says what was missing.",
    "outliers": "Clip numbers beyond the fences, or drop their training rows.",
    "outlier_rule": "Fences: quartiles -/+ 3 times their distance, or the 1 % and 99 % quantiles.",
    "bins": "Cut numbers into so many quantile bins, one 0/1 feature each.",
    "scale": "How numbers are scaled.",
    "encode": "How categories become numbers. Default: by their levels.",
    "min_frequency": "Levels rarer than this share of rows are grouped, in [0, 1).",
    "max_categories": "Most levels that one-hot gives a column of their own.",
    "datetime": "Expand dates into parts, put the parts on circles, or drop dates.",
    "text": "How text becomes numbers: TF-IDF, counts, hashed counts; or drop it.",
    "analyzer": "What text is cut into; jieba (Chinese words) needs mlpipe[zh].",
    "ngrams": "Shortest and longest run of words or characters: 1,2.",
    "stop_words": "Common words that are left out.",
    "min_df": "Texts that must have a term: a share in (0, 1) or a number.",
    "max_df": "Texts that may have a term at most: a share in (0, 1] or a number.",
    "max_features": "Most terms of a column of text, the most frequent.",
    "polynomial": "Products of numbers up to this degree.",
    "interactions": "Of these, only products of different numbers.",
    "select": "Keep the best features only.",
    "select_k": "How many features to keep.",
    "reduce": "Replace all features by principal components, or by truncated SVD.",
    "components": "How many components to keep.",
    "resample": "Balance the classes of the training rows.",
    "resample_ratio": "Small classes over the largest, in (0, 1]. Default: 1.",
    "max_synthetic": "Most rows that resampling and augmenting may add.",
    "augment": "Add noisy copies of the training rows.",
    "augment_copies": "Noisy copies of each training row.",
    "augment_scale": "Noise, as a share of each feature's standard deviation.",
}
"""What each option says of itself, by the name of its parameter, in the order of the help."""

_LOWEST: dict[str, int] = {**LEAST, "min_df": 0, "max_df": 0}

MAIN = ("preset", "select", "select_k", "resample")
"""Those that `run` has too; a recipe has all."""


def with_preparation_options(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options `names` (all by default) in the place of its parameter `prepare`."""
    options = [option_parameter(name, _annotation(name)) for name in names or _HELP]

    def wrap(command: Callable[..., None]) -> Callable[..., None]:
        return replace_parameter(command, "prepare", options, _typed_ones)

    return wrap


def _typed_ones(given: dict[str, Any]) -> Given:
    return {name: value for name, value in given.items() if value is not None}


def _annotation(name: str) -> Any:
    kind = _kind(name)
    flag = f"--{name.replace('_', '-')}"
    names = f"{flag}/--no-{flag[2:]}" if kind is bool else flag
    option = typer.Option(names, help=_HELP[name], show_default=_default(name), min=_LOWEST.get(name))
    return Annotated[kind | None, option]


def _kind(name: str) -> Any:
    """The type of a parameter, without the `None` of one that need not be given."""
    hint = get_type_hints(PreprocessParams)[name]
    alternatives = get_args(hint)
    return alternatives[0] if type(None) in alternatives else hint


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
