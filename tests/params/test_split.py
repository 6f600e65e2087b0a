"""Sizes of parts: what may be asked, and what leaves a part without rows."""

import pytest

from mlpipe.errors import UsageError
from mlpipe.params import SplitParams


@pytest.mark.parametrize("sizes", [(0.001, 0.0), (0.999, 0.0), (0.2, 0.001), (0.5, 0.499), (0.2, 0.2)])
def test_shares_between_nothing_and_everything(sizes: tuple[float, float]) -> None:
    test, valid = sizes
    assert SplitParams(target="y", test_size=test, valid_size=valid).test_size == test


@pytest.mark.parametrize(
    "sizes",
    [(0.0, 0.0), (1.0, 0.0), (-0.1, 0.0), (float("nan"), 0.0), (0.2, -0.001), (0.2, 1.0), (0.5, 0.5), (0.9, 0.2)],
)
def test_a_part_without_rows_is_refused(sizes: tuple[float, float]) -> None:
    test, valid = sizes
    with pytest.raises(UsageError) as caught:
        SplitParams(target="y", test_size=test, valid_size=valid)
    assert caught.value.remedy
