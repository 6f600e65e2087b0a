"""The figure of the strongest terms: which, how many, in which panel."""

from __future__ import annotations

import numpy as np
import pytest

from mlpipe.plots.fonts import choose_look
from mlpipe.plots.preparation.terms import draw_top_terms
from mlpipe.plots.style import words_of, write_png
from tests.plots.layout import bars_of, check_texts

TERMS = ["free", "call", "ok", "home", "later"]
LONG = "a term of many words number {} of a text"


def test_two_classes_are_drawn_left_and_right():
    figure = draw_top_terms(TERMS, np.array([[3.0, 1.0, -2.0, 0.0, -0.5]]), ["ham", "spam"])
    check_texts(figure)
    assert words_of(figure).title == "'free' speaks most for 'spam', 'ok' for 'ham'"
    (axes,) = figure.axes
    assert [bar.get_width() for bar in bars_of(axes)] == [3.0, 1.0, -0.5, -2.0]
    assert [text.get_text() for text in axes.texts] == ["free", "call", "later", "ok"]
    assert [text.get_horizontalalignment() for text in axes.texts] == ["right", "right", "left", "left"]


def test_ten_terms_on_each_side_are_enough():
    figure = draw_top_terms(
        [LONG.format(k) for k in range(50)], np.linspace(-2, 3, 50)[None], ["n" * 60, "y " * 30]
    )  # fmt: skip
    check_texts(figure)
    assert len(figure.axes[0].patches) == 20


def test_each_class_has_a_panel_on_one_scale():
    weights = np.array([[3.0, 1.0, -2.0, 0.0, 0.0], [-1.0, 0.5, 0.0, 4.0, -1.0], [0.0, 0.0, 2.0, -4.0, 1.0]])
    figure = draw_top_terms(TERMS, weights, ["a", "b", "c"])
    check_texts(figure)
    assert words_of(figure).title == "'home' speaks most for 'b'"
    drawn = [[text.get_text() for text in axes.texts] for axes in figure.axes]
    assert drawn == [["free", "call"], ["home", "call"], ["ok", "later"]]
    assert {axes.get_xlim() for axes in figure.axes} == {(0.0, 4.0)}


def test_six_of_twelve_classes():
    weights = np.random.default_rng(0).normal(size=(12, 40))
    names = [f"class number {k} of a family of long names" for k in range(12)]
    figure = draw_top_terms([LONG.format(k) for k in range(40)], weights, names)
    check_texts(figure)
    assert len(figure.axes) == 6
    assert {len(axes.patches) for axes in figure.axes} == {10}
    strongest = sorted(np.argsort(-weights.max(axis=1))[:6])
    shown = [axes.get_title("right").split("…")[1].split(" ")[0] for axes in figure.axes]
    assert [int(text) for text in shown] == strongest
    assert "6 classes with weaker terms are not shown" in words_of(figure).caption


def test_names_of_classes_end_with_their_panels():
    names = ["needs a follow-up call", "urgent", "complaint about an invoice"]
    weights = np.random.default_rng(0).normal(size=(3, 40))
    check_texts(draw_top_terms([LONG.format(k) for k in range(40)], weights, names))


def test_outer_blanks_are_seen():
    figure = draw_top_terms([" my", "my ", " "], np.array([[2.0, 1.0, -1.0]]), ["n", "y"])
    assert [text.get_text() for text in figure.axes[0].texts] == ["␣my", "my␣", "␣"]
    assert words_of(figure).title == "'␣my' speaks most for 'y', '␣' for 'n'"


@pytest.mark.parametrize(
    ("terms", "weights", "title"),
    [
        (["a"], np.zeros((1, 1)), "No term speaks for any class"),
        ([], np.zeros((1, 0)), "No term speaks for any class"),
        ([], np.zeros((3, 0)), "No term speaks for any class"),
        (["a"], np.ones((1, 1)), "'a' speaks most for 'y'"),
        (["a"], np.array([[0.0], [0.0], [2.0]]), "'a' speaks most for 'z'"),
    ],
)
def test_hardly_any_terms(terms, weights, title):
    figure = draw_top_terms(terms, weights, ["x", "y", "z"][: max(2, len(weights))])
    assert words_of(figure).title == title
    check_texts(figure)


@pytest.mark.parametrize("n_classes", [2, 4])
def test_chinese_terms(n_classes):
    terms, names = ["物流很快", "质量", "非常满意"], ["好评", "差评", "中评", "无"][:n_classes]
    look = choose_look([*terms, *names])
    weights = np.random.default_rng(1).normal(size=(1 if n_classes == 2 else n_classes, 3))
    figure = draw_top_terms(terms, weights, names, look)
    check_texts(figure)
    if not look.unreadable:
        assert any(term in words_of(figure).title for term in terms)
    write_png(figure)
