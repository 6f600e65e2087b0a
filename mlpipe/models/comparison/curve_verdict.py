"""What a learning or a validation curve says, in a sentence: too simple, too supple, too few rows, or right.

Nothing is claimed that folds could show by chance: differences are tested fold by fold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from mlpipe.words.lists import count_of, listed
from mlpipe.words.numbers import format_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.models.comparison.fit_curves import CurvePoint, FitCurve

WIDE = 0.1
"""Share of the score that training has to be ahead by, to be called overfitting."""
CHANCE = 0.05
"""How often folds alone may make a difference that is called one."""
TRAIN, VALID, SPREAD = 0, 2, 3
"""Places in `CurvePoint.means`."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a curve says: in a few words, and the numbers behind them."""

    headline: str
    detail: str

    @property
    def sentence(self) -> str:
        """All of it."""
        return f"{self.headline}: {self.detail}"


def verdict(curve: FitCurve) -> Verdict:
    """What a curve says of over- and underfitting."""
    said = _of_parameter(curve) if curve.parameter else _of_rows(curve)
    if not curve.left_out:
        return said
    return replace(said, detail=f"{said.detail}; {listed(curve.left_out)} could not be scored")


def _goods(curve: FitCurve) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean scores in training and in validation, the larger the better."""
    sign = 1.0 if curve.metric.greater_is_better else -1.0
    means = np.array([point.means() for point in curve.points])
    return sign * means[:, 0], sign * means[:, 2]


def _of_rows(curve: FitCurve) -> Verdict:
    train, valid = (float(values[-1]) for values in _goods(curve))
    told = _told(curve, curve.points[-1])
    ahead = train - valid
    if _still_rising(curve):
        before, now = (_number(point, VALID) for point in curve.points[-2:])
        grew = f"with the last of them {curve.metric.name} went from {before} to {now} in validation"
        return Verdict(headline="More rows would help", detail=f"{grew}; {told}")
    wide = ahead > WIDE * max(abs(train), abs(valid))
    clear = ahead > curve.points[-1].means()[SPREAD] and _is_ahead(curve, curve.points[-1])
    if clear and wide:
        advice = "more rows no longer help much, a simpler or more regularised model may"
        return Verdict(headline="It overfits", detail=f"{told}; {advice}")
    if clear:
        advice = "neither more rows nor a simpler model promise much"
        return Verdict(headline="It is a little ahead on its own rows", detail=f"{told}; {advice}")
    if wide:
        return Verdict(
            headline="The folds differ too much to tell", detail=f"{told}; more folds or more rows would tell"
        )
    advice = "if that is too little it underfits: a more flexible model or better columns may help, more rows will not"
    return Verdict(headline="Training and validation agree", detail=f"{told}; {advice}")


def _still_rising(curve: FitCurve) -> bool:
    """Whether the last rows bettered the score."""
    return len(curve.points) > 1 and _is_better(curve, curve.points[-1], curve.points[-2])


def _is_better(curve: FitCurve, better: CurvePoint, worse: CurvePoint, *, among: int = 1) -> bool:
    """Whether one point is better in validation than another, `among` so many that it might have been."""
    return _beyond_chance(curve, better.valid - worse.valid, among=among)


def _is_ahead(curve: FitCurve, point: CurvePoint) -> bool:
    """Whether training is ahead of validation."""
    return _beyond_chance(curve, point.train - point.valid)


def _beyond_chance(curve: FitCurve, gains: NDArray[np.float64], *, among: int = 1) -> bool:
    """Whether scores are better by more than the spread of their differences over the folds explains (paired t test).

    Few folds know their own spread badly: two standard errors of three folds are nothing. The best of many seems
    better than the others by chance alone (Bonferroni's correction).
    """
    gains = gains[~np.isnan(gains)] if curve.metric.greater_is_better else -gains[~np.isnan(gains)]
    if len(gains) < 2:
        return False
    error = float(gains.std(ddof=1)) / np.sqrt(len(gains))
    least = float(stats.t.ppf(1 - CHANCE / 2 / among, len(gains) - 1)) * error
    return bool(gains.mean() > max(least, np.finfo(float).eps))


def _of_parameter(curve: FitCurve) -> Verdict:
    points, valid = curve.points, _goods(curve)[1]
    best = int(np.argmax(valid))
    told = [_told(curve, points[best])]
    others = max(len(points) - 1, 1)
    worse = [i for i, point in enumerate(points) if _is_better(curve, points[best], point, among=others)]
    if not worse:
        told.append(f"at {points[best].at}, and at no other value clearly worse than the folds differ")
        return Verdict(headline=f"{curve.parameter} makes no clear difference", detail=" ".join(told))
    simple = {i for i in worse if _beyond_chance(curve, points[best].train - points[i].train)}
    for word, places in (("underfits", simple), ("overfits", set(worse) - simple)):
        if places:
            worst = points[min(places, key=lambda i: valid[i])]
            told.append(f"at {worst.at} it {word}: {_told(curve, worst)}")
    if (best == 0 and 1 in worse) or (best == len(points) - 1 and best - 1 in worse):
        told.append("the best value stands at an end of the list: try beyond it")
    return Verdict(headline=f"Best at {curve.parameter}={points[best].at}", detail="; ".join(told))


def _told(curve: FitCurve, point: CurvePoint) -> str:
    at = f" from {count_of(int(point.at), 'row')}" if not curve.parameter else ""
    return f"{curve.metric.name} {_number(point, TRAIN)} in training, {_number(point, VALID)} in validation{at}"


def _number(point: CurvePoint, place: int) -> str:
    means = point.means()
    return format_number(means[place], means[SPREAD] or None)
