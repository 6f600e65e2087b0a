"""Content that mlpipe did not write in this form, though its digests agree: told in one line."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlpipe.artifacts.errors import shown, unreadable_object

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MALFORMED = (ArithmeticError, AttributeError, AssertionError, LookupError, TypeError, ValueError)


@contextmanager
def well_formed(path: Path) -> Iterator[None]:
    """Take what goes wrong while content is made into objects for a fault of the artifact at `path`.

    Raises
    ------
    ArtifactError
    """
    try:
        yield
    except _MALFORMED as error:
        reason = f"its content has another form than mlpipe writes ({type(error).__name__}: {error})"
        raise unreadable_object(reason, where=shown(path)) from error
