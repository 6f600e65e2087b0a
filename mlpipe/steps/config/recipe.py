"""`recipe.toml`: how to preprocess, for all columns at the top and for single ones under `[columns.NAME]`."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

from mlpipe.params import ColumnRecipe, PreprocessParams
from mlpipe.steps.config.toml_file import of_type, parse_section, read_toml, unknown_key

_OF_A_COLUMN = [field.name for field in fields(ColumnRecipe) if field.name != "name"]


def read_recipe(path: Path, given: dict[str, Any]) -> PreprocessParams:
    """Read a recipe; options that are `given` go over its top, not over its columns.

    Raises
    ------
    UsageError
        For a file that is not there or is no TOML, an unknown key (with the nearest known one) and a value of the wrong
        type.
    """
    return _params(path, "", {**read_toml(path), **given})


def parse_preparation(path: Path, section: str, values: dict[str, Any], defaults: dict[str, Any]) -> PreprocessParams:
    """The section of a larger file: its keys go over the recipe that it may name, and this over `defaults`."""
    if "recipe" not in values:
        return _params(path, section, {**defaults, **values})
    recipe = Path(of_type(path, f"{section}.recipe", values["recipe"], str))
    over = {key: value for key, value in values.items() if key not in ("recipe", "columns")}
    read = read_toml(recipe)
    columns = {**read.get("columns", {}), **values.get("columns", {})}
    return _params(recipe, "", {**defaults, **read, **over, "columns": columns})


def _params(path: Path, section: str, values: dict[str, Any]) -> PreprocessParams:
    columns = of_type(path, "columns", values.get("columns", {}), dict)
    recipes = tuple(_column(path, name, of_type(path, f"columns.{name}", of, dict)) for name, of in columns.items())
    return parse_section(path, section, PreprocessParams, {**values, "columns": recipes})


def _column(path: Path, name: str, values: dict[str, Any]) -> ColumnRecipe:
    for key in values:
        if key not in _OF_A_COLUMN:
            raise unknown_key(path, f"columns.{name}.{key}", [f"columns.{name}.{known}" for known in _OF_A_COLUMN])
    return parse_section(path, f"columns.{name}", ColumnRecipe, {**values, "name": name})
