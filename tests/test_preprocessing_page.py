"""The page on preprocessing leaves no option, preset or key of a recipe out."""

import re
from dataclasses import fields
from typing import get_args

import pytest

from mlpipe.features.plan.plan import DATE_PARTS
from mlpipe.features.plan.recipe_rules import FITTING
from mlpipe.params import PreprocessParams
from mlpipe.params.choices import Preset, Resample
from tests.pages import sections_of

SECTIONS = sections_of("mlpipe/guide/preprocessing.md")


def first_cells(section):
    """The words in code letters of the first column of a section's table."""
    rows = [line.split(" | ")[0] for line in SECTIONS[section].splitlines() if line.startswith("| ")]
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row)}


def test_every_option_is_in_the_table_and_nothing_else():
    options = {f"--{field.name.replace('_', '-')}" for field in fields(PreprocessParams)} - {"--columns"}
    told = {word.split()[0] for word in first_cells("Options")} - {"--no-…"}
    assert told == options | {"--recipe", "--show-plan"}


def test_every_preset_and_method_of_resampling_is_told():
    header = SECTIONS["Presets"].strip().splitlines()[0]
    assert set(re.findall(r"`([^`]+)`", header)) == set(get_args(Preset))
    assert first_cells("Classes of different size") == set(get_args(Resample)) - {"none"}


@pytest.mark.parametrize("treatment", FITTING)
def test_keys_of_a_recipe_are_those_that_fit(treatment):
    line = next(line for line in SECTIONS["A recipe"].splitlines() if line.startswith(f"| {treatment}"))
    assert re.findall(r"\w+", line.split("`")[1]) == list(FITTING[treatment])


def test_every_part_of_a_date_is_told():
    assert set(DATE_PARTS) <= set(re.findall(r"\w+", SECTIONS["A recipe"]))
