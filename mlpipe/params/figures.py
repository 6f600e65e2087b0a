"""How figures look on this machine: no option of a step, for it changes no result."""

from __future__ import annotations

import os
from contextvars import ContextVar

FONT: ContextVar[str | None] = ContextVar("FONT", default=os.environ.get("MLPIPE_FONT") or None)
"""Path of a font file that figures take first."""
