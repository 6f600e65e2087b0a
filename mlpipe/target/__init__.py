"""What is predicted, as a type: each target owns its columns, the way from cells to `y` and back, and its prior.

`y` is an array with a row for each row of the table: one value where there is one target, a column for each where
there are several, no column where there is none. Light at import: the command line loads it for `--help`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, assert_never

from mlpipe.target.cells import Columns, class_labels, columns_of, numbers_of
from mlpipe.target.reference import TargetReference
from mlpipe.target.several import AnyTarget, SeveralColumns
from mlpipe.target.several import LabelsTarget as LabelsTarget
from mlpipe.target.several import NumbersTarget as NumbersTarget
from mlpipe.task import Task

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class _OneColumn(AnyTarget):
    """A target of one column: `y` and outputs have the shape (n_rows,)."""

    column: str

    @property
    def name(self) -> str:
        """What is predicted, in words."""
        return self.column

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that hold it."""
        return (self.column,)

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns of a table that it is read from."""
        return (self.column,)

    def stored(self, y: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        """`y` as columns of a table."""
        return (y,)

    def restored(self, columns: Sequence[pa.ChunkedArray]) -> NDArray[Any]:
        """Inverse of `stored`, from columns that were read."""
        y: NDArray[Any] = columns[0].to_numpy()
        return y

    def predicted(self, outputs: NDArray[Any], proba: NDArray[np.float64] | None) -> Columns:  # noqa: ARG002
        """The columns of a prediction."""
        import pyarrow as pa

        return {"prediction": pa.array(outputs)}


@dataclass(frozen=True, kw_only=True)
class ClassTarget(_OneColumn):
    """One class for each row.

    Parameters
    ----------
    classes : tuple of str
        Two or more, in order: of size where all are numbers, else of the alphabet.
    positive : str, optional
        Of two classes the one that is looked for; `None` where there are more.
    """

    classes: tuple[str, ...]
    positive: str | None = None

    def __post_init__(self) -> None:
        wanted = self.classes if len(self.classes) == 2 else (None,)
        if len(self.classes) < 2 or self.positive not in wanted:
            raise ValueError(f"{self.positive!r} is no positive class of {self.classes}")

    @property
    def task(self) -> Task:
        """The kind of problem."""
        return Task.MULTICLASS if self.positive is None else Task.BINARY

    @property
    def positive_place(self) -> int | None:
        """Position of the positive class in `classes`."""
        return None if self.positive is None else self.classes.index(self.positive)

    def encode(self, table: pa.Table) -> NDArray[np.str_]:
        """Labels as text, of shape (n_rows,); every row must have one."""
        return class_labels(table[self.column], self.column)

    def decode(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """Labels from positions in `classes`."""
        import numpy as np

        labels: NDArray[Any] = np.asarray(self.classes)[outputs]
        return labels

    def strata(self, y: NDArray[Any]) -> NDArray[Any] | None:
        """The classes."""
        return y

    def reference(self, y: NDArray[Any]) -> TargetReference:
        """What a dummy learns from training rows."""
        return TargetReference(counts={label: int((y == label).sum()) for label in self.classes})

    def restored(self, columns: Sequence[pa.ChunkedArray]) -> NDArray[Any]:
        """Labels from a column that was read."""
        import numpy as np

        return np.asarray(columns[0].to_pylist(), dtype=str)

    def predicted(self, outputs: NDArray[Any], proba: NDArray[np.float64] | None) -> Columns:
        """The columns of a prediction: the label, and a probability for each class where they are given."""
        import pyarrow as pa

        columns: Columns = {"prediction": pa.array(self.classes).take(pa.array(outputs))}
        return columns if proba is None else columns | columns_of("proba", self.classes, proba)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "target": self.column,
            "task": self.task.value,
            "classes": list(self.classes),
            **positive_of(self),
        }


@dataclass(frozen=True, kw_only=True)
class NumberTarget(_OneColumn):
    """One number for each row."""

    task: ClassVar = Task.REGRESSION

    def encode(self, table: pa.Table) -> NDArray[np.float64]:
        """Numbers, of shape (n_rows,); every row must have one."""
        return numbers_of(table, self.column)

    def reference(self, y: NDArray[Any]) -> TargetReference:
        """What a dummy learns from training rows."""
        return TargetReference(means=(float(y.mean()),))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {"target": self.column, "task": self.task.value, "classes": []}


@dataclass(frozen=True, kw_only=True)
class NoTarget(SeveralColumns):
    """Nothing is known beforehand: rows are put into clusters."""

    task: ClassVar = Task.CLUSTERING

    def encode(self, table: pa.Table) -> NDArray[np.float64]:
        """Nothing for each row, of shape (n_rows, 0)."""
        import numpy as np

        return np.empty((table.num_rows, 0))

    def reference(self, y: NDArray[Any]) -> TargetReference:  # noqa: ARG002 - every target is asked
        """A dummy has nothing to learn from."""
        return TargetReference()

    def predicted(self, outputs: NDArray[Any], proba: NDArray[np.float64] | None) -> Columns:
        """The number of the cluster, and a probability for each where they are given."""
        import pyarrow as pa

        columns: Columns = {"prediction": pa.array(outputs)}
        return columns if proba is None else columns | columns_of("proba", range(proba.shape[1]), proba)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {"task": self.task.value}


Target = ClassTarget | NumberTarget | LabelsTarget | NumbersTarget | NoTarget


def classes_of(target: Target) -> tuple[str, ...]:
    """The classes of a target in order; none where it has none."""
    return target.classes if isinstance(target, ClassTarget) else ()


def positive_of(target: Target) -> dict[str, str]:
    """The positive one of two classes, as documents have it: no key where there is none."""
    positive = target.positive if isinstance(target, ClassTarget) else None
    return {} if positive is None else {"positive": positive}


def target_from_json(data: dict[str, Any]) -> Target:
    """Inverse of `to_json`; other keys are passed over."""
    task = Task(data["task"])
    match task:
        case Task.BINARY | Task.MULTICLASS:
            return ClassTarget(column=data["target"], classes=tuple(data["classes"]), positive=data.get("positive"))
        case Task.REGRESSION:
            return NumberTarget(column=data["target"])
        case Task.MULTILABEL:
            return LabelsTarget(
                columns=tuple(data["target"]),
                positives=tuple(data["positives"]),
                source=data.get("source", ""),
                separator=data.get("separator", ""),
            )
        case Task.MULTIOUTPUT:
            return NumbersTarget(columns=tuple(data["target"]))
        case Task.CLUSTERING:
            return NoTarget()
        case _:
            assert_never(task)
