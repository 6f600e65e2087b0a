"""What can go wrong with figures."""

from __future__ import annotations

from mlpipe.errors import UsageError


class FontError(UsageError):
    """A font file that cannot be used."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(
            f"{path} is no font that can be read.", where="--font", remedy="Give the path of a .ttf, .otf or .ttc file."
        )
