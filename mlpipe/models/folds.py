"""Dividing the training rows for cross-validation, so that no fold sees what it is scored on."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

from mlpipe.data.splitting.iterative import deal_labels
from mlpipe.errors import DataError
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Fold:
    """Row numbers to fit on and to score on; disjoint."""

    number: int
    train: NDArray[np.intp]
    valid: NDArray[np.intp]


def choose_folds(
    n_rows: int,
    *,
    strata: NDArray[Any] | None,
    n_folds: int,
    seed: int,
    groups: NDArray[Any] | None = None,
    copies: NDArray[np.int64] | None = None,
    order: NDArray[Any] | None = None,
) -> list[Fold]:
    """Divide rows into folds: by time if there is an `order`, by whole groups if there are any, else stratified.

    A row with more copies than a fold has rows is learnt from in every fold and scored in none, as `split` keeps it in
    training. Otherwise one fold would be scored on little else, by models that never saw the bulk of the table.

    Parameters
    ----------
    strata : ndarray of shape (n_rows,) or (n_rows, n_labels), or None
        What is kept in proportion, such as the classes; of labels, each of them.
    groups : ndarray of shape (n_rows,), optional
        Rows that share a value are never on both sides of a fold.
    copies : ndarray of shape (n_rows,), optional
        Rows that share a number are identical: without groups, they are never on both sides of a fold.
    order : ndarray of shape (n_rows,), optional
        Time of each row: every fold is scored on rows later than those it was fitted on.

    Raises
    ------
    DataError
        Where rows or groups are fewer than the folds.
    """
    if order is not None:
        return _by_time(order, n_folds)
    if strata is not None and strata.ndim == 2:
        return _by_labels(strata, copies if groups is None else groups, n_folds=n_folds, seed=seed)
    if groups is None and copies is not None:
        dealt = _dealt_rows(copies, strata, n_folds=n_folds)
        always = np.setdiff1d(np.arange(n_rows), dealt)
        inner_strata = None if strata is None else strata[dealt]
        inner = choose_folds(len(dealt), strata=inner_strata, n_folds=n_folds, seed=seed, groups=copies[dealt])
        return [
            Fold(number=fold.number, train=np.union1d(dealt[fold.train], always), valid=dealt[fold.valid])
            for fold in inner
        ]
    units, of_what = (n_rows, "rows") if groups is None else (len(np.unique(groups)), "groups of rows")
    if units < n_folds:
        raise _too_few(n_folds, units, of_what)
    if strata is not None:
        largest = int(np.unique(strata, return_counts=True)[1].max())
        if largest < n_folds:
            raise _too_few(n_folds, largest, "rows of a class")
    splitter = _splitter(n_folds, seed, stratified=strata is not None, grouped=groups is not None)
    with warnings.catch_warnings():
        # A class with fewer members than folds is no error: it is scored in the folds that have it.
        warnings.filterwarnings("ignore", message="The least populated class", category=UserWarning)
        pairs = list(splitter.split(np.zeros(n_rows), strata, groups))
    return [Fold(number=i, train=train, valid=valid) for i, (train, valid) in enumerate(pairs)]


def _by_labels(labels: NDArray[Any], together: NDArray[Any] | None, *, n_folds: int, seed: int) -> list[Fold]:
    """Every label in proportion in every fold, by iterative stratification of the units that stay together."""
    units = np.arange(len(labels)) if together is None else np.unique(together, return_inverse=True)[1]
    sizes = np.bincount(units)
    if len(sizes) < n_folds:
        raise _too_few(n_folds, len(sizes), "rows" if together is None else "groups of rows")
    counts = np.zeros((len(sizes), labels.shape[1]), dtype=np.int64)
    np.add.at(counts, units, labels)
    dealt = deal_labels(counts, sizes, [1 / n_folds] * n_folds, np.random.default_rng(seed))[units]
    return [Fold(number=i, train=np.flatnonzero(dealt != i), valid=np.flatnonzero(dealt == i)) for i in range(n_folds)]


def _splitter(n_folds: int, seed: int, *, stratified: bool, grouped: bool) -> Any:
    splitters = {
        (True, True): StratifiedGroupKFold,
        (True, False): StratifiedKFold,
        (False, True): GroupKFold,
        (False, False): KFold,
    }
    return splitters[stratified, grouped](n_splits=n_folds, shuffle=True, random_state=seed)


def _dealt_rows(copies: NDArray[np.int64], strata: NDArray[Any] | None, *, n_folds: int) -> NDArray[np.intp]:
    """Rows that can be scored: those whose copies fit into a fold, or all if these say too little of the table."""
    _, code, sizes = np.unique(copies, return_inverse=True, return_counts=True)
    fitting = np.flatnonzero(sizes[code] * n_folds <= len(copies))
    telling = 2 * len(fitting) >= len(copies) and len(np.unique(copies[fitting])) >= n_folds
    if strata is not None:
        per_class = np.unique(strata[fitting], return_counts=True)[1]
        telling = telling and len(per_class) == len(np.unique(strata)) and int(per_class.max()) >= n_folds
    return fitting if telling else np.arange(len(copies))


def _too_few(folds: int, available: int, of_what: str) -> DataError:
    return DataError(
        f"{folds} folds need at least {folds} {of_what}; there are {available}.",
        where="training rows",
        remedy=ways(f"Give {param('cv', max(2, available))} or fewer", "more data"),
    )


def _by_time(order: NDArray[Any], n_folds: int) -> list[Fold]:
    """Expanding windows over the distinct times, so that ties stay together."""
    times, position = np.unique(order, return_inverse=True)
    if len(times) <= n_folds:
        raise _too_few(n_folds, len(times) - 1, "points in time after the first")
    blocks = np.array_split(np.arange(len(times)), n_folds + 1)
    return [
        Fold(number=i, train=np.flatnonzero(position < block[0]), valid=np.flatnonzero(np.isin(position, block)))
        for i, block in enumerate(blocks[1:])
    ]
