"""Learning and validation curves, and what is said of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mlpipe.errors import FitError
from mlpipe.metrics.registry import find_metric
from mlpipe.models.comparison.candidates import Candidate
from mlpipe.models.comparison.curve_verdict import verdict
from mlpipe.models.comparison.fit_curves import CurvePoint, FitCurve, learning_curve, validation_curve
from mlpipe.models.fitting import ModelChoice
from mlpipe.models.registry import find_estimator
from mlpipe.models.training_rows import TrainingRows
from mlpipe.task import Task
from tests.models.frames import training_rows


def rows_of(n: int, noise: float) -> TrainingRows:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(n, 6)), columns=list("abcdef"))
    return training_rows(frame, np.sin(3 * frame["a"].to_numpy()) + noise * rng.normal(size=n), Task.REGRESSION)


def candidate(model: str, **params: str) -> Candidate:
    choice = ModelChoice(spec=find_estimator(model, Task.REGRESSION), params=tuple(params.items()))
    return Candidate(name=model, choice=choice)


R2 = find_metric("r2", Task.REGRESSION)


def test_a_tree_that_learns_by_heart_overfits() -> None:
    rows = rows_of(200, 0.8)
    curve = learning_curve(rows, candidate("decision-tree"), rows.folds(3), R2)
    assert [point.at for point in curve.points] == ["13", "33", "66", "100", "133"]
    assert all(point.train == pytest.approx(1.0) for point in curve.points)
    assert verdict(curve).headline == "It overfits"


def test_a_line_through_a_wave_agrees_with_itself_and_underfits() -> None:
    rows = rows_of(900, 0.1)
    wave = replace(rows, y=rows.y + 0.5 * rows.X["a"].to_numpy())
    said = verdict(learning_curve(wave, candidate("ridge"), wave.folds(3), R2))
    assert said.headline == "Training and validation agree"
    assert "it underfits" in said.detail


def test_the_curve_of_a_parameter_tells_both_sides() -> None:
    rows = rows_of(300, 0.4)
    curve = validation_curve(
        rows,
        candidate("decision-tree", max_depth="3"),
        rows.folds(6),
        R2,
        parameter="max_depth",
        values=("1", "5", "20"),
    )
    assert [point.at for point in curve.points] == ["1", "5", "20"]
    said = verdict(curve).sentence
    assert said.startswith("Best at max_depth=5:")
    assert "at 1 it underfits" in said
    assert "at 20 it overfits" in said
    assert "end of the list" not in said


def test_the_plan_is_refitted_on_the_part_that_is_learnt_from() -> None:
    """The training score is on the rows of the part alone: a tree knows them, and nothing else, by heart."""
    rows = rows_of(120, 1.0)
    changed = replace(rows, y=np.where(np.arange(120) == 0, 1e6, rows.y))
    folds = [fold for fold in rows.folds(4) if 0 in fold.valid]
    a, b = (learning_curve(one, candidate("decision-tree"), folds, R2) for one in (rows, changed))
    assert [point.train.tolist() for point in a.points] == [point.train.tolist() for point in b.points]
    assert [point.valid.tolist() for point in a.points] != [point.valid.tolist() for point in b.points]


def point(at: int, train: list[float], valid: list[float]) -> CurvePoint:
    return CurvePoint(at=str(at), train=np.array(train), valid=np.array(valid))


def curve_of(*points: CurvePoint, parameter: str = "") -> FitCurve:
    return FitCurve(model="m", parameter=parameter, metric=R2, points=points)


def test_more_rows_would_help_from_what_four_folds_can_tell_on() -> None:
    before = point(10, [0.9, 0.9, 0.9, 0.9], [0.5, 0.5, 0.5, 0.5])
    gains = np.array([0.0, 0.2, 0.1, 0.1])
    just = gains.std(ddof=1) / np.sqrt(4) * 3.182446  # Student's t of three degrees of freedom, 97.5 %
    for shift, headline in ((-1e-6, "It overfits"), (1e-6, "More rows would help")):
        valid = (0.5 + gains - gains.mean() + just + shift).tolist()
        assert verdict(curve_of(before, point(20, [0.9] * 4, valid))).headline == headline


def test_a_best_value_at_the_end_of_the_list_is_told() -> None:
    flat = [point(1, [0.9] * 3, [0.5] * 3), point(2, [0.9] * 3, [0.7] * 3)]
    assert "try beyond it" in verdict(curve_of(*flat, parameter="p")).detail
    same = [point(1, [0.9] * 3, [0.5, 0.6, 0.7]), point(2, [0.9] * 3, [0.6, 0.5, 0.7])]
    said = verdict(curve_of(*same, parameter="p"))
    assert said.headline == "p makes no clear difference"
    assert "no other value clearly worse" in said.detail


def test_the_end_of_the_list_is_told_only_where_the_last_step_still_gained() -> None:
    rising = [point(at, [0.9] * 3, [0.5 + gain] * 3) for at, gain in ((1, 0.0), (2, 0.2), (3, 0.2 + 1e-17))]
    assert "end of the list" not in verdict(curve_of(*rising, parameter="p")).detail


def test_scores_of_noise_seldom_say_something_of_the_model() -> None:
    """Five folds of the same chance at every point, two hundred times."""
    rng = np.random.default_rng(0)
    claims = {"rows": 0, "parameter": 0}
    for _ in range(200):
        noise = [point(at, rng.normal(0.7, 0.1, 5).tolist(), rng.normal(0.7, 0.1, 5).tolist()) for at in (10, 20, 30)]
        claims["rows"] += verdict(curve_of(*noise)).headline in {"It overfits", "More rows would help"}
        claims["parameter"] += verdict(curve_of(*noise, parameter="p")).headline.startswith("Best")
    assert max(claims.values()) <= 20, claims


def test_a_gap_that_the_folds_do_not_confirm_is_no_overfitting() -> None:
    wide = point(20, [1.0, 1.0, 1.0], [0.3, 0.9, 1.0])
    assert (
        verdict(curve_of(point(10, [1.0] * 3, [0.3, 0.9, 1.0]), wide)).headline == "The folds differ too much to tell"
    )


def test_a_value_that_cannot_be_scored_is_told() -> None:
    rows = rows_of(60, 0.1)
    curve = validation_curve(
        rows, candidate("knn"), rows.folds(3), R2, parameter="n_neighbors", values=("1", "5", "1000")
    )
    assert [point.at for point in curve.points] == ["1", "5"]
    assert verdict(curve).detail.endswith("; 1000 could not be scored")


def test_no_score_at_any_point_is_an_error() -> None:
    rows = rows_of(60, 0.1)
    with pytest.raises(FitError, match="at no point"):
        validation_curve(rows, candidate("knn"), rows.folds(3), R2, parameter="n_neighbors", values=("1000", "2000"))
