"""What rows count in a training, where the split has a weight column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.data.schema import Role
from mlpipe.steps.training.prepared import part_weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mlpipe.artifacts.preps import Prep
    from mlpipe.models.comparison.final import Final
    from mlpipe.steps.loading import LazySplit

    Floats = NDArray[np.float64]


def scored_weights(prep: Prep, split: LazySplit, final: Final) -> tuple[str | None, dict[str, Floats]]:
    """The column that weighs the rows, and what those of each part count that `train` scores."""
    named = prep.context.schema.with_role(Role.WEIGHT)
    if not named or final.weights is None:
        return None, {}
    weights = {"train": final.weights}
    if "valid" in prep.parts:
        valid = part_weights(split, "valid", prep.context)
        weights |= {} if valid is None else {"valid": valid}
    return named[0].name, weights


def tell_weights(weight: str | None) -> tuple[str, ...]:
    """What a person should know of a weight column."""
    if weight is None:
        return ()
    return (f"weighted by {weight!r}: the fit, the scores in folds and on the training rows, what is decided by them",)
