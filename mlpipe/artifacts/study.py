"""The record of a search that is under way: beside its artifact, one trial after the other, whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from typing import TYPE_CHECKING, Any, Self

from mlpipe.artifacts.errors import shown
from mlpipe.errors import ArtifactError, UsageError
from mlpipe.models.search.trials import Trial
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

SUFFIX = ".study.db"


class StudyFile:
    """The trials of one search, in an SQLite file `OUT.study.db`; a kill loses no trial that was finished.

    Parameters
    ----------
    out : Path
        The artifact that the search will write.
    search : dict
        What is searched, in plain JSON types: a record of another search is not gone on with.
    restart : bool
        Forget what was tried.
    """

    def __init__(self, out: Path, search: dict[str, Any], *, restart: bool) -> None:
        self.path = out.with_name(out.name + SUFFIX)
        self._print = hashlib.sha256(json.dumps(search, sort_keys=True).encode()).hexdigest()
        self._restart = restart
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        if self._restart:
            self.remove()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = sqlite3.connect(self.path)
            with self._open:
                self._open.execute("CREATE TABLE IF NOT EXISTS search (print TEXT)")
                self._open.execute("CREATE TABLE IF NOT EXISTS trials (number INTEGER PRIMARY KEY, record TEXT)")
                known = self._open.execute("SELECT print FROM search").fetchone()
                if known is None:
                    self._open.execute("INSERT INTO search VALUES (?)", (self._print,))
        except sqlite3.DatabaseError as error:
            raise ArtifactError(
                f"The record of a search cannot be used: {error}.",
                where=shown(self.path),
                remedy=f"Forget it with {param('restart', True)}.",
            ) from error
        if known is not None and known[0] != self._print:
            self._open.close()
            raise UsageError(
                "Another search was begun here: other options, or other data.",
                where=shown(self.path),
                remedy=f"Forget it with {param('restart', True)}, or name another {param('out')}.",
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def _open(self) -> sqlite3.Connection:
        assert self._connection is not None  # entered
        return self._connection

    def trials(self) -> tuple[Trial, ...]:
        """What was tried, by number."""
        rows = self._open.execute("SELECT record FROM trials ORDER BY number").fetchall()
        return tuple(Trial.from_json(json.loads(record)) for (record,) in rows)

    def keep(self, trial: Trial) -> None:
        """Add a finished trial."""
        with self._open:
            self._open.execute("INSERT INTO trials VALUES (?, ?)", (trial.number, json.dumps(trial.to_json())))

    def remove(self) -> None:
        """Delete the file: the search is over."""
        for name in (self.path, self.path.with_name(self.path.name + "-journal")):
            with contextlib.suppress(FileNotFoundError):
                name.unlink()
