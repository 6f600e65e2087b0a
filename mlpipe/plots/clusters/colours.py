"""One colour and one name for each cluster, the same in every figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.plots.style import CLASS_COLOURS, REST, class_colour

if TYPE_CHECKING:
    from mlpipe.metrics.arrays import Places

MOST_COLOURS = len(CLASS_COLOURS)
"""Clusters beyond these are drawn in grey: no colour stands for two."""


def cluster_colour(number: int) -> str:
    """Colour of a cluster by its number; noise and those beyond the colours are grey."""
    return class_colour(number) if 0 <= number < MOST_COLOURS else REST


def cluster_name(number: int) -> str:
    """What a cluster is called."""
    return "noise" if number < 0 else f"cluster {number}"


def in_order(clusters: Places) -> list[int]:
    """The clusters that occur, noise last."""
    present = np.unique(clusters).tolist()
    return [*(k for k in present if k >= 0), *(k for k in present if k < 0)]
