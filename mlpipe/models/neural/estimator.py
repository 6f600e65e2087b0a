"""What the torch models share: the way from arrays to a fitted net, and back to answers."""

from __future__ import annotations

from abc import abstractmethod
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar, Self, get_args

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError
from sklearn.utils import check_array
from sklearn.utils._param_validation import Interval, StrOptions

from mlpipe.features.streaming.rows import BLOCK_ROWS
from mlpipe.models.neural.aside import choose_aside, how_many_aside
from mlpipe.models.neural.losses import Kind, LossSpec, encode_target, epoch_metric, find_loss, row_loss
from mlpipe.models.neural.optimizers import RATES, choose_optimizer, usual_rate
from mlpipe.models.neural.rows import BlockRows, Rows
from mlpipe.models.neural.table import Table
from mlpipe.models.streaming.learner import BlockLearner
from mlpipe.models.streaming.matrix_rows import ChangedRows, target_values
from mlpipe.models.streaming.shuffled import ShuffledRows
from mlpipe.params.descent import FULL, Device, Schedule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.models.neural.descent import Descent, Watch
    from mlpipe.models.neural.stepping import Course
    from mlpipe.models.streaming.matrix_rows import MatrixRows

    Floats = NDArray[np.float64]

MAX_BATCH = 256


