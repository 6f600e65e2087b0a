"""The options of learning by gradient descent."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

from mlpipe.errors import UsageError
from mlpipe.words.numbers import format_exact
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

Optimizer = Literal["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "lbfgs"]
Schedule = Literal["constant", "step", "cosine", "plateau"]
Activation = Literal["relu", "tanh", "sigmoid", "gelu", "silu", "mish", "selu"]
Device = Literal["cpu", "cuda", "auto"]

LOSSES = ("bce", "cross-entropy", "mse", "mae", "huber", "hinge", "pinball:Q")
FULL = "full"
OF_THE_STEP = ("trace", "compare_optimizers")
"""Options that ask for a figure: they change nothing in the model."""


@dataclass(frozen=True, kw_only=True)
class DescentParams:
    """How a `torch-` model learns; `None` is the model's own default.

    Parameters
    ----------
    loss : str, optional
        One of `LOSSES`; `pinball:0.9` for the quantile 0.9.
    lr : float, optional
        Learning rate, above 0.
    batch_size : str, optional
        Rows of a step, or `full`.
    hidden : str, optional
        Widths of the hidden layers: `64,32`.
    dropout : float, optional
        Share of the units that a step leaves out, in [0, 1).
    l1, l2 : float, optional
        Penalties on the weights: `l1` times their absolute values, half of `l2` times their squares.
    clip_norm : float, optional
        A gradient longer than this is shortened to it.
    stop_loss : float, optional
        Training ends when the loss is below this.
    patience : int, optional
        Training ends after so many epochs without progress on validation rows, with the best weights.
    trace : bool
        Draw the path of a model of two parameters over the contours of the loss.
    compare_optimizers : bool
        Draw the curves of every optimizer on the same data, start and batches.
    """

    loss: str | None = None
    optimizer: Optimizer | None = None
    lr: float | None = None
    lr_schedule: Schedule | None = None
    epochs: int | None = None
    batch_size: str | None = None
    hidden: str | None = None
    activation: Activation | None = None
    dropout: float | None = None
    l1: float | None = None
    l2: float | None = None
    batch_norm: bool = False
    clip_norm: float | None = None
    stop_loss: float | None = None
    patience: int | None = None
    device: Device | None = None
    trace: bool = False
    compare_optimizers: bool = False

    def __post_init__(self) -> None:
        if self.loss is not None:
            check_loss(self.loss)
        self._check_above("lr", 0, "Give a learning rate above 0, such as 0.01.")
        self._check_above("clip_norm", 0, "Give a length above 0, such as 1.")
        for name in ("epochs", "patience"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise UsageError(f"{param(name)} is {value}.", remedy="Give at least 1.")
        for name in ("l1", "l2"):
            if getattr(self, name) is not None and not getattr(self, name) >= 0:
                raise _wrong(name, getattr(self, name), "Give 0 or more, such as 0.001.")
        if self.dropout is not None and not 0 <= self.dropout < 1:
            raise _wrong("dropout", self.dropout, "Give a share of the units from 0 to below 1, such as 0.2.")
        self._check_texts()

    def _check_above(self, name: str, low: float, remedy: str) -> None:
        value = getattr(self, name)
        if value is not None and not value > low:
            raise _wrong(name, value, remedy)

    def _check_texts(self) -> None:
        if self.batch_size not in {None, FULL} and not _is_count(str(self.batch_size)):
            remedy = f"Give a whole number of rows, such as 32, or {FULL}."
            raise UsageError(f"{param('batch_size')} is {self.batch_size!r}.", remedy=remedy)
        if self.optimizer == "lbfgs" and self.batch_size not in {None, FULL}:
            raise UsageError(
                f"{param('optimizer', 'lbfgs')} takes all rows at once.",
                remedy=ways(f"Leave {param('batch_size')} away", f"choose another {param('optimizer')}, such as adam"),
            )
        if self.hidden is not None and not all(_is_count(part.strip()) for part in self.hidden.split(",")):
            remedy = "Give the widths of the layers, such as 64,32."
            raise UsageError(f"{param('hidden')} is {self.hidden!r}.", remedy=remedy)

    def given(self) -> dict[str, Any]:
        """The options that were given, by name."""
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in own.items() if value is not None and value is not False}

    def settings(self) -> tuple[tuple[str, str], ...]:
        """Those of them that are parameters of the estimator, as `-p` takes them."""
        return tuple((name, str(value)) for name, value in self.given().items() if name not in OF_THE_STEP)


def _is_count(text: str) -> bool:
    return text.isdecimal() and int(text) > 0


def _wrong(name: str, value: float, remedy: str) -> UsageError:
    return UsageError(f"{param(name)} is {format_exact(value)}.", remedy=remedy)


def check_loss(loss: str) -> None:
    """Raise `UsageError` for a loss that there is not."""
    if loss in LOSSES[:-1]:
        return
    kind, _, quantile = loss.partition(":")
    if kind != "pinball":
        raise UsageError(f"There is no loss {loss!r}.", where=param("loss"), remedy=f"Known: {', '.join(LOSSES)}.")
    try:
        fits = 0 < float(quantile) < 1
    except ValueError:
        fits = False
    if not fits:
        raise UsageError(
            f"{param('loss')} is {loss!r}.", remedy="Give the quantile, between 0 and 1: pinball:0.9, say."
        )
