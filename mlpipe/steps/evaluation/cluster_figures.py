"""The figures of clusters: of any rows, and of the search that found them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.features.transformers.components import Components
from mlpipe.metrics.clustering.quality import paired_rows, silhouettes
from mlpipe.metrics.describing.drawn_rows import choose_rows
from mlpipe.plots.clusters.clearness import draw_dendrogram, draw_silhouettes
from mlpipe.plots.clusters.curves import Curve, draw_curves, draw_k_distances
from mlpipe.plots.clusters.places import draw_components, draw_sizes
from mlpipe.plots.drawn import Figures, render_figures
from mlpipe.plots.fonts import choose_look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

    from mlpipe.metrics.clustering.clustered_rows import ClusteredRows
    from mlpipe.models.clusters.sweep import Criterion, Sweep
    from mlpipe.plots.fonts import Look

_MOST_DRAWN = 2_000
_MOST_SILHOUETTES = 2_000
_CURVES: tuple[tuple[Criterion | str, str], ...] = (
    ("inertia", "bend"), ("silhouette", "higher"), ("calinski_harabasz", "higher"), ("davies_bouldin", "lower"),
    ("bic", "lower"),
)  # fmt: skip


def draw_clusters(rows: ClusteredRows, *, seed: int) -> Figures:
    """What any rows in clusters show."""
    look = choose_look([])
    return render_figures(dict(_of_rows(rows, look, seed)), look, inline=True)


def draw_search(swept: Sweep, rows: ClusteredRows, *, seed: int) -> Figures:
    """The same of the training rows, and how the clusters were found."""
    look = choose_look([])
    figures = {**dict(_of_sweep(swept, look)), **dict(_of_rows(rows, look, seed))}
    return render_figures(figures, look)


def _of_rows(rows: ClusteredRows, look: Look, seed: int) -> Iterator[tuple[str, Figure]]:
    if not rows.n_rows:
        return
    X, clusters = rows.X, rows.sampled.labels
    if X.shape[1] > 1 and len(X) > 2:
        drawn = choose_rows(clusters - clusters.min(), limit=_MOST_DRAWN, seed=seed)
        components = Components("pca", 2).fit(X[paired_rows(len(X), seed, 20 * _MOST_DRAWN)])
        first, second = components.explained_variance_ratio_[:2].tolist()
        points = components.transform(X[drawn])
        shares = (first, second)
        yield "components", draw_components(points, clusters[drawn], shares=shares, n_rows=rows.n_rows, look=look)
    found = rows.paired(seed, _MOST_SILHOUETTES)
    if found.comparable:
        yield "silhouettes", draw_silhouettes(silhouettes(found), found.labels[found.inside], look)
    yield "sizes", draw_sizes(rows.clusters, look)


def _of_sweep(swept: Sweep, look: Look) -> Iterator[tuple[str, Figure]]:
    models = list(dict.fromkeys(one.model for one in swept.tried))
    if len(swept.tried) > 1:
        curves = [_curve(name, better, models, swept) for name, better in _CURVES]
        yield "curves", draw_curves(curves, chosen=swept.best.k, model=swept.best.model, reason=swept.reason, look=look)
    finder = swept.finder
    if finder.linkage is not None and swept.best.k < len(finder.linkage) + 1:
        yield "dendrogram", draw_dendrogram(finder.linkage, swept.best.k, look)
    if finder.neighbours is not None:
        eps = float(dict(swept.found.choice.params)["eps"])
        near = finder.neighbours
        given = "eps" in dict(finder.asked.params)
        yield (
            "k_distance",
            draw_k_distances(near.values, near.knee, eps=eps, n_neighbours=near.n_neighbours, given=given, look=look),
        )


def _curve(name: str, better: str, models: list[str], swept: Sweep) -> Curve:
    lines = []
    for model in models:
        tried = swept.of_model(model)
        values = tuple(np.nan if getattr(one, name) is None else float(getattr(one, name)) for one in tried)
        lines.append((model, tuple(one.k for one in tried), values))
    return Curve(name=name, lines=tuple(lines), better=better, decides=name == swept.criterion)
