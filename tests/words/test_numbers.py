"""Numbers and shares for people."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpipe.words.numbers import (
    UNDEFINED,
    decimals_for,
    format_exact,
    format_interval,
    format_number,
    format_share,
    half_width,
)
from tests.optional import some

VALUES = st.floats(min_value=-1e15, max_value=1e15, allow_nan=False, allow_subnormal=False)
SPREADS = st.floats(min_value=1e-11, max_value=1e9)


def read(written):
    return float(written.replace(",", ""))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"), (-0.0, "0"), (1.0, "1"), (0.9, "0.9"), (0.9996, "1"), (0.12345, "0.123"), (-2828.4, "-2828"),
        (2024.0, "2024"), (9999.4, "9999"), (9999.6, "10,000"), (48213.4, "48,213"), (1e12, "1e+12"),
        (9.996e11, "1e+12"),
        (9.994e11, "999,400,000,000"), (1.23456e12, "1.23e+12"), (0.00001, "0.00001"), (1.78e-5, "0.0000178"),
        (9.9996e-6, "0.00001"), (9.99e-6, "9.99e-06"), (math.inf, "inf"), (None, UNDEFINED),
    ],
)  # fmt: skip
def test_three_digits_without_a_spread(value, written):
    assert format_number(value) == written
    for nothing in (0.0, math.nan, math.inf, -1.0, 1e-13):
        assert format_number(value, nothing) == written


def test_values_of_one_range_are_grouped_alike():
    assert format_interval(4314.0, 3000.0, 12345.0) == "4,314 [3,000, 12,345]"
    assert [format_number(value, digits=4) for value in (4314.0, -2828.3, 12345.6)] == ["4314", "-2828", "12,346"]


@pytest.mark.parametrize(
    ("value", "low", "high", "written"),
    [
        (0.97368, 0.93910, 1.0, "0.974 [0.939, 1.000]"),
        (1.0, 1.0, 1.0, "1 [1, 1]"),
        (0.000018, 0.0000171, 0.0000189, "0.0000180 [0.0000171, 0.0000189]"),
        (3.1e-8, 2.9e-8, 3.3e-8, "3.10e-08 [2.90e-08, 3.30e-08]"),
        (0.9999999, 0.99999985, 0.99999995, "1.0000"),
        (51234.56, 50000.0, 52000.0, "51,235 [50,000, 52,000]"),
        (0.001, -0.05, 0.06, "0.001 [-0.05, 0.06]"),
        (0.0, -0.05, 0.06, "0.00 [-0.05, 0.06]"),
        (0.5, None, None, "0.5"),
        (None, None, None, UNDEFINED),
    ],
)
def test_digits_follow_the_interval(value, low, high, written):
    assert format_interval(value, low, high) == written


def test_what_stands_beside_an_interval_has_its_digits():
    assert format_number(0.63158, half_width(0.93910, 1.0)) == "0.632"
    assert format_number(-0.000019, half_width(0.97, 0.99)) == "-0.00002"
    assert half_width(None, 1.0) is None
    assert half_width(0.0, None) is None


@pytest.mark.parametrize(("spread", "decimals"), [(0.354, 2), (0.356, 1), (0.1, 2), (9.9, 0), (1.0, 1), (1500.0, 0)])
def test_two_digits_of_a_small_spread_and_one_of_a_large_one(spread, decimals):
    assert decimals_for(spread) == decimals


@given(VALUES, st.none() | SPREADS)
def test_nothing_but_zero_is_said_as_zero(value, spread):
    written = format_number(value, spread)
    assert (read(written) == 0) == (value == 0)
    assert (read(written) < 0) == (value < 0)


@given(VALUES, SPREADS)
def test_a_number_is_as_near_as_its_spread_asks(value, spread):
    assert read(format_number(value, spread)) == pytest.approx(value, rel=1e-12, abs=spread)


@given(VALUES)
def test_a_number_without_spread_is_right_to_three_digits(value):
    assert read(format_number(value)) == pytest.approx(value, rel=0.0051)


@given(st.floats(0, 1e6), st.floats(1e-6, 1e3))
def test_both_ends_of_an_interval_have_as_many_decimals(low, width):
    written = format_interval(low, low, low + width)
    ends = written.partition(" [")[2].rstrip("]").split(", ") if "[" in written else [written]
    decimals = decimals_for(max(some(half_width(low, low + width)), 4e-4 * low))  # five digits are enough
    shown = [len(end.partition(".")[2]) for end in ends if "e" not in end and read(end) >= 10**-decimals]
    assert set(shown) <= {decimals}


@given(st.integers(-(10**9), 10**9).map(lambda n: n / 1000))
def test_what_was_given_is_said_whole(value):
    assert read(format_exact(value)) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0.0, "0 %"), (1e-9, "< 0.1 %"), (0.000999, "< 0.1 %"), (0.001, "0.1 %"), (0.0123, "1.2 %"), (0.0994, "9.9 %"),
        (0.0996, "10 %"), (0.634, "63 %"), (0.99, "99 %"), (0.991, "99.1 %"), (0.995, "99.5 %"), (0.999, "99.9 %"),
        (0.99901, "> 99.9 %"), (1 - 1e-12, "> 99.9 %"), (1.0, "100 %"), (-0.5, "-50 %"), (1.25, "125 %"),
    ],
)  # fmt: skip
def test_shares(share, written):
    assert format_share(share) == written


def test_shares_that_stand_beside_each_other_are_told_apart():
    assert (format_share(0.198, beside=0.2), format_share(0.2, beside=0.198)) == ("19.8 %", "20.0 %")
    assert format_share(0.2, beside=0.2) == "20 %"
    assert format_share(0.2, beside=0.9) == "20 %"


@given(st.floats(0, 1))
def test_no_share_is_said_as_nothing_or_all_but_these(share):
    assert (format_share(share) == "0 %") == (share == 0)
    assert (format_share(share) == "100 %") == (share == 1)
