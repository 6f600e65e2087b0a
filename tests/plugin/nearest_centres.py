"""An example of a package that adds a model: its metadata beside it names `SPEC` in the group `mlpipe.models`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from mlpipe.models.estimator_spec import EstimatorSpec, Range
from mlpipe.task import Task

if TYPE_CHECKING:
    from numpy.typing import NDArray


class NearestCentres(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Classes by the distance to their means; the farther, the less probable."""

    def __init__(self, sharpness: float = 1.0) -> None:
        self.sharpness = sharpness

    def fit(self, X: NDArray[np.float64], y: NDArray[Any]) -> Self:
        """Take the means."""
        self.classes_ = np.unique(y)
        self.centres_ = np.array([X[y == label].mean(axis=0) for label in self.classes_])
        return self

    def predict_proba(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities of shape (n_rows, n_classes)."""
        near = [np.exp(-self.sharpness * ((X - centre) ** 2).mean(axis=1)) for centre in self.centres_]
        total = near[0].copy()
        for other in near[1:]:
            total += other
        return np.column_stack([one / total for one in near])

    def predict(self, X: NDArray[np.float64]) -> NDArray[Any]:
        """The most probable class of each row."""
        labels: NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return labels


SPEC = EstimatorSpec(
    name="nearest-centres",
    tasks=frozenset({Task.BINARY, Task.MULTICLASS}),
    target="nearest_centres:NearestCentres",
    summary="the nearest mean of a class",
    needs=frozenset({"no gaps", "dense matrix"}),
    space={"sharpness": Range(low=0.1, high=10, log=True)},
)
