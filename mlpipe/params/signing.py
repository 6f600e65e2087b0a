"""The key that artifacts must be signed with, for the command that runs; none as a rule."""

from __future__ import annotations

from contextvars import ContextVar

KEY_FILE: ContextVar[str | None] = ContextVar("KEY_FILE", default=None)
