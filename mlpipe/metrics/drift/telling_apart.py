"""A classifier that tells old rows from new: what moves between columns shows there, though every column stays.

Where it does no better than a coin on rows that it has not seen, nothing that it can learn has moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr, ndtri

from mlpipe.metrics.ranking import area_by_ranks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST_ROWS = 4_000
"""Rows of each side that the classifier is fitted on: more make it slower, and hardly surer."""
LEAST_ROWS = 20
FOLDS = 5
TIMES_THE_OTHER = 4
"""Rows of the larger side for one of the smaller: more of them hardly make the area surer."""
LEVEL_TOLD = 0.05
"""P-value from which the columns that tell are looked for."""
_LEVEL = 0.95


@dataclass(frozen=True, kw_only=True)
class ToldApart:
    """How well new rows are told from old ones.

    Parameters
    ----------
    auc, low, high : float
        Area under the ROC curve on rows that the classifier was not fitted on, 0.5 for a coin; with its interval.
    p_value : float
        The chance of such an area where nothing moved.
    by : tuple of (str, float)
        Columns without which the area falls most, and how far; none where the area may be chance.
    """

    auc: float
    low: float
    high: float
    p_value: float
    by: tuple[tuple[str, float], ...] = ()

    @property
    def copied(self) -> bool:
        """Whether it does worse than a coin: rows of one side stand on the other, and it learns them by heart there."""
        return self.high < 0.5


def tell_apart(old: Floats, new: Floats, names: tuple[str, ...], *, seed: int) -> ToldApart | None:
    """Fit the classifier in folds; None where there are too few rows.

    Parameters
    ----------
    old, new : ndarray of shape (n_rows, n_columns)
        Numbers, NaN where missing.

    References
    ----------
    D. Lopez-Paz and M. Oquab, "Revisiting classifier two-sample tests", 2017.
    """
    rng = np.random.default_rng(seed)
    sides = _sides(old, new, rng)
    if min(len(side) for side in sides) < LEAST_ROWS or not names:
        return None
    X = np.concatenate(sides)
    y = np.repeat([0, 1], [len(side) for side in sides])
    folds = np.concatenate([rng.permutation(len(side)) % FOLDS for side in sides])
    insides = [folds == fold for fold in range(FOLDS)]
    fits = [build_classifier(seed).fit(X[~inside], y[~inside]) for inside in insides]
    areas = [
        area_by_ranks(fitted.decision_function(X[inside]), y[inside] == 1)
        for fitted, inside in zip(fits, insides, strict=True)
    ]
    auc = float(np.mean(areas))
    n_old, n_new = (len(side) for side in sides)
    chance = float(np.sqrt((n_old + n_new + 1) / (12 * n_old * n_new)))
    reach = float(ndtri((1 + _LEVEL) / 2)) * _error(auc, n_old, n_new)
    p_value = float(ndtr((0.5 - auc) / chance))
    falls = _falls(fits[0], X[insides[0]], y[insides[0]], rng, area=areas[0]) if p_value <= LEVEL_TOLD else []
    order = np.argsort([-fall for fall in falls], kind="stable")[:3]
    return ToldApart(
        auc=auc,
        low=max(0.0, auc - reach),
        high=min(1.0, auc + reach),
        p_value=p_value,
        by=tuple((names[i], falls[i]) for i in order if falls[i] > 0),
    )


def density_ratio(old: Floats, new: Floats, at: Floats, *, seed: int) -> Floats:
    """How much more frequent rows like those of `at` are among the new ones than among the old ones.

    References
    ----------
    S. Bickel, M. Brueckner and T. Scheffer, "Discriminative learning under covariate shift", 2009.
    """
    rng = np.random.default_rng(seed)
    sides = _sides(old, new, rng)
    y = np.repeat([0, 1], [len(side) for side in sides])
    fitted = build_classifier(seed).fit(np.concatenate(sides), y)
    ratio: Floats = np.exp(fitted.decision_function(at)) * len(sides[0]) / len(sides[1])
    return ratio


def build_classifier(seed: int) -> Any:
    """A small boosted forest: it takes gaps, scales and relations between columns as they come."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # takes half a second to load

    return HistGradientBoostingClassifier(
        max_iter=60, learning_rate=0.1, max_leaf_nodes=15, min_samples_leaf=10, early_stopping=False,
        max_features=0.5, random_state=seed,
    )  # fmt: skip


def _sides(old: Floats, new: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    most = min(MOST_ROWS, max(MOST_ROWS // TIMES_THE_OTHER, TIMES_THE_OTHER * min(len(old), len(new))))
    return _drawn(old, most, rng), _drawn(new, most, rng)


def _drawn(rows: Floats, most: int, rng: np.random.Generator) -> Floats:
    return rows if len(rows) <= most else rows[np.sort(rng.choice(len(rows), most, replace=False))]


def _falls(fitted: Any, X: Floats, y: NDArray[np.int64], rng: np.random.Generator, *, area: float) -> list[float]:
    """How far the area falls where a column's cells are dealt out anew."""
    falls = []
    for place in range(X.shape[1]):
        dealt = X.copy()
        dealt[:, place] = rng.permutation(dealt[:, place])
        falls.append(area - area_by_ranks(fitted.decision_function(dealt), y == 1))
    return falls


def _error(auc: float, n_old: int, n_new: int) -> float:
    """Standard error of an area (Hanley and McNeil 1982)."""
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (n_new - 1) * (q1 - auc**2) + (n_old - 1) * (q2 - auc**2)
    return float(np.sqrt(max(spread, 0.0) / (n_old * n_new)))
