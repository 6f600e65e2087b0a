"""The table of resamplers: every word of the option has a row, and every row builds its sampler."""

from typing import Any, get_args

import numpy as np
import pytest

from mlpipe.features.resampling.resamplers import RESAMPLERS
from mlpipe.params.choices import Resample


def test_the_words_of_the_option_are_the_rows_of_the_table():
    assert get_args(Resample) == ("none", *RESAMPLERS)


@pytest.mark.parametrize("name", RESAMPLERS)
def test_a_row_builds_its_sampler(name):
    spec = RESAMPLERS[name]
    extra: dict[str, Any] = {"categorical_features": [0]} if name == "smotenc" else {}
    sampler = spec.build(wanted=None if spec.kind == "clean" else {1: 9}, seed=3, **extra)
    given = sampler.get_params()
    assert type(sampler).__name__ == spec.target.split(":")[1]
    assert given.get("random_state", 3) == 3
    assert ("random_state" in given) == spec.seeded
    assert given["sampling_strategy"] == ({1: 9} if spec.kind != "clean" else spec.options["sampling_strategy"])


@pytest.mark.parametrize("name", [name for name, spec in RESAMPLERS.items() if spec.members > 1])
def test_members_are_as_many_as_the_sampler_needs(name):
    """One less, and imbalanced-learn itself refuses."""
    spec = RESAMPLERS[name]
    if name == "smotenc":
        pytest.skip("it needs a table of its own kind; SMOTE, which it is made of, is here")
    for members, is_enough in ((spec.members, True), (spec.members - 1, False)):
        codes = np.repeat([0, 1], [40, members])
        X = np.random.default_rng(0).normal(size=(len(codes), 3))
        sampler = spec.build(wanted={1: 20} if spec.kind == "over" else {0: members}, seed=0)
        if is_enough:
            sampler.fit_resample(X, codes)
        else:
            with pytest.raises((ValueError, RuntimeError)):
                sampler.fit_resample(X, codes)


def test_what_cleans_after_another_names_one_that_grows_classes():
    after = {spec.name: spec.first for spec in RESAMPLERS.values() if spec.first}
    assert after
    assert all(RESAMPLERS[first].kind == "over" for first in after.values())
    assert all(name.startswith(f"{first}-") for name, first in after.items())


def test_a_ratio_is_for_those_that_choose_how_many():
    assert {name for name, spec in RESAMPLERS.items() if not spec.takes_ratio} == {"tomek"}
