"""Options of `init`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class InitParams:
    """Options of `init`: the table, its target, the columns that identify a row; whether files for a service too."""

    data: str | None = None
    target: str | None = None
    ids: tuple[str, ...] = ()
    serve: bool = False
