"""The losses: which targets each is for, and what it is for a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mlpipe.errors import UsageError
from mlpipe.params.descent import check_loss
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from numpy.typing import NDArray

Kind = Literal["two classes", "classes", "labels", "quantities"]
"""What a net answers: one of two classes, one of more, any of several labels, numbers."""

RowLoss = Callable[[Any, Any], Any]
"""Outputs of shape (n_rows, n_outputs) and targets to the loss of each row, as tensors."""


@dataclass(frozen=True, kw_only=True)
class LossSpec:
    """A loss.

    Parameters
    ----------
    told : str
        In words.
    power : int
        Of the target's unit that the loss is measured in; 0 for classes.
    probabilities : bool
        Whether outputs are logits of probabilities.
    smooth : bool
        Whether a line search finds its way, which loses it where the loss is a line or has a corner.
    """

    name: str
    told: str
    kinds: frozenset[Kind]
    power: int = 0
    probabilities: bool = True
    smooth: bool = True


_TWO: frozenset[Kind] = frozenset({"two classes"})
_CLASSES: frozenset[Kind] = frozenset({"two classes", "classes"})
_NUMBERS: frozenset[Kind] = frozenset({"quantities"})

SPECS = {
    spec.name: spec
    for spec in (
        LossSpec(name="bce", told="binary cross-entropy", kinds=_TWO | {"labels"}),
        LossSpec(name="cross-entropy", told="cross-entropy", kinds=_CLASSES),
        LossSpec(name="hinge", told="hinge loss", kinds=_CLASSES | {"labels"}, probabilities=False, smooth=False),
        LossSpec(name="mse", told="mean squared error", kinds=_NUMBERS, power=2),
        LossSpec(name="mae", told="mean absolute error", kinds=_NUMBERS, power=1, smooth=False),
        LossSpec(name="huber", told="Huber loss", kinds=_NUMBERS, power=2, smooth=False),
        LossSpec(name="pinball", told="pinball loss", kinds=_NUMBERS, power=1, smooth=False),
    )
}
DEFAULTS: dict[Kind, str] = {"two classes": "bce", "classes": "cross-entropy", "labels": "bce", "quantities": "mse"}


def find_loss(loss: str | None, kind: Kind) -> LossSpec:
    """The loss by name, by default the usual one.

    Raises
    ------
    UsageError
        Where there is none of the name, and where it is for other targets.
    """
    loss = loss or DEFAULTS[kind]
    check_loss(loss)
    spec = SPECS[loss.partition(":")[0]]
    if kind not in spec.kinds:
        fitting = " or ".join(losses_for(kind))
        raise UsageError(f"{param('loss', spec.name)} is not for {kind}.", remedy=f"Choose {fitting}.")
    return spec


def losses_for(kind: Kind) -> list[str]:
    """The losses that fit a target."""
    return [spec.name for spec in SPECS.values() if kind in spec.kinds]


def row_loss(loss: str, kind: Kind, *, smoothing: float = 0.0, delta: float = 1.0) -> RowLoss:
    """The loss of each row, as torch computes it.

    Parameters
    ----------
    loss : str
        The name, with the quantile behind `pinball:`.
    smoothing : float
        Share of the probability that is spread over all classes (label smoothing; Szegedy et al. 2016).
    delta : float
        Residual from which on the Huber loss grows as a line (Huber 1964).
    """
    from torch.nn import functional as F  # noqa: N812 (its name everywhere)

    name, _, quantile = loss.partition(":")
    if kind == "classes":
        if name == "hinge":  # the sum over the other classes of what is missing to a margin of 1
            return lambda out, y: F.multi_margin_loss(out, y, reduction="none")
        return lambda out, y: F.cross_entropy(out, y, reduction="none", label_smoothing=smoothing)
    if kind != "quantities":
        if name == "hinge":
            return lambda out, y: F.relu(1 - out * (2 * y - 1)).mean(1)
        half = smoothing / 2
        return lambda out, y: F.binary_cross_entropy_with_logits(
            out, y * (1 - smoothing) + half, reduction="none"
        ).mean(1)
    by_name: dict[str, RowLoss] = {
        "mse": lambda out, y: (out - y).square().mean(1),
        "mae": lambda out, y: (out - y).abs().mean(1),
        "huber": lambda out, y: F.huber_loss(out, y, reduction="none", delta=delta).mean(1),
        "pinball": lambda out, y: _pinball(y - out, float(quantile)).mean(1),
    }
    return by_name[name]


def _smooth(y: Any, smoothing: float) -> Any:
    return y * (1 - smoothing) + smoothing / 2 if smoothing else y


def _pinball(residual: Any, quantile: float) -> Any:
    """Koenker and Bassett (1978): what lies above counts `quantile`, what lies below the rest."""
    return (quantile * residual).maximum((quantile - 1) * residual)


def encode_target(y: NDArray[Any], kind: Kind, classes: Any) -> NDArray[Any]:
    """Targets as a loss takes them: places among the classes of shape (n_rows,), or numbers (n_rows, n_outputs)."""
    if kind in {"quantities", "labels"}:
        return np.asarray(y, dtype=np.float64).reshape(len(y), -1)
    codes = np.searchsorted(classes, y)
    return codes.astype(np.float64)[:, None] if kind == "two classes" else codes.astype(np.int64)


def epoch_metric(kind: Kind) -> Callable[[Any, Any], float]:
    """The metric of an epoch: accuracy of classes, coefficient of determination of quantities."""
    if kind == "classes":
        return lambda out, y: float((out.argmax(1) == y).double().mean())
    if kind != "quantities":
        return lambda out, y: float(((out > 0) == (y > 0.5)).double().mean())

    def determination(out: Any, y: Any) -> float:
        around = (y - y.mean(0)).square().sum()
        return float(1 - (y - out).square().sum() / around) if around > 0 else 0.0

    return determination
