"""One linear layer: regression and logistic regression by gradient descent, as the books begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin

from mlpipe.models.neural.answers import TorchClasses, TorchNumbers
from mlpipe.models.neural.estimator import TorchModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.models.neural.losses import LossSpec

    Floats = NDArray[np.float64]


class _TorchLinear(TorchModel):
    """Weights begin at zero, in double precision; with squared errors targets are learnt as they are, as in the books.

    Losses with corners go a fixed way for a step however far they are off: for them targets are standardised.
    """

    dtype = "float64"
    convex = True

    def __init__(
        self,
        *,
        loss: str | None = None,
        optimizer: str | None = None,
        lr: float | None = None,
        lr_schedule: str = "constant",
        epochs: int = 100,
        batch_size: int | str | None = None,
        l1: float = 0.0,
        l2: float = 0.0,
        clip_norm: float | None = None,
        stop_loss: float | None = None,
        patience: int | None = None,
        huber_delta: float = 1.0,
        device: str = "cpu",
        random_state: int | None = None,
    ) -> None:
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
        import torch
        from torch import nn

        layer = nn.Linear(n_features, n_outputs, dtype=torch.float64)
        nn.init.zeros_(layer.weight)
        nn.init.zeros_(layer.bias)
        return layer

    def _scales_target(self, spec: LossSpec) -> bool:
        return spec.power > 0 and spec.name != "mse"

    def _outputs(self, X: Floats) -> Floats:
        """The lines, which need no torch."""
        self._check_fitted()
        outputs: Floats = np.asarray(X, dtype=np.float64) @ self.weights_["weight"].T + self.weights_["bias"]
        return outputs

    @property
    def coef_(self) -> Floats:
        """Weights of shape (n_features,) for one quantity, else (n_outputs, n_features)."""
        weights: Floats = self.weights_["weight"] * self.scale_
        return weights[0] if getattr(self, "one_target_", False) else weights

    @property
    def intercept_(self) -> Floats:
        """Intercepts of shape (n_outputs,)."""
        bias: Floats = self.weights_["bias"] * self.scale_ + self.centre_
        return bias


class TorchLinearClassifier(TorchClasses, ClassifierMixin, _TorchLinear):  # type: ignore[misc]
    """Logistic regression with one logit for two classes or each label, and one for each of more classes."""


class TorchLinearRegressor(TorchNumbers, RegressorMixin, _TorchLinear):  # type: ignore[misc]
    """A line for each quantity."""
