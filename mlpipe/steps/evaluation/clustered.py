"""Rows of a table put into clusters block by block: what is kept of them, and what is written."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.data.schema import Role
from mlpipe.features.preprocessor.matrix import plain_array
from mlpipe.features.streaming.rows import BLOCK_ROWS, joined, spread_rows
from mlpipe.metrics.clustering.clustered_rows import ClusteredRows
from mlpipe.metrics.clustering.profile import MOST_LEVELS, ProfileTally
from mlpipe.metrics.clustering.scores import LabelCounts
from mlpipe.models.clusters.numbering import gathered
from mlpipe.models.predicting import Predictions, predict_matrix
from mlpipe.steps.evaluation.cluster_profiles import profiled_columns, reference_labels
from mlpipe.words.lists import count_of, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mlpipe.metrics.arrays import Floats
    from mlpipe.metrics.clustering.profile import ClusterProfile
    from mlpipe.models.fitted_model import FittedModel
    from mlpipe.steps.evaluation.every_row import TableRows

    Columns = dict[str, list[Any]]


@dataclass(frozen=True, kw_only=True, eq=False)
class ClusteredTable:
    """A table's rows in clusters.

    Parameters
    ----------
    rows : ClusteredRows
        As the estimator sees them.
    profiles : tuple of ClusterProfile
    counts : LabelCounts or None
        Rows of each reference label in each cluster; `None` where no row has one.
    notes : tuple of str
        What a person should know of the rows.
    """

    fitted: FittedModel
    source: TableRows
    rows: ClusteredRows
    profiles: tuple[ClusterProfile, ...]
    counts: LabelCounts | None
    notes: tuple[str, ...]

    @property
    def n_noise(self) -> int:
        """Rows in no cluster."""
        return int((self.rows.clusters < 0).sum())

    def written(self, called: str, *, labelled: bool = False) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
        """Header and rows of a table: what identifies a row, its reference label, its cluster, its memberships."""
        blocks = self._columns(called, labelled=labelled and self.counts is not None)
        first = next(blocks)
        return list(first), chain.from_iterable(
            zip(*columns.values(), strict=True) for columns in chain([first], blocks)
        )

    def _columns(self, called: str, *, labelled: bool) -> Iterator[Columns]:
        schema, target = self.fitted.context.schema, self.fitted.context.target
        soft = hasattr(self.fitted.pipeline["model"], "predict_proba")
        named = [*schema.with_role(Role.ID, Role.LABELS), *schema.features[:1]]
        start = 0
        for block in self.source.blocks(None if soft else [column.name for column in named]):
            clusters = self.rows.clusters[start : start + block.num_rows]
            said = self.fitted.predict(block) if soft else Predictions(target=target, outputs=clusters)
            found = {name: column.to_pylist() for name, column in said.columns(proba=True).items()}
            labels = reference_labels(block, schema) if labelled else None
            beside = {} if labels is None else {"label": labels.tolist()}
            yield {**self.source.keys_of(block, start), **beside, called: found.pop("prediction"), **found}
            start += block.num_rows


def put_into_clusters(fitted: FittedModel, source: TableRows, *, seed: int) -> ClusteredTable:
    """Put every row into its cluster, just as `predict` would."""
    schema, target = fitted.context.schema, fitted.context.target
    profile, counts = ProfileTally(), LabelCounts()
    chosen = spread_rows(source.n_rows, BLOCK_ROWS, seed)
    sampled: list[Floats] = []

    def clusters() -> Iterator[NDArray[np.int64]]:
        start = 0
        for block in source.blocks():
            X = plain_array(fitted.transform(block))
            end = start + len(X)
            sampled.append(X[chosen[np.searchsorted(chosen, start) : np.searchsorted(chosen, end)] - start])
            found = predict_matrix(fitted.pipeline["model"], X, target, rowwise=fitted.rowwise).outputs
            profile.add(profiled_columns(block, schema), found)
            counts.add(reference_labels(block, schema), found)
            yield found
            start = end

    def blocks() -> Iterator[Floats]:
        return (plain_array(fitted.transform(block)) for block in source.blocks())

    found = gathered(clusters(), source.n_rows)
    return ClusteredTable(
        fitted=fitted,
        source=source,
        rows=ClusteredRows(blocks=blocks, clusters=found, X=joined(sampled), chosen=chosen),
        profiles=profile.profiles(),
        counts=counts if counts.labels else None,
        notes=(*_crowded(profile.crowded), *_unlabelled(counts)),
    )


def _crowded(names: tuple[str, ...]) -> list[str]:
    if not names:
        return []
    return [f"{listed(names)}: of more than {count_of(MOST_LEVELS, 'level')} the profile knows those that come first"]


def _unlabelled(counts: LabelCounts) -> list[str]:
    n_empty = counts.n_unlabelled if counts.labels else 0
    return [f"{count_of(n_empty, 'row')} without a reference label"] if n_empty else []
