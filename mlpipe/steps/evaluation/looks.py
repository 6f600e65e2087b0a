"""Counting the looks at a test part: every model that is chosen by its scores there makes them less honest."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mlpipe.artifacts.looks import Look, add_looks, read_looks
from mlpipe.errors import ArtifactError
from mlpipe.words.lists import count_of, either
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways
from mlpipe.words.sources import readable_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def check_once(split: Path, model: str) -> None:
    """Refuse a test part that another model than the one of this fingerprint was scored on.

    Raises
    ------
    ArtifactError
        With the number of models that were.
    """
    others = {look.model for look in read_looks(split)} - {model}
    if others:
        n = len(others)
        raise ArtifactError(
            f"{count_of(n, 'other model')} {either(n, 'was', 'were')} scored on this test part, and {param('once')} "
            "allows one.",
            where=str(split),
            remedy=ways(f"Choose models by {param('part', 'valid')} or by folds", f"leave {param('once')} out"),
        )


def note_looks(split: Path, looks: Iterable[Look]) -> tuple[str, ...]:
    """Write looks into the ledger; a note where that is not possible, or where the looks have become many.

    Parameters
    ----------
    looks : iterable of Look
        Of models on the test part of the split.
    """
    try:
        add_looks(split, looks)
    except OSError as error:
        return (f"this look at the test part is not in the ledger: {error.strerror or error}",)
    n = len({look.model for look in read_looks(split)})
    if n < 2:
        return ()
    told = f"{count_of(n, 'model')} were scored on this test part by now"
    return (f"{told}: the best of them looks better than it is; choose by folds, and test once",)


def place_of(out: Path | None, split: Path) -> str:
    """Where a result is, as seen from the split; the command where it was only shown."""
    if out is None:
        return "compare"
    return readable_name(os.path.relpath(out.resolve(), split.resolve())).replace(os.sep, "/")
