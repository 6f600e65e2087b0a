"""Which numbers the options of a preparation take: each limit on both sides."""

import math
from typing import Any

import pytest

from mlpipe.errors import UsageError
from mlpipe.params import ColumnRecipe, PreprocessParams
from mlpipe.params.presets import PRESETS
from mlpipe.words.parameters import as_options

LEAST = {
    "max_categories": 2, "bins": 2, "max_features": 1, "polynomial": 1, "select_k": 1, "components": 1,
    "max_synthetic": 1, "augment_copies": 1,
}  # fmt: skip
BELOW_ONE, ABOVE_ONE = math.nextafter(1, 0), math.nextafter(1, 2)
TAKEN: list[tuple[str, Any]] = [
    *LEAST.items(),
    ("min_frequency", 0), ("min_frequency", BELOW_ONE),
    ("min_df", 1e-9), ("min_df", 1), ("min_df", 2), ("max_df", 0.5), ("max_df", 1.0), ("max_df", 7),
    ("resample_ratio", 1e-9), ("resample_ratio", 1),
    ("augment_scale", 1e-9), ("augment_scale", 100),
]  # fmt: skip
REFUSED: list[tuple[str, Any]] = [
    *((name, least - 1) for name, least in LEAST.items()),
    ("min_frequency", -1e-9), ("min_frequency", 1),
    ("min_df", 0), ("min_df", -0.5), ("min_df", ABOVE_ONE), ("min_df", 1.5), ("max_df", 0), ("max_df", 2.5),
    ("resample_ratio", 0), ("resample_ratio", ABOVE_ONE),
    ("augment_scale", 0), ("augment_scale", 100.1), ("augment_scale", math.nan),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), TAKEN)
def test_numbers_at_the_edge_are_taken(name, value):
    given: dict[str, Any] = {name: value}
    assert getattr(PreprocessParams(**given), name) == value
    if name in ColumnRecipe.__dataclass_fields__:
        assert getattr(ColumnRecipe(name="age", **given), name) == value


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_numbers_beyond_the_edge_are_refused(name, value):
    given: dict[str, Any] = {name: value}
    with pytest.raises(UsageError, match=f"`{name}` is ") as caught:
        PreprocessParams(**given)
    assert as_options(caught.value.what) == f"--{name.replace('_', '-')} is {value:g}."
    if name in ColumnRecipe.__dataclass_fields__:
        with pytest.raises(UsageError, match=f"^{name} is ") as caught:
            ColumnRecipe(name="age", **given)
        assert caught.value.where == "columns.age"


def test_limits_of_the_presets():
    told = {name: (d.min_frequency, d.max_categories, d.max_features, d.skew_limit) for name, d in PRESETS.items()}
    assert told == {
        "general": (0.005, 50, 20_000, None),
        "linear": (0.005, 50, 20_000, 1.0),
        "tree": (0.005, 254, 20_000, None),
        "minimal": (0.005, 50, 20_000, None),
    }
