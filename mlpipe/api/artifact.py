"""An artifact of any kind, opened for Python."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from mlpipe.steps.shown import Shown

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from mlpipe.artifacts.store.folder import Folder


class Artifact(Shown):
    """An artifact of any kind.

    Parameters
    ----------
    folder : Folder
        The open folder: every file of it is checked when it is read.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    @property
    def out(self) -> Path:
        """Where it lies."""
        return self._folder.path

    @property
    def kind(self) -> str:
        """What it is, such as `split` or `model`."""
        return self._folder.kind.value

    @property
    def files(self) -> tuple[str, ...]:
        """Names of its files."""
        return self._folder.names

    @property
    def params(self) -> dict[str, Any]:
        """The options that it was made with."""
        return dict(self._folder.manifest.params)

    def read_json(self, name: str) -> Any:
        """One of its JSON files, parsed."""
        return self._folder.read_json(name)

    def read_csv(self, name: str) -> pd.DataFrame:
        """One of its tables, such as what a model lists of its columns or clusters."""
        import pandas as pd

        table: pd.DataFrame = pd.read_csv(BytesIO(self._folder.read_bytes(name)))
        return table

    def facts(self) -> dict[str, object]:
        """What stands in its `repr`."""
        return {"path": str(self.out), "kind": self.kind}
