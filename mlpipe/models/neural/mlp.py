"""A net of several layers for tables."""

from __future__ import annotations

from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar, get_args

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils._param_validation import Interval, StrOptions

from mlpipe.models.neural.answers import TorchClasses, TorchNumbers
from mlpipe.models.neural.estimator import TorchModel
from mlpipe.params.descent import Activation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.models.neural.table import Table

    Floats = NDArray[np.float64]

REACH = 3.0
"""Scaled inputs are bent towards this: an outlier stays one, and breaks nothing."""
NORMAL = 1.349
"""The quartiles of a normal distribution are so many standard deviations apart."""
SMALL = 0.6
"""Columns of a smaller deviation (0 and 1, components of text) stay as they are: their size tells their weight."""
LOOKED_AT, FEW = 2000, 10
"""Rows that are looked at for columns of more than a few values, which get an embedding."""


class _TorchMlp(TorchModel):
    """A net in single precision, after RealMLP (Holzmüller, Grinsztajn, Steinwart 2024, Better by default).

    Numbers are scaled robustly, clipped smoothly, and embedded; `categories` are the places of features that are codes
    of categories. Quantities are standardised. Training rows set aside say when to stop.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **TorchModel._parameter_constraints,  # noqa: SLF001 - as scikit-learn's own do
        "hidden": [Interval(Integral, 1, None, closed="left"), tuple],
        "activation": [StrOptions(set(get_args(Activation)))],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "batch_norm": ["boolean"],
        "embedding": [Interval(Integral, 0, None, closed="left")],
        "categories": [tuple, list, None],
        "label_smoothing": [Interval(Real, 0, 1, closed="left")],
    }

    def __init__(
        self,
        *,
        hidden: int | tuple[int, ...] = (128, 128),
        activation: str = "mish",
        dropout: float = 0.1,
        batch_norm: bool = False,
        label_smoothing: float = 0.0,
        embedding: int = 4,
        categories: tuple[int, ...] | None = None,
        loss: str | None = None,
        optimizer: str | None = "adamw",
        lr: float | None = None,
        lr_schedule: str = "cosine",
        epochs: int = 100,
        batch_size: int | str | None = None,
        l1: float = 0.0,
        l2: float = 0.01,
        clip_norm: float | None = None,
        stop_loss: float | None = None,
        patience: int | None = 20,
        huber_delta: float = 1.0,
        device: str = "cpu",
        random_state: int | None = None,
    ) -> None:
        self.hidden = hidden
        self.activation = activation
        self.dropout = dropout
        self.batch_norm = batch_norm
        self.label_smoothing = label_smoothing
        self.embedding = embedding
        self.categories = categories
        self.loss = loss
        self.optimizer = optimizer
        self.lr = lr
        self.lr_schedule = lr_schedule
        self.epochs = epochs
        self.batch_size = batch_size
        self.l1 = l1
        self.l2 = l2
        self.clip_norm = clip_norm
        self.stop_loss = stop_loss
        self.patience = patience
        self.huber_delta = huber_delta
        self.device = device
        self.random_state = random_state

    def _build(self, n_features: int, n_outputs: int) -> Any:
        from torch import nn

        from mlpipe.models.neural.net import build_front, build_layers, vector_width

        categories = np.array(self.categories or (), dtype=np.intp)
        plain = np.setdiff1d(np.arange(n_features), categories)
        front = build_front(plain, self.embedded_, categories, self.n_levels_, width=self.embedding)
        n_inputs = len(plain) + len(self.embedded_) * self.embedding + sum(map(vector_width, self.n_levels_))
        layers = build_layers(
            n_inputs,
            n_outputs,
            hidden=(self.hidden,) if isinstance(self.hidden, int) else self.hidden,
            activation=self.activation,
            dropout=self.dropout,
            batch_norm=self.batch_norm,
        )
        return nn.Sequential(front, layers)

    def _prepare(self, table: Table, highest: Floats) -> None:
        low, centre, high = np.quantile(table.X, [0.25, 0.5, 0.75], axis=0)
        spread, deviation = (high - low) / NORMAL, table.X.std(axis=0)
        codes = list(self.categories or ())
        wide = deviation > SMALL
        wide[codes] = False
        self.n_levels_ = [int(highest[place]) + 1 for place in codes]
        self.input_centre_ = np.where(wide, centre, 0.0)
        self.input_scale_ = np.where(wide, np.where(spread > 0, spread, deviation), 1.0)
        many = [len(np.unique(column)) > FEW for column in table.X[:LOOKED_AT].T]
        self.embedded_ = np.flatnonzero(wide & many) if self.embedding else np.zeros(0, dtype=np.intp)

    def _inputs(self, X: Floats) -> Floats:
        scaled = (X - self.input_centre_) / self.input_scale_
        bent: Floats = scaled / np.sqrt(1 + np.square(scaled / REACH))
        codes = list(self.categories or ())
        bent[:, codes] = X[:, codes]
        return bent

    def _smoothing(self) -> float:
        return self.label_smoothing


class TorchMlpClassifier(TorchClasses, ClassifierMixin, _TorchMlp):  # type: ignore[misc]
    """Classes, or with a target of several columns any of several labels."""


class TorchMlpRegressor(TorchNumbers, RegressorMixin, _TorchMlp):  # type: ignore[misc]
    """Quantities, one or several."""
