"""A title names the right class, the right number and the right side of a threshold."""

from __future__ import annotations

import numpy as np
import pytest

from mlpipe.metrics.calibration import Calibration
from mlpipe.metrics.curves import Curve, ThresholdCurve
from mlpipe.plots.evaluation.probabilities import draw_calibration, draw_threshold
from mlpipe.plots.evaluation.ranking import draw_gain, draw_precision_recall, draw_roc
from mlpipe.plots.evaluation.residuals import draw_predicted_vs_true, draw_residuals, draw_residuals_against
from mlpipe.plots.preparation.resampling import draw_class_counts
from mlpipe.plots.style import words_of
from mlpipe.plots.training.importance import draw_coefficients, draw_importance

CLASSES = ("ant", "bee", "cat")
NOTHING = np.array([])


def curve(label, area, *, at=0.5, band=0.0):
    """A curve that has risen to `at` at a fifth of the way; with a band of that width around it, if any."""
    grid = np.linspace(0, 1, 11) if band else NOTHING
    x, y = np.array([0.0, 0.2, 1.0]), np.array([0.0, at, 1.0])
    middle = np.interp(grid, x, y) if band else NOTHING
    return Curve(label=label, x=x, y=y, area=area, grid=grid, low=middle - band / 2, high=middle + band / 2)


def calibrated(label, error, *, predicted=0.5, happened=0.5, by_chance=False):
    there = np.array([0.2, 0.8])
    return Calibration(
        label=label, predicted=there, observed=there, low=there - 0.1, high=there + 0.1, counts=np.array([50, 50]),
        error=error, by_chance=by_chance, mean_predicted=predicted, prevalence=happened,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("area", "title"),
    [
        (0.499, "Worse than guessing: AUC 0.499"),
        (0.5, "Little better than guessing: AUC 0.500"),
        (0.599, "Little better than guessing: AUC 0.599"),
        (0.6, "Ranks 'cat' above others in 60 % of pairs (AUC 0.600)"),
        (0.9996, "Ranks 'cat' above others in > 99.9 % of pairs (AUC 1.000)"),
        (1.0, "Every 'cat' is ranked above all others (AUC 1)"),
    ],
)
def test_one_curve_says_what_its_area_means(area, title):
    assert words_of(draw_roc([curve("cat", area)], CLASSES)).title == title


def test_an_area_has_the_digits_of_its_band():
    title = words_of(draw_roc([curve("cat", 0.8042, band=0.2)], CLASSES)).title
    assert title.endswith("(AUC 0.80)")
    wide = draw_precision_recall([curve("cat", 0.6592, band=0.2)], CLASSES, [0.3319])
    assert words_of(wide).title == "Average precision 0.66, where guessing has 0.33"
    narrow = draw_precision_recall([curve("cat", 0.6592, band=0.002)], CLASSES, [0.3319])
    assert words_of(narrow).title == "Average precision 0.6592, where guessing has 0.3319"


def test_several_curves_name_the_best_and_the_worst():
    curves = [curve("cat", 0.8), curve("ant", 0.7), curve("bee", 0.9)]
    assert words_of(draw_roc(curves, CLASSES)).title == ("'bee' is told apart best (AUC 0.900), 'ant' worst (0.700)")
    # What counts is the gain over guessing: 'cat' has the larger area, and gains less.
    assert words_of(draw_precision_recall(curves, CLASSES, [0.7, 0.2, 0.1])).title == (
        "'cat' gains least over guessing: average precision 0.800 against 0.700"
    )


def test_no_class_leads_where_all_have_one_area():
    alike = [curve("cat", 0.9996), curve("ant", 1.0), curve("bee", 0.9999)]
    assert words_of(draw_roc(alike, CLASSES)).title == "Every class is told apart from the others (AUC 1.000)"
    pr = draw_precision_recall(alike, CLASSES, [0.2, 0.3, 0.5])
    assert words_of(pr).title == "Every class has average precision 1.000"


def test_the_gain_is_that_of_the_class_found_first():
    curves = [curve("cat", 0.8, at=0.4), curve("ant", 0.7, at=0.6), curve("bee", 0.9, at=0.5)]
    title = words_of(draw_gain(curves, CLASSES, [0.3, 0.3, 0.4])).title
    assert title == "The first 20 % of rows hold 60 % of all 'ant'"


@pytest.mark.parametrize(
    ("worst", "title"),
    [
        (calibrated("bee", 0.0009), "Probabilities mean what they say: off by less than 0.001"),
        (calibrated("bee", 0.001), "Probabilities mean what they say: off by 0.001 on average"),
        (calibrated("bee", 0.0299), "Probabilities mean what they say: off by 0.03 on average"),
        (calibrated("bee", 0.03), "Probabilities of 'bee' are off by 0.03 on average"),
        (
            calibrated("bee", 0.2, by_chance=True),
            "Probabilities fit what happened, within chance: off by 0.2 on average",
        ),
        (
            calibrated("bee", 0.2, predicted=0.6, happened=0.45),
            "Probabilities of 'bee' are too high: 60 % on average where 45 % happen",
        ),
        (
            calibrated("bee", 0.2, predicted=0.3, happened=0.45),
            "Probabilities of 'bee' are too low: 30 % on average where 45 % happen",
        ),
        (calibrated("bee", 0.25, predicted=0.5, happened=0.375), "Probabilities of 'bee' are off by 0.25 on average"),
    ],
)
def test_probabilities_are_judged_by_the_worst_class(worst, title):
    drawn = draw_calibration([calibrated("ant", 0.0001), worst, calibrated("cat", 0.0002)], CLASSES)
    assert words_of(drawn).title == title


