"""The figure of scaling: which columns, on which axes, and what its title says."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.patches import StepPatch

from mlpipe.plots.fonts import choose_look
from mlpipe.plots.preparation.scaling import draw_scaling
from mlpipe.plots.style import words_of, write_png
from tests.plots.layout import check_texts


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def standardised(table):
    spread = np.nanstd(table, axis=0)
    return (np.nan_to_num(table) - np.nanmean(table, axis=0)) / np.where(spread > 0, spread, 1)


def texts(figure, side):
    return [text.get_text() for text in figure.axes[side].texts]


def test_one_unit_for_all(rng):
    table = rng.normal(size=(300, 3)) * [1, 10, 1000]
    figure = draw_scaling(table, standardised(table), ["a", "b", "c"], ["standard"] * 3)
    check_texts(figure)
    title = words_of(figure).title
    assert title.startswith("Standard scaling keeps shapes: standard deviations of 0.9")
    assert title.endswith("become 1")
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["a", "b", "c"]
    one = draw_scaling(table[:, 2:], standardised(table[:, 2:]), ["c"], ["robust"])
    assert words_of(one).title.startswith("Robust scaling keeps the shape of 'c': standard deviation ")


def test_the_column_that_is_bent_most_is_named(rng):
    table = np.column_stack([rng.normal(size=500), rng.lognormal(size=500), rng.lognormal(0, 0.3, 500)])
    figure = draw_scaling(table, np.column_stack([table[:, 0], np.log(table[:, 1:])]), list("abc"), ["power"] * 3)
    assert words_of(figure).title.startswith("Power scaling reshapes 'b' most: skewness ")
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["a", "c", "b"]


def test_columns_of_all_kinds(rng):
    table = np.column_stack([
        np.full(400, 5.0), rng.standard_cauchy(400), rng.lognormal(0, 4, 400), rng.integers(0, 2, 400),
        np.where(rng.random(400) < 0.6, np.nan, rng.normal(size=400)), rng.normal(size=400) * 1e-9, np.zeros(400),
    ])  # fmt: skip
    after = standardised(table)
    table[:, 5] = np.nan
    names = ["constant", "tails", "powers", "flag", "gaps", "empty", "a very long name of a number column"]
    figure = draw_scaling(table, after, names, ["standard", "robust"] * 3 + ["standard"])
    check_texts(figure)
    assert {"5", "powers of ten", "no values", "0"} <= set(texts(figure, 0))
    assert any(text.startswith(">") for text in texts(figure, 0))
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert {"tails\nrobust", "powers\nstandard"} <= set(labels)
    assert words_of(figure).title.startswith("Scaling keeps shapes")
    assert "Missing cells are not counted before" in words_of(figure).caption


def test_bars_hold_every_row(rng):
    before = rng.integers(0, 3, 90).astype(float)
    figure = draw_scaling(before[:, None], before[:, None] / 2, ["x"], ["minmax"])
    for axes in figure.axes:
        (bars,) = axes.patches
        assert isinstance(bars, StepPatch)
        values, _, baseline = bars.get_data()
        heights = values - baseline
        counts = np.bincount(before.astype(int))
        assert heights[heights > 0] / heights.max() == pytest.approx(counts / counts.max())


def test_a_column_far_out_does_not_squeeze_the_others(rng):
    table = np.column_stack([rng.normal(size=(500, 4)), rng.standard_cauchy(500) * 100])
    figure = draw_scaling(table, table, list("abcde"), ["robust"] * 5)
    low, high = figure.axes[1].get_xlim()
    assert -30 < low < -3
    assert 3 < high < 30


def test_eight_of_many_columns(rng):
    table = rng.normal(size=(60, 11))
    figure = draw_scaling(table, 2 * table, [f"c{k}" for k in range(11)], ["standard"] * 11)
    check_texts(figure)
    assert len(figure.axes[0].get_yticks()) == 8
    assert "3 columns that change less are not shown" in words_of(figure).caption
    figure = draw_scaling(table[:, :9], 2 * table[:, :9], [f"c{k}" for k in range(9)], ["standard"] * 9)
    assert "1 column that changes less is not shown" in words_of(figure).caption


@pytest.mark.parametrize("n_rows", [0, 1])
def test_hardly_any_rows(n_rows):
    table = np.full((n_rows, 2), 3.0)
    figure = draw_scaling(table, table - 3, ["a", "b"], ["standard"] * 2)
    check_texts(figure)
    assert words_of(figure).title == "Standard scaling finds no column that varies"
    check_texts(draw_scaling(table[:, :0], table[:, :0], [], []))


def test_chinese_columns(rng):
    names = ["额外通话时长", "套餐金额"]
    look = choose_look(names)
    table = rng.normal(size=(50, 2)) * [1, 50]
    figure = draw_scaling(table, standardised(table), names, ["standard"] * 2, look)
    check_texts(figure)
    assert look.show(names[1], "column 2") in [label.get_text() for label in figure.axes[0].get_yticklabels()]
    write_png(figure)
