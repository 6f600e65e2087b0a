"""What `preprocess` shows of its work beside the matrices: small tables, figures, and notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from mlpipe.artifacts.preps import PrepContent
    from mlpipe.artifacts.store import ArtifactWriter
    from mlpipe.features.resampling import Resampled
    from mlpipe.models.fitting import FittedPlan


@dataclass(frozen=True, kw_only=True)
class Training:
    """The training rows, raw and as the plan left them.

    Parameters
    ----------
    X : DataFrame of shape (n_rows, n_columns)
        Raw rows, all of them.
    """

    X: pd.DataFrame
    fitted: FittedPlan
    resampled: Resampled | None


def save_shown(writer: ArtifactWriter, content: PrepContent, training: Training) -> tuple[str, ...]:
    """Write what a person may want to look at; return what to tell at once."""
    return ()