class TorchModel(BlockLearner, BaseEstimator):  # type: ignore[misc]
    """A net with its loop.

    Subclasses build the net, and say what it answers. What is fitted are arrays: `weights_` by the names of torch,
    `history_` by the names of `COLUMNS`.
    """

    loss: str | None
    optimizer: str | None
    lr: float | None
    lr_schedule: str
    epochs: int
    batch_size: int | str | None
    l1: float
    l2: float
    clip_norm: float | None
    stop_loss: float | None
    patience: int | None
    device: str
    random_state: int | None
    huber_delta: float

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "loss": [str, None],
        "optimizer": [StrOptions(set(RATES)), None],
        "lr": [Interval(Real, 0, None, closed="neither"), None],
        "lr_schedule": [StrOptions(set(get_args(Schedule)))],
        "epochs": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left"), StrOptions({FULL}), None],
        "l1": [Interval(Real, 0, None, closed="left")],
        "l2": [Interval(Real, 0, None, closed="left")],
        "clip_norm": [Interval(Real, 0, None, closed="neither"), None],
        "stop_loss": [Real, None],
        "patience": [Interval(Integral, 1, None, closed="left"), None],
        "huber_delta": [Interval(Real, 0, None, closed="neither")],
        "device": [StrOptions(set(get_args(Device)))],
        "random_state": [Interval(Integral, 0, None, closed="left"), None],
    }
    """What each parameter may be, as scikit-learn's own estimators say it."""

    dtype = "float32"
    convex = False
    """Whether the loss has one valley alone."""
    trace_below = 3
    """A model of fewer parameters keeps the path that they took."""

    def fit(
        self,
        X: Floats,
        y: NDArray[Any],
        sample_weight: Floats | None = None,
        *,
        validation: tuple[Floats, NDArray[Any]] | None = None,
        watch: Watch | None = None,
    ) -> Self:
        """Descend.

        Parameters
        ----------
        X : ndarray of shape (n_rows, n_features)
        y : ndarray of shape (n_rows,) or (n_rows, n_outputs)
        validation : (X, y), optional
            Rows to watch progress on. Without them, `patience` sets aside some of the training rows.
        watch : callable, optional
            Is told of every epoch: its number, how many there will be at most, the training loss.
        """
        y = np.asarray(y)
        spec, kind = self._begin(y)
        X = check_array(X, dtype=np.float64)
        table, valid = self._tables(X, y, sample_weight, validation, kind)
        self._settle(table, table.X.max(axis=0), spec, kind)
        return self._descend(self._tensors(table, kind), valid, spec, kind, watch)

    def fit_blocks(
        self, rows: MatrixRows, *, validation: tuple[Floats, NDArray[Any]] | None = None, watch: Watch | None = None
    ) -> Self:
        """As `fit`, on rows that memory need not hold.

        They are put into a random order once; then each epoch takes blocks in a new order, and rows within them. How
        inputs and targets are scaled is learnt from one block.
        """
        spec, kind = self._begin(target_values(rows))
        coded = ChangedRows(rows=rows, change=lambda block: (block[0], self._coded(block[1], kind), block[2]))
        n_aside = how_many_aside(rows.n_rows) if validation is None and self.patience is not None else 0
        with ShuffledRows(coded, seed=self.random_state or 0, n_aside=n_aside) as shuffled:
            valid = None if validation is None else self._valid(*validation, kind)
            valid = Table.of(shuffled.aside) if n_aside else valid
            learnt = BlockRows(rows=shuffled, tensors=lambda block: self._tensors(Table.of(block), kind))
            self._settle(Table.of(shuffled.block(0)), learnt.highest, spec, kind)
            return self._descend(learnt, valid, spec, kind, watch)

    @property
    def takes_blocks(self) -> bool:
        """Whether no step needs more rows than a block has, unless it takes all."""
        return not isinstance(self.batch_size, int) or self.batch_size <= BLOCK_ROWS

    def row_bytes(self, n_features: int, n_outputs: int) -> int:
        """The place of each row in the random order."""
        del n_features, n_outputs
        return 4

    def _begin(self, y: NDArray[Any]) -> tuple[LossSpec, Kind]:
        """Look at the parameters, and at what is to be learnt."""
        self._validate_params()
        kind = self._learn_kind(y)
        spec = find_loss(self.loss, kind)
        self.loss_ = self.loss or spec.name
        stepwise = self.lr is not None or self.batch_size not in {None, FULL}
        self.optimizer_ = choose_optimizer(self.optimizer, smooth=spec.smooth, stepwise=stepwise)
        return spec, kind

    def _settle(self, table: Table, highest: Floats, spec: LossSpec, kind: Kind) -> None:
        """Learn from rows how inputs and targets are scaled; `highest` is the largest value of each input."""
        self.n_features_in_ = table.X.shape[1]
        self.n_outputs_ = len(self.classes_) if kind == "classes" else table.y.shape[1]
        self.centre_, self.scale_ = self._target_scale(table.y, spec)
        self._prepare(table, highest)

    def _descend(
        self, rows: Rows | BlockRows, valid: Table | None, spec: LossSpec, kind: Kind, watch: Watch | None
    ) -> Self:
        from mlpipe.models.neural.descent import descend, find_device, steady

        device = find_device(self.device)
        with steady(self.random_state or 0):
            net = self._build(self.n_features_in_, self.n_outputs_)
            few = sum(parameter.numel() for parameter in net.parameters()) < self.trace_below
            course = self._course(spec, kind, n_rows=len(rows), device=device, trace=few)
            held = None if valid is None else self._tensors(valid, kind)
            done = descend(net, rows, held, course, epoch_metric(kind), watch=watch)
        self._keep(net, done)
        return self

    @abstractmethod
    def _learn_kind(self, y: NDArray[Any]) -> Kind: ...

    @abstractmethod
    def _build(self, n_features: int, n_outputs: int) -> Any: ...

    def _prepare(self, table: Table, highest: Floats) -> None:
        """Learn how inputs are brought into a shape that the net likes."""

    def _inputs(self, X: Floats) -> Floats:
        """The matrix as the net takes it."""
        return X

    def _scales_target(self, spec: LossSpec) -> bool:
        """Whether quantities are standardised for the net."""
        return spec.power > 0

    def _target_scale(self, y: NDArray[Any], spec: LossSpec) -> tuple[Floats, float]:
        """Centre of each quantity and the one scale of all: a loss in the net's unit is theirs times a number."""
        if not self._scales_target(spec):
            return np.zeros(1), 1.0
        if spec.name == "mse":
            return y.mean(axis=0), float(y.std(axis=0).mean()) or 1.0
        # Losses that bear outliers are not to be thrown off by them here.
        low, middle, high = np.quantile(y, [0.25, 0.5, 0.75], axis=0)
        return middle, float((high - low).mean()) / 1.349 or float(y.std(axis=0).mean()) or 1.0

    def _smoothing(self) -> float:
        """Share of the probability that learning spreads over all classes."""
        return 0.0

    def _tables(
        self,
        X: Floats,
        y: NDArray[Any],
        weights: Floats | None,
        validation: tuple[Floats, NDArray[Any]] | None,
        kind: Kind,
    ) -> tuple[Table, Table | None]:
        table = Table(
            X=X, y=self._coded(y, kind), weights=None if weights is None else np.asarray(weights, dtype=np.float64)
        )
        if validation is not None:
            return table, self._valid(*validation, kind)
        chosen = None if self.patience is None else choose_aside(y, seed=self.random_state or 0)
        return (table, None) if chosen is None else (table.take(chosen[0]), table.take(chosen[1]))

    def _valid(self, X: Floats, y: NDArray[Any], kind: Kind) -> Table | None:
        """Validation rows, those of classes that training has not seen left out."""
        X, y = np.asarray(X, dtype=np.float64), np.asarray(y)
        known = np.isin(y, self.classes_) if kind in {"two classes", "classes"} else np.ones(len(y), dtype=np.bool_)
        return Table(X=X[known], y=self._coded(y[known], kind)) if known.any() else None

    def _coded(self, y: NDArray[Any], kind: Kind) -> NDArray[Any]:
        return encode_target(y, kind, getattr(self, "classes_", None))

    def _tensors(self, table: Table, kind: Kind) -> Any:
        import torch

        wide = getattr(torch, self.dtype)
        targets = (table.y - self.centre_) / self.scale_ if kind == "quantities" else table.y
        y = torch.tensor(targets, dtype=torch.int64 if kind == "classes" else wide)
        weights = None if table.weights is None else torch.tensor(table.weights, dtype=wide)
        return Rows(torch.tensor(self._inputs(table.X), dtype=wide), y, weights)

    def _course(self, spec: LossSpec, kind: Kind, *, n_rows: int, device: str, trace: bool) -> Course:
        from mlpipe.models.neural.stepping import Course

        shown = row_loss(self.loss_, kind, delta=self.huber_delta / self.scale_)
        smoothing = self._smoothing()
        return Course(
            row_loss=row_loss(self.loss_, kind, smoothing=smoothing) if smoothing and spec.probabilities else shown,
            shown_loss=shown,
            optimizer=self.optimizer_,
            lr=usual_rate(self.optimizer_, convex=self.convex) if self.lr is None else float(self.lr),
            schedule=self.lr_schedule,
            epochs=self.epochs,
            batch_size=self._batch_size(n_rows),
            l1=self.l1,
            l2=self.l2,
            clip_norm=self.clip_norm,
            stop_loss=self.stop_loss,
            patience=self.patience,
            device=device,
            unit=self.scale_**spec.power,
            trace=trace,
        )

    def _batch_size(self, n_rows: int) -> int | None:
        if self.optimizer_ == "lbfgs" or self.batch_size == FULL:
            return None
        return min(MAX_BATCH, n_rows) if self.batch_size is None else int(self.batch_size)

    def _keep(self, net: Any, done: Descent) -> None:
        self.weights_ = {name: weights.detach().numpy().copy() for name, weights in net.state_dict().items()}
        columns = {
            "train_loss": done.train, "valid_loss": done.valid, "metric": done.metric, "lr": done.lr,
            "gradient_norm": done.norm,
        }  # fmt: skip
        self.history_ = {name: np.array(values, dtype=np.float64) for name, values in columns.items()}
        self.best_epoch_, self.stopped_ = done.best, done.why
        self.path_ = np.array(done.path)
        self._loaded: Any = None

    @property
    def keeps_best(self) -> bool:
        """Whether the weights are those of the best epoch on validation rows, not of the last one."""
        return self.patience is not None and len(self.history_["valid_loss"]) > 0

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "_loaded": None}

    def _check_fitted(self) -> None:
        if not hasattr(self, "weights_"):
            raise NotFittedError(f"{type(self).__name__} is not fitted yet.")

    def _outputs(self, X: Floats) -> Floats:
        """What the fitted net says, of shape (n_rows, n_outputs)."""
        self._check_fitted()
        import torch

        from mlpipe.models.neural.descent import steady

        with steady(0), torch.no_grad():
            if self._loaded is None:
                self._loaded = self._build(self.n_features_in_, self.n_outputs_).eval()
                self._loaded.load_state_dict({name: torch.tensor(array) for name, array in self.weights_.items()})
            inputs = torch.tensor(self._inputs(np.asarray(X, dtype=np.float64)), dtype=getattr(torch, self.dtype))
            answers: Floats = self._loaded(inputs).double().numpy()
            return answers
