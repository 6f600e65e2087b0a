"""Fitting a preprocessor on rows that come in blocks, step by step, column group by column group."""

from __future__ import annotations

import warnings
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)

from mlpipe.features.preprocessor.transform import QuickTransform
from mlpipe.features.streaming.levels import fit_counts, fit_one_hot, fit_ordinal
from mlpipe.features.streaming.numbers import (
    fit_by_parts,
    fit_clipper,
    fit_dates,
    fit_equal_weight,
    fit_imputer,
    fit_on_head,
    fit_robust,
)
from mlpipe.features.streaming.rows import BLOCK_ROWS, FrameRows, Stage, joined, taken
from mlpipe.features.streaming.target_means import (
    BlockTarget,
    CrossFitted,
    fit_target_encoder,
    fit_target_means,
    fold_of_rows,
)
from mlpipe.features.transformers.clipper import Clipper
from mlpipe.features.transformers.count_encoder import CountEncoder
from mlpipe.features.transformers.date_parts import DateParts
from mlpipe.features.transformers.equal_weight import EqualWeight
from mlpipe.features.transformers.target_means import TargetMeans
from mlpipe.features.transformers.time_parts import TimeParts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd
    from numpy.typing import NDArray
    from sklearn.compose import ColumnTransformer

    from mlpipe.features.preprocessor.matrix import Matrix
    from mlpipe.features.streaming.rows import Rows

HEAD_ROWS = 1_000
"""Rows that show the width of what each branch makes."""


@dataclass(frozen=True, kw_only=True, eq=False)
class BlockFit:
    """A preprocessor that was fitted block by block.

    Parameters
    ----------
    folds : ndarray of shape (n_rows,) or None
        Where target means stand for levels: the fold whose means a training row gets.
    of_fold : tuple of Pipeline
        The preprocessor with the means that each fold took no part in.
    sampled : int or None
        Rows that some step was fitted on, where it could not see all.
    """

    preprocessor: Pipeline
    folds: NDArray[np.int8] | None
    of_fold: tuple[Pipeline, ...]
    sampled: int | None

    def training_blocks(self, rows: Rows) -> Iterator[Matrix]:
        """What `fit_transform` would have given, block after block: target means are cross-fitted."""
        step, start = _in_folds(self.preprocessor, self.of_fold, self.folds), 0
        for frame in rows.frames(rows.names):
            yield step(frame, start)
            start += len(frame)


def fit_in_blocks(preprocessor: Pipeline, rows: Rows, target: BlockTarget, *, seed: int) -> BlockFit:
    """Fit what `build_preprocessor` built.

    Means, deviations, extremes, quantiles, levels and target means are those of all rows; what cannot be had from
    blocks is fitted on rows held at once, a sample of them where there are more than `rows` allows.
    """
    fit = _Fit(rows, target, seed)
    columns = fit.columns(preprocessor["columns"])
    parts: list[tuple[str, Any]] = [("columns", columns)]
    stage = fit.stage(tuple(columns.feature_names_in_)).then(
        _in_folds(Pipeline(parts), tuple(Pipeline([("columns", one)]) for one in fit.columns_of_folds), fit.folds)
    )
    for name, step in preprocessor.steps[1:]:
        fitted = fit.step(clone(step), stage)
        parts.append((name, fitted))
        stage = stage.then(_apply(fitted))
    return BlockFit(
        preprocessor=Pipeline(parts),
        folds=fit.folds,
        of_fold=tuple(Pipeline([("columns", one), *parts[1:]]) for one in fit.columns_of_folds),
        sampled=min(fit.sampled, default=None),
    )


def fit_transform(preprocessor: Pipeline, X: pd.DataFrame, y: NDArray[Any], *, seed: int) -> tuple[Pipeline, Matrix]:
    """Fit on rows in memory: many of them in blocks, so that they give what rows on disk would, to the last bit."""
    if len(X) <= BLOCK_ROWS:
        matrix = preprocessor.fit_transform(X, y)
        return preprocessor, matrix.tocsr() if sparse.issparse(matrix) else np.ascontiguousarray(matrix)
    rows = FrameRows(X=X)
    fitted = fit_in_blocks(preprocessor, rows, BlockTarget.of(y), seed=seed)
    return fitted.preprocessor, joined(list(fitted.training_blocks(rows)))


def _apply(fitted: Any) -> Callable[[Any, int], Any]:
    return lambda block, _: fitted.transform(block)


def _in_folds(
    whole: Pipeline, of_fold: tuple[Pipeline, ...], folds: NDArray[np.int8] | None
) -> Callable[[pd.DataFrame, int], Matrix]:
    """Transform training rows, each by the preprocessor that knows nothing of its fold."""
    quick = [QuickTransform(one) for one in of_fold or (whole,)]
    if folds is None:
        return lambda frame, _: quick[0].transform(frame)

    def step(frame: pd.DataFrame, start: int) -> Matrix:
        held_out = folds[start : start + len(frame)]
        return _each_fold(frame, held_out, [one.transform for one in quick])

    return step


def _each_fold(block: Any, held_out: NDArray[np.int8], transforms: list[Callable[[Any], Any]]) -> Any:
    """Rows, each by the transform of its fold."""
    places = [np.flatnonzero(held_out == fold) for fold in range(len(transforms))]
    made = [
        transform(next(taken(iter([block]), rows)))
        for transform, rows in zip(transforms, places, strict=True)
        if len(rows)
    ]
    return joined(made)[np.argsort(np.concatenate(places), kind="stable")]


