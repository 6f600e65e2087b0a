"""How much memory a step may use, and what that allows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mlpipe.data.inference.spool import too_little
from mlpipe.engine.local import control_groups, words_of
from mlpipe.words.numbers import format_number

LEAST = 600_000_000
"""What the program and one block of rows need."""
_PROGRAM = 350_000_000
"""What the libraries take before the first row is read."""
_SHARE = 0.75
CELL_BYTES = 8 * 6
"""A number, and the copies of it that are in memory at once where rows are worked on together, at the most."""

_UNKNOWN = 8_000_000_000
"""What is taken to be free where the system does not say."""


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Bytes that a step may use.

    Parameters
    ----------
    told : int or None
        As it was asked for; `None` where it is a share of what is free.
    """

    n_bytes: int
    told: int | None = None

    def __post_init__(self) -> None:
        if self.told is not None and self.told < LEAST:
            raise too_little(self.told, "the program itself needs", LEAST)

    @property
    def size(self) -> str:
        """How much it is, in words."""
        return f"{format_number(self.n_bytes / 1e9, digits=2)} GB of memory"

    @property
    def spare(self) -> int:
        """Bytes beside the program itself."""
        return max(0, self.n_bytes - _PROGRAM)

    @property
    def cells(self) -> int:
        """Numbers that may be worked on at once."""
        return self.spare // CELL_BYTES


def allowed_memory(asked: int | None, root: Path = Path("/")) -> Memory:
    """As asked, else three quarters of what is free.

    Raises
    ------
    UsageError
        Where the program alone needs as much.
    """
    if asked is not None:
        return Memory(n_bytes=asked, told=asked)
    return Memory(n_bytes=int(_SHARE * free_memory(root)))


def free_memory(root: Path = Path("/")) -> int:
    """Bytes that are free on this machine, as far as the limit of its container goes.

    Parameters
    ----------
    root : Path
        Where the system's files lie.
    """
    words = words_of(root / "proc/meminfo")
    free = [1024 * int(words[words.index("MemAvailable:") + 1])] if "MemAvailable:" in words else [_UNKNOWN]
    for folder in control_groups("memory", root):
        limit, used = (words_of(folder / name) for name in ("memory.max", "memory.current"))
        if limit and used and limit[0].isdigit():
            free.append(max(0, int(limit[0]) - int(used[0])))
    return min(free)
