"""Figures in many situations: nothing cut off, nothing too small, equal bytes, titles that state the message."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from dataclasses import replace
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest

from mlpipe.metrics.calibration import calibration
from mlpipe.metrics.confusion import confusion_counts
from mlpipe.metrics.curves import Curve, contests, gain_curve, precision_recall_curve, roc_curve, threshold_curve
from mlpipe.metrics.outcome import Outcome
from mlpipe.plots.drawn import render_figures
from mlpipe.plots.evaluation.confusion import draw_confusion
from mlpipe.plots.evaluation.dependence import draw_dependence
from mlpipe.plots.evaluation.probabilities import draw_calibration, draw_threshold
from mlpipe.plots.evaluation.ranking import draw_gain, draw_precision_recall, draw_roc
from mlpipe.plots.evaluation.residuals import draw_predicted_vs_true, draw_residual_histogram, draw_residuals
from mlpipe.plots.fonts import PLAIN
from mlpipe.plots.preparation.resampling import draw_class_counts
from mlpipe.plots.style import (
    CLASS_COLOURS,
    REST,
    Words,
    class_colour,
    class_colours,
    new_axes,
    text_colour,
    words_of,
    write_png,
)
from mlpipe.plots.training.fit_curve import draw_fit_curve
from mlpipe.plots.training.importance import draw_coefficients, draw_importance
from mlpipe.plots.training.leaderboard import draw_leaderboard
from mlpipe.plots.training.loss import draw_loss
from mlpipe.plots.training.search import draw_search
from tests.plots.layout import check_layout, check_texts
from tests.targets import classes as class_target

LONG = tuple(f"category number {k} of a family of very long names" for k in range(20))


def outcome(classes, n_rows, skill, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, len(classes), n_rows)
    y[: len(classes)] = np.arange(len(classes))
    logits = rng.normal(size=(n_rows, len(classes)))
    logits[np.arange(n_rows), y] += skill
    proba = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return Outcome(target=class_target(*classes), y_true=y, y_pred=proba.argmax(axis=1), y_proba=proba)


def class_figures(found):
    rivals = contests(found)
    shares = [float(rival.positive.mean()) for rival in rivals]
    classes = found.classes
    figures = {
        "confusion": draw_confusion(confusion_counts(found), found.labels),
        "roc": draw_roc([roc_curve(r, band=len(rivals) == 1) for r in rivals], classes),
        "pr": draw_precision_recall(
            [precision_recall_curve(r, band=len(rivals) == 1) for r in rivals], classes, shares
        ),
        "gain": draw_gain([gain_curve(r) for r in rivals], classes, shares),
        "calibration": draw_calibration([calibration(r) for r in rivals], classes),
    }
    if len(rivals) == 1:
        figures["threshold"] = draw_threshold(threshold_curve(rivals[0]), classes[-1])
    return figures


def value_figures(y_true, y_pred, target="price"):
    return {
        "agreement": draw_predicted_vs_true(y_true, y_pred, target),
        "residuals": draw_residuals(y_true, y_pred, target),
        "histogram": draw_residual_histogram(y_true, y_pred, target),
    }


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(outcome(("no", "yes"), 10, 1.0), id="ten rows"),
        pytest.param(outcome(("no", "yes"), 60, 30.0), id="perfect"),
        pytest.param(outcome(("no", "yes"), 300, 0.0), id="useless"),
        pytest.param(outcome(("$1,234$ \\frac{a}", "a_b^{c" * 12), 200, 1.0), id="odd names"),
        pytest.param(outcome(LONG[:7], 400, 1.0), id="seven long"),
        pytest.param(outcome(LONG, 600, 3.0), id="twenty long"),
    ],
)
def test_class_figures_fit(found):
    for figure in class_figures(found).values():
        check_layout(figure)


@pytest.mark.parametrize(("n_rows", "size"), [(1, 1.0), (3, 1e-4), (60, 3e6), (5000, 1.0)])
def test_value_figures_fit(n_rows, size):
    rng = np.random.default_rng(0)
    y_true = rng.normal(5, 1, n_rows) * size
    for figure in value_figures(y_true, y_true + rng.normal(0, 0.5, n_rows) * size, "a target " * 9).values():
        check_layout(figure)


def test_value_figures_of_degenerate_predictions():
    y_true = np.arange(80.0)
    for y_pred in (y_true, np.full(80, 5.0)):
        for figure in value_figures(y_true, y_pred).values():
            check_layout(figure)
    for figure in value_figures(np.full(80, 5.0), np.full(80, 5.0)).values():
        check_layout(figure)


def test_training_figures_fit():
    falling = np.exp(-np.arange(60) / 15) + 0.1
    check_layout(draw_loss(falling, model="mlp"))
    check_layout(draw_loss(falling[:1], model="mlp"))
    check_layout(draw_loss(falling, falling + 0.1, model="mlp"))
    check_layout(draw_loss(falling, 1 - falling / 2, model="mlp", valid_name="score on 9 rows", valid_is_score=True))
    check_layout(draw_leaderboard({"ridge": [51e3, 52e3], "dummy": [115e3, 116e3]}, "rmse", greater_is_better=False))
    check_layout(draw_class_counts({"no": 400, LONG[0]: 180}, {"no": 400, LONG[0]: 400}))
    features = [f"one_hot_of_a_long_column_name_{k}=level" for k in range(30)]
    weights = np.random.default_rng(0).normal(size=30)
    check_layout(draw_importance(features, np.abs(weights), measured="Importance"))
    check_layout(draw_coefficients(features, weights, of="Log-odds per unit"))


def test_the_layout_check_sees_what_is_cut_off():
    figure, axes = new_axes(Words(title="t" * 200, caption="c"), x="x", y="y")
    axes.annotate("far out", (1, 1), xycoords="axes fraction", xytext=(400, 0), textcoords="offset points")
    figure.set_layout_engine("none")
    with pytest.raises(AssertionError, match="far out"):
        check_layout(figure)


def test_equal_figures_give_equal_bytes():
    first, again = (class_figures(outcome(("no", "yes"), 80, 1.0)) for _ in range(2))
    for name, figure in first.items():
        png = write_png(figure)
        assert png.startswith(b"\x89PNG")
        assert png == write_png(again[name])


def test_figures_do_not_depend_on_the_users_settings():
    found = outcome(("no", "yes"), 80, 1.0)
    plain = write_png(draw_confusion(confusion_counts(found), found.labels))
    with mpl.rc_context({"font.size": 30, "figure.facecolor": "black", "text.usetex": False, "axes.grid": True}):
        before = dict(mpl.rcParams)
        assert write_png(draw_confusion(confusion_counts(found), found.labels)) == plain
        assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        ([[61, 1], [3, 42]], "Most errors are 'malignant' called 'benign': 3 of 45"),
        ([[62, 0], [0, 45]], "All 107 rows are called right"),
        ([[62, 0], [45, 0]], "Every row is called 'benign': 58 % are right"),
        ([[60, 2], [2, 43]], "96 % called right; the commonest error is 'benign' called 'malignant': 2 of 62"),
        ([[0, 0], [0, 0]], "No rows"),
    ],
)
def test_confusion_states_its_message(counts, title):
    assert words_of(draw_confusion(np.array(counts), ("benign", "malignant"))).title == title


def test_more_than_twenty_classes_are_put_together():
    counts = np.diag(np.arange(1, 31))
    counts[0, 29] = 5
    figure = draw_confusion(counts, [f"c{k}" for k in range(30)])
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert len(labels) == 20
    assert labels[-1] == "11 others (71)"
    assert words_of(figure).title.endswith("'11 others' called 'c29': 5 of 71")


def test_titles_tell_good_from_bad():
    good, bad = (class_figures(outcome(("no", "yes"), 2000, skill)) for skill in (2.0, 0.0))
    assert words_of(good["roc"]).title.startswith("Ranks 'yes' above others in 9")
    assert "guessing" in words_of(bad["roc"]).title
    inflated = outcome(("no", "yes"), 2000, 0.0)
    shifted = np.column_stack([np.full(2000, 0.1), np.full(2000, 0.9)])
    rival = contests(replace(inflated, y_proba=shifted))[0]
    assert words_of(draw_calibration([calibration(rival)], ("no", "yes"))).title.startswith(
        "Probabilities of 'yes' are too high: 90 %"
    )


def test_loss_names_the_best_iteration():
    valid = np.array([5.0, 3.0, 2.0, *np.linspace(2.1, 4, 60)])
    assert (
        words_of(draw_loss(valid / 2, valid, model="m")).title == "Loss on validation rows is lowest at iteration 3: 2"
    )
    figure = draw_loss(valid / 2, -valid, model="m", valid_name="score", valid_is_score=True)
    assert words_of(figure).title == f"Score is highest at iteration 3: {-2}"


def test_leaderboard_says_whether_the_lead_is_clear():
    clear: dict[str, list[float | None]] = {
        "a": [0.9, 0.92],
        "b": [0.8, 0.82],
        "dummy": [0.5, 0.5],
        "broken": [None, None],
    }
    assert words_of(draw_leaderboard(clear, "f1", greater_is_better=True)).title == "a is best in every fold: f1 0.910"
    leading = {"a": [0.9, 0.86, 0.81], "b": [0.8, 0.78, 0.82]}
    assert "leads" in words_of(draw_leaderboard(leading, "f1", greater_is_better=True)).title
    level = {"a": [0.9982, 1.0, 0.996], "b": [0.9980, 0.999, 0.997]}
    title = words_of(draw_leaderboard(level, "f1", greater_is_better=True)).title
    assert title == "a and b lie within the spread of the folds: f1 0.9981"
    errors = {"a": [3.0, 3.1], "b": [2.0, 2.1]}
    assert words_of(draw_leaderboard(errors, "rmse", greater_is_better=False)).title.startswith("b is best")


MANY = tuple(f"class{k:02}" for k in range(12))


def curve_of(label, area):
    nothing = np.array([])
    x, y = np.array([0.0, 0.2, 1.0]), np.array([0.0, area, 1.0])
    return Curve(label=label, x=x, y=y, area=area, grid=nothing, low=nothing, high=nothing)


@pytest.mark.parametrize("draw", [draw_roc, draw_precision_recall, draw_gain])
def test_of_many_classes_the_best_and_the_worst_stand_out_and_no_colour_stands_for_two(draw):
    curves = [curve_of(label, 0.9 - 0.01 * abs(k - 8)) for k, label in enumerate(MANY)]
    shares = [] if draw is draw_roc else [[0.05] * len(MANY)]
    figure = draw(curves, MANY, *shares)
    lines = [line for line in figure.axes[0].lines if np.array_equal(line.get_ydata(), [0, line.get_ydata()[1], 1])]
    drawn = [line for line in lines if line.get_linestyle() == "-"]
    assert len(drawn) == len(MANY)
    coloured = [line for line in drawn if line.get_color() != REST]
    assert len({line.get_color() for line in coloured}) == len(coloured) == 2
    assert "Grey: the 10 other classes." in words_of(figure).caption
    if draw is draw_roc:
        assert words_of(figure).title == "'class08' is told apart best (AUC 0.900), 'class00' worst (0.820)"


def test_up_to_seven_classes_have_a_colour_each():
    classes = MANY[:7]
    colours = class_colours(classes, best=classes[0], worst=classes[1])
    assert len(set(colours.values())) == 7
    assert len({class_colour(k) for k in range(9)}) == 8  # grey for all that have none of their own
    figure = draw_roc([curve_of(label, 0.8) for label in classes[:5]], classes)
    assert "2 classes without rows here are not drawn" in words_of(figure).caption


def test_inline_drawings_keep_text_as_text_and_follow_the_page():
    figures = class_figures(outcome(("no", "yes"), 200, 1.0))
    drawn = render_figures(figures, PLAIN, inline=True)
    for name, svg in drawn.drawings.items():
        assert svg.startswith("<svg viewBox=")
        assert "<text" in svg
        assert "var(--ink" in svg
        assert words_of(figures[name]).title not in svg
        assert "xlink" not in svg
        ids = set(re.findall(r'id="([^"]+)"', svg))
        assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg)) <= ids
        assert all(one.startswith(name) for one in ids)
    again = render_figures(class_figures(outcome(("no", "yes"), 200, 1.0)), PLAIN, inline=True)
    assert again.drawings == drawn.drawings


@pytest.mark.parametrize("days", [dt.datetime, dt.date])
def test_dependence_on_dates_has_dates_on_its_axis(days):
    means = np.array([0.1, 0.25, 0.3])
    values = [days(2024, month, 1) for month in (1, 5, 9)]
    figure = draw_dependence("joined", values, means, (means, means), measured="Price", is_line=True)
    check_layout(figure)
    ticks = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert all(tick.startswith("2024-") for tick in ticks if tick), ticks


@pytest.mark.parametrize("values", [[1.0, 2.0, 3.0], ["north", "a very long name of a level", "east"]])
def test_dependence_says_how_predictions_move(values):
    is_line = not isinstance(values[0], str)
    means = np.array([0.1, 0.25, 0.3])
    figure = draw_dependence(
        "town", values, means, (means - 0.1, means + 0.1), measured="Probability of 'yes'", is_line=is_line
    )
    check_layout(figure)
    title = words_of(figure).title
    if is_line:
        assert title == "Probability of 'yes' rises with town, from 0.100 to 0.300"
    else:
        assert "where town is" in title
    flat = draw_dependence("town", values, means * 0, (means, means), measured="Price", is_line=is_line)
    assert words_of(flat).title == "Price does not move with town"


@pytest.mark.parametrize("measured", ["Probability of 'A class with…6 of twenty'", "Predicted median_house_value"])
def test_what_is_predicted_fits_beside_its_axis(measured):
    means = np.array([0.1, 0.25, 0.3])
    figure = draw_dependence("size", [1.0, 2.0, 3.0], means, (means, means), measured=measured, is_line=True)
    check_texts(figure)


def test_many_points_become_a_density():
    y = np.random.default_rng(0).normal(size=4000)
    figure = draw_predicted_vs_true(y, y, "y")
    assert "4,000 rows" in words_of(figure).caption
    assert max(np.shape(c.get_offsets())[0] for c in figure.axes[0].collections) < 4000


def test_letters_on_white_have_contrast():
    def luminance(colour):
        rgb = np.array(mpl.colors.to_rgb(colour))
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    for colour in CLASS_COLOURS:
        assert 1.05 / (luminance(text_colour(colour)) + 0.05) >= 4.5


def test_pyplot_is_never_imported():
    code = (
        "import sys, numpy as np; from mlpipe.plots.evaluation.confusion import draw_confusion; "
        "from mlpipe.plots.style import write_png; write_png(draw_confusion(np.eye(2, dtype=int), 'ab')); "
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_fit_curves_of_numbers_words_and_wide_ranges():
    scores = np.column_stack([np.linspace(0.5, 0.9, 4), np.full(4, 0.05)])
    for at in (["10", "25", "50", "75"], ["0.0001", "0.01", "1", "100"], ["auto", "sqrt", "(50, 20)", "none"]):
        figure = draw_fit_curve(at, scores, scores - 0.1, x="p", metric="roc_auc", message="It overfits", look=PLAIN)
        check_layout(figure)
        assert words_of(figure).title == "It overfits"


def test_a_negative_importance_stands_behind_its_interval():
    values = np.array([0.07, -0.005])
    figure = draw_importance(["satisfaction", "city"], values, measured="drop", spans=(values - 0.04, values + 0.03))
    check_layout(figure)
    found: list[Any] = [text for text in figure.axes[0].texts if "0.005" in text.get_text()]
    assert [text.xy[0] for text in found] == pytest.approx([0.025])
    assert found[0].get_ha() == "left"


@pytest.mark.parametrize(
    "figure",
    [
        draw_importance(["a", "b"], np.array([56_215.0, 3_003.0]), measured="rise of rmse"),
        draw_coefficients(["a", "b"], np.array([-56_215.0, 3_003.0]), of="per unit"),
        draw_loss(np.array([9e6, 4e6, 2e6]), model="mlp"),
        draw_search([47_954.0, 47_664.0], [0, 1], metric="rmse", greater=False, look=PLAIN),
    ],
    ids=["importance", "coefficients", "loss", "search"],
)
def test_thousands_are_marked_on_the_axes_as_beside_the_bars(figure):
    figure.canvas.draw()
    axes = figure.axes[0]
    numbers = [label.get_text() for axis in (axes.xaxis, axes.yaxis) for label in axis.get_ticklabels()]
    assert any("," in number for number in numbers)
    assert not any(re.search(r"\d{4}", number) for number in numbers)


def test_numbers_beyond_counting_are_written_by_powers_without_an_offset_in_a_corner():
    figure = draw_loss(np.array([5.6e10, 2e10, 0.7e10]), model="torch-linear")
    check_layout(figure)
    axes = figure.axes[0]
    numbers = [label.get_text() for label in axes.get_yticklabels()]
    assert "3e10" in numbers
    assert axes.yaxis.get_offset_text().get_text() == ""
