"""How figures look on this machine: no option of a step, for it changes no result."""

from __future__ import annotations

from contextvars import ContextVar

FONT: ContextVar[str | None] = ContextVar("FONT", default=None)
"""Path of a font file that figures take first."""
