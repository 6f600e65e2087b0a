"""What can go wrong between raw columns and the matrix that an estimator learns from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

LISTED = 10


class NoUsableFeatureError(DataError):
    """Every column was left out; `left_out` holds name and reason of each."""

    def __init__(self, left_out: Sequence[tuple[str, str]]) -> None:
        self.left_out = tuple(left_out)
        listed = "; ".join(f"{name!r}: {reason}" for name, reason in self.left_out[:LISTED])
        more = f"; and {len(self.left_out) - LISTED} more" if len(self.left_out) > LISTED else ""
        super().__init__(
            "No column is left that a model could learn from.",
            where=f"Left out: {listed}{more}." if listed else "The table has no feature columns.",
            remedy="Add columns that vary, or give roles to those that are there (`--numeric`, `--categorical`).",
        )


class FillValueError(UsageError):
    """`--fill-value` does not fit what it is to fill."""

    def __init__(self, value: str, what: str, remedy: str) -> None:
        self.value = value
        super().__init__(f"--fill-value {value!r} {what}.", remedy=remedy)


class ResampleTaskError(UsageError):
    """Resampling balances classes, and a regression target has none."""

    def __init__(self, resample: str) -> None:
        self.resample = resample
        super().__init__(
            f"--resample {resample} needs a target with classes; this one is a quantity.",
            remedy="Leave --resample out, or say `split --task binary` (or multiclass) if the numbers are classes.",
        )
