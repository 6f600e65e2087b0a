"""What of an axis to show where few rows lie far out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mlpipe.metrics.outcome import Floats


def find_limits(values: Floats) -> tuple[float, float]:
    """Both ends of an axis: everything; among many rows, all but the farthest thousandth if that is far out."""
    low, high = float(values.min()), float(values.max())
    if len(values) > 1000:
        inner_low, inner_high = (float(q) for q in np.quantile(values, [0.0005, 0.9995]))
        spread = (inner_high - inner_low) or 1.0
        low = low if inner_low - low < 0.5 * spread else inner_low
        high = high if high - inner_high < 0.5 * spread else inner_high
    margin = 0.04 * (high - low) or max(abs(high) * 0.1, 1.0)
    return low - margin, high + margin
