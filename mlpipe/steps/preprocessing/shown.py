"""What `preprocess` shows of its work beside the matrices: small tables, figures, and notes."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.data.duplicate_rows import identical_rows
from mlpipe.features.preprocessor.branches import fitted_steps
from mlpipe.features.preprocessor.feature_names import describe_unreduced
from mlpipe.steps.preprocessing.figures import draw_preparation
from mlpipe.words.lists import count_of, either
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from mlpipe.artifacts.preps import PrepContent
    from mlpipe.artifacts.store.writer import ArtifactWriter
    from mlpipe.features.transformers.clipper import Clipper
    from mlpipe.steps.preprocessing.figures import Training

MOST_LOADINGS = 100_000


def save_shown(writer: ArtifactWriter, content: PrepContent, training: Training) -> tuple[str, ...]:
    """Write what a person may want to look at beside the matrices; return what to tell at once."""
    fences = list(_fences(training))
    tables = {**_outliers(fences), **_components(training)}
    for name, (header, rows) in tables.items():
        content.save_table(writer, name, header, rows)
    figures = draw_preparation(training, content.context)
    for name, image in figures.images.items():
        writer.write_bytes(f"plots/{name}.png", image)
    return (*_outlier_notes(training, fences), *_resampling_notes(training), *([figures.note] if figures.note else []))


def repeated_rows(table: pa.Table, names: list[str]) -> tuple[str, ...]:
    """Say how many training rows are the same as an earlier one."""
    return repeated_note(int(np.count_nonzero(identical_rows(table, names) != np.arange(table.num_rows))))


def repeated_note(n_repeated: int) -> tuple[str, ...]:
    """Say how many training rows are the same as an earlier one; `split` decides what becomes of them."""
    rows = f"{count_of(n_repeated, 'training row')} {either(n_repeated, 'repeats', 'repeat')}"
    note = f"{rows} another (see {param('duplicates')} of split)"
    return (note,) if n_repeated else ()


_Row = tuple[Any, ...]
_Table = tuple[tuple[str, ...], list[_Row]]


def _outliers(fences: list[_Row]) -> dict[str, _Table]:
    """`outliers.csv`: the fences of each column, and training cells beyond them."""
    return {"outliers.csv": (("column", "low", "high", "below", "above", "action"), fences)} if fences else {}


def _fences(training: Training) -> Iterator[_Row]:
    for columns, clipper in fitted_steps(training.preprocessor, "clip"):
        yield from _beyond(columns, clipper, "clip")
    for name, clipper in training.dropping:
        yield from _beyond((name,), clipper, "drop")


def _beyond(columns: tuple[str, ...], clipper: Clipper, action: str) -> Iterator[_Row]:
    for i, column in enumerate(columns):
        low, high = clipper.low_[i], clipper.high_[i]
        below, above = clipper.clipped_[:, i].tolist()
        fences = tuple(float(fence) if np.isfinite(fence) else None for fence in (low, high))
        yield (column, *fences, below, above, action)


def _outlier_notes(training: Training, fences: list[_Row]) -> Iterator[str]:
    clipped = {row[0]: row[3] + row[4] for row in fences if row[5] == "clip" and row[3] + row[4]}
    if clipped:
        most = max(clipped, key=lambda name: clipped[name])
        n = sum(clipped.values())
        cells = f"{count_of(n, 'training cell')} {either(n, 'is', 'are')}"
        yield f"{cells} clipped, {count_of(clipped[most])} in {most} (outliers.csv)"
    dropped = training.n_rows - training.n_learnt
    if dropped:
        rows = f"{count_of(dropped)} of {count_of(training.n_rows, 'training row')} {either(dropped, 'is', 'are')}"
        yield f"{rows} dropped for outliers (outliers.csv)"


def _components(training: Training) -> dict[str, _Table]:
    """`explained_variance.csv`, and what each component is made of."""
    reduce = training.preprocessor.named_steps.get("reduce")
    if reduce is None:
        return {}
    names, ratios = reduce.get_feature_names_out().tolist(), reduce.explained_variance_ratio_.tolist()
    variance = list(zip(names, ratios, accumulate(ratios), strict=True))
    tables: dict[str, _Table] = {"explained_variance.csv": (("component", "share", "cumulative"), variance)}
    if reduce.components_.size <= MOST_LOADINGS:
        sources = [feature.name for feature in describe_unreduced(training.preprocessor)]
        loadings = [
            (name, source, float(weight))
            for name, weights in zip(names, reduce.components_, strict=True)
            for source, weight in zip(sources, weights, strict=True)
        ]
        tables["loadings.csv"] = (("component", "feature", "weight"), loadings)
    return tables


def _resampling_notes(training: Training) -> Iterator[str]:
    resampled = training.resampled
    if resampled is None:
        return
    asked = training.plan.resample
    if asked not in {"none", resampled.sampler.split(" + ")[0]} and "+" not in resampled.sampler:
        yield f"{asked} became {resampled.sampler}: made-up rows keep whole levels of categories"
    if resampled.n_removed:
        yield f"resampling removed {count_of(resampled.n_removed, 'training row')}"
    if resampled.n_augmented:
        n = resampled.n_augmented
        yield f"{count_of(n, 'row')} {either(n, 'is a noisy copy', 'are noisy copies')}"
