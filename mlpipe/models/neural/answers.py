"""What a fitted net answers: classes with their probabilities, labels, or quantities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit, softmax
from sklearn.utils.metaestimators import available_if

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.models.neural.losses import Kind

    Floats = NDArray[np.float64]


def _says_probabilities(model: Any) -> bool:
    name = (getattr(model, "loss_", None) or model.loss or "bce").partition(":")[0]
    return name != "hinge"


class TorchClasses:
    """For classes, one of them or, with a target of several columns, any of several labels."""

    def _learn_kind(self: Any, y: NDArray[Any]) -> Kind:
        if y.ndim == 2:
            self.classes_ = [np.array([0, 1])] * y.shape[1]
            return "labels"
        self.classes_ = np.unique(y)
        if len(self.classes_) < 2:
            raise ValueError("the training rows have one class alone")
        return "two classes" if len(self.classes_) == 2 else "classes"

    def decision_function(self: Any, X: Floats) -> Floats:
        """Scores of shape (n_rows,) of the second of two classes, or one for each class or label."""
        outputs: Floats = self._outputs(X)
        return outputs[:, 0] if len(self.classes_) == 2 and outputs.shape[1] == 1 else outputs

    @available_if(_says_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self: Any, X: Floats) -> Floats:
        """Probabilities of shape (n_rows, n_classes), or (n_rows, n_labels)."""
        outputs = self._outputs(X)
        if isinstance(self.classes_, list):
            return np.asarray(expit(outputs))
        if outputs.shape[1] > 1:
            return np.asarray(softmax(outputs, axis=1))
        second = expit(outputs[:, 0])
        return np.column_stack([1 - second, second])

    def predict(self: Any, X: Floats) -> NDArray[Any]:
        """The most probable class of each row, or 0 and 1 for each label."""
        outputs = self._outputs(X)
        if isinstance(self.classes_, list):
            return np.asarray(outputs > 0, dtype=np.int64)
        places = (outputs[:, 0] > 0).astype(np.intp) if outputs.shape[1] == 1 else outputs.argmax(axis=1)
        labels: NDArray[Any] = self.classes_[places]
        return labels


class TorchNumbers:
    """For quantities, one or several."""

    def _learn_kind(self: Any, y: NDArray[Any]) -> Kind:
        self.one_target_ = y.ndim == 1
        return "quantities"

    def predict(self: Any, X: Floats) -> Floats:
        """Numbers of shape (n_rows,), or (n_rows, n_outputs)."""
        outputs: Floats = self._outputs(X) * self.scale_ + self.centre_
        return outputs[:, 0] if self.one_target_ else outputs
