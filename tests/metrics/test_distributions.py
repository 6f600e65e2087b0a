"""Histograms against naive counts."""

import sys

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlpipe.metrics.describing.distributions import MOST_BARS, count_moments, count_numbers
from tests.optional import some


def naive(values, edges):
    """How many lie in [edge, next edge), those beyond the ends in the end bars, the last edge in the last bar."""
    counts = [0] * (len(edges) - 1)
    for value in values:
        place = sum(edge <= value for edge in edges) - 1
        counts[min(max(place, 0), len(counts) - 1)] += 1
    return counts


@pytest.mark.parametrize(
    "values",
    [
        np.random.default_rng(0).normal(size=200),
        np.random.default_rng(0).lognormal(0, 4, 200),
        np.random.default_rng(0).standard_cauchy(200),
        np.random.default_rng(0).integers(0, 5, 200).astype(float),
        np.random.default_rng(0).integers(0, 8, 200) * 10.0,
        np.random.default_rng(0).integers(-5000, 5000, 200).astype(float),
        np.full(9, 0.1),
    ],
    ids=["normal", "lognormal", "cauchy", "levels", "tens", "whole", "constant"],
)
def test_counts_are_those_of_a_naive_loop(values):
    found = some(count_numbers(np.sort(values)))
    assert found.counts.tolist() == naive(values.tolist(), found.edges.tolist())
    assert found.below == sum(value < found.edges[0] for value in values)
    assert found.above == sum(value > found.edges[-1] for value in values)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=60))
@example([0.0] * 15 + [sys.float_info.max])
def test_any_numbers_are_counted_once_in_few_bars(values):
    found = count_numbers(np.sort(np.array(values)))
    finite = [value for value in values if np.isfinite(value)]
    if not finite:
        assert found is None
        return
    assert found is not None
    assert found.counts.sum() == len(finite)
    assert len(found.counts) <= 2 * MOST_BARS + 2
    assert (np.diff(found.edges) > 0).all()


def test_whole_numbers_have_a_bar_each_even_in_steps():
    ages = some(count_numbers(np.array([1.0, 2.0, 2.0, 4.0])))
    assert (ages.one_each, ages.counts.tolist(), ages.edges.tolist()) == (True, [1, 2, 0, 1], [0.5, 1.5, 2.5, 3.5, 4.5])
    tens = some(count_numbers(np.array([10.0, 20.0, 20.0, 80.0])))
    assert tens.one_each
    assert tens.counts.tolist() == [1, 2, 0, 0, 0, 0, 0, 1]
    assert not some(count_numbers(np.array([1.0, 2.0, 2.5]))).one_each


def test_powers_and_long_tails_are_told():
    powers = some(count_numbers(np.sort(np.random.default_rng(0).lognormal(0, 4, 500))))
    assert powers.log
    inner = powers.edges[1:] / powers.edges[:-1]
    assert inner.min() > 1.9
    tail = some(count_numbers(np.sort(np.append(np.random.default_rng(0).normal(size=500), [1e6]))))
    assert (tail.log, tail.above) == (False, 1)
    assert tail.edges[-1] < 100


@pytest.mark.parametrize(
    ("first", "last", "unit"),
    [("2024-01-01", "2024-01-20", "D"), ("2022-03-05", "2024-01-20", "M"), ("1990-01-01", "2024-01-01", "Y"),
     ("2024-01-01T08:00:00", "2024-01-01T08:00:20", "s")],
)  # fmt: skip
def test_moments_are_counted_by_the_finest_unit_that_gives_few_bars(first, last, unit):
    ends = np.array([first, last], dtype="datetime64[us]").astype(np.int64)
    moments = np.sort(np.random.default_rng(0).integers(ends[0], ends[1], 300)).astype(float)
    moments[0], moments[-1] = ends
    found = some(count_moments(moments))
    assert found.unit == unit
    assert len(found.counts) <= MOST_BARS
    stamps = moments.astype(np.int64).astype("datetime64[us]").astype(f"datetime64[{unit}]")
    if unit != "Y":
        days, sizes = np.unique(stamps, return_counts=True)
        starts = found.edges[:-1].astype(np.int64).astype("datetime64[us]").astype(f"datetime64[{unit}]")
        assert dict(zip(days.tolist(), sizes.tolist(), strict=True)) == {
            day: n for day, n in zip(starts.tolist(), found.counts.tolist(), strict=True) if n
        }
    assert found.counts.sum() == 300
