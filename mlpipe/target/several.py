"""Targets of several columns: labels that a row has or has not, quantities side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from mlpipe.target.cells import Columns, class_labels, columns_of, numbers_of, tags_of
from mlpipe.target.reference import TargetReference
from mlpipe.task import Task

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


class AnyTarget:
    """What targets answer alike, unless they know better."""

    def decode(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """What is written for an estimator's outputs: these, as they are."""
        return outputs

    def strata(self, y: NDArray[Any]) -> NDArray[Any] | None:  # noqa: ARG002 - every target is asked
        """What rows are divided in proportion by, of shape (n_rows,) or, for labels, (n_rows, n_labels): nothing."""
        return None


@dataclass(frozen=True, kw_only=True)
class SeveralColumns(AnyTarget):
    """A target of several columns, or none: `y` has the shape (n_rows, n_columns)."""

    columns: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What is predicted, in words."""
        return ", ".join(self.columns) or "clusters"

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns of a table that it is read from."""
        return self.columns

    def stored(self, y: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        """`y` as columns of a table."""
        return tuple(y.T)

    def restored(self, columns: Sequence[pa.ChunkedArray]) -> NDArray[Any]:
        """Inverse of `stored`, from columns that were read."""
        import numpy as np

        y: NDArray[Any] = np.column_stack([column.to_numpy() for column in columns])
        return y

    def predicted(self, outputs: NDArray[Any], proba: NDArray[np.float64] | None) -> Columns:
        """The columns of a prediction: one for each column, and a probability for each where they are given."""
        columns = columns_of("prediction", self.columns, outputs)
        return columns if proba is None else columns | columns_of("proba", self.columns, proba)


@dataclass(frozen=True, kw_only=True)
class LabelsTarget(SeveralColumns):
    """Any number of labels for each row: 0 or 1 for each.

    Parameters
    ----------
    columns : tuple of str
        The labels: one column for each, or the tags that stand in one column.
    positives : tuple of str
        What stands in each column where a row has the label; empty for tags.
    source : str
        The one column that holds all labels of a row as tags; empty where each has a column of its own.
    separator : str
        What stands between two tags.
    """

    positives: tuple[str, ...] = ()
    source: str = ""
    separator: str = ""
    task: ClassVar = Task.MULTILABEL

    @property
    def name(self) -> str:
        """What is predicted, in words."""
        return self.source or ", ".join(self.columns)

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns of a table that it is read from."""
        return (self.source,) if self.source else self.columns

    def encode(self, table: pa.Table) -> NDArray[np.int64]:
        """0 and 1, of shape (n_rows, n_labels); every cell must be known, but for one of tags: without any, all are 0.

        Tags that are none of the labels say nothing.
        """
        import numpy as np

        if self.source:
            return tags_of(table[self.source], self.columns, self.separator)
        pairs = zip(self.columns, self.positives, strict=True)
        return np.column_stack([class_labels(table[name], name) == word for name, word in pairs]).astype(np.int64)

    def strata(self, y: NDArray[Any]) -> NDArray[Any] | None:
        """The labels: each of them, and their combinations, are kept in proportion."""
        return y

    def reference(self, y: NDArray[Any]) -> TargetReference:
        """What a dummy learns from training rows."""
        counts = dict(zip(self.columns, y.sum(axis=0).tolist(), strict=True))
        return TargetReference(counts=counts, means=tuple(y.mean(axis=0).tolist()))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        document = {"target": list(self.columns), "task": self.task.value, "positives": list(self.positives)}
        return {**document, "source": self.source, "separator": self.separator} if self.source else document


@dataclass(frozen=True, kw_only=True)
class NumbersTarget(SeveralColumns):
    """Several numbers for each row."""

    task: ClassVar = Task.MULTIOUTPUT

    def encode(self, table: pa.Table) -> NDArray[np.float64]:
        """Numbers, of shape (n_rows, n_columns); every cell must be known."""
        import numpy as np

        return np.column_stack([numbers_of(table, name) for name in self.columns])

    def reference(self, y: NDArray[Any]) -> TargetReference:
        """What a dummy learns from training rows."""
        return TargetReference(means=tuple(y.mean(axis=0).tolist()))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {"target": list(self.columns), "task": self.task.value}
