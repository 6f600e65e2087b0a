"""Colours on a terminal: each says something, and none says it alone."""

from __future__ import annotations

import os
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

COLOURS = {"error": "31", "warning": "33", "best": "32"}
MOODS = {"better": "best", "worse": "error"}
"""Colours of a verdict; of all others it is a warning's."""
COLOUR: ContextVar[str] = ContextVar("COLOUR", default="auto")
"""`auto`, `always` or `never`, as `--color` says."""


def is_coloured(stream: TextIO) -> bool:
    """Whether a stream takes colours: as `--color` says, else on a terminal, and not against `NO_COLOR`."""
    if COLOUR.get() != "auto":
        return COLOUR.get() == "always"
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def coloured(text: str, severity: str) -> str:
    """A text in the colour of what it says."""
    return f"\x1b[{COLOURS[severity]}m{text}\x1b[0m"
