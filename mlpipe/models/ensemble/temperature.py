"""A blend whose probabilities are made surer, as the mean of several honest ones is too cautious."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlpipe.models.deciding.temperature import tempered
from mlpipe.models.ensemble.blend import BlendClassifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.matrix import Matrix

    Floats = NDArray[np.float64]


class TemperedBlendClassifier(BlendClassifier):
    """A blend whose probabilities are raised to the power of 1 / temperature, and made to add up to 1 again.

    Parameters
    ----------
    members, weights, places, rowwise
        As of a blend.
    temperature : float
        Below 1 the probabilities become surer, above 1 less sure; which class is the most probable stays.

    References
    ----------
    Guo, Pleiss, Sun, Weinberger (2017), On calibration of modern neural networks, ICML. That a mean of calibrated
    probabilities is not sharp enough: Ranjan, Gneiting (2010), Combining probability forecasts, Journal of the Royal
    Statistical Society B 72, 71-91, doi:10.1111/j.1467-9868.2009.00726.x.
    """

    def __init__(
        self,
        members: Sequence[tuple[str, Any]],
        weights: Sequence[float],
        temperature: float,
        places: Sequence[tuple[int, int, bool]] | None = None,
        rowwise: Sequence[bool] | None = None,
    ) -> None:
        super().__init__(members, weights, places, rowwise)
        self.temperature = temperature

    def predict_proba(self, X: Matrix) -> Floats:
        """Probabilities of shape (n_rows, n_classes), in the order of `classes_`."""
        return tempered(super().predict_proba(X), self.temperature)
