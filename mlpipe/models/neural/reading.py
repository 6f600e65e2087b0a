"""What the curves of a descent say, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.words.numbers import format_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST = 5
"""Epochs below which curves say nothing yet."""
RISE = 0.02
"""Share of its lowest value by which the validation loss must have risen to speak of overfitting."""
STILL = 0.01
"""Share of the whole way down that the last tenth of the epochs must cover to be called falling."""


def read_curves(train: Floats, valid: Floats | None = None) -> str:
    """Tell whether the loss is still falling, flat, or rises on rows that were not learnt from.

    Parameters
    ----------
    train, valid : ndarray of shape (n_epochs,)

    Examples
    --------
    >>> import numpy as np
    >>> fall = 0.5 ** np.arange(10.0)
    >>> read_curves(fall, np.abs(np.arange(10.0) - 4) / 4 + 1)
    'overfitting since epoch 5: the validation loss rose from 1 to 2.25, the training loss fell on to 0.00195'
    """
    n_epochs = len(train)
    if n_epochs < FEWEST:
        return f"{n_epochs} epochs are too few to read the curves"
    if valid is not None and (told := _overfitting(train, valid)):
        return told
    watched, name = (train, "training") if valid is None else (valid, "validation")
    part = max(1, n_epochs // 10)
    way = float(watched[0] - watched.min())
    if way > 0 and watched[-1 - part] - watched[-1] > STILL * way:
        low = format_number(float(watched[-1]))
        return f"the {name} loss is still falling, at {low} after {n_epochs} epochs: more of them would go further"
    since = int(np.argmax(watched <= watched.min() + STILL * way)) + 1
    return f"the {name} loss is flat since epoch {since}, at {format_number(float(watched[-1]))}"


def _overfitting(train: Floats, valid: Floats) -> str:
    best = int(np.argmin(valid))
    rose, fell = valid[-1] > valid[best] * (1 + RISE), train[-1] < train[best]
    if best == len(valid) - 1 or not rose or not fell:
        return ""
    low, high, end = (format_number(float(value)) for value in (valid[best], valid[-1], train[-1]))
    return (
        f"overfitting since epoch {best + 1}: the validation loss rose from {low} to {high}, "
        f"the training loss fell on to {end}"
    )
