"""The figures of a preparation, by name, as PNG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd
from scipy import sparse

from mlpipe.features.outliers import dropping_fences
from mlpipe.features.preprocessor.matrix import plain_array
from mlpipe.features.transformers.components import Components
from mlpipe.metrics.describing.drawn_rows import choose_rows
from mlpipe.plots.drawn import Figures, render_figures
from mlpipe.plots.fonts import choose_look
from mlpipe.plots.missing import draw_missing_pattern
from mlpipe.plots.preparation.components import DrawnRows, draw_resampled
from mlpipe.plots.preparation.resampling import draw_class_counts
from mlpipe.plots.preparation.scaling import draw_scaling
from mlpipe.plots.preparation.variance import draw_explained_variance
from mlpipe.target import classes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure
    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

    from mlpipe.data.schema import DataContext
    from mlpipe.features.plan.plan import Plan
    from mlpipe.features.preprocessor.feature import Feature
    from mlpipe.features.preprocessor.matrix import Matrix
    from mlpipe.features.resampling.resampled import Resampled
    from mlpipe.features.transformers.clipper import Clipper
    from mlpipe.models.fitting import FittedPlan
    from mlpipe.plots.fonts import Look

SAMPLED_ROWS = 20_000
"""Most rows of which a distribution or a pattern is drawn."""
DRAWN_ROWS = 2_000


@dataclass(frozen=True, kw_only=True)
class Training:
    """The training rows, raw and as the plan left them.

    Parameters
    ----------
    n_rows, n_learnt : int
        Training rows, and those of them that were learnt from: fewer where outliers are dropped.
    sample : DataFrame
        Raw rows, those of `spaced_rows(n_rows)`.
    before, after : DataFrame, Matrix
        Rows that were learnt from, those of `spaced_rows(n_learnt)`: raw, and as the plan left them.
    dropping : tuple of (str, Clipper)
        The fences of columns whose outliers are dropped.
    """

    plan: Plan
    preprocessor: Pipeline
    features: tuple[Feature, ...]
    n_rows: int
    n_learnt: int
    sample: pd.DataFrame
    before: pd.DataFrame
    after: Matrix
    dropping: tuple[tuple[str, Clipper], ...] = ()
    resampled: Resampled | None = None

    @classmethod
    def of(cls, plan: Plan, X: pd.DataFrame, fitted: FittedPlan, resampled: Resampled | None) -> Self:
        """Of rows that are all in memory."""
        chosen = spaced_rows(len(fitted.rows))
        return cls(
            plan=plan,
            preprocessor=fitted.preprocessor,
            features=fitted.features,
            n_rows=len(X),
            n_learnt=len(fitted.rows),
            sample=X.iloc[spaced_rows(len(X))],
            before=X.iloc[fitted.rows[chosen]],
            after=fitted.X[chosen],
            dropping=tuple(dropping_fences(plan, X)),
            resampled=resampled,
        )


def draw_preparation(training: Training, context: DataContext) -> Figures:
    """Every figure that the plan gives reason for."""
    classes = classes_of(context.target)
    look = choose_look([*training.sample.columns, *classes])
    return render_figures(dict(_figures(training, classes, look)), look)


def _figures(training: Training, classes: tuple[str, ...], look: Look) -> Iterator[tuple[str, Figure]]:
    missing = training.sample.isna().to_numpy()
    if missing.any():
        yield "missing", draw_missing_pattern(missing, list(training.sample.columns), look)
    yield from _scaling(training, look)
    reduce = training.preprocessor.named_steps.get("reduce")
    if reduce is not None:
        yield "explained_variance", draw_explained_variance(reduce.explained_variance_ratio_, reduce.method)
    resampled = training.resampled
    if resampled is not None and resampled.counts_before:
        yield "class_counts", draw_class_counts(resampled.counts_before, resampled.counts_after, look)
        if not _has_gaps(resampled.X) and resampled.X.shape[1] > 1:
            yield "resampled", draw_resampled(_in_two_components(resampled, classes), classes, look)


def spaced_rows(n_rows: int) -> NDArray[np.intp]:
    """Row numbers evenly spaced over the table."""
    return np.linspace(0, n_rows - 1, min(n_rows, SAMPLED_ROWS)).astype(np.intp)


def _scaling(training: Training, look: Look) -> Iterator[tuple[str, Figure]]:
    """Numbers before and after, where the matrix still has them as such."""
    scales = {c.name: c.scale for c in training.plan.columns if c.treatment == "number" and c.scale != "none"}
    places = [(i, f.column) for i, f in enumerate(training.features) if f.kind == "number" and f.column in scales]
    if not places:
        return
    names = [column for _, column in places]
    before = training.before[names].to_numpy(dtype=np.float64)
    after = training.after[:, [i for i, _ in places]]
    yield "scaling", draw_scaling(before, plain_array(after), names, [scales[name] for name in names], look)


def _has_gaps(X: Matrix) -> bool:
    return bool(np.isnan(X.data if sparse.issparse(X) else X).any())


def _in_two_components(resampled: Resampled, classes: tuple[str, ...]) -> DrawnRows:
    codes = pd.Index(classes).get_indexer(pd.Index(resampled.y))
    chosen = choose_rows(2 * codes + resampled.synthetic, limit=DRAWN_ROWS, seed=0)
    X = resampled.X[chosen]
    components = Components("svd" if sparse.issparse(X) else "pca", 2).fit(X)
    first, second = (*components.explained_variance_ratio_.tolist(), 0.0)[:2]
    return DrawnRows(
        points=_two_columns(components.transform(X)),
        codes=codes[chosen],
        synthetic=resampled.synthetic[chosen],
        kept=np.bincount(codes[~resampled.synthetic], minlength=len(classes)).tolist(),
        made=np.bincount(codes[resampled.synthetic], minlength=len(classes)).tolist(),
        shares=(first, second),
    )


def _two_columns(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return points if points.shape[1] > 1 else np.column_stack([points, np.zeros(len(points))])
