"""Figures of resampling: titles true whichever way the classes go, every class and every point in its place."""

from __future__ import annotations

import numpy as np
import pytest

from mlpipe.metrics.describing.drawn_rows import choose_rows
from mlpipe.plots.fonts import choose_look
from mlpipe.plots.preparation.components import DrawnRows, draw_resampled
from mlpipe.plots.preparation.resampling import draw_class_counts
from mlpipe.plots.style import words_of, write_png
from tests.plots.layout import bars_of, check_texts

LONG = "category number {} of a family of very long names"


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        ((90, 10), (90, 90), "'b' grows from 10 % to 50 % of the training rows"),
        ((90, 10), (10, 10), "Resampling takes away 80 of 100 training rows, all of 'a'"),
        ((90, 10), (80, 85), "'b' grows from 10 % to 52 % of the training rows; 10 rows of others go"),
        ((90, 10), (90, 10), "Resampling leaves every class as it is"),
        ((90, 40, 10), (90, 90, 90), "All 3 classes now have 90 rows"),
        ((90, 40, 10), (30, 20, 10), "Resampling takes away 80 of 140 training rows, 60 of 'a'"),
        ((90, 10), (90, 0), "Resampling takes away 10 of 100 training rows, all of 'b'"),
        ((1, 1), (1, 1), "Resampling leaves every class as it is"),
    ],
)
def test_title_of_class_counts(before, after, title):
    figure = draw_class_counts(dict(zip("abc", before, strict=False)), dict(zip("abc", after, strict=False)))
    assert words_of(figure).title == title
    check_texts(figure)


def test_bars_of_class_counts():
    figure = draw_class_counts({"a": 90, "b": 10}, {"a": 60, "b": 30})
    spans = [(bar.get_x(), bar.get_width()) for bar in bars_of(figure.axes[0])]
    assert spans == [(0, 10), (10, 20), (0, 60), (60, 30)]
    assert "outlines: added, pale: taken away" in words_of(figure).caption
    grown = words_of(draw_class_counts({"a": 9, "b": 1}, {"a": 9, "b": 9})).caption
    assert "outlines" in grown
    assert "pale" not in grown


def test_a_class_that_lost_all_rows_is_shown():
    figure = draw_class_counts({"a": 5, "b": 2}, {"a": 5})
    assert "2 → 0" in [text.get_text() for text in figure.axes[0].texts]


@pytest.mark.parametrize("n_classes", [12, 30])
def test_many_classes_with_long_names(n_classes):
    before = {LONG.format(k): 3000 - k for k in range(n_classes)}
    figure = draw_class_counts(before, dict.fromkeys(before, 3000))
    check_texts(figure)
    assert len(figure.axes[0].get_yticks()) == min(n_classes, 20)
    assert ("10 smaller classes (29,755 → 30,000 rows)" in words_of(figure).caption) == (n_classes == 30)


def resampled(kept, made, seed=0):
    rng = np.random.default_rng(seed)
    groups = [(code, flag) for flag, sizes in enumerate((kept, made)) for code, n in enumerate(sizes) for _ in range(n)]
    codes, synthetic = np.array(groups, dtype=np.int64).reshape(-1, 2).T
    return DrawnRows(
        points=rng.normal(size=(len(codes), 2)) + codes[:, None],
        codes=codes,
        synthetic=synthetic.astype(bool),
        kept=kept,
        made=made,
        shares=(0.412, 0.21),
    )


@pytest.mark.parametrize(
    ("kept", "made", "title"),
    [
        ((90, 10), (0, 80), "80 of 180 training rows are synthetic, all of 'b'"),
        ((90, 40, 10), (0, 50, 70), "120 of 260 training rows are synthetic, 70 of 'c'"),
        ((90, 10), (0, 0), "None of the 100 training rows is synthetic"),
        ((1, 0), (0, 0), "None of the 1 training rows is synthetic"),
        ((0, 0), (0, 0), "None of the 0 training rows is synthetic"),
    ],
)
def test_title_of_the_resampled_set(kept, made, title):
    figure = draw_resampled(resampled(kept, made), tuple("abc"[: len(kept)]))
    assert words_of(figure).title == title
    assert "41 % and 21 % of the variance" in words_of(figure).caption
    check_texts(figure)


def test_each_class_that_grew_has_a_panel_with_its_points():
    figure = draw_resampled(resampled((90, 40, 10), (0, 50, 70)), ("a", "b", "c"))
    drawn = [[np.shape(points.get_offsets())[0] for points in axes.collections] for axes in figure.axes]
    assert drawn == [[130, 10, 70], [100, 40, 50]]
    assert figure.axes[0].get_title("left") == "c\n10 rows + 70 synthetic"


def test_twelve_classes_have_six_panels():
    figure = draw_resampled(
        resampled([10] * 12, list(range(12))), [LONG.format(k) for k in range(12)]
    )  # fmt: skip
    check_texts(figure)
    assert len(figure.axes) == 6
    assert "5 classes with fewer synthetic rows have no panel" in words_of(figure).caption


def test_a_sample_is_called_one():
    whole = resampled((9000, 100), (0, 8900))
    chosen = choose_rows(2 * whole.codes + whole.synthetic, limit=2000, seed=0)
    part = DrawnRows(
        points=whole.points[chosen], codes=whole.codes[chosen], synthetic=whole.synthetic[chosen],
        kept=whole.kept, made=whole.made, shares=whole.shares,
    )  # fmt: skip
    figure = draw_resampled(part, ("no", "yes"))
    assert "2,000 rows are drawn, chosen at random" in words_of(figure).caption
    assert [np.shape(points.get_offsets())[0] for points in figure.axes[0].collections] == [950, 100, 950]


def test_chinese_classes():
    names = ("没有流失的用户", "已经流失的用户")
    look = choose_look(names)
    for figure in (
        draw_class_counts(dict(zip(names, (50, 9), strict=True)), dict(zip(names, (50, 50), strict=True)), look),
        draw_resampled(resampled((50, 9), (0, 41)), names, look),
    ):
        check_texts(figure)
        assert look.show(names[1], "class 2") in words_of(figure).title
        write_png(figure)
