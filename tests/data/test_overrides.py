"""A later table that is written otherwise is read as a person says."""

import pytest

from mlpipe.data.overrides import Overrides, check_overrides, in_order
from mlpipe.errors import UsageError


@pytest.mark.parametrize(
    ("form", "order", "found"),
    [
        ("%d/%m/%Y", "month", "%m/%d/%Y"),
        ("%m/%d/%Y", "day", "%d/%m/%Y"),
        ("%d.%m.%y", "year", "%y.%m.%d"),
        ("%d/%m/%Y", "day", "%d/%m/%Y"),
        ("iso", "day", "iso"),
        ("%m/%Y", "day", "%m/%Y"),
        ("%d %b %Y", "month", "%d %b %Y"),
        (None, "day", None),
    ],
)
def test_dates_in_another_order(form, order, found):
    assert in_order(form, order) == found


def test_a_mark_is_one_character_and_not_the_decimal_mark():
    with pytest.raises(UsageError, match="not one character"):
        Overrides(thousands="..")
    with pytest.raises(UsageError, match="decimal mark"):
        check_overrides(Overrides(thousands="."), ".")
    check_overrides(Overrides(thousands="."), ",")
    check_overrides(Overrides(), ".")
