"""The key that artifacts must be signed with, for the command that runs; none as a rule."""

from __future__ import annotations

import os
from contextvars import ContextVar

KEY_FILE: ContextVar[str | None] = ContextVar("KEY_FILE", default=os.environ.get("MLPIPE_KEY_FILE") or None)
"""What the environment says holds for callers in Python too, in each of their threads."""
