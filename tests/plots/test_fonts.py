"""Names in any script: a font is found, or the figure says what it shows instead."""

from __future__ import annotations

import logging

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import font_manager

from mlpipe.errors import UsageError
from mlpipe.plots import fonts
from mlpipe.plots.evaluation.confusion import draw_confusion
from mlpipe.plots.fonts import Look, choose_look
from mlpipe.plots.style import words_of, write_png
from mlpipe.plots.text import clean, shorten, tick_labels, wrap, wrap_evenly
from mlpipe.words.parameters import as_options
from mlpipe.words.widths import display_width

CHINESE = ("没有流失的用户", "已经流失的用户")


@pytest.fixture
def no_fonts(monkeypatch):
    monkeypatch.setattr(fonts, "_candidates", lambda: iter(()))


def test_european_and_arabic_names_need_no_other_font(no_fonts):
    look = choose_look(["Größe", "Ελλάδα", "Россия", "العربية"])
    assert (look.families, look.note) == (("DejaVu Sans",), "")


def test_names_without_a_font_are_numbered_and_told(no_fonts):
    look = choose_look(["target", *CHINESE])
    assert "'没有流失的用户', '已经流失的用户' (cjk)" in look.note
    assert "--font PATH" in as_options(look.note)
    figure = draw_confusion(np.array([[5, 2], [0, 6]]), CHINESE, look)
    assert words_of(figure).title == "Most errors are 'class 1' called 'class 2': 2 of 7"
    write_png(figure)


def test_a_font_that_has_the_letters_is_taken(monkeypatch):
    path = font_manager.findfont("DejaVu Sans")
    monkeypatch.setattr(fonts, "_candidates", lambda: iter([("Nothing", "absent.ttf"), ("Has It", path)]))
    letters = fonts._letters_of_file
    monkeypatch.setattr(fonts, "_letters", lambda family: {"a"})
    assert letters("absent.ttf") == set()
    assert choose_look(["aé"]).families == ("DejaVu Sans", "Has It")


def test_matplotlibs_boxes_are_no_letters():
    assert all(not family.startswith("Last Resort") for family, _ in fonts._candidates())


def test_given_font_comes_first():
    path = font_manager.findfont("DejaVu Serif")
    assert choose_look(["a"], font=path).families == ("DejaVu Serif", "DejaVu Sans")


def test_unreadable_font_is_a_usage_error(tmp_path):
    (tmp_path / "no.ttf").write_text("not a font")
    for path in (tmp_path / "no.ttf", tmp_path / "absent.ttf"):
        with pytest.raises(UsageError, match=f"{path.name} is no font that can be read") as caught:
            choose_look(["a"], font=str(path))
        assert as_options(caught.value.where) == "--font"


def test_nothing_leaks_about_missing_glyphs(caplog, recwarn):
    with caplog.at_level(logging.WARNING):
        write_png(draw_confusion(np.array([[5, 2], [0, 6]]), CHINESE, Look(families=("Absent", "DejaVu Sans"))))
    assert not caplog.records
    assert not recwarn.list


@given(st.text(max_size=60), st.integers(6, 30))
def test_shortened_and_wrapped_names_fit(text, limit):
    assert display_width(shorten(text, limit)) <= limit
    for wrapped in (wrap(text, limit), wrap_evenly(text, limit)):
        assert all(display_width(line) <= limit for line in wrapped.split("\n"))
        assert wrapped.replace("\n", "").replace(" ", "") == clean(text).replace(" ", "")


def test_cut_names_still_differ():
    names = [f"a very long beginning {k} and a very long end" for k in range(20)]
    cut = tick_labels(names, width=20)
    assert len(set(cut)) == 20
    assert all(display_width(name) <= 20 for name in cut)
