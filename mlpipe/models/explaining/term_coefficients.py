"""Which terms of a text a linear model goes by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.features.preprocessor.branches import fitted_steps
from mlpipe.features.preprocessor.feature_names import describe_features
from mlpipe.models.estimators import inner_estimator
from mlpipe.target import LabelsTarget, NumbersTarget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

    from mlpipe.target import Target

LOWER_HIGHER = ("lower", "higher")
"""The two sides of a quantity, which has no classes."""


@dataclass(frozen=True, kw_only=True)
class TermWeights:
    """Weights of terms.

    Parameters
    ----------
    terms : tuple of str
        Without the name of their column, where there is one column of text alone.
    weights : ndarray of shape (n_classes, n_terms), or (1, n_terms) for two classes
        Those of two classes speak for the last one.
    classes : tuple of str
        Of several targets, these.
    """

    terms: tuple[str, ...]
    weights: NDArray[np.float64]
    classes: tuple[str, ...]

    def strongest(self, n: int) -> list[tuple[str, str, float]]:
        """The `n` terms that speak most for each class: class, term, weight, the largest first."""
        rows = np.vstack([-self.weights, self.weights]) if len(self.weights) < len(self.classes) else self.weights
        return [
            (label, self.terms[i], float(row[i]))
            for label, row in zip(self.classes, rows, strict=True)
            for i in np.argsort(-row, kind="stable")[:n].tolist()
            if row[i] > 0
        ]


def term_weights(estimator: Any, preprocessor: Pipeline, target: Target) -> TermWeights | None:
    """The weights of the terms in a fitted linear model; `None` where its matrix has none."""
    features = describe_features(preprocessor)
    places = [i for i, feature in enumerate(features) if feature.kind == "term"]
    if not places:
        return None
    inner = inner_estimator(estimator)
    weights = np.atleast_2d(inner.coef_)[:, places]
    several = isinstance(target, LabelsTarget | NumbersTarget)
    classes = target.columns if several else tuple(map(str, getattr(inner, "classes_", LOWER_HIGHER)))
    columns = [columns[0] for columns, _ in fitted_steps(preprocessor, "terms")]
    return TermWeights(terms=_terms([features[i].name for i in places], columns), weights=weights, classes=classes)


def _terms(names: Sequence[str], columns: Sequence[str]) -> tuple[str, ...]:
    prefix = f"{columns[0]}_" if len(columns) == 1 else ""
    return tuple(name.removeprefix(prefix) for name in names)
