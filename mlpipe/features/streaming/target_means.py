"""Target means of levels, block by block: those of all training rows, and those that a fold of them took no part in.

Means are drawn to the mean of all rows by empirical Bayes, as `sklearn.preprocessing.TargetEncoder` does it
(Micci-Barreca 2001, doi:10.1145/507533.507538, equations 5 and 6).
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.utils import check_random_state

from mlpipe.features.streaming.levels import count_levels

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from sklearn.model_selection import KFold
    from sklearn.preprocessing import TargetEncoder

    from mlpipe.features.streaming.rows import Stage
    from mlpipe.features.transformers.target_means import TargetMeans

    Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class BlockTarget:
    """The target of training rows, in as little memory as will do.

    Parameters
    ----------
    values : ndarray of shape (n_rows,) or (n_rows, n_targets)
        Numbers; of classes their positions in `classes`.
    classes : ndarray of str or None
        Those that training rows have, in the order of the alphabet.
    """

    values: NDArray[Any]
    classes: NDArray[np.str_] | None = None

    @classmethod
    def of(cls, y: NDArray[Any]) -> BlockTarget:
        """A target as it is encoded."""
        if y.dtype.kind not in "UO":
            return cls(values=y)
        classes, codes = np.unique(y, return_inverse=True)
        return cls(values=codes.astype(np.int32), classes=classes.astype(np.str_))

    def at(self, rows: NDArray[np.int64] | slice) -> NDArray[Any]:
        """The target of some rows, as it is encoded."""
        values: NDArray[Any] = self.values[rows]
        return values if self.classes is None else self.classes[values]

    def columns(self, kind: str) -> list[Callable[[slice], Floats]]:
        """What means are taken of, each as a function of rows: a number, or 0 and 1 for a class."""
        if kind == "continuous":
            columns = self.values if self.values.ndim > 1 else self.values[:, None]
            return [lambda rows, i=i: columns[rows, i].astype(np.float64) for i in range(columns.shape[1])]  # type: ignore[misc]
        assert self.classes is not None
        chosen = [1] if kind == "binary" else range(len(self.classes))
        return [lambda rows, c=c: (self.values[rows] == c).astype(np.float64) for c in chosen]  # type: ignore[misc]


def fold_of_rows(folds: KFold, n_rows: int) -> NDArray[np.int8]:
    """The fold that each row is held out in, as `folds.split` has it, in a byte a row."""
    order = np.arange(n_rows, dtype=np.int32 if n_rows < 2**31 else np.int64)
    check_random_state(folds.random_state).shuffle(order)
    sizes = np.full(folds.n_splits, n_rows // folds.n_splits)
    sizes[: n_rows % folds.n_splits] += 1
    found = np.empty(n_rows, dtype=np.int8)
    found[order] = np.repeat(np.arange(folds.n_splits, dtype=np.int8), sizes)
    return found


class _Sums:
    """Rows, sums and sums of squares by fold and level, about the mean of all rows: of shape (n_folds, n_levels)."""

    def __init__(self, n_folds: int, n_levels: int, centre: float) -> None:
        self._shape, self._centre = (n_folds, n_levels + 1), centre  # the last one is for gaps and unknown levels
        self.rows, self.sums, self.squares = (np.zeros(self._shape) for _ in range(3))

    def add(self, folds: NDArray[np.int8], codes: NDArray[np.int64], values: Floats) -> None:
        """Take the next rows; the code of one without a level is -1."""
        cells = folds.astype(np.int64) * self._shape[1] + codes % self._shape[1]
        apart = values - self._centre
        n_cells, shape = self.rows.size, self._shape
        self.rows += np.bincount(cells, minlength=n_cells).reshape(shape)
        self.sums += np.bincount(cells, apart, minlength=n_cells).reshape(shape)
        self.squares += np.bincount(cells, apart * apart, minlength=n_cells).reshape(shape)

    def means(self, fold: int | None = None) -> tuple[Floats, float]:
        """The mean of each level, drawn to that of all rows, and this one; without the rows of a fold."""
        rows, sums, squares = (
            total.sum(axis=0) - (0 if fold is None else total[fold]) for total in (self.rows, self.sums, self.squares)
        )
        n = rows.sum()
        mean = sums.sum() / n
        variance = max(squares.sum() / n - mean * mean, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            own = sums / rows
            within = np.maximum(squares - rows * own * own, 0.0)
            weight = variance * rows / (variance * rows + within / rows)
            drawn = np.where(np.isnan(weight), mean, weight * own + (1 - weight) * mean)
        return self._centre + drawn[:-1], float(self._centre + mean)


@dataclass(frozen=True, kw_only=True, eq=False)
class CrossFitted:
    """A fitted encoder, and one for each fold that knows no row of it."""

    encoder: Any
    of_fold: tuple[Any, ...]


def fit_target_encoder(
    encoder: TargetEncoder, stage: Stage, target: BlockTarget, folds: NDArray[np.int8]
) -> CrossFitted:
    """As `fit` on all rows, and on all but those of each fold."""
    kind = encoder.target_type
    (fitted,) = _fit(lambda: encoder, stage, target, folds, kind=kind, together=True)
    if kind != "continuous":
        fitted.encoder.classes_ = target.classes
    return fitted


def fit_target_means(means: TargetMeans, stage: Stage, target: BlockTarget, folds: NDArray[np.int8]) -> CrossFitted:
    """As `fit` on all rows, one encoder for each target, and on all but those of each fold."""
    fitted = _fit(means.build_encoder, stage, target, folds, kind="continuous", together=False)
    means.encoders_ = [one.encoder for one in fitted]
    return CrossFitted(
        encoder=means,
        of_fold=tuple(_with(means, [one.of_fold[fold] for one in fitted]) for fold in range(len(fitted[0].of_fold))),
    )


def _fit(
    build: Callable[[], TargetEncoder], stage: Stage, target: BlockTarget, folds: NDArray[np.int8], *, kind: str,
    together: bool,
) -> list[CrossFitted]:  # fmt: skip
    """Encoders of the columns of the target: a single one, or one for each."""
    distinct = count_levels(stage)[1]
    columns = target.columns(kind)
    encoders = [_on_levels(build(), distinct, target, kind) for _ in (columns[:1] if together else columns)]
    categories = encoders[0].categories_[0]
    n_folds = int(folds.max()) + 1
    centres = [float(np.mean(column(slice(None)))) for column in columns]
    sums = [_Sums(n_folds, len(categories), centre) for centre in centres]
    start = 0
    for block in stage.blocks():
        rows = slice(start, start + block.shape[0])
        codes = encoders[0]._transform(block, handle_unknown="ignore", ensure_all_finite="allow-nan")  # noqa: SLF001
        places = np.where(codes[1][:, 0], codes[0][:, 0], -1)
        for total, column in zip(sums, columns, strict=True):
            total.add(folds[rows], places, column(rows))
        start = rows.stop
    shared = [sums] if together else [[total] for total in sums]
    return [
        CrossFitted(
            encoder=_taught(encoder, own, kind, None),
            of_fold=tuple(_taught(copy(encoder), own, kind, fold) for fold in range(n_folds)),
        )
        for encoder, own in zip(encoders, shared, strict=True)
    ]


def _on_levels(encoder: TargetEncoder, distinct: Any, target: BlockTarget, kind: str) -> TargetEncoder:
    """The encoder with its levels, and means still to come."""
    n = max(len(distinct), 2 if target.classes is None else len(target.classes))
    places = np.arange(n) % len(distinct)
    levels = distinct.iloc[places] if isinstance(distinct, pd.DataFrame) else distinct[places]
    some = np.arange(n, dtype=np.float64)
    y = some if kind == "continuous" or target.classes is None else target.classes[np.arange(n) % len(target.classes)]
    fitted: TargetEncoder = encoder.fit(levels, y)
    return fitted


def _taught(encoder: TargetEncoder, sums: list[_Sums], kind: str, fold: int | None) -> TargetEncoder:
    found = [total.means(fold) for total in sums]
    encoder.encodings_ = [means for means, _ in found]
    several = np.array([mean for _, mean in found])
    encoder.target_mean_ = several if kind == "multiclass" else several[0]
    return encoder


def _with(means: TargetMeans, encoders: list[TargetEncoder]) -> TargetMeans:
    changed = copy(means)
    changed.encoders_ = encoders
    return changed