class _Fit:
    """One fit: the rows, and what has been learnt of folds on the way."""

    def __init__(self, rows: Rows, target: BlockTarget, seed: int) -> None:
        self._rows, self._target, self._seed = rows, target, seed
        self.folds: NDArray[np.int8] | None = None
        self.columns_of_folds: tuple[ColumnTransformer, ...] = ()
        self.sampled: list[int] = []
        self._cross: dict[int, CrossFitted] = {}

    def stage(self, names: tuple[str, ...]) -> Stage:
        """Columns as they came."""
        return Stage(rows=self._rows, names=names, seed=self._seed, sampled=self.sampled)

    def columns(self, unfitted: ColumnTransformer) -> ColumnTransformer:
        """Fit every branch, and put them together."""
        fitted = [
            (name, branch if branch == "passthrough" else self.step(clone(branch), self.stage(tuple(names))), names)
            for name, branch, names in unfitted.transformers
        ]
        head = next(self._rows.frames(self._rows.names)).iloc[:HEAD_ROWS]
        whole = _assembled(unfitted, fitted, head)
        if self.folds is not None:
            n_folds = len(next(iter(self._cross.values())).of_fold)
            self.columns_of_folds = tuple(self._of_fold(whole, fold) for fold in range(n_folds))
        return whole

    def _of_fold(self, whole: ColumnTransformer, fold: int) -> ColumnTransformer:
        made = copy(whole)
        made.transformers_ = [(name, self._swapped(branch, fold), names) for name, branch, names in whole.transformers_]
        return made

    def _swapped(self, branch: Any, fold: int) -> Any:
        """A branch with the means of one fold."""
        if id(branch) in self._cross:
            return self._cross[id(branch)].of_fold[fold]
        if isinstance(branch, Pipeline):
            return Pipeline([(name, self._swapped(step, fold)) for name, step in branch.steps])
        if isinstance(branch, FeatureUnion):
            return FeatureUnion([(name, self._swapped(part, fold)) for name, part in branch.transformer_list])
        return branch

    def step(self, transformer: Any, stage: Stage) -> Any:
        """Fit one transformer, or those that it is made of."""
        if isinstance(transformer, Pipeline):
            return self._pipeline(transformer, stage)
        if isinstance(transformer, FeatureUnion):
            transformer.transformer_list = [
                (name, self.step(part, stage)) for name, part in transformer.transformer_list
            ]
            return transformer
        if isinstance(transformer, (TargetEncoder, TargetMeans)):
            return self._target_means(transformer, stage)
        fit = _BY_BLOCKS.get(type(transformer))
        return self._at_once(transformer, stage) if fit is None else fit(transformer, stage)

    def _pipeline(self, pipeline: Pipeline, stage: Stage) -> Pipeline:
        for i, (name, step) in enumerate(pipeline.steps):
            fitted = self.step(step, stage)
            pipeline.steps[i] = (name, fitted)
            stage = stage.then(self._training_step(fitted))
        return pipeline

    def _training_step(self, fitted: Any) -> Callable[[Any, int], Any]:
        """What the step makes of training rows."""
        cross = self._cross.get(id(fitted))
        if cross is None:
            return _apply(fitted)

        def step(block: Any, start: int) -> Any:
            assert self.folds is not None
            held_out = self.folds[start : start + block.shape[0]]
            return _each_fold(block, held_out, [one.transform for one in cross.of_fold])

        return step

    def _target_means(self, encoder: Any, stage: Stage) -> Any:
        if self.folds is None:
            self.folds = fold_of_rows(encoder.cv, self._rows.n_rows)
        fit = fit_target_means if isinstance(encoder, TargetMeans) else fit_target_encoder
        cross = fit(encoder, stage, self._target, self.folds)
        self._cross[id(cross.encoder)] = cross
        return cross.encoder

    def _at_once(self, transformer: Any, stage: Stage) -> Any:
        X, chosen = stage.gathered()
        y = self._target.at(slice(None) if chosen is None else chosen)
        return transformer.fit(X, y)


_BY_BLOCKS: dict[type, Callable[[Any, Stage], Any]] = {
    SimpleImputer: fit_imputer,
    StandardScaler: fit_by_parts,
    MinMaxScaler: fit_by_parts,
    MaxAbsScaler: fit_by_parts,
    RobustScaler: fit_robust,
    Clipper: fit_clipper,
    EqualWeight: fit_equal_weight,
    MissingIndicator: fit_on_head,
    DateParts: fit_dates,
    TimeParts: fit_on_head,
    PolynomialFeatures: fit_on_head,
    OneHotEncoder: fit_one_hot,
    OrdinalEncoder: fit_ordinal,
    CountEncoder: fit_counts,
}


def _assembled(
    unfitted: ColumnTransformer, fitted: list[tuple[str, Any, Any]], head: pd.DataFrame
) -> ColumnTransformer:
    """The branches as if the transformer of columns had fitted them itself."""
    frozen = [(name, b if b == "passthrough" else FrozenEstimator(b), names) for name, b, names in fitted]
    whole = clone(unfitted).set_params(transformers=frozen)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        whole.fit(head)
    whole.transformers_ = [(name, getattr(b, "estimator", b), names) for name, b, names in whole.transformers_]
    whole.transformers = unfitted.transformers
    return whole
