"""Kinds of arrays that scores are made of, and divisions of them that may be undefined."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]
Places = NDArray[np.integer]
"""Whole numbers in as few bytes as will do."""


def divide(part: Floats, whole: Floats, *, otherwise: float = np.nan) -> Floats:
    """Divide, with `otherwise` where the divisor is nought."""
    part, whole = np.broadcast_arrays(part, whole)
    out = np.full(part.shape, otherwise)
    np.divide(part, whole, out=out, where=whole != 0)
    return out


def mean_of_defined(values: Floats) -> Floats:
    """Mean over the first axis of what is not NaN; NaN where nothing is left."""
    defined = ~np.isnan(values)
    return divide(np.where(defined, values, 0.0).sum(axis=0), defined.sum(axis=0).astype(np.float64))
