"""The path of a model of two parameters, and the loss around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.models.neural.losses import encode_target, row_loss

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.models.neural.losses import Kind, RowLoss

    Floats = NDArray[np.float64]

MOST_ROWS = 2000
"""Rows that the loss around the path is measured on."""
MARGIN = 0.25
"""Share of the way that is shown around it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Trace:
    """Where a model went.

    Parameters
    ----------
    path : ndarray of shape (n_epochs + 1, 2)
        Weight and intercept before each epoch and at the end, in the units of the matrix that was learnt from.
    weights, intercepts : ndarray of shape (n_grid,)
        Places around it.
    losses : ndarray of shape (n_grid, n_grid)
        The loss at each intercept (rows) and weight (columns).
    """

    path: Floats
    weights: Floats
    intercepts: Floats
    losses: Floats


def trace_path(model: Any, X: Floats, y: NDArray[Any], *, n_grid: int = 120) -> Trace | None:
    """Measure the loss around the path of a fitted model; `None` where it has more than a weight and an intercept."""
    if model.path_.ndim != 2 or model.path_.shape[1] != 2:
        return None
    path = model.path_ * model.scale_ + np.array([0.0, model.centre_[0]])
    grids = [_around(path[:, place], n_grid) for place in (0, 1)]
    kind: Kind = "two classes" if hasattr(model, "classes_") else "quantities"
    loss = row_loss(model.loss_, kind, delta=model.huber_delta)
    x, target = (
        np.asarray(X, dtype=np.float64)[:MOST_ROWS, 0],
        encode_target(y[:MOST_ROWS], kind, getattr(model, "classes_", None)),
    )
    losses = np.array([_losses(loss, np.outer(grids[0], x) + intercept, target) for intercept in grids[1]])
    return Trace(path=path, weights=grids[0], intercepts=grids[1], losses=losses)


def _losses(loss: RowLoss, outputs: Floats, y: Floats) -> Floats:
    """The mean loss of each row of outputs, shape (n_models, n_rows)."""
    import torch

    each = loss(torch.tensor(outputs).reshape(-1, 1), torch.tensor(y).repeat(len(outputs), 1))
    mean: Floats = each.reshape(outputs.shape).mean(1).numpy()
    return mean


def _around(values: Floats, n_grid: int) -> Floats:
    low, high = float(values.min()), float(values.max())
    margin = MARGIN * (high - low) or 1.0
    return np.linspace(low - margin, high + margin, n_grid)
