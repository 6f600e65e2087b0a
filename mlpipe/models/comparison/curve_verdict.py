"""What a learning or a validation curve says, in a sentence: too simple, too supple, too few rows, or right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.models.comparison.fit_curves import CurvePoint, FitCurve

WIDE = 0.1
"""Share of the score that training has to be ahead by, to be called overfitting."""
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
    return _of_parameter(curve) if curve.parameter else _of_rows(curve)


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
    if ahead > max(curve.points[-1].means()[SPREAD], WIDE * max(abs(train), abs(valid))):
        advice = "more rows no longer help much, a simpler or more regularised model may"
        return Verdict(headline="It overfits", detail=f"{told}; {advice}")
    if ahead > curve.points[-1].means()[SPREAD]:
        advice = "neither more rows nor a simpler model promise much"
        return Verdict(headline="It is a little ahead on its own rows", detail=f"{told}; {advice}")
    advice = "if that is too little it underfits: a more flexible model or better columns may help, more rows will not"
    return Verdict(headline="Training and validation agree", detail=f"{told}; {advice}")


def _still_rising(curve: FitCurve) -> bool:
    """Whether the last rows bettered the score."""
    return len(curve.points) > 1 and _beyond_doubt(curve, curve.points[-1], curve.points[-2])


def _beyond_doubt(curve: FitCurve, better: CurvePoint, worse: CurvePoint) -> bool:
    """Whether one point is better in validation, fold by fold, by more than twice the standard error."""
    sign = 1.0 if curve.metric.greater_is_better else -1.0
    gains = sign * (better.valid - worse.valid)
    gains = gains[~np.isnan(gains)]
    if len(gains) < 2:
        return False
    error = float(gains.std(ddof=1)) / np.sqrt(len(gains))
    return bool(gains.mean() > max(2 * error, np.finfo(float).eps))


def _of_parameter(curve: FitCurve) -> Verdict:
    points = curve.points
    train, valid = _goods(curve)
    best = int(np.argmax(valid))
    headline = f"Best at {curve.parameter}={points[best].at}"
    told = [_told(curve, points[best])]
    worse = np.array([i for i, point in enumerate(points) if _beyond_doubt(curve, points[best], point)], dtype=np.intp)
    if not len(worse):
        told.append("between these values nothing changes beyond the spread of the folds")
        return Verdict(headline=headline, detail="; ".join(told))
    for word, places in (
        ("underfits", worse[train[worse] < train[best]]),
        ("overfits", worse[train[worse] >= train[best]]),
    ):
        if len(places):
            worst = points[places[np.argmin(valid[places])]]
            told.append(f"at {worst.at} it {word}: {_told(curve, worst)}")
    if best in {0, len(points) - 1}:
        told.append("the best value stands at an end of the list: try beyond it")
    return Verdict(headline=headline, detail="; ".join(told))


def _told(curve: FitCurve, point: CurvePoint) -> str:
    at = f" from {count_of(int(point.at), 'row')}" if not curve.parameter else ""
    return f"{curve.metric.name} {_number(point, TRAIN)} in training, {_number(point, VALID)} in validation{at}"


def _number(point: CurvePoint, place: int) -> str:
    means = point.means()
    return format_number(means[place], means[SPREAD] or None)
