"""One epoch: batch after batch, the loss, its gradient, a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.models.neural.optimizers import build_optimizer

if TYPE_CHECKING:
    from mlpipe.models.neural.losses import RowLoss
    from mlpipe.models.neural.rows import BlockRows, Rows


@dataclass(frozen=True, kw_only=True)
class Course:
    """How to go down.

    Parameters
    ----------
    row_loss, shown_loss : callable
        What is minimised, and what is told: the same but for smoothed labels.
    batch_size : int or None
        `None` for all rows at once.
    unit : float
        What a loss is multiplied with to be in the unit of the target.
    """

    row_loss: RowLoss
    shown_loss: RowLoss
    optimizer: str
    lr: float
    schedule: str
    epochs: int
    batch_size: int | None
    l1: float = 0.0
    l2: float = 0.0
    clip_norm: float | None = None
    stop_loss: float | None = None
    patience: int | None = None
    device: str = "cpu"
    unit: float = 1.0
    trace: bool = False


class Stepper:
    """Goes over the rows once, in batches, and follows the gradient after each."""

    def __init__(self, net: Any, course: Course) -> None:
        self._net, self._course = net, course
        self._optimizer = build_optimizer(course.optimizer, net.parameters(), lr=course.lr, l2=course.l2)
        self._parameters = list(net.parameters())
        self._weights = [parameter for parameter in self._parameters if parameter.ndim > 1]
        self._needs_two = any(type(part).__name__ == "BatchNorm1d" for part in net.modules())

    def epoch(self, rows: Rows | BlockRows, rate: float) -> tuple[float, float]:
        """Mean loss of the batches, each before its step, and mean length of their gradients."""
        import torch

        self._net.train()
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        size = self._course.batch_size
        if size is None or size >= len(rows):
            loss, norm = self._step(rows)
            return float(loss), float(norm)
        losses, norms, counts = [], [], []
        for batch in rows.batches(size):
            if len(batch) == 1 and self._needs_two:
                continue  # batch norm finds no spread in one row
            loss, norm = self._step(batch)
            losses.append(loss)
            norms.append(norm)
            counts.append(len(batch))
        share = np.array(counts) / sum(counts)
        return float(torch.stack(losses).cpu().double().numpy() @ share), float(torch.stack(norms).mean())

    def _step(self, batch: Rows | BlockRows) -> tuple[Any, Any]:
        """One step; the loss and the length of its gradient before it."""
        if self._course.optimizer == "lbfgs":
            return self._search(batch)
        _, loss = self._backward(batch)
        norm = self._norm()
        self._optimizer.step()
        return loss, norm

    def _backward(self, batch: Rows | BlockRows) -> tuple[Any, Any]:
        """Put the gradient in place; what is minimised, and the loss to tell."""
        self._optimizer.zero_grad()
        whole, told = 0.0, 0.0
        for place, (share, part) in enumerate(batch.parts()):
            loss, shown = self._losses(part.to(self._course.device))
            minimised = share * loss + (0.0 if place else self._penalty())
            minimised.backward()
            whole, told = whole + minimised.detach(), told + share * shown.detach()
        return whole, told

    def _losses(self, part: Rows) -> tuple[Any, Any]:
        """What is minimised, without the penalty, and the loss to tell."""
        course = self._course
        outputs = self._net(part.X)
        loss = mean_loss(course.row_loss(outputs, part.y), part.weights)
        if course.shown_loss is course.row_loss:
            return loss, loss
        return loss, mean_loss(course.shown_loss(outputs.detach(), part.y), part.weights)

    def _penalty(self) -> Any:
        course = self._course
        penalty = course.l1 * sum(weights.abs().sum() for weights in self._weights) if course.l1 else 0.0
        if course.l2 and course.optimizer == "lbfgs":
            penalty += course.l2 / 2 * sum(weights.square().sum() for weights in self._weights)
        return penalty

    def _norm(self) -> Any:
        from torch.nn import utils

        if self._course.clip_norm is not None:
            return utils.clip_grad_norm_(self._parameters, self._course.clip_norm)
        return utils.get_total_norm([p.grad for p in self._parameters if p.grad is not None])

    def _search(self, batch: Rows | BlockRows) -> tuple[Any, Any]:
        """L-BFGS looks at the loss several times along its line; the first look is where it stands."""
        seen: list[tuple[Any, Any]] = []

        def look() -> Any:
            whole, loss = self._backward(batch)
            seen.append((loss, self._norm().clone()))
            return whole

        self._optimizer.step(look)
        return seen[0]


def mean_loss(losses: Any, weights: Any) -> Any:
    """Mean over the rows, by their weights where there are some."""
    return losses.mean() if weights is None else (losses * weights).sum() / weights.sum()
