"""The parts of a fitted preprocessor: which transformer took which raw columns, and where its output is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

# Branches are named by position: a column's own name may hold "__", which scikit-learn keeps for itself.
NUMBERS = "numbers_"
GAPS = "missing"
COLUMN = "column_"


@dataclass(frozen=True, kw_only=True)
class Branch:
    """A fitted transformer inside a preprocessor.

    Parameters
    ----------
    transformer : object
        The fitted scikit-learn transformer.
    columns : tuple of str
        Raw columns that it takes.
    place : slice
        Columns of the matrix that it makes, before any selection.
    by_value : bool
        It takes a single column and maps each distinct value of it on its own.
    """

    transformer: Any
    columns: tuple[str, ...]
    place: slice
    by_value: bool


def fitted_steps(fitted: Pipeline, name: str) -> list[tuple[tuple[str, ...], Any]]:
    """The fitted steps of this name inside the branches, each with the raw columns that it took."""
    found = []
    for branch in branches(fitted):
        parts = getattr(branch.transformer, "transformer_list", [("", branch.transformer)])
        steps = (getattr(part, "named_steps", {}).get(name) for _, part in parts)
        found += [(branch.columns, step) for step in steps if step is not None]
    return found


def branches(fitted: Pipeline) -> list[Branch]:
    """List the branches of a preprocessor that `build_preprocessor` built, in the order of their output."""
    columns = fitted["columns"]
    return [
        Branch(
            transformer=transformer,
            columns=tuple(names),
            place=columns.output_indices_[branch],
            by_value=branch.startswith(COLUMN),
        )
        for branch, transformer, names in columns.transformers_
        if branch != "remainder"
    ]
