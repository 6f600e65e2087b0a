"""Weights and made-up rows, which do not go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.data.schema import Role
from mlpipe.errors import UsageError
from mlpipe.words.parameters import param
from mlpipe.words.remedies import in_step, ways

if TYPE_CHECKING:
    from mlpipe.data.schema import Schema
    from mlpipe.params import PreprocessParams


def check_no_made_rows(schema: Schema, params: PreprocessParams, *, where: str = "") -> None:
    """Raise `UsageError` where rows are weighed and others are to be made."""
    made = {"resample": params.resample, "augment": params.augment}
    name = next((name for name, value in made.items() if value != "none"), None)
    if name and schema.with_role(Role.WEIGHT):
        raise UsageError(
            f"{param(name, made[name])} and a weight column do not go together: made-up rows have no weight.",
            where=where,
            remedy=ways(in_step("split", f"Split again without {param('weight')}"), f"leave {param(name)} away"),
        )
