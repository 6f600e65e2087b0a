"""The optimizers by name, and how the learning rate goes over the epochs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

RATES = {
    "sgd": 0.01, "momentum": 0.01, "nesterov": 0.01, "adagrad": 0.05, "rmsprop": 0.004, "adam": 0.004, "adamw": 0.004,
    "lbfgs": 1.0,
}  # fmt: skip
"""Every optimizer with the learning rate that a net of several layers takes where none is given."""
CONVEX = 10
"""A single layer has one valley, and bears rates so many times higher."""
MOMENTUM = 0.9
PATIENT, HALF = 5, 0.5
"""The schedule `plateau` halves the rate after so many epochs without progress."""
DROPS = (0.5, 0.75)
"""Shares of the epochs after which the schedule `step` divides the rate by 10."""


def choose_optimizer(named: str | None, *, smooth: bool, stepwise: bool) -> str:
    """The optimizer that was named; else L-BFGS, which goes straight down, where nothing speaks for small steps.

    Parameters
    ----------
    smooth : bool
        Whether a line search finds its way down the loss.
    stepwise : bool
        Whether a learning rate or batches are asked for, which L-BFGS has no use for.
    """
    return named or ("lbfgs" if smooth and not stepwise else "adam")


def usual_rate(optimizer: str, *, convex: bool) -> float:
    """The learning rate where none is given."""
    return RATES[optimizer] * (CONVEX if convex and optimizer != "lbfgs" else 1)


def build_optimizer(name: str, parameters: Iterable[Any], *, lr: float, l2: float) -> Any:
    """The torch optimizer; `l2` decays the weights (apart from the gradient in adamw, not at all in lbfgs)."""
    from torch import optim

    parameters = list(parameters)
    if name == "lbfgs":
        return optim.LBFGS(parameters, lr=lr, max_iter=1, line_search_fn="strong_wolfe")
    weights, others = [p for p in parameters if p.ndim > 1], [p for p in parameters if p.ndim < 2]
    groups = [{"params": weights, "weight_decay": l2}, {"params": others, "weight_decay": 0.0}]
    groups = [group for group in groups if group["params"]]
    momentum = {"momentum": MOMENTUM, "nesterov": MOMENTUM}.get(name, 0.0)
    match name:
        case "adagrad":
            return optim.Adagrad(groups, lr=lr)
        case "rmsprop":
            return optim.RMSprop(groups, lr=lr)
        case "adam":
            return optim.Adam(groups, lr=lr)
        case "adamw":
            return optim.AdamW(groups, lr=lr)
        case _:
            return optim.SGD(groups, lr=lr, momentum=momentum, nesterov=name == "nesterov")


def scheduled_rate(schedule: str, lr: float, *, epoch: int, epochs: int, losses: Sequence[float]) -> float:
    """The learning rate of an epoch.

    Parameters
    ----------
    epoch : int
        From 1 on.
    losses : sequence of float
        Of the epochs before, on validation rows where there are some.

    Examples
    --------
    >>> [scheduled_rate("step", 1.0, epoch=epoch, epochs=8, losses=()) for epoch in (4, 5, 7)]
    [1.0, 0.1, 0.01]
    >>> scheduled_rate("cosine", 1.0, epoch=5, epochs=8, losses=())
    0.5
    """
    done = (epoch - 1) / epochs
    match schedule:
        case "step":
            return float(lr / 10 ** sum(done >= drop for drop in DROPS))
        case "cosine":
            return lr * 0.5 * (1 + math.cos(math.pi * done))
        case "plateau":
            return float(lr * HALF ** _plateaus(losses))
        case _:
            return lr


def _plateaus(losses: Sequence[float]) -> int:
    """How often the loss stood still for `PATIENT` epochs."""
    best, waited, found = math.inf, 0, 0
    for loss in losses:
        if loss < best * (1 - 1e-4):
            best, waited = loss, 0
        else:
            waited += 1
        if waited >= PATIENT:
            found, waited = found + 1, 0
    return found
