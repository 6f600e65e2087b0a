"""A training matrix with its classes, and the sizes that they are to have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.feature import Feature

Sizes = dict[int, int]
"""Rows of a class, by its place among the classes."""


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """Rows of known class.

    Parameters
    ----------
    features : sequence of Feature
        What each column of the matrix is.
    X : ndarray or CSR of shape (n_rows, n_features)
    codes : ndarray of shape (n_rows,)
        Class of each row, as its place in `classes`.
    classes : ndarray of shape (n_classes,)
        The labels, sorted.
    """

    features: Sequence[Feature]
    X: Any
    codes: NDArray[np.intp]
    classes: NDArray[Any]

    @classmethod
    def of(cls, features: Sequence[Feature], X: Any, y: NDArray[Any]) -> Labelled:
        """Code the labels `y`."""
        classes, codes = np.unique(y, return_inverse=True)
        return cls(features=features, X=X, codes=codes, classes=classes)

    @property
    def sizes(self) -> Sizes:
        """Rows of each class."""
        return dict(enumerate(np.bincount(self.codes, minlength=len(self.classes)).tolist()))

    @property
    def counts(self) -> dict[str, int]:
        """Rows of each class, by label."""
        return {self.label(code): size for code, size in self.sizes.items()}

    def label(self, code: int) -> str:
        """The label of a class, for a message."""
        return str(self.classes[code])

    def grown(self, ratio: float) -> Sizes:
        """Classes below `ratio` times the largest one, with that size."""
        size = round(ratio * max(self.sizes.values()))
        return {code: size for code, members in self.sizes.items() if members < size}

    def shrunk(self, ratio: float) -> Sizes:
        """Classes of which the smallest one is less than `ratio`, with the size at which it is that."""
        size = round(min(self.sizes.values()) / ratio)
        return {code: size for code, members in self.sizes.items() if members > size}
