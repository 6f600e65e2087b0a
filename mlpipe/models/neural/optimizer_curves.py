"""The same descent by every optimizer: same rows, same start, same batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from sklearn.base import clone

from mlpipe.errors import FitError, ParameterError
from mlpipe.models.neural.estimator import MAX_BATCH
from mlpipe.params.descent import FULL, Optimizer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def optimizer_curves(estimator: Any, X: NDArray[Any], y: NDArray[Any]) -> dict[str, NDArray[np.float64] | None]:
    """The training loss of each optimizer by epoch; `None` where it diverged.

    Parameters
    ----------
    estimator : TorchModel
        The learning rate that it was given holds for all of them; without one each takes its usual one. L-BFGS, which
        has no use for batches, takes part where all rows are taken at once.
    """
    batch_size = estimator.batch_size or min(MAX_BATCH, len(X))
    curves: dict[str, NDArray[np.float64] | None] = {}
    for name in get_args(Optimizer):
        if name == "lbfgs" and batch_size != FULL and batch_size < len(X):
            continue
        model = clone(estimator).set_params(optimizer=name, patience=None, batch_size=batch_size)
        try:
            curves[name] = model.fit(X, y).history_["train_loss"]
        except (FitError, ParameterError):
            curves[name] = None
    return curves