def threshold_title(precision, used=0.5):
    scores = np.array([0.4, 0.6, 0.9])
    found = ThresholdCurve(
        threshold=np.array([0.2, 0.5, 0.8]), precision=precision, recall=scores, f1=scores, balanced_accuracy=scores
    )
    return words_of(draw_threshold(found, "cat", used)).title


def test_the_threshold_in_use_is_told_and_no_other_is_praised():
    assert (
        threshold_title(np.array([0.4, 0.7, 0.9])) == "From 0.5 on, 60 % are found, and 70 % of those called are right"
    )
    assert (
        threshold_title(np.array([0.4, 0.7, np.nan]), used=0.8) == "From 0.8 on, 90 % are found, and nothing is called"
    )


def test_importance_names_the_largest_and_the_sign():
    names = ["small", "large", "none"]
    assert words_of(draw_importance(names, np.array([1.0, 3.0, 0.0]), measured="gain")).title == (
        "'large' carries 75 % of the importance"
    )
    for sign, verb in ((1, "raises"), (-1, "lowers")):
        drawn = draw_coefficients(names, np.array([1.0, 3.0 * sign, -2.0]), of="log-odds")
        assert words_of(drawn).title == f"'large' {verb} it most"


@pytest.mark.parametrize(
    ("after", "title"),
    [
        ({"ant": 90, "bee": 90}, "'bee' grows from 10 % to 50 % of the training rows"),
        ({"ant": 50, "bee": 20}, "'bee' grows from 10 % to 29 % of the training rows; 40 rows of others go"),
        ({"ant": 89, "bee": 20}, "'bee' grows from 10 % to 18 % of the training rows; 1 row of others goes"),
        ({"ant": 10, "bee": 10}, "Resampling takes away 80 of 100 training rows, all of 'ant'"),
        ({"ant": 80, "bee": 9}, "Resampling takes away 11 of 100 training rows, 10 of 'ant'"),
        ({"ant": 90, "bee": 10}, "Resampling leaves every class as it is"),
    ],
)
def test_resampling_names_who_grows_and_who_loses(after, title):
    drawn = draw_class_counts({"ant": 90, "bee": 10}, after)
    assert words_of(drawn).title == title


def test_of_those_that_grow_the_smallest_is_named():
    drawn = draw_class_counts({"ant": 60, "bee": 30, "cat": 10}, {"ant": 60, "bee": 40, "cat": 20})
    assert words_of(drawn).title == "'cat' grows from 10 % to 17 % of the training rows"
    drawn = draw_class_counts({"ant": 60, "bee": 30, "cat": 10}, {"ant": 60, "bee": 60, "cat": 60})
    assert words_of(drawn).title == "All 3 classes now have 60 rows"


def test_agreement_is_held_against_the_mean():
    truth = np.array([1.0, 2.0, 3.0, 4.0])
    told = {
        "mean": words_of(draw_predicted_vs_true(truth, np.full(4, 2.5), "price")).title,
        "near": words_of(draw_predicted_vs_true(truth, truth + 0.5, "price")).title,
    }
    assert told["mean"] == "No better than the mean: R² 0.00"
    assert told["near"] == "The model explains 80 % of the spread of price (R² 0.800)"


@pytest.mark.parametrize(
    ("small", "large", "title"),
    [
        (1.0, 1.5, "Errors are about as large everywhere: 1.25 on average"),
        (1.0, 1.6, "Errors grow with the prediction: 1.6 times as large in the highest third"),
        (1.6, 1.0, "Errors shrink with the prediction: 1.6 times as large in the lowest third"),
    ],
)
def test_errors_that_grow_are_told_from_those_that_shrink(small, large, title):
    predicted = np.arange(60.0)
    size = np.where(predicted < 20, small, np.where(predicted < 40, (small + large) / 2, large))
    truth = predicted + size * np.where(predicted % 2 == 0, 1, -1)
    assert words_of(draw_residuals(truth, predicted, "price")).title == title


def test_residuals_against_a_column_say_where_they_are_off_and_chance_is_no_news():
    x = np.arange(200.0)
    noise = np.random.default_rng(0).normal(size=200)
    bent = noise + np.where(x >= 160, 3.0, 0.0)
    title = words_of(draw_residuals_against(x, bent, "age")).title
    assert title.startswith("In the highest fifth of age predictions are too low, by ")
    low = words_of(draw_residuals_against(x, noise - np.where(x < 40, 3.0, 0.0), "age")).title
    assert low.startswith("In the lowest fifth of age predictions are too high, by ")
    assert words_of(draw_residuals_against(x, noise, "age")).title == (
        "No part of age is off in one direction beyond chance"
    )
