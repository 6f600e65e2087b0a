"""The options of `split`, and the roles of columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from mlpipe.errors import UsageError
from mlpipe.params.reading import ReadParams
from mlpipe.task import Task
from mlpipe.words.numbers import format_exact
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

Strategy = Literal["auto", "random", "stratified", "group", "time", "hash", "column"]
Duplicates = Literal["together", "drop", "ignore"]
TEST_SIZE = 0.2


@dataclass(frozen=True, kw_only=True)
class RoleParams:
    """Column roles given by hand; they override what is inferred.

    `labels` is a reference that clusters are held against and never learnt from.
    """

    ids: tuple[str, ...] = ()
    group: str | None = None
    time: str | None = None
    weight: str | None = None
    labels: str | None = None
    drop: tuple[str, ...] = ()
    numeric: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    datetime: tuple[str, ...] = ()
    columns_file: str | None = None


@dataclass(frozen=True, kw_only=True)
class SplitParams:
    """Options of `split`; sizes are shares of the labelled rows in (0, 1).

    Without `target`, the columns file names it; several have commas between them. A target of tags has
    `labels_separator` between them. Of two classes, `positive` is the one that is looked for. Without `test_size`, a
    fifth of the rows is for testing; of clusters none, since there is nothing to predict.
    """

    target: str = ""
    labels_separator: str | None = None
    task: str = "auto"
    positive: str | None = None
    test_size: float | None = None
    valid_size: float = 0.0
    strategy: Strategy = "auto"
    split_column: str | None = None
    test_data: str | None = None
    duplicates: Duplicates = "together"
    roles: RoleParams = field(default_factory=RoleParams)
    read: ReadParams = field(default_factory=ReadParams)
    seed: int = 0

    def __post_init__(self) -> None:
        if self.test_size is not None:
            _check_share("test_size", self.test_size)
        _check_share("valid_size", self.valid_size, lowest_included=True)
        self._check_clustering()
        if self.test_share + self.valid_size >= 1:
            raise UsageError(
                f"{param('test_size', self.test_share)} and {param('valid_size', self.valid_size)} leave no "
                "training rows.",
                remedy="Make their sum smaller than 1.",
            )

    @property
    def is_clustering(self) -> bool:
        """Whether there is no target."""
        return self.task == Task.CLUSTERING

    @property
    def test_share(self) -> float:
        """Share of the rows that are kept for testing."""
        if self.test_size is None:
            return 0.0 if self.is_clustering else TEST_SIZE
        return self.test_size

    def _check_clustering(self) -> None:
        if self.is_clustering:
            if self.target:
                raise UsageError(
                    f"{param('task', 'clustering')} has no target, and {param('target', self.target)} is given.",
                    remedy=ways(
                        f"Give {param('labels', self.target)} to hold clusters against it",
                        param("drop", self.target),
                    ),
                )
            if self.roles.weight is not None:
                raise UsageError(
                    f"{param('weight', self.roles.weight)} has nothing to act on: clusters count all rows alike.",
                    remedy=ways(f"Leave {param('weight')} away", param("drop", self.roles.weight)),
                )
        elif self.roles.labels is not None:
            raise UsageError(
                f"{param('labels', self.roles.labels)} is for {param('task', 'clustering')}.",
                remedy=ways(f"Add {param('task', 'clustering')}", f"predict it: {param('target', self.roles.labels)}"),
            )


def _check_share(name: str, value: float, *, lowest_included: bool = False) -> None:
    if (0 <= value < 1) if lowest_included else (0 < value < 1):
        return
    raise UsageError(
        f"{param(name)} is {format_exact(value)}.",
        remedy=f"Give {param(name)} a share of the rows between 0 and 1, such as 0.2.",
    )
