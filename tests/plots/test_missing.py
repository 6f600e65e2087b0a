"""The figure of missing cells: its dots, bars and words against a naive count."""

from __future__ import annotations

import numpy as np
import pytest

from mlpipe.plots.fonts import choose_look
from mlpipe.plots.missing import draw_missing_pattern
from mlpipe.plots.style import words_of, write_png
from tests.plots.layout import bars_of, check_texts


def names_of(figure):
    return [label.get_text() for label in figure.axes[1].get_yticklabels()]


def dots(figure):
    """(column's line, group) of each blue dot."""
    _, blue = figure.axes[1].collections
    return {(int(y), int(x)) for x, y in blue.get_offsets()}


def test_groups_and_columns_are_counted():
    missing = np.zeros((100, 4), dtype=bool)
    missing[:50, 1] = True
    missing[:20, 3] = True
    missing[90:93, 0] = True
    figure = draw_missing_pattern(missing, ["a", "b", "c", "d"])
    check_texts(figure)
    assert words_of(figure).title == "'b' lacks 50 % of its cells; 47 % of the rows are complete"
    assert words_of(figure).caption.endswith("1 column without gaps.")
    groups, _, shares = figure.axes
    assert [bar.get_height() for bar in bars_of(groups)] == [30, 20, 3]
    assert names_of(figure) == ["b", "d", "a"]
    assert dots(figure) == {(0, 0), (0, 1), (1, 1), (2, 2)}
    assert [bar.get_width() for bar in bars_of(shares)] == [0.5, 0.2, 0.03]


def test_rows_that_all_lack_something():
    figure = draw_missing_pattern(np.array([[True, False], [True, True]]), ["a", "b"])
    assert words_of(figure).title == "'a' lacks 100 % of its cells; no row is complete"
    check_texts(figure)


def test_many_columns_and_groups_with_long_names():
    rng = np.random.default_rng(0)
    missing = rng.random((20_000, 30)) < rng.random(30) / 3
    figure = draw_missing_pattern(missing, [f"column number {k} of a table of very long names" for k in range(30)])
    check_texts(figure)
    assert len(names_of(figure)) == 20
    chosen = missing[:, np.argsort(-missing.sum(axis=0), kind="stable")[:20]]
    patterns, counts = np.unique(chosen[chosen.any(axis=1)], axis=0, return_counts=True)
    heights = sorted(counts, reverse=True)[:12]
    assert [bar.get_height() for bar in bars_of(figure.axes[0])] == heights
    rare = f"{len(patterns) - 12:,} rarer groups ({counts.sum() - sum(heights):,} rows) not shown"
    assert rare in words_of(figure).caption
    assert "10 columns that lack less not shown" in words_of(figure).caption


def test_large_counts_stand_upright_where_there_are_many():
    missing = np.arange(1, 12)[:, None] >> np.arange(4) & 1 == 1
    figure = draw_missing_pattern(np.repeat(missing, 1500, axis=0), list("abcd"))
    check_texts(figure)
    assert {text.get_rotation() for text in figure.axes[0].texts} == {90}
    few = draw_missing_pattern(missing, list("abcd"))
    assert {text.get_rotation() for text in few.axes[0].texts} == {0}


@pytest.mark.parametrize("shape", [(0, 3), (1, 3), (5, 0)])
def test_nothing_missing(shape):
    figure = draw_missing_pattern(np.zeros(shape, dtype=bool), ["a", "b", "c"][: shape[1]])
    assert words_of(figure).title == f"None of the {shape[0] * shape[1]} training cells is missing"
    check_texts(figure)


def test_one_cell_of_one_row():
    figure = draw_missing_pattern(np.array([[True]]), ["a"])
    check_texts(figure)
    assert dots(figure) == {(0, 0)}


def test_chinese_columns():
    names = ["套餐金额", "额外通话时长"]
    look = choose_look(names)
    figure = draw_missing_pattern(np.array([[True, False], [True, True]]), names, look)
    check_texts(figure)
    assert names_of(figure) == look.names(names, "column")
    write_png(figure)
