"""Drawings as numbers: the bars and points are where the data are."""

import re

import numpy as np
import pytest

from mlpipe.metrics.describing.distributions import count_moments, count_numbers
from mlpipe.reports.drawings import Axis, draw_counts, draw_histogram, draw_points
from tests.optional import some


def test_bars_are_as_high_as_their_counts():
    drawing = draw_histogram(some(count_numbers(np.array([1.0, 2.0, 2.0, 2.0, 2.0, 4.0, 4.0]))))
    assert [(bar.x, bar.height, bar.y, bar.title) for bar in drawing.bars] == [
        (0.5, 25.0, 75.0, "1: 1"), (10.5, 100.0, 0.0, "2: 4"), (30.5, 50.0, 50.0, "4: 2"),
    ]  # fmt: skip
    assert (drawing.width, drawing.low, drawing.high, drawing.note) == (40, "1", "4", "")
    assert drawing.path == "M0.5 100V75h9V100zM10.5 100V0h9V100zM30.5 100V50h9V100z"
    assert drawing.label == "From 1 to 4; the highest bar, 2, holds 4 rows"


def test_steps_are_named_by_their_values():
    drawing = draw_histogram(some(count_numbers(np.array([10.0, 20.0, 80.0]))))
    assert [bar.title for bar in drawing.bars] == ["10: 1", "20: 1", "80: 1"]
    assert (drawing.low, drawing.high) == ("10", "80")


def test_what_lies_beyond_the_ends_is_told():
    values = np.sort([*np.random.default_rng(0).normal(size=500), 1e6, 1e7, -1e5])
    drawing = draw_histogram(some(count_numbers(values)))
    assert re.search(r"first bar holds 1 below -\d+, the last bar holds 2 above \d+", drawing.note)
    assert drawing.bars[0].title.startswith("up to")
    assert "on:" in drawing.bars[-1].title
    assert "powers of ten" in draw_histogram(some(count_numbers(np.geomspace(1e-3, 1e6, 300)))).note


def test_moments_are_named_by_their_unit():
    days = np.array(["2024-01-01", "2024-01-02", "2024-01-02"], dtype="datetime64[us]").astype(np.int64).astype(float)
    drawing = draw_histogram(some(count_moments(days)))
    assert [bar.title for bar in drawing.bars] == ["from 2024-01-01: 1", "from 2024-01-02: 2"]
    assert drawing.low == "2024-01-01"


def test_points_lie_where_the_numbers_are():
    axis = Axis(low=0.0, high=10.0, log=False)
    assert axis.place(np.array([0.0, 5.0, 10.0, 99.0, -1.0])).tolist() == [0.0, 0.5, 1.0, 1.0, 0.0]
    assert np.isnan(axis.place(np.array([np.nan]))).all()
    powers = Axis(low=1.0, high=100.0, log=True)
    assert powers.place(np.array([1.0, 10.0, 100.0])) == pytest.approx([0.0, 0.5, 1.0])
    x, y = np.array([0.0, 1.0, np.nan, 0.0]), np.array([0.0, 1.0, 0.5, 0.0])
    assert draw_points(x, y) == "M3 97h0M97 3h0"


def test_levels_are_as_long_as_their_counts():
    assert re.findall(r"h([\d.]+)", draw_counts([8, 4, 2])) == ["100", "50", "25"]
    assert draw_counts([]) == ""
