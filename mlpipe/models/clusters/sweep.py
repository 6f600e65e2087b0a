"""How many clusters: one clustering for each number in a range, of one model or several, and the best of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from mlpipe.errors import DataError, UsageError
from mlpipe.metrics.clustering.quality import silhouette
from mlpipe.metrics.clustering.sums import calinski_harabasz, davies_bouldin
from mlpipe.models.clusters.finding import Finder, Found
from mlpipe.words.lists import count_of, either
from mlpipe.words.numbers import format_number
from mlpipe.words.parameters import param
from mlpipe.words.progress import silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.features.preprocessor.feature import Feature
    from mlpipe.metrics.clustering.clustered_rows import ClusteredRows
    from mlpipe.models.clusters.search_rows import SearchRows
    from mlpipe.models.fitting import ModelChoice
    from mlpipe.words.progress import Tell

Criterion = Literal["silhouette", "calinski_harabasz", "davies_bouldin", "bic"]
LESS_IS_BETTER: frozenset[Criterion] = frozenset({"davies_bouldin", "bic"})
USUAL_RANGE = (2, 10)


@dataclass(frozen=True, kw_only=True)
class Tried:
    """One clustering and its scores; `None` where there is none, as for one cluster.

    Parameters
    ----------
    k : int
        Clusters asked for, or found where the model needs no number.
    inertia : float
        Squared distances to the centres of the clusters, added up.
    """

    model: str
    k: int
    inertia: float
    silhouette: float | None
    calinski_harabasz: float | None
    davies_bouldin: float | None
    bic: float | None

    def score(self, criterion: Criterion) -> float | None:
        """The score that is chosen by."""
        value: float | None = getattr(self, criterion)
        return value


@dataclass(frozen=True, kw_only=True, eq=False)
class Sweep:
    """What was tried, and what was taken.

    Parameters
    ----------
    tried : tuple of Tried
    chosen : int
        The place of the one taken.
    found : Found
        That one.
    finder : Finder
        What found it.
    notes : tuple of str
    """

    criterion: Criterion
    tried: tuple[Tried, ...]
    chosen: int
    found: Found
    finder: Finder
    notes: tuple[str, ...]

    @property
    def best(self) -> Tried:
        """The one taken."""
        return self.tried[self.chosen]

    def of_model(self, model: str) -> tuple[Tried, ...]:
        """What was tried of one model, by rising number of clusters."""
        return tuple(one for one in self.tried if one.model == model)

    @property
    def reason(self) -> str:
        """Why this one was taken, in a sentence; empty where there was no choice."""
        value = self.best.score(self.criterion)
        others = [one for i, one in enumerate(self.tried) if i != self.chosen and one.score(self.criterion) is not None]
        if value is None or not others:
            return ""
        sign = 1 if self.criterion in LESS_IS_BETTER else -1
        second = min(others, key=lambda one: (sign * (one.score(self.criterion) or 0.0), one.k))
        end = "lowest" if sign > 0 else "highest"
        several = len({one.model for one in self.tried}) > 1
        names = (f"{one.model} with " if several else "" for one in (self.best, second))
        first, runner_up = _told_apart(value, second.score(self.criterion))
        return (
            f"{next(names)}{count_of(self.best.k, 'cluster')} {either(1 if several else 2, 'has', 'have')} the {end} "
            f"{self.criterion}, {first}; next comes {next(names)}{second.k} with {runner_up}"
        )


def _told_apart(first: float, second: float | None) -> tuple[str, str]:
    """Two numbers with as many digits as tell them apart, three at least."""
    digits = 3
    while digits < 8 and format_number(first, digits=digits) == format_number(second, digits=digits):
        digits += 1
    return format_number(first, digits=digits), format_number(second, digits=digits)


def sweep(
    choices: Sequence[ModelChoice],
    rows: SearchRows,
    features: Sequence[Feature],
    *,
    asked: tuple[int, int] | None,
    criterion: Criterion,
    seed: int,
    watch: Tell = silent,
) -> Sweep:
    """Try every number of clusters with every model, and take the best.

    Parameters
    ----------
    asked : (int, int), optional
        Fewest and most clusters, both included; by default 2 to 10, or as many as there are different rows.
    watch : function, optional
        Is told how far the work is.

    Raises
    ------
    DataError
        Where all rows are the same.
    UsageError
        Where more clusters are asked for than there are different rows.
    FitError
        Where an estimator fails.
    """
    numbers, notes = _numbers(rows, asked)
    tried: list[Tried] = []
    best: tuple[float, int, Found, Finder] | None = None
    for choice in choices:
        finder = Finder(choice, rows, features)
        notes += [finder.note] if finder.note else []
        for n_clusters in numbers if choice.spec.count else [None]:
            several = "as many clusters as there are" if n_clusters is None else count_of(n_clusters, "cluster")
            watch(len(tried) / (len(choices) * len(numbers)), f"{choice.spec.name} with {several}")
            found = finder.find(n_clusters)
            notes += [note for note in found.notes if note not in notes]
            tried.append(_judge(found, rows.clustered(found.clusters), n_clusters, seed))
            rank = _rank(tried[-1], criterion)
            if best is None or rank < best[0]:
                best = rank, len(tried) - 1, found, finder
    assert best is not None
    return Sweep(
        criterion=criterion, tried=tuple(tried), chosen=best[1], found=best[2], finder=best[3], notes=tuple(notes)
    )


def _rank(one: Tried, criterion: Criterion) -> float:
    """Smaller is better."""
    value = one.score(criterion)
    return np.inf if value is None else value if criterion in LESS_IS_BETTER else -value


def _judge(found: Found, rows: ClusteredRows, n_clusters: int | None, seed: int) -> Tried:
    return Tried(
        model=found.choice.spec.name,
        k=found.n_clusters if n_clusters is None else n_clusters,
        inertia=rows.sums.within,
        silhouette=silhouette(rows.paired(seed)),
        calinski_harabasz=calinski_harabasz(rows.sums),
        davies_bouldin=davies_bouldin(rows.sums),
        bic=found.bic,
    )


def _numbers(rows: SearchRows, asked: tuple[int, int] | None) -> tuple[list[int], list[str]]:
    """The numbers of clusters to try, and what to say of them."""
    low, high = asked or USUAL_RANGE
    n_distinct = _count_distinct(rows, enough=high)
    if n_distinct < 2:
        raise DataError(
            f"All {count_of(rows.n_rows, 'training row')} are the same: there is nothing to put into clusters.",
            remedy="Add rows or columns that differ.",
        )
    if low > n_distinct:
        different = count_of(n_distinct, "different row")
        raise UsageError(
            f"{param('k', _range(low, high))} asks for more clusters than there are rows: {different} to learn from.",
            remedy=f"Give fewer, such as {param('k', min(5, n_distinct))}.",
        )
    notes = []
    if high > n_distinct:
        notes = [f"no more than {count_of(n_distinct, 'cluster')} are tried: there are no more different rows"]
    return list(range(low, min(high, n_distinct) + 1)), notes


def _count_distinct(rows: SearchRows, *, enough: int) -> int:
    """How many rows differ; as many as are enough, or more, where they do not all have to be looked at."""
    seen = pd.DataFrame()
    for X in rows.blocks():
        seen = pd.concat([seen, pd.DataFrame(X)]).drop_duplicates()
        if len(seen) >= enough:
            break
    return len(seen)


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}:{high}"
