"""Models that take no sparse matrix get its terms as a few components by truncated SVD, and the rest as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.compose import ColumnTransformer

from mlpipe.features.transformers.components import Components

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.features.preprocessor.feature import Feature

_MANY = {"term", "level"}
"""Kinds of features that make a matrix sparse."""


def build_densifier(features: Sequence[Feature], n_components: int, seed: int) -> ColumnTransformer:
    """Build the unfitted transformer from the sparse matrix to a dense one.

    Parameters
    ----------
    features : sequence of Feature
        What the columns of the sparse matrix are.

    Returns
    -------
    ColumnTransformer
        Features that are neither terms nor levels come first, in their order (see `dense_features`).
    """
    many = np.flatnonzero([feature.kind in _MANY for feature in features])
    rest = np.flatnonzero([feature.kind not in _MANY for feature in features])
    components = Components("svd", n_components, random_state=seed)
    return ColumnTransformer([("rest", "passthrough", rest), ("components", components, many)], sparse_threshold=0)


def dense_features(features: Sequence[Feature]) -> list[Feature]:
    """The features that keep their place at the front of the dense matrix."""
    return [feature for feature in features if feature.kind not in _MANY]
