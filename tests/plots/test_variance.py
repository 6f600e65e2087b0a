"""The figure of explained variance: what it says of few, many and empty components."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.patches import StepPatch

from mlpipe.plots.preparation.variance import draw_explained_variance
from mlpipe.plots.style import words_of
from tests.plots.layout import bars_of, check_texts

TEN = np.array([0.28, 0.13, 0.11, 0.09, 0.08, 0.08, 0.06, 0.06, 0.05, 0.03])


@pytest.mark.parametrize(
    ("ratios", "title"),
    [
        (TEN, "The first 9 components keep 94 % of the variance, all 10 keep 97 %"),
        (TEN[:8], "The first 8 components keep 89 % of the variance"),
        ([0.95, 0.03], "The first component keeps 95 % of the variance, all 2 keep 98 %"),
        ([0.6, 0.3], "The first 2 components keep 90 % of the variance"),
        ([1.0], "The one component keeps 100 % of the variance"),
        ([np.nan, np.nan], "The components hold no variance"),
        ([], "The components hold no variance"),
        (np.full(250, 0.004), "The first 225 components keep 90 % of the variance, all 250 keep 100 %"),
        (np.full(21, 0.01), "The first 21 components keep 21 % of the variance"),
    ],
)
def test_title_and_layout(ratios, title):
    figure = draw_explained_variance(np.array(ratios), "pca")
    assert words_of(figure).title == title
    check_texts(figure)


def test_bars_line_and_reference():
    figure = draw_explained_variance(TEN, "svd")
    (axes,) = figure.axes
    assert [bar.get_height() for bar in bars_of(axes)] == TEN.tolist()
    together, reference = axes.lines
    assert together.get_ydata() == pytest.approx(np.cumsum(TEN))
    assert set(np.asarray(reference.get_ydata()).tolist()) == {0.9}
    assert [text.get_text() for text in axes.texts] == [
        "28 %", "13 %", "11 %", "9.0 %", "8.0 %", "8.0 %", "6.0 %", "6.0 %", "5.0 %", "3.0 %", "together\n97 %",
    ]  # fmt: skip
    assert words_of(figure).caption.startswith("Truncated singular value decomposition")
    assert words_of(draw_explained_variance(TEN, "pca")).caption.startswith("Principal component analysis")


def test_shares_too_near_to_the_line_are_not_written():
    flat = draw_explained_variance(np.full(8, 0.05), "pca")
    assert len(flat.axes[0].texts) == 1
    check_texts(flat)


def test_many_components_become_a_band():
    (axes,) = draw_explained_variance(np.full(100, 0.003), "svd").axes
    (band,) = axes.patches
    assert isinstance(band, StepPatch)
    values, _, _ = band.get_data()
    assert values == pytest.approx(np.full(100, 0.003))
