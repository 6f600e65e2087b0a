"""The options of each step: the only home of their defaults.

Light on purpose (standard library alone): the command line imports it to show defaults in `--help`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from mlpipe.errors import UsageError
from mlpipe.params.descent import DescentParams as DescentParams
from mlpipe.params.dividing import Duplicates as Duplicates
from mlpipe.params.dividing import RoleParams as RoleParams
from mlpipe.params.dividing import SplitParams as SplitParams
from mlpipe.params.dividing import Strategy as Strategy
from mlpipe.params.judging import CompareParams as CompareParams
from mlpipe.params.judging import check_coverage
from mlpipe.params.preparation import ColumnRecipe as ColumnRecipe
from mlpipe.params.preparation import PreprocessParams as PreprocessParams
from mlpipe.params.reading import DateOrder as DateOrder
from mlpipe.params.reading import LineEnd as LineEnd
from mlpipe.params.reading import OnBadRow as OnBadRow
from mlpipe.params.reading import ReadParams as ReadParams
from mlpipe.params.training import TrainParams as TrainParams
from mlpipe.params.training import TuneParams as TuneParams
from mlpipe.words.numbers import format_exact
from mlpipe.words.parameters import param

OnBadValue = Literal["error", "null", "skip"]
FailOn = Literal["warning", "error"]
Part = Literal["train", "valid", "test"]


@dataclass(frozen=True, kw_only=True)
class InspectParams:
    """Options of `inspect`; `against` is another table, or the folder of a profile."""

    target: str | None = None
    labels_separator: str | None = None
    task: Literal["auto", "clustering"] = "auto"
    against: str | None = None
    fail_on: FailOn | None = None
    ignore: tuple[str, ...] = ()
    read: ReadParams = field(default_factory=ReadParams)

    def __post_init__(self) -> None:
        if self.task == "clustering" and self.target is not None:
            raise UsageError(
                f"{param('task', 'clustering')} has no target, and {param('target', self.target)} is given.",
                remedy="Leave one of the two away.",
            )


@dataclass(frozen=True, kw_only=True)
class EvaluateParams:
    """Options of `evaluate`; `ci` is the coverage of the bootstrap intervals in (0, 1).

    `positive` is the one of two classes that the metrics are of, in place of the model's.

    Parameters
    ----------
    slices : tuple of str
        Columns by whose levels and bins the rows are told apart; by default the worst slices are searched for.
    once : bool
        Refuse to score a test part that another model was scored on.
    predictions : str, optional
        A table with the predictions of any program, judged in place of a model.
    truth, prediction : str, optional
        Its columns with the true values and the predicted ones.
    proba_columns : tuple of str
        Its columns with the probability of each class, as CLASS=COLUMN or named after the class.
    """

    part: Part = "test"
    positive: str | None = None
    allow_training_rows: bool = False
    unweighted: bool = False
    metrics: tuple[str, ...] = ()
    ci: float = 0.95
    threshold: float | None = None
    fail_under: tuple[str, ...] = ()
    fail_over: tuple[str, ...] = ()
    allow_unseen: bool = False
    slices: tuple[str, ...] = ()
    once: bool = False
    predictions: str | None = None
    truth: str | None = None
    prediction: str | None = None
    proba_columns: tuple[str, ...] = ()
    read: ReadParams = field(default_factory=ReadParams)
    seed: int = 0

    def __post_init__(self) -> None:
        self._check_predictions()
        if self.once and self.part != "test":
            raise UsageError(
                f"{param('once')} is for the test part, and {param('part', self.part)} is asked for.",
                remedy="Leave one of them out.",
            )
        check_coverage(self.ci)

    def _check_predictions(self) -> None:
        """Predictions come with their columns, and without what only a model can be asked."""
        names = ("truth", "prediction", "proba_columns")
        if self.predictions is None:
            for name in names:
                if getattr(self, name):
                    raise UsageError(
                        f"{param(name)} names a column of {param('predictions')}, and there are none.",
                        remedy=f"Add {param('predictions')} FILE.",
                    )
            return
        for name in ("truth", "prediction"):
            if getattr(self, name) is None:
                raise UsageError(
                    f"{param('predictions')} needs {param(name)}.",
                    remedy=f"Add {param(name)} COL, a column of the file.",
                )
        for name in ("once", "threshold"):
            if getattr(self, name) not in {None, False}:
                raise UsageError(
                    f"{param(name)} is for a model, and {param('predictions')} are made already.",
                    remedy=f"Leave {param(name)} out.",
                )


@dataclass(frozen=True, kw_only=True)
class PredictParams:
    """Options of `predict`; `max_unseen` is the highest share of rows with an unseen category that passes.

    Without either, a column most of whose cells are unseen levels is an error; `allow_unseen` makes it a note.
    `cluster` says where to work: the address of a scheduler, or `local:N`.
    `explain` is how many columns are told that moved each row most. `na_values`, `thousands` and `date_order` are for a
    table that is written otherwise than the one that was learnt from.
    """

    proba: bool = False
    explain: int | None = None
    threshold: float | None = None
    keep: tuple[str, ...] = ()
    batch_rows: int | None = None
    on_bad_value: OnBadValue = "error"
    max_unseen: float | None = None
    allow_unseen: bool = False
    cluster: str | None = None
    na_values: tuple[str, ...] = ()
    thousands: str | None = None
    date_order: DateOrder | None = None
    max_bytes: int | None = None

    def __post_init__(self) -> None:
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise UsageError(
                f"{param('threshold')} is {format_exact(self.threshold)}.", remedy="Give a probability between 0 and 1."
            )
        for name in ("batch_rows", "explain"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise UsageError(f"{param(name)} is {value}.", remedy="Give at least 1.")

    @property
    def refuses_unseen(self) -> bool:
        """Whether columns of unseen levels are an error."""
        return not self.allow_unseen and self.max_unseen is None

    @property
    def may_refuse(self) -> bool:
        """Whether the last row may take all others back."""
        return self.on_bad_value == "error" or self.refuses_unseen


@dataclass(frozen=True, kw_only=True)
class PredictFiles:
    """Where `predict` writes; `-` is standard output, `None` nowhere."""

    out: str = "-"
    rejects: str | None = None
    contract: str | None = None

    def __post_init__(self) -> None:
        if self.out == "-" and self.contract == "-":
            raise UsageError(
                f"Predictions and {param('contract')} both go to stdout.",
                remedy=f"Give {param('out')} FILE or {param('contract')} FILE.",
            )
        files = [name for name in (self.out, self.rejects, self.contract) if name not in (None, "-")]
        if len(set(files)) < len(files):
            raise UsageError(
                f"Two of {param('out')}, {param('rejects')} and {param('contract')} name the same file.",
                remedy="Give each a file of its own.",
            )
