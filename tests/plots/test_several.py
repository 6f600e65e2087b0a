"""Figures of several labels and several quantities: names of any length fit, titles keep numbers whole."""

from __future__ import annotations

import re

import numpy as np
import pytest

from mlpipe.plots.evaluation.several import draw_label_confusions, draw_quantities
from mlpipe.plots.fonts import PLAIN, choose_look
from mlpipe.plots.style import words_of
from mlpipe.plots.svg import write_svg
from tests.plots.layout import check_texts

LABELS = ("needs a follow-up call by the regional office", "urgent", "complaint about an invoice", "praise", "退款",
          "technical question", "a_name_without_any_blank_in_its_middle")  # fmt: skip


@pytest.mark.parametrize("n_labels", [2, 3, 7])
def test_names_of_labels_fit_over_their_panels(n_labels):
    counts = np.arange(n_labels * 4).reshape(n_labels, 2, 2) + 5
    check_texts(draw_label_confusions(counts, LABELS[:n_labels], choose_look(LABELS)))


def test_cells_of_labels_are_a_tint_of_the_paper_so_that_letters_stand_out_from_any():
    counts = np.array([[[50, 0], [0, 50]], [[0, 50], [50, 0]]])
    drawing = write_svg(draw_label_confusions(counts, ["red", "blue"]), PLAIN, "labels")
    tints = [float(found) for found in re.findall(r"fill: [^;]*#(?:0072b2|d55e00)\)?; fill-opacity: ([\d.]+)", drawing)]
    assert len(tints) == 8
    assert max(tints) <= 0.3


@pytest.mark.parametrize("n_quantities", [2, 3, 7])
def test_names_of_quantities_fit_and_a_score_stays_on_one_line(n_quantities):
    y = np.random.default_rng(0).normal(size=(200, n_quantities)) * 10.0 ** np.arange(n_quantities)
    figure = draw_quantities(y, y + np.random.default_rng(1).normal(size=y.shape), LABELS[:n_quantities],
                             choose_look(LABELS))  # fmt: skip
    check_texts(figure)
    assert "R²\n" not in figure.texts[0].get_text()
    assert "Best explained is" in words_of(figure).title
